#pragma once

// One WatchIncident call: the notices, and the children at review, as they stand, then each change;
// ends when all have ended and none waits at review, or with UNAVAILABLE when the broker stops.

#include <deque>
#include <map>
#include <memory>

#include "broker/inquiry/incident_inquiry.h"
#include "broker/server/open_streams.h"
#include "broker/server/rpc.h"
#include "broker/server/watch_hub.h"

namespace firstbell::server {

// Deletes itself when gRPC is done with it and its first look is.
class WatchStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  WatchStream(const Edge& edge, inquiry::IncidentInquiry& inquiry, WatchHub& hub,
              OpenStreams& watching, base::Result<registry::Identity> caller,
              const grpc::ByteBuffer& in);

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  base::Status Admit(OpenStreams& watching, const base::Result<registry::Identity>& caller,
                     const grpc::ByteBuffer& in);
  // On the pool: subscribes, then reads what stands, so that no change falls between.
  void Begin(const registry::Identity& caller, const grpc::ByteBuffer& in);
  base::Status Subscribe(const registry::Identity& caller, const v1::WatchIncidentRequest& request);
  void Tell(const v1::NoticeStatus& notice);
  enum class Told { kBefore, kNow };  // as it stood when the watch began; as it changed since
  void Tell(const v1::ReviewStatus& review, Told when);
  void Queue(const v1::WatchIncidentResponse& response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool AllEnded() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Close();
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const grpc::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release();

  const Edge& edge_;
  inquiry::IncidentInquiry& inquiry_;
  WatchHub& hub_;
  std::unique_ptr<OpenStreams::Ticket> ticket_;  // of the caller's force
  std::unique_ptr<WatchHub::Subscription> subscription_;
  grpc::ByteBuffer outgoing_;  // gRPC's while writing_

  base::Mutex mutex_;
  std::map<std::string, v1::AlertState> told_ ABSL_GUARDED_BY(mutex_);       // by alert id
  std::map<std::string, v1::ChildOutcome> reviews_ ABSL_GUARDED_BY(mutex_);  // by child_ref
  std::deque<grpc::ByteBuffer> queue_ ABSL_GUARDED_BY(mutex_);
  bool begun_ ABSL_GUARDED_BY(mutex_) = false;  // all that stands of the incident was told
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;  // the broker stops
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  int holders_ ABSL_GUARDED_BY(mutex_) = 2;  // gRPC and Begin
};

}  // namespace firstbell::server
