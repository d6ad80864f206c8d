#include "clients/control/reply_commands.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/ids.h"
#include "clients/console/call.h"
#include "clients/console/passphrase.h"
#include "clients/control/call_commands.h"
#include "clients/control/desk_key.h"
#include "clients/control/reply_text.h"
#include "clients/control/review_stub.h"

namespace firstbell::control {
namespace {

using console::App;
using console::BrokerOptions;
using console::Exit;
using console::LocalTime;
using Stub = v1::ReviewService::Stub;

struct ReplyOptions {
  std::string alert;
  std::filesystem::path key, passphrase_file;
};

// As the list has it. One that is dealt with stands there no more: it is named by its whole id.
base::Result<v1::Call> CallOf(Stub& stub, const std::string& named) {
  base::Result<v1::Call> call = FindCall(stub, named);
  if (!absl::IsNotFound(call.status()) || !base::IsRandomId(named)) return call;
  v1::Call of_none;
  of_none.set_alert_id(named);
  return of_none;
}

base::Result<Exit> Read(App& app, const BrokerOptions& broker, const ReplyOptions& options) {
  FB_ASSIGN_OR_RETURN(const LocalTime london, LocalTime::London());
  // Before the broker is asked: that is kept as a reading, and without the key nothing is read.
  FB_ASSIGN_OR_RETURN(
      const base::Secret passphrase,
      console::ReadPassphrase(options.passphrase_file, "Passphrase of the desk's key"));
  FB_ASSIGN_OR_RETURN(const DeskKey desk, LoadDeskKey(options.key, passphrase));
  FB_ASSIGN_OR_RETURN(const auto stub, ReviewStub(broker));
  // Before they are read: those that come since are not dealt with.
  FB_ASSIGN_OR_RETURN(const v1::Call call, CallOf(*stub, options.alert));
  const base::AlertId alert(call.alert_id());
  v1::GetRepliesRequest request;
  request.set_alert_id(alert.value());
  FB_ASSIGN_OR_RETURN(const v1::GetRepliesResponse response,
                      console::Call(*stub, &Stub::GetReplies, request));
  const std::vector<OpenedReply> replies = OpenAll(response, alert, desk);
  for (const OpenedReply& reply : replies) {
    app.out() << (app.json() ? ReplyJson(reply) + "\n" : ReplyText(reply, london));
  }
  (app.json() ? app.err() : app.out()) << RepliesEnd(call, response);
  const bool all = std::all_of(replies.begin(), replies.end(),
                               [](const OpenedReply& reply) { return reply.reply.ok(); });
  return all ? Exit::kDone : Exit::kFailed;
}

}  // namespace

void AddReplies(App& app, CLI::App& calls, const BrokerOptions& broker) {
  const auto options = std::make_shared<ReplyOptions>();
  CLI::App& command = app.Command(
      calls, "replies",
      "Opens what a school has said back about an alert, oldest first: the broker carries it and "
      "cannot read it, and has checked who signed it. That you asked is kept in the delivery log "
      "in "
      "your name. Fails if one could not be opened.",
      R"(  firstbell-control calls replies 06f1h9t2 --key desk
  firstbell-control calls replies 06f1h9t2m4qzv8c3k7w5x0y1ra --key desk --json
)",
      [&app, &broker, options] { return Read(app, broker, *options); });
  command
      .add_option("ALERT", options->alert,
                  "Its id; while it is on the call list, how it begins is enough")
      ->required();
  command.add_option("--key", options->key, "The folder of the desk's key (desk new-key)")
      ->required()
      ->type_name("DIR");
  command
      .add_option("--passphrase-file", options->passphrase_file,
                  "The key's passphrase; asked for otherwise")
      ->type_name("FILE");
}

}  // namespace firstbell::control
