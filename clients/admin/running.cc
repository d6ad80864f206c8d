// firstbell-admin status, clock advance, verify.

#include <memory>

#include "broker/base/bytes.h"
#include "broker/registry/data_directory.h"
#include "clients/admin/commands.h"
#include "clients/admin/local_door.h"
#include "clients/console/checks.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct ClockOptions {
  std::string by, at, to;
};

base::Result<Exit> Status(console::App& app, const Where& where) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const auto status, door->GetStatus());
  if (app.json()) {
    app.out() << console::ToJson(status) << "\n";
    return Exit::kDone;
  }
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  console::Table table({"version", status.version()});
  table.Add({"clock", london.FormatSeconds(status.now()) +
                          (status.simulated_clock() ? " (simulated)" : "")});
  if (const auto ahead = status.clock_held_back().seconds(); ahead > 0) {
    table.Add({"", "held back: the machine's clock is " + std::to_string(ahead) +
                       " s ahead, and no time service confirms it. Set it right or start the time "
                       "service; if it is right, restart the broker with --trust-clock"});
  }
  table.Add({"schools", number(status.schools())});
  table.Add({"pupils", number(status.pupils())});
  table.Add(
      {"enrolled", number(status.devices()) + " devices, " + number(status.people()) + " people"});
  if (where.data.empty()) table.Add({"linked now", number(status.linked_devices()) + " devices"});
  table.Add({"incidents", number(status.incidents())});
  table.Add({"alerts", number(status.alerts_open()) + " open, of which late " +
                           number(status.alerts_late())});
  if (status.schools_unattended() > 0) {
    table.Add({"unattended", number(status.schools_unattended()) +
                                 " schools with open alerts and no person or no device enrolled: "
                                 "telephone them"});
  }
  table.Add({"at review", number(status.cases_at_review())});
  table.Add({"bank holidays", status.bank_holidays_until().empty()
                                  ? "none imported: every weekday is a school day"
                                  : "known until " + status.bank_holidays_until()});
  table.Add({"log", status.checkpoint().origin() + ", " + number(status.checkpoint().size()) +
                        " entries, root " +
                        base::HexEncode(status.checkpoint().root_sha256()).substr(0, 16)});
  app.out() << table.ToString();
  return Exit::kDone;
}

base::Result<v1::AdvanceClockRequest> RequestOf(const ClockOptions& options) {
  v1::AdvanceClockRequest request;
  const int given = !options.by.empty() + !options.at.empty() + !options.to.empty();
  if (given != 1) return console::UsageError("say one of --by, --at and --to");
  if (!options.by.empty()) request.set_by(options.by);
  if (!options.at.empty()) request.set_london_time(options.at);
  if (!options.to.empty()) {
    FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
    FB_ASSIGN_OR_RETURN(*request.mutable_until(), london.Parse(options.to, "--to"));
  }
  return request;
}

base::Result<Exit> Advance(console::App& app, const Where& where, const ClockOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto request, RequestOf(options));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const auto answer, door->AdvanceClock(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  app.out() << "The simulated clock stands at " << london.FormatSeconds(answer.now()) << "\n";
  return Exit::kDone;
}

base::Result<Exit> Verify(console::App& app, const Where& where) {
  if (where.data.empty()) {
    return console::UsageError(
        "verify reads a --data directory that no broker has open; of a running broker, an auditor "
        "checks the log with firstbell-audit verify");
  }
  FB_ASSIGN_OR_RETURN(const auto store, OpenStore(registry::At(where.data, where.keys)));
  console::Progress progress("Verifying");
  FB_RETURN_IF_ERROR(store->Verify([&](std::uint64_t done, std::uint64_t total) {
    progress.Update(total == 0 ? 1 : static_cast<double>(done) / static_cast<double>(total));
  }));
  progress.Finish();
  FB_ASSIGN_OR_RETURN(const std::uint64_t entries, store->LogSize());
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store->GetLogHead());
  FB_ASSIGN_OR_RETURN(const store::Counts counts, store->Count());
  if (app.json()) {
    app.out() << "{\"verified\":true,\"entries\":" << entries << ",\"treeSize\":" << head.size
              << ",\"root\":\"" << base::HexEncode(head.root) << "\"}\n";
    return Exit::kDone;
  }
  app.out() << "Everything holds together: " << counts.incidents << " incidents, " << counts.alerts
            << " alerts, " << entries << " log entries; root of the first " << head.size << ": "
            << base::HexEncode(head.root) << "\n";
  return Exit::kDone;
}

}  // namespace

void AddRunning(console::App& app, Where& where) {
  app.Command("status", "How the broker is", "  firstbell-admin status --data DIR\n",
              [&app, &where] { return Status(app, where); });
  const auto options = std::make_shared<ClockOptions>();
  CLI::App& advance = app.Command(
      app.Group("clock", "The simulated clock of a rehearsal"), "advance",
      "Move the simulated clock forward, never back",
      "  firstbell-admin clock advance --at 07:31 --broker localhost:7443 --identity op\n"
      "  firstbell-admin clock advance --by 90m --data DIR\n"
      "  firstbell-admin clock advance --to \"2026-03-04 02:10\" --data DIR\n",
      [&app, &where, options] { return Advance(app, where, *options); });
  advance.add_option("--by", options->by, "By so much, for instance 90m or 7h30m")
      ->check(console::IsDuration());
  advance.add_option("--at", options->at, "To the next such time of day in London")
      ->type_name("HH:MM")
      ->check(console::IsTimeOfDay());
  advance.add_option("--to", options->to, "To that London time");
  app.Command(
      "verify", "Hold a data directory against itself: records, indexes, receipts and the log",
      "  firstbell-admin verify --data DIR\n", [&app, &where] { return Verify(app, where); });
}

}  // namespace firstbell::admin
