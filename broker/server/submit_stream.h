#pragma once

// One SubmitIncidents call: reads while limits::kStreamInFlight are unanswered at most, answers in
// the order in which they become durable. What the pool has no room for is answered so.

#include <deque>
#include <memory>

#include "broker/intake/intake.h"
#include "broker/server/open_streams.h"
#include "broker/server/rate_limit.h"
#include "broker/server/rpc.h"
#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::server {

// Deletes itself when gRPC is done with it and no incident of it is under way any more.
class SubmitStream final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  SubmitStream(const Edge& edge, intake::Intake& intake, ForceLimits& limits, OpenStreams& streams,
               const base::Result<registry::Identity>& caller);

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  base::Status Admit(OpenStreams& streams, const base::Result<registry::Identity>& caller);
  base::Result<v1::IncidentAnswer> Submit(v1::Incident&& incident);
  v1::SubmitIncidentsResponse AnswerTo(const grpc::ByteBuffer& bytes);
  // Queues the answer to one that was under way; `this` may be deleted then.
  void Answer(const v1::SubmitIncidentsResponse& response);
  // What may happen next, given what is under way. Each may be called with anything pending.
  void ReadNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FinishIfOver() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Edge& edge_;
  intake::Intake& intake_;
  ForceLimits& limits_;
  base::ForceCode force_;
  std::unique_ptr<OpenStreams::Ticket> ticket_;
  grpc::ByteBuffer incoming_;  // gRPC's while reading_
  grpc::ByteBuffer outgoing_;  // gRPC's while writing_

  base::Mutex mutex_;
  std::deque<grpc::ByteBuffer> answers_ ABSL_GUARDED_BY(mutex_);
  std::size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;  // nothing more will be read
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;  // gRPC is done with it
};

}  // namespace firstbell::server
