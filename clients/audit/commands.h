#pragma once

// The commands of firstbell-audit.

#include <filesystem>
#include <memory>
#include <string>

#include "broker/base/status.h"
#include "clients/audit/answer.h"
#include "clients/audit/trust.h"
#include "clients/audit/verify.h"
#include "clients/console/app.h"
#include "clients/console/channel.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

// Settings of every command; in the file under [trust].
struct TrustOptions {
  std::filesystem::path state;   // what was verified before
  std::string log_key;           // empty: as it was seen before, or first
  std::filesystem::path policy;  // a C2SP tlog-policy file; empty: no witness is asked for
};

// What the commands share. `app` and the options are read when a command runs, and outlive it.
struct Context {
  console::App& app;
  const console::BrokerOptions& broker;
  const TrustOptions& trust;

  base::Result<std::unique_ptr<v1::DeliveryLogService::Stub>> Stub() const;
  base::Result<Trust> ReadTrust() const;
  TrustStore Store() const { return TrustStore(trust.state); }
  // Of answers of the broker whose log that is, by what is known of it. `log` outlives it.
  base::Result<AnswerChecker> CheckerOf(LogSource& log, const v1::Checkpoint& first) const;
  CheckPage PagesOf(LogSource& log) const;
};

// Where the log contradicted what was verified before, both checkpoints go into a file of the state
// directory, which is named on stderr.
base::Status KeepContradiction(const Context& context, const Verified& verified);

void AddTrustSettings(console::App& app, TrustOptions& options);
void AddCommands(const Context& context);

// Its parts.
void AddListCommands(const Context& context);
void AddStatisticsCommands(const Context& context);
void AddLogCommands(const Context& context);
void AddWitnessCommands(const Context& context);
void AddReportCommands(const Context& context);

}  // namespace firstbell::audit_client
