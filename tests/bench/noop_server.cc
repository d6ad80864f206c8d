#include "tests/bench/noop_server.h"

#include <unistd.h>

#include "broker/base/mutex.h"
#include "broker/server/incident_service.h"
#include "broker/server/listen.h"

namespace firstbell::bench {
namespace {

// About what an answer of one child is.
grpc::ByteBuffer AnAnswer() {
  const grpc::Slice slice(std::string(110, 'x'));
  return grpc::ByteBuffer(&slice, 1);
}

// Answers each message with one, as fast as they come and go.
class NoopStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  NoopStream() { StartRead(&incoming_); }

  void OnReadDone(bool ok) override {
    base::MutexLock lock(mutex_);
    ended_ = !ok;
    if (ok) {
      ++owed_;
      StartRead(&incoming_);
    }
    Go();
  }
  void OnWriteDone(bool ok) override {
    base::MutexLock lock(mutex_);
    writing_ = false;
    if (!ok) owed_ = 0;
    Go();
  }
  void OnDone() override { delete this; }

 private:
  void Go() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (writing_) return;
    if (owed_ > 0) {
      --owed_;
      writing_ = true;
      StartWrite(&answer_);
    } else if (ended_) {
      Finish(grpc::Status::OK);
    }
  }

  grpc::ByteBuffer incoming_;
  grpc::ByteBuffer answer_ = AnAnswer();
  base::Mutex mutex_;
  std::size_t owed_ ABSL_GUARDED_BY(mutex_) = 0;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

class NoopService final : public server::RawIncidentService {
 public:
  grpc::ServerUnaryReactor* SubmitIncident(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer*,
                                           grpc::ByteBuffer* out) override {
    *out = AnAnswer();
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* SubmitIncidents(
      grpc::CallbackServerContext*) override {
    return new NoopStream;
  }
};

}  // namespace

int ServeNoop(const std::filesystem::path& keys, const std::string& address) {
  server::RestrictCipherSuites();
  NoopService service;
  const auto listening =
      server::Listen(address, server::Credentials(keys, server::Callers::kCertified), {&service});
  if (!listening.ok()) return 1;
  while (true) ::pause();
}

}  // namespace firstbell::bench
