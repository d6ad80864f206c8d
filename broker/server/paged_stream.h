#pragma once

// A call that answers with many messages, read page by page. A worker reads one page and is free
// again; the next is read when the reader has taken this one, so that a slow reader holds a page
// and no thread.

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "broker/server/open_streams.h"
#include "broker/server/rpc.h"

namespace firstbell::server {

// What is read. Threads: one at a time.
class PageSource {
 public:
  virtual ~PageSource() = default;
  virtual base::Result<std::vector<grpc::ByteBuffer>> Next() = 0;
  virtual bool over() const = 0;  // there are no more
};

// Deletes itself when gRPC is done with it and no page of it is being read.
class PagedStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  // On the pool: judges the request.
  using Open = std::function<base::Result<std::unique_ptr<PageSource>>(
      const registry::Identity& caller, const grpc::ByteBuffer& in)>;

  PagedStream(const Edge& edge, Method method, OpenStreams& streams,
              const base::Result<registry::Identity>& caller, const grpc::ByteBuffer& in,
              Open open);

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  base::Status Admit(OpenStreams& streams, const base::Result<registry::Identity>& caller,
                     const grpc::ByteBuffer& in);
  // On the pool.
  void Begin(const registry::Identity& caller, const grpc::ByteBuffer& in);
  void ReadPage();
  // What the worker leaves behind: it may be deleted then.
  void PageRead(base::Result<std::vector<grpc::ByteBuffer>> page);
  // The next message, the next page, or the end.
  void GoOn() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void End(const base::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Edge& edge_;
  const Method method_;
  const Open open_;
  std::unique_ptr<OpenStreams::Ticket> ticket_;
  std::unique_ptr<PageSource> source_;  // the worker's while on_pool_
  grpc::ByteBuffer outgoing_;           // gRPC's while writing_

  base::Mutex mutex_;
  std::deque<grpc::ByteBuffer> page_ ABSL_GUARDED_BY(mutex_);
  bool on_pool_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;  // nobody reads any more
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;  // gRPC is done with it
};

}  // namespace firstbell::server
