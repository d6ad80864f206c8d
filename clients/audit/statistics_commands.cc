// stats: how deliveries went, in numbers.

#include "clients/audit/commands.h"
#include "clients/audit/statistics.h"
#include "clients/console/call.h"
#include "clients/console/output.h"

namespace firstbell::audit_client {
namespace {

using console::Exit;
using Stub = v1::DeliveryLogService::Stub;

struct Arguments {
  std::string from, to, force, authority;
  std::vector<std::string> by;
};

base::Result<Exit> Stats(const Context& context, const Arguments& arguments) {
  v1::GetStatisticsRequest request;
  request.set_from(arguments.from);
  request.set_before(arguments.to);
  request.set_force(arguments.force);
  request.set_authority(arguments.authority);
  for (const std::string& by : arguments.by) {
    FB_ASSIGN_OR_RETURN(const auto group, GroupOf(by));
    request.add_group_by(group);
  }
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  FB_ASSIGN_OR_RETURN(const v1::GetStatisticsResponse response,
                      console::Call(*stub, &Stub::GetStatistics, request));
  BrokerLog log(*stub);
  FB_ASSIGN_OR_RETURN(AnswerChecker checker, context.CheckerOf(log, response.checkpoint()));
  FB_RETURN_IF_ERROR(checker.CheckCheckpoint(response.checkpoint()).status());
  context.app.out() << (context.app.json() ? console::ToJson(response) + "\n" : Describe(response));
  return Exit::kDone;
}

}  // namespace

void AddStatisticsCommands(const Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = context.app.Command(
      "stats",
      "Says how many alerts were acknowledged before the bell, how long each step took, and why "
      "children were not placed; of alerts accepted in a period. Numbers below five are not shown, "
      "others rounded to fives, unless your scope is named.",
      R"(  firstbell-audit stats --from 2025-09-01 --to 2026-09-01 --by week
  firstbell-audit stats --from 2026-03-01 --to 2026-04-01 --by force --by weekday
)",
      [context, arguments] { return Stats(context, *arguments); });
  command.add_option("--from", arguments->from, "The first day, 2026-03-01")->required();
  command.add_option("--to", arguments->to, "The first day after, 2026-04-01")->required();
  command.add_option("--force", arguments->force, "Of this force");
  command.add_option("--authority", arguments->authority, "At schools of this local authority");
  command.add_option("--by", arguments->by,
                     "day, week, weekday, hour, force or authority; may be repeated");
}

}  // namespace firstbell::audit_client
