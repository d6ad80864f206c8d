// firstbell-admin calendar show|check.

#include <memory>

#include "broker/base/limits.h"
#include "clients/admin/calendar_import.h"
#include "clients/admin/calendar_page.h"
#include "clients/admin/commands.h"
#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct CalendarOptions {
  std::string urn;
  std::string month;
  ImportOptions import;
};

base::Result<v1::GetCalendarResponse> DaysOf(OperatorDoor& door, base::Urn urn,
                                             const Month& month) {
  v1::GetCalendarRequest request;
  request.set_urn(urn.value());
  request.set_first(model::FormatDate(month.first));
  request.set_last(model::FormatDate(month.last));
  return door.GetCalendar(request);
}

base::Result<Exit> Show(console::App& app, const Where& where, const CalendarOptions& options) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  // Without a month the broker's own, whose clock may be a simulated one.
  const auto month = ParseMonth(options.month.empty() ? "2026-01" : options.month);
  if (!month.ok()) return console::UsageError("--month: " + std::string(month.status().message()));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(v1::GetCalendarResponse answer, DaysOf(*door, urn, *month));
  if (options.month.empty()) {
    FB_ASSIGN_OR_RETURN(const Month now, ParseMonth(answer.today().substr(0, 7)));
    FB_ASSIGN_OR_RETURN(answer, DaysOf(*door, urn, now));
  }
  app.out() << (app.json() ? console::ToJson(answer) + "\n" : DrawMonth(answer));
  return Exit::kDone;
}

base::Result<v1::CheckCalendarsResponse> CheckAll(OperatorDoor& door) {
  v1::CheckCalendarsResponse all;
  v1::CheckCalendarsRequest request;
  request.set_page_size(limits::kMaxPageSize);
  do {
    FB_ASSIGN_OR_RETURN(const auto page, door.CheckCalendars(request));
    all.mutable_schools()->MergeFrom(page.schools());
    all.set_checked(all.checked() + page.checked());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return all;
}

base::Result<Exit> Check(console::App& app, const Where& where) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::CheckCalendarsResponse all, CheckAll(*door));
  if (app.json()) {
    app.out() << console::ToJson(all) << "\n";
    return Exit::kDone;
  }
  console::Table table({"URN", "LA", "SCHOOL", "WHAT"});
  for (const v1::CheckedCalendar& school : all.schools()) {
    for (const v1::CalendarFinding& finding : school.findings()) {
      table.Add({std::to_string(school.urn()), school.local_authority_code(), school.name(),
                 InWords(finding)});
    }
  }
  if (!table.empty()) app.out() << table.ToString() << "\n";
  app.out() << all.checked() << " open schools, of which " << all.schools_size()
            << " have a calendar that lacks something\n";
  return Exit::kDone;
}

void AddImport(console::App& app, CLI::App& group, Where& where,
               const std::shared_ptr<CalendarOptions>& options) {
  CLI::App& import = app.Command(
      group, "import", "Take in terms, half terms, INSET days, closures, extra days and hours",
      "  firstbell-admin calendar import terms.csv --data DIR\n"
      "  firstbell-admin calendar import snow.csv --broker localhost:7443 --identity op\n"
      "  firstbell-admin calendar import school.ics --scope 100000 --data DIR\n\n"
      "A row says one thing of one nation, local authority, trust or school:\n\n"
      "  scope,kind,first,last,weekday,window,bell,closing\n"
      "  england,term,2026-09-02,2026-12-18,,,,\n"
      "  886,half_term,2026-10-24,2026-11-01,,,,\n"
      "  trust:2044,inset,2026-10-23,,,,,\n"
      "  100000,inset,2026-09-02,,,,,\n"
      "  100000,hours,,,mon-thu,07:00,08:40,15:10\n"
      "  100000,weekdays,,,mon-sat,,,\n\n"
      "scope: a URN, trust: and a trust's code, an authority's three digits, or a nation. What a\n"
      "school says counts before its trust, that before its authority, that before its nation,\n"
      "field by field; half terms go with the terms.\n"
      "kind: term, half_term, inset, closed, open (an extra school day), weekdays, hours,\n"
      "boarding, day_school, holiday_contact (column role: lead, deputy or head; a school alone);\n"
      "no_term, no_closed … take back what was said.\n"
      "A kind that the file says for a scope replaces what was said of it there; the others stay.\n"
      "A scope with a rejected row is left out whole. Alerts that wait move to earlier, never to\n"
      "later. Where nothing is known, every weekday but a bank holiday is a school day.\n\n"
      "A published calendar (.ics, RFC 5545) is of one scope, given with --scope. By their names\n"
      "its events are terms (\"Autumn Term\", \"Term starts\" and \"Last day of term\"), half "
      "terms,\n"
      "INSET, closures, holidays, extra school days; the others are ignored. One that is\n"
      "understood and cannot be true rejects the file.\n",
      [&app, &where, options] { return ImportCalendars(app, where, options->import); });
  import.add_option("FILE", options->import.file, "The file")->required()->check(CLI::ExistingFile);
  import
      .add_option("--rejects", options->import.rejects,
                  "Where rejected rows go (default: FILE.rejects.csv)")
      ->type_name("FILE");
  import.add_option("--scope", options->import.scope, "Whose calendar an .ics file is")
      ->type_name("URN|trust:CODE|LA|NATION");
}

}  // namespace

void AddCalendar(console::App& app, Where& where) {
  const auto options = std::make_shared<CalendarOptions>();
  CLI::App& group = app.Group("calendar", "School days: terms, closures, hours");
  AddImport(app, group, where, options);
  CLI::App& show = app.Command(group, "show", "A school's month, day by day, and its hours",
                               "  firstbell-admin calendar show 100000 --data DIR\n"
                               "  firstbell-admin calendar show 100000 --month 2026-03 "
                               "--data DIR\n",
                               [&app, &where, options] { return Show(app, where, *options); });
  show.add_option("URN", options->urn, "Its number in the register")->required();
  show.add_option("--month", options->month, "Which month (default: this one)")
      ->type_name("YYYY-MM");
  app.Command(group, "check",
              "List the open schools without terms, with gaps, with a summer that never ends",
              "  firstbell-admin calendar check --data DIR\n"
              "  firstbell-admin calendar check --json --broker localhost:7443 --identity op\n\n"
              "What is missing makes days school days, so that alerts come too early and turn\n"
              "late while nobody is there. Import what is missing before that.\n",
              [&app, &where] { return Check(app, where); });
}

}  // namespace firstbell::admin
