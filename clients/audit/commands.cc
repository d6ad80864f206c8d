#include "clients/audit/commands.h"

#include <memory>
#include <string>

#include "clients/audit/deliveries.h"
#include "clients/audit/verify.h"
#include "clients/console/call.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {
namespace {

using console::App;
using console::BrokerOptions;
using console::Exit;
using console::LocalTime;
using Stub = v1::DeliveryLogService::Stub;

base::Result<std::unique_ptr<Stub>> MakeStub(const BrokerOptions& broker) {
  FB_ASSIGN_OR_RETURN(const auto channel, console::Connect(broker));
  return v1::DeliveryLogService::NewStub(channel);
}

struct ListOptions {
  std::uint32_t urn = 0;
  std::string force;
  std::string state;
  bool late = false;
  console::ListOptions common;
};

base::Result<v1::ListDeliveriesRequest> RequestOf(const ListOptions& options,
                                                  const LocalTime& london) {
  v1::ListDeliveriesRequest request;
  request.set_urn(options.urn);
  request.set_force(options.force);
  request.set_late_only(options.late);
  if (!options.state.empty()) {
    FB_ASSIGN_OR_RETURN(const v1::AlertState state, StateOf(options.state));
    request.set_state(state);
  }
  FB_RETURN_IF_ERROR(console::SetPeriod(options.common, london, request));
  return request;
}

base::Result<Exit> List(App& app, const BrokerOptions& broker, const ListOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const v1::ListDeliveriesRequest request, RequestOf(options, london));
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  return console::PrintList<v1::Delivery>(
      app, options.common, DeliveryTable(london),
      [&](const auto& each) { return ListAll(*stub, request, options.common.limit, each); });
}

void AddList(App& app, const BrokerOptions& broker) {
  auto options = std::make_shared<ListOptions>();
  CLI::App& command =
      app.Command("list", "Lists deliveries within the certificate's scope, newest first.",
                  R"(  firstbell-audit list --late --from 2026-03-02 --to 2026-03-09
  firstbell-audit list --urn 100000 --state acknowledged
  firstbell-audit list --json --limit 0 --force examplebury
)",
                  [&app, &broker, options] { return List(app, broker, *options); });
  command.add_option("--urn", options->urn, "Of this school")->check(CLI::Range(100000, 999999));
  command.add_option("--force", options->force, "Of this force");
  command.add_option(
      "--state", options->state,
      "accepted, sent, received, shown, opened, acknowledged, redirected or withdrawn");
  command.add_flag("--late", options->late,
                   "Acknowledged after the deadline, or past it and not ended");
  console::AddListOptions(command, options->common);
}

base::Result<Exit> Show(App& app, const BrokerOptions& broker, const std::string& alert) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  v1::GetDeliveryRequest request;
  request.set_alert_id(alert);
  FB_ASSIGN_OR_RETURN(const v1::GetDeliveryResponse response,
                      console::Call(*stub, &Stub::GetDelivery, request));
  app.out() << (app.json() ? console::ToJson(response) + "\n" : Describe(response, london));
  return Exit::kDone;
}

void AddShow(App& app, const BrokerOptions& broker) {
  auto alert = std::make_shared<std::string>();
  CLI::App& command =
      app.Command("show", "Shows one delivery and its history, each event checked against the log.",
                  R"(  firstbell-audit show 06f1h9t2m4qzv8c3k7w5x0y1ra
  firstbell-audit show --json 06f1h9t2m4qzv8c3k7w5x0y1ra
)",
                  [&app, &broker, alert] { return Show(app, broker, *alert); });
  command.add_option("ALERT", *alert, "The alert's id, as 'list' prints it")->required();
}

base::Result<Exit> VerifyLog(App& app, const BrokerOptions& broker) {
  FB_ASSIGN_OR_RETURN(const auto stub, MakeStub(broker));
  base::Result<Verified> verified = base::Internal("not run");
  {
    console::Progress progress("Reading the log");
    verified = Verify(*stub, [&](double fraction) { progress.Update(fraction); });
    if (verified.ok()) progress.Finish();
  }
  FB_RETURN_IF_ERROR(verified.status());
  app.out() << (app.json() ? VerifiedJson(*verified) : Describe(*verified));
  return verified->mismatch.empty() ? Exit::kDone : Exit::kFailed;
}

}  // namespace

void AddCommands(App& app, const BrokerOptions& broker) {
  AddList(app, broker);
  AddShow(app, broker);
  app.Command(
      "verify",
      "Reads the whole log, recomputes every commitment and the Merkle tree head, and compares "
      "with the broker's checkpoint. Fails, saying where, if anything does not fit.",
      "  firstbell-audit verify\n  firstbell-audit verify --json\n",
      [&app, &broker] { return VerifyLog(app, broker); });
}

}  // namespace firstbell::audit_client
