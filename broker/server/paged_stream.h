#pragma once

// One ReadEntries call. A worker reads one page of the log and is free again; the next page is read
// when the reader has taken this one, so that a slow reader holds a page and no thread.

#include <deque>
#include <memory>
#include <optional>

#include "broker/inquiry/delivery_inquiry.h"
#include "broker/server/open_streams.h"
#include "broker/server/rpc.h"

namespace firstbell::server {

// Deletes itself when gRPC is done with it and no page of it is being read.
class EntriesStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  EntriesStream(const Edge& edge, inquiry::DeliveryInquiry& inquiry, OpenStreams& streams,
                const base::Result<registry::Identity>& caller, const grpc::ByteBuffer& in);

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  base::Status Admit(OpenStreams& streams, const base::Result<registry::Identity>& caller,
                     const grpc::ByteBuffer& in);
  // On the pool.
  void Begin(const registry::Identity& caller, const grpc::ByteBuffer& in);
  void ReadPage();
  base::Status Open(const registry::Identity& caller, const grpc::ByteBuffer& in);
  // What the worker leaves behind: it may be deleted then.
  void PageRead(base::Result<std::vector<v1::LogEntry>> page);
  // The next entry, the next page, or the end.
  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const base::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Edge& edge_;
  inquiry::DeliveryInquiry& inquiry_;
  std::unique_ptr<OpenStreams::Ticket> ticket_;
  std::optional<inquiry::Auditor> auditor_;  // the worker's while on_pool_
  inquiry::EntryRange range_;                // the same
  grpc::ByteBuffer outgoing_;                // gRPC's while writing_

  base::Mutex mutex_;
  std::deque<v1::LogEntry> page_ ABSL_GUARDED_BY(mutex_);
  bool on_pool_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;  // nobody reads any more
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;  // gRPC is done with it
};

}  // namespace firstbell::server
