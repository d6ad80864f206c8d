// list, show, export and links: deliveries, and the schools that cannot be reached.

#include <optional>

#include "broker/base/ids.h"
#include "clients/audit/commands.h"
#include "clients/audit/deliveries.h"
#include "clients/audit/export.h"
#include "clients/console/call.h"
#include "clients/console/listing.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"

namespace firstbell::audit_client {
namespace {

using console::Exit;
using console::LocalTime;
using Stub = v1::DeliveryLogService::Stub;

struct Filter {
  std::string school;
  std::string force;
  std::string authority;
  std::string state;
  std::optional<std::uint32_t> rung;
  bool late = false;
  bool in_time = false;
  console::ListOptions common;
};

void AddFilter(CLI::App& command, Filter& filter) {
  command.add_option("--school", filter.school,
                     "Of this school: its pseudonym, or its URN where your scope is named");
  command.add_option("--force", filter.force, "Of this force");
  command.add_option("--authority", filter.authority, "At schools of this local authority");
  command.add_option(
      "--alert-state", filter.state,
      "accepted, sent, received, shown, opened, acknowledged, redirected or withdrawn");
  command.add_option("--rung", filter.rung, "Whose ladder has climbed to this rung");
  auto* late = command.add_flag("--late", filter.late,
                                "Acknowledged after the deadline, or past it and not ended");
  command.add_flag("--in-time", filter.in_time, "Acknowledged before the deadline")->excludes(late);
}

base::Result<v1::ListDeliveriesRequest> RequestOf(const Filter& filter, const LocalTime& london) {
  v1::ListDeliveriesRequest request;
  if (const auto urn = base::ParseUrn(filter.school); urn.ok()) {
    request.set_urn(urn->value());
  } else {
    request.set_school(filter.school);
  }
  request.set_force(filter.force);
  request.set_authority(filter.authority);
  request.set_late_only(filter.late);
  request.set_in_time_only(filter.in_time);
  if (filter.rung) request.set_rung(*filter.rung);
  if (!filter.state.empty()) {
    FB_ASSIGN_OR_RETURN(const v1::AlertState state, StateOf(filter.state));
    request.set_state(state);
  }
  FB_RETURN_IF_ERROR(console::SetPeriod(filter.common, london, request));
  return request;
}

base::Result<Exit> List(const Context& context, const Filter& filter) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const v1::ListDeliveriesRequest request, RequestOf(filter, london));
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  BrokerLog log(*stub);
  const CheckPage check = context.PagesOf(log);
  return console::PrintList<v1::Delivery>(
      context.app, filter.common, DeliveryTable(london),
      [&](const auto& each) { return ListAll(*stub, request, filter.common.limit, check, each); });
}

void AddList(const Context& context) {
  auto filter = std::make_shared<Filter>();
  CLI::App& command =
      context.app.Command("list", "Lists deliveries within the certificate's scope, newest first.",
                          R"(  firstbell-audit list --late --from 2026-03-02 --to 2026-03-09
  firstbell-audit list --authority 845 --rung 3
  firstbell-audit list --json --limit 0 --force examplebury
)",
                          [context, filter] { return List(context, *filter); });
  AddFilter(command, *filter);
  console::AddListOptions(command, filter->common);
}

base::Result<Exit> Show(const Context& context, const std::string& alert) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  v1::GetDeliveryRequest request;
  request.set_alert_id(alert);
  FB_ASSIGN_OR_RETURN(const v1::GetDeliveryResponse response,
                      console::Call(*stub, &Stub::GetDelivery, request));
  BrokerLog log(*stub);
  FB_ASSIGN_OR_RETURN(AnswerChecker checker, context.CheckerOf(log, response.checkpoint()));
  FB_ASSIGN_OR_RETURN(const Judged judged, checker.CheckHistory(response, alert));
  if (judged.first_seen) {
    context.app.err() << "The log's key is known from this answer alone: run verify, or give it "
                         "with --log-key.\n";
  }
  context.app.out() << (context.app.json() ? console::ToJson(response) + "\n"
                                           : Describe(response, london));
  return Exit::kDone;
}

void AddShow(const Context& context) {
  auto alert = std::make_shared<std::string>();
  CLI::App& command = context.app.Command(
      "show",
      "Shows one delivery and its history. Each event is checked: it fits its commitment, is in "
      "the log that was signed, and is about this alert. Fails, saying where, if one is not. That "
      "none was left out, and the line that sums them up, is the broker's word.",
      R"(  firstbell-audit show p-06f1h9t2m4qzv8c3
  firstbell-audit show --json p-06f1h9t2m4qzv8c3
)",
      [context, alert] { return Show(context, *alert); });
  command.add_option("ALERT", *alert, "The alert, as 'list' prints it")->required();
}

struct ExportArguments {
  Filter filter;
  std::string format = "csv";
  std::filesystem::path out;
  bool resume = false;
};

base::Result<Exit> ExportAll(const Context& context, const ExportArguments& arguments) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(v1::ListDeliveriesRequest request, RequestOf(arguments.filter, london));
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  BrokerLog log(*stub);
  const ExportFormat format =
      arguments.format == "csv" ? ExportFormat::kCsv : ExportFormat::kJsonLines;
  FB_ASSIGN_OR_RETURN(
      const Exported exported,
      Export(*stub, std::move(request), format, arguments.out,
             arguments.resume ? Beginning::kResume : Beginning::kNew, context.PagesOf(log)));
  context.app.out() << exported.rows << " deliveries in " << arguments.out.string() << "\n";
  return Exit::kDone;
}

void AddExport(const Context& context) {
  auto arguments = std::make_shared<ExportArguments>();
  CLI::App& command = context.app.Command(
      "export",
      "Writes all deliveries that a filter lets through to a file, newest first. What was cut "
      "short "
      "is gone on with by --resume.",
      R"(  firstbell-audit export --out year.csv --from 2025-09-01 --to 2026-09-01
  firstbell-audit export --out year.csv --from 2025-09-01 --to 2026-09-01 --resume
  firstbell-audit export --format jsonl --out late.jsonl --late
)",
      [context, arguments] { return ExportAll(context, *arguments); });
  AddFilter(command, arguments->filter);
  command.add_option("--from", arguments->filter.common.from, "Accepted from, London time");
  command.add_option("--to", arguments->filter.common.to, "Accepted before, London time");
  command.add_option("--out", arguments->out, "The file")->required();
  command.add_option("--format", arguments->format, "csv or jsonl")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  command.add_flag("--resume", arguments->resume, "Goes on where the file ends");
}

struct LinksArguments {
  std::string authority;
  std::uint64_t limit = 100;
};

base::Result<Exit> Links(const Context& context, const LinksArguments& arguments) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  v1::ListSchoolsWithoutLinkRequest request;
  request.set_authority(arguments.authority);
  BrokerLog log(*stub);
  const CheckPage check = context.PagesOf(log);
  console::Table table({"SCHOOL", "URN", "AUTHORITY", "LAST LINKED"});
  const auto listed = console::ListPages(
      request, arguments.limit,
      [&](const v1::ListSchoolsWithoutLinkRequest& page)
          -> base::Result<v1::ListSchoolsWithoutLinkResponse> {
        FB_ASSIGN_OR_RETURN(auto response,
                            console::Call(*stub, &Stub::ListSchoolsWithoutLink, page));
        FB_RETURN_IF_ERROR(check(response.checkpoint()));
        if (response.withheld()) return TooFew();
        return response;
      },
      [](const v1::ListSchoolsWithoutLinkResponse& page) -> auto& { return page.schools(); },
      [&](const v1::SchoolWithoutLink& school) {
        if (context.app.json()) {
          context.app.out() << console::ToJson(school) << "\n";
          return;
        }
        const std::string linked = school.has_linked_at() ? london.Format(school.linked_at())
                                   : school.no_machine()  ? "no machine is enrolled"
                                                          : "never";
        table.Add({school.school(), school.urn() == 0 ? "" : std::to_string(school.urn()),
                   school.authority(), linked});
      });
  FB_RETURN_IF_ERROR(listed.status());
  if (!context.app.json()) context.app.out() << (table.empty() ? "none\n" : table.ToString());
  return Exit::kDone;
}

void AddLinks(const Context& context) {
  auto arguments = std::make_shared<LinksArguments>();
  CLI::App& command =
      context.app.Command("links", "Lists the schools of which no machine was linked for a day.",
                          "  firstbell-audit links --authority 845\n",
                          [context, arguments] { return Links(context, *arguments); });
  command.add_option("--authority", arguments->authority, "Of this local authority");
  command.add_option("--limit", arguments->limit, "At most so many; 0: all");
}

}  // namespace

void AddListCommands(const Context& context) {
  AddList(context);
  AddShow(context);
  AddExport(context);
  AddLinks(context);
}

}  // namespace firstbell::audit_client
