// firstbell-admin school show|set-hours; direct-lines stands in its own file.

#include <memory>

#include "absl/strings/str_join.h"
#include "clients/admin/commands.h"
#include "clients/admin/direct_lines.h"
#include "clients/console/checks.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct SchoolOptions {
  std::string urn;
  v1::SchoolHours hours;
  bool defaults = false;
};

std::string Word(v1::SchoolStatus status) {
  switch (status) {
    case v1::SCHOOL_STATUS_OPEN:
      return "open";
    case v1::SCHOOL_STATUS_CLOSED:
      return "closed";
    case v1::SCHOOL_STATUS_PROPOSED:
      return "proposed to open";
    default:
      return "unknown";
  }
}

base::Result<Exit> Print(console::App& app, const v1::GetSchoolResponse& answer) {
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  const v1::School& school = answer.school();
  console::Table table({"URN " + std::to_string(school.urn()), school.name()});
  table.Add({"place", school.town() + " " + school.postcode()});
  table.Add({"nation", school.nation() == v1::NATION_WALES ? "Wales" : "England"});
  table.Add({"status", Word(school.status())});
  table.Add({"type", school.type() + (school.phase().empty() ? "" : ", " + school.phase())});
  table.Add({"authority", school.local_authority_name()});
  if (!school.trust_code().empty()) table.Add({"trust", school.trust_code()});
  for (const v1::DirectLine& line : school.direct_lines()) {
    table.Add({"direct line", DirectLineText(line)});
  }
  table.Add({"telephone", school.telephone()});
  if (school.predecessors_size() > 0) {
    table.Add({"followed", absl::StrJoin(school.predecessors(), ", ")});
  }
  table.Add({"hours", "window " + school.hours().window() + ", bell " + school.hours().bell() +
                          ", closing " + school.hours().closing()});
  table.Add({"roll", answer.has_roll_imported_at()
                         ? std::to_string(answer.pupils()) +
                               (answer.pupils() == 1 ? " pupil" : " pupils") + ", imported " +
                               london.Format(answer.roll_imported_at())
                         : "none imported"});
  table.Add({"devices", std::to_string(answer.devices())});
  table.Add({"people", std::to_string(answer.people())});
  table.Add({"an alert now", school.status() != v1::SCHOOL_STATUS_OPEN
                                 ? "goes to review: the school is not open"
                                 : "shown from " + london.Format(answer.next_show_from()) +
                                       ", deadline " + london.Format(answer.next_deadline())});
  app.out() << table.ToString();
  return Exit::kDone;
}

base::Result<Exit> Show(console::App& app, const Where& where, const SchoolOptions& options) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  v1::GetSchoolRequest request;
  request.set_urn(urn.value());
  FB_ASSIGN_OR_RETURN(const auto answer, door->GetSchool(request));
  return Print(app, answer);
}

base::Result<Exit> SetHours(console::App& app, const Where& where, const SchoolOptions& options) {
  const v1::SchoolHours& hours = options.hours;
  if (!options.defaults && hours.window().empty() && hours.bell().empty() &&
      hours.closing().empty()) {
    return console::UsageError(
        "say what to set: --window, --bell or --closing, or --defaults for 07:30, 08:45 and 15:30");
  }
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  v1::SetSchoolHoursRequest request;
  request.set_urn(urn.value());
  if (!options.defaults) {
    v1::GetSchoolRequest now;
    now.set_urn(urn.value());
    FB_ASSIGN_OR_RETURN(const auto answer, door->GetSchool(now));
    *request.mutable_hours() = answer.school().hours();
  }
  // What was not given stays as it is.
  request.mutable_hours()->MergeFrom(options.hours);
  FB_ASSIGN_OR_RETURN(const auto answer, door->SetSchoolHours(request));
  return Print(app, answer);
}

}  // namespace

void AddSchool(console::App& app, Where& where) {
  const auto options = std::make_shared<SchoolOptions>();
  CLI::App& group = app.Group("school", "One school");
  CLI::App& show = app.Command(group, "show", "What is known of a school, and its next deadline",
                               "  firstbell-admin school show 100000 --data DIR\n",
                               [&app, &where, options] { return Show(app, where, *options); });
  show.add_option("URN", options->urn, "Its number in the register")->required();
  CLI::App& hours = app.Command(
      group, "set-hours", "Set notice window, bell and closing; what is not given stays",
      "  firstbell-admin school set-hours 100000 --bell 08:30 --closing 15:00 --data DIR\n",
      [&app, &where, options] { return SetHours(app, where, *options); });
  hours.add_option("URN", options->urn, "Its number in the register")->required();
  const auto add_time = [&](const char* flag, std::string* value, const char* what) {
    hours.add_option(flag, *value, what)->type_name("HH:MM")->check(console::IsTimeOfDay());
  };
  add_time("--window", options->hours.mutable_window(), "When alerts are shown");
  add_time("--bell", options->hours.mutable_bell(), "By when they are acknowledged");
  add_time("--closing", options->hours.mutable_closing(), "End of the school day");
  hours.add_flag("--defaults", options->defaults, "07:30, 08:45 and 15:30 where not given here");
  AddDirectLines(app, group, where);
}

}  // namespace firstbell::admin
