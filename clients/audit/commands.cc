#include "clients/audit/commands.h"

#include "broker/base/file.h"

namespace firstbell::audit_client {
base::Result<std::unique_ptr<v1::DeliveryLogService::Stub>> Context::Stub() const {
  FB_ASSIGN_OR_RETURN(const auto channel, console::Connect(broker));
  return v1::DeliveryLogService::NewStub(channel);
}

base::Result<Trust> Context::ReadTrust() const {
  Trust read;
  if (!trust.log_key.empty()) {
    auto key = audit::VerifierKey::Parse(trust.log_key);
    if (!key.ok())
      return console::UsageError("--log-key: " + std::string(base::Message(key.status())));
    read.log_key = *std::move(key);
  }
  if (!trust.policy.empty()) {
    FB_ASSIGN_OR_RETURN(const std::string text,
                        base::ReadFile(trust.policy, audit::kMostPolicyBytes));
    auto policy = audit::TrustPolicy::Parse(text);
    if (!policy.ok()) return base::Annotate(policy.status(), trust.policy.filename().string());
    read.policy = *std::move(policy);
  }
  return read;
}

base::Result<AnswerChecker> Context::CheckerOf(LogSource& log, const v1::Checkpoint& first) const {
  FB_ASSIGN_OR_RETURN(Trust read, ReadTrust());
  FB_ASSIGN_OR_RETURN(auto known, Remembered(Store(), first.origin(), read));
  return AnswerChecker(log, std::move(read), std::move(known));
}

CheckPage Context::PagesOf(LogSource& log) const {
  return PagesBy([*this, &log](const v1::Checkpoint& first) { return CheckerOf(log, first); });
}

base::Status KeepContradiction(const Context& context, const Verified& verified) {
  if (!verified.contradiction) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const auto file, context.Store().Keep(*verified.contradiction));
  context.app.err() << "Both checkpoints are kept in " << file.string()
                    << ": show them to others.\n";
  return base::OkStatus();
}

void AddTrustSettings(console::App& app, TrustOptions& options) {
  app.PathSetting(options.state, "--state", "trust.state", "Directory of what was verified before");
  app.Setting(options.log_key, "--log-key", "trust.log_key",
              "The log's key, NAME+HEX+BASE64, as its operator publishes it; where a key is "
              "remembered, a change of it has to lead from one to the other");
  app.PathSetting(options.policy, "--policy", "trust.policy",
                  "File that says which witnesses must have signed (C2SP tlog-policy)");
}

void AddCommands(const Context& context) {
  AddListCommands(context);
  AddStatisticsCommands(context);
  AddLogCommands(context);
  AddWitnessCommands(context);
  AddReportCommands(context);
}

}  // namespace firstbell::audit_client
