#include "broker/server/paged_stream.h"

#include <iterator>

namespace firstbell::server {

PagedStream::PagedStream(const Edge& edge, Method method, OpenStreams& streams,
                         const base::Result<registry::Identity>& caller, const grpc::ByteBuffer& in,
                         Open open)
    : edge_(edge), method_(method), open_(std::move(open)) {
  // Held throughout, so that the worker cannot be done before this is.
  base::MutexLock lock(mutex_);
  const base::Status status = Admit(streams, caller, in);
  on_pool_ = status.ok();
  if (status.ok()) return;
  CallTimer(edge_, Name(method_)).End(status);
  End(status);
}

base::Status PagedStream::Admit(OpenStreams& streams,
                                const base::Result<registry::Identity>& caller,
                                const grpc::ByteBuffer& in) {
  FB_RETURN_IF_ERROR(caller.status());
  FB_ASSIGN_OR_RETURN(ticket_, streams.Take(caller->uri));
  const bool taken = edge_.pool.TryPost([this, caller = *caller, in] { Begin(caller, in); });
  return taken ? base::OkStatus() : TooBusy();
}

void PagedStream::Begin(const registry::Identity& caller, const grpc::ByteBuffer& in) {
  const CallTimer timer(edge_, Name(method_));
  auto opened = open_(caller, in);
  timer.End(opened.status());
  if (!opened.ok()) return PageRead(opened.status());
  source_ = *std::move(opened);
  ReadPage();
}

void PagedStream::ReadPage() {
  auto page = source_->Next();
  LogFailure(Name(method_), page.status());
  PageRead(std::move(page));
}

void PagedStream::PageRead(base::Result<std::vector<grpc::ByteBuffer>> page) {
  bool over = false;
  {
    base::MutexLock lock(mutex_);
    on_pool_ = false;
    if (page.ok()) {
      page_.assign(std::make_move_iterator(page->begin()), std::make_move_iterator(page->end()));
      GoOn();
    } else {
      End(page.status());
    }
    over = done_;
  }
  if (over) delete this;
}

void PagedStream::GoOn() {
  if (finished_ || writing_ || on_pool_) return;
  if (gone_ || (page_.empty() && source_->over())) return End(base::OkStatus());
  if (page_.empty()) {
    // Always taken: one page of each stream at most, and OpenStreams bounds the streams.
    on_pool_ = true;
    edge_.pool.Post([this] { ReadPage(); });
    return;
  }
  outgoing_ = page_.front();
  page_.pop_front();
  writing_ = true;
  StartWrite(&outgoing_);
}

void PagedStream::End(const base::Status& status) {
  if (finished_) return;
  finished_ = true;
  page_.clear();
  Finish(ToRpc(status));
}

void PagedStream::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  gone_ |= !ok;
  GoOn();
}

void PagedStream::OnCancel() {
  base::MutexLock lock(mutex_);
  gone_ = true;
  GoOn();
}

void PagedStream::OnDone() {
  bool over = false;
  {
    base::MutexLock lock(mutex_);
    done_ = true;
    over = !on_pool_;
  }
  if (over) delete this;
}

}  // namespace firstbell::server
