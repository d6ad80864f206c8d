#include "tests/unit/server/running_broker.h"

#include <pthread.h>

#include "broker/base/log.h"
#include "broker/server/log_turns.h"
#include "google/rpc/status.pb.h"

namespace firstbell::server {

RunningBroker::RunningBroker(const Seed& seed) : Installation(seed) {
  base::ConfigureLog(config().log_level, config().log_form);
  auto started = StartAgain();
  FB_CHECK(started.ok());
  broker_ = *std::move(started);
}

base::Result<std::unique_ptr<Broker>> RunningBroker::StartAgain(bool simulated_clock) {
  return Broker::Start(
      {directory(), config(), simulated_clock, "0.0-test", [this] { return OnCommit(); }});
}

void RunningBroker::Restart(const registry::Config& config) {
  End();
  Configure(config);
  auto started = StartAgain();
  FB_CHECK(started.ok());
  Adopt(*std::move(started));
}

void RunningBroker::FailNextCommit(store::CommitFault fault) {
  base::MutexLock lock(mutex_);
  next_fault_ = fault;
}

void RunningBroker::HoldCommits() {
  base::MutexLock lock(mutex_);
  held_ = true;
}

void RunningBroker::LetCommitsGo() {
  base::MutexLock lock(mutex_);
  held_ = false;
  changed_.NotifyAll();
}

namespace {

// The log takes its turns when it likes: what a test fails is what it does itself.
bool InLogsTurn() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return std::string_view(name) == kLogTurnsThread;
}

}  // namespace

store::CommitFault RunningBroker::OnCommit() {
  base::MutexLock lock(mutex_);
  while (held_) changed_.Wait(mutex_);
  if (InLogsTurn()) return store::CommitFault::kNone;
  return std::exchange(next_fault_, store::CommitFault::kNone);
}

grpc::Status RunningBroker::Submit(const v1::Incident& incident) const {
  v1::SubmitIncidentRequest request;
  *request.mutable_incident() = incident;
  v1::SubmitIncidentResponse response;
  Context context;
  return v1::IncidentService::NewStub(ChannelAs(kForceUri))
      ->SubmitIncident(&context, request, &response);
}

std::string FaultyFields(const std::string& status_details) {
  google::rpc::Status status;
  google::rpc::BadRequest request;
  if (!status.ParseFromString(status_details)) return "no google.rpc.Status";
  if (status.details_size() != 1 || !status.details(0).UnpackTo(&request)) return "no BadRequest";
  std::string fields;
  for (const auto& violation : request.field_violations()) {
    fields += (fields.empty() ? "" : ",") + violation.field();
  }
  return fields;
}

}  // namespace firstbell::server
