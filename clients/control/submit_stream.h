#pragma once

// Many incidents over one bidirectional stream, at most kWindow unanswered. A stream that breaks
// with UNAVAILABLE is opened again after a pause and what was not answered is sent again, which is
// safe: the broker gives the first answer. One that the broker asks to wait with is sent again on
// the same stream when it may be. Any answer starts the count of attempts anew. Threads: Add and
// Finish from one thread; the sink is called from that and from a thread of its own.

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>

#include <cstdint>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "clients/console/call.h"
#include "clients/control/submit.h"
#include "firstbell/v1/incident_service.grpc.pb.h"

namespace firstbell::control {

class SubmitStream {
 public:
  // Below limits::kStreamInFlight, so that the broker never has to stop reading.
  static constexpr std::size_t kWindow = 32;

  SubmitStream(v1::IncidentService::Stub& stub, console::Retry retry, SubmissionSink sink);
  // Gives up what is unanswered without telling the sink: call Finish first.
  ~SubmitStream();
  SubmitStream(const SubmitStream&) = delete;
  SubmitStream& operator=(const SubmitStream&) = delete;

  // Sends it, after waiting for room in the window. After an error only Finish may be called.
  base::Status Add(std::uint64_t line, v1::Incident incident);
  // Waits for every answer. Where the broker is lost, each unanswered incident reaches the sink
  // with the error that is then returned.
  base::Status Finish();

 private:
  struct Pending {
    std::uint64_t line = 0;
    v1::Incident incident;
  };

  bool Open();
  base::Status Reopen();
  base::Status Close();  // of a stream that gives no more answers, or is about to
  bool Send(std::uint64_t sequence, const v1::Incident& incident);
  void ReadAnswers();
  void Take(const v1::SubmitIncidentsResponse& response);
  // Until no more than `most` are unanswered, or the stream has ended.
  base::Status AwaitAnswers(std::size_t most);
  // Waits as the broker asked and sends them again.
  base::Status SendHeldBack();
  // Tells of those that were held back in vain. `lost_`.
  base::Status Refused(const base::Status& why);
  void AskAgain();
  base::Status WaitForAll();
  void GiveUp(const base::Status& status);

  v1::IncidentService::Stub& stub_;
  const console::Retry retry_;
  const SubmissionSink sink_;

  // Of the caller's thread.
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::SubmitIncidentsRequest, v1::SubmitIncidentsResponse>>
      stream_;
  std::thread reader_;
  std::uint64_t next_sequence_ = 1;
  base::Status lost_;

  base::Mutex mutex_;
  base::CondVar changed_;
  std::map<std::uint64_t, Pending> unanswered_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = true;  // the stream gives no more answers
  bool ask_again_ ABSL_GUARDED_BY(mutex_) = false;
  // Refused for now: of the unanswered, in the order in which they came.
  std::vector<std::uint64_t> held_back_ ABSL_GUARDED_BY(mutex_);
  base::Status held_back_why_ ABSL_GUARDED_BY(mutex_);  // of the last of them
  int waits_ ABSL_GUARDED_BY(mutex_) = 0;     // since the last answer: as the broker asked
  int failures_ ABSL_GUARDED_BY(mutex_) = 0;  // since the last answer: outages
};

}  // namespace firstbell::control
