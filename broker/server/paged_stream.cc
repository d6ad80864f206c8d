#include "broker/server/entries_stream.h"

#include <iterator>

namespace firstbell::server {

EntriesStream::EntriesStream(const Edge& edge, inquiry::DeliveryInquiry& inquiry,
                             OpenStreams& streams, const base::Result<registry::Identity>& caller,
                             const grpc::ByteBuffer& in)
    : edge_(edge), inquiry_(inquiry) {
  // Held throughout, so that the worker cannot be done before this is.
  base::MutexLock lock(mutex_);
  const base::Status status = Admit(streams, caller, in);
  on_pool_ = status.ok();
  if (status.ok()) return;
  CallTimer(edge_, Name(Method::kReadEntries)).End(status);
  End(status);
}

base::Status EntriesStream::Admit(OpenStreams& streams,
                                  const base::Result<registry::Identity>& caller,
                                  const grpc::ByteBuffer& in) {
  FB_RETURN_IF_ERROR(caller.status());
  FB_ASSIGN_OR_RETURN(ticket_, streams.Take(caller->uri));
  const bool taken = edge_.pool.TryPost([this, caller = *caller, in] { Begin(caller, in); });
  return taken ? base::OkStatus() : TooBusy();
}

void EntriesStream::Begin(const registry::Identity& caller, const grpc::ByteBuffer& in) {
  const CallTimer timer(edge_, Name(Method::kReadEntries));
  const base::Status opened = Open(caller, in);
  timer.End(opened);
  if (opened.ok()) return ReadPage();
  PageRead(opened);
}

base::Status EntriesStream::Open(const registry::Identity& caller, const grpc::ByteBuffer& in) {
  v1::ReadEntriesRequest request;
  FB_RETURN_IF_ERROR(ParseMessage(in, request));
  FB_ASSIGN_OR_RETURN(auditor_, inquiry::AuditorOf(caller.uri, caller.parts.front()));
  FB_ASSIGN_OR_RETURN(range_, inquiry_.OpenEntries(*auditor_, request, edge_.clock.Now()));
  return base::OkStatus();
}

void EntriesStream::ReadPage() {
  auto page = inquiry_.NextEntries(*auditor_, range_);
  LogFailure(Name(Method::kReadEntries), page.status());
  PageRead(std::move(page));
}

void EntriesStream::PageRead(base::Result<std::vector<v1::LogEntry>> page) {
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

void EntriesStream::GoOn() {
  if (finished_ || writing_ || on_pool_) return;
  if (gone_ || (page_.empty() && range_.empty())) return End(base::OkStatus());
  if (page_.empty()) {
    // Always taken: one page of each stream at most, and OpenStreams bounds the streams.
    on_pool_ = true;
    edge_.pool.Post([this] { ReadPage(); });
    return;
  }
  outgoing_ = ToBytes(page_.front());
  page_.pop_front();
  writing_ = true;
  StartWrite(&outgoing_);
}

void EntriesStream::End(const base::Status& status) {
  if (finished_) return;
  finished_ = true;
  page_.clear();
  Finish(ToRpc(status));
}

void EntriesStream::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  gone_ |= !ok;
  GoOn();
}

void EntriesStream::OnCancel() {
  base::MutexLock lock(mutex_);
  gone_ = true;
  GoOn();
}

void EntriesStream::OnDone() {
  bool over = false;
  {
    base::MutexLock lock(mutex_);
    done_ = true;
    over = !on_pool_;
  }
  if (over) delete this;
}

}  // namespace firstbell::server
