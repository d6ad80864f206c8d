#include "broker/server/watch_stream.h"

#include <algorithm>

namespace firstbell::server {
namespace {

grpc::Status CallerGone() {
  return {grpc::StatusCode::CANCELLED, "the caller is gone"};
}

grpc::Status Stopping() {
  return {grpc::StatusCode::UNAVAILABLE, "the broker is stopping: watch again in a moment"};
}

}  // namespace

WatchStream::WatchStream(const Edge& edge, inquiry::IncidentInquiry& inquiry, WatchHub& hub,
                         OpenStreams& watching, base::Result<registry::Identity> caller,
                         const grpc::ByteBuffer& in)
    : edge_(edge), inquiry_(inquiry), hub_(hub) {
  const base::Status admitted = Admit(watching, caller, in);
  if (admitted.ok()) return;
  base::MutexLock lock(mutex_);
  --holders_;
  End(CallTimer(edge_, Name(Method::kWatchIncident)).End(admitted));
}

base::Status WatchStream::Admit(OpenStreams& watching,
                                const base::Result<registry::Identity>& caller,
                                const grpc::ByteBuffer& in) {
  FB_RETURN_IF_ERROR(caller.status());
  FB_ASSIGN_OR_RETURN(ticket_, watching.Take(caller->force().value()));
  const bool taken = edge_.pool.TryPost([this, caller = *caller, in] { Begin(caller, in); });
  return taken ? base::OkStatus() : TooBusy();
}

void WatchStream::Begin(const registry::Identity& caller, const grpc::ByteBuffer& in) {
  const CallTimer timer(edge_, Name(Method::kWatchIncident));
  v1::WatchIncidentRequest request;
  base::Status status = ParseMessage(in, request);
  if (status.ok()) status = Subscribe(caller, request);
  const grpc::Status answer = timer.End(status);
  {
    base::MutexLock lock(mutex_);
    begun_ = true;
    if (!status.ok()) End(answer);
    WriteNext();
  }
  Release();
}

base::Status WatchStream::Subscribe(const registry::Identity& caller,
                                    const v1::WatchIncidentRequest& request) {
  const base::Reference reference(request.reference());
  FB_ASSIGN_OR_RETURN(const auto known, inquiry_.Get(caller.force(), reference, edge_.clock.Now()));
  subscription_ = hub_.Watch(
      base::IncidentId(known.answer().incident_id()),
      {.changed =
           [this](const model::Alert& alert) { Tell(inquiry::NoticeOf(alert, edge_.clock.Now())); },
       .reviewed = [this](const model::Case& value) { Tell(inquiry::ReviewOf(value), Told::kNow); },
       .closing = [this] { Close(); }});
  if (subscription_ == nullptr) return base::Unavailable("the broker is stopping");
  FB_ASSIGN_OR_RETURN(const auto now_stands,
                      inquiry_.Get(caller.force(), reference, edge_.clock.Now()));
  for (const v1::NoticeStatus& notice : now_stands.notices()) Tell(notice);
  for (const v1::ReviewStatus& review : now_stands.reviews()) Tell(review, Told::kBefore);
  return base::OkStatus();
}

// A change that was told already, or is older than what was told, is dropped.
void WatchStream::Tell(const v1::NoticeStatus& notice) {
  base::MutexLock lock(mutex_);
  v1::AlertState& told = told_[notice.alert_id()];
  if (notice.state() <= told) return;
  told = notice.state();
  v1::WatchIncidentResponse response;
  *response.mutable_notice() = notice;
  Queue(response);
}

// What stood before is older than what was told since.
void WatchStream::Tell(const v1::ReviewStatus& review, Told when) {
  base::MutexLock lock(mutex_);
  const auto [told, is_new] = reviews_.try_emplace(review.child_ref(), review.outcome());
  if (!is_new && (when == Told::kBefore || review.outcome() == told->second)) return;
  told->second = review.outcome();
  v1::WatchIncidentResponse response;
  *response.mutable_review() = review;
  Queue(response);
}

void WatchStream::Queue(const v1::WatchIncidentResponse& response) {
  queue_.push_back(ToBytes(response));
  WriteNext();
}

void WatchStream::Close() {
  base::MutexLock lock(mutex_);
  closing_ = true;
  WriteNext();
}

void WatchStream::WriteNext() {
  if (writing_ || finished_) return;
  if (closing_) return End(Stopping());
  if (!queue_.empty()) {
    outgoing_ = std::move(queue_.front());
    queue_.pop_front();
    writing_ = true;
    StartWrite(&outgoing_);
    return;
  }
  if (begun_ && AllEnded()) End(grpc::Status::OK);
}

bool WatchStream::AllEnded() const {
  return std::all_of(told_.begin(), told_.end(),
                     [](const auto& one) { return model::Ended(one.second); }) &&
         std::none_of(reviews_.begin(), reviews_.end(),
                      [](const auto& one) { return one.second == v1::CHILD_OUTCOME_AT_REVIEW; });
}

void WatchStream::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) return End(CallerGone());
  WriteNext();
}

void WatchStream::OnCancel() {
  base::MutexLock lock(mutex_);
  if (!writing_) End(CallerGone());
}

void WatchStream::End(const grpc::Status& status) {
  if (finished_) return;
  finished_ = true;
  Finish(status);
}

void WatchStream::OnDone() {
  Release();
}

void WatchStream::Release() {
  bool last = false;
  {
    base::MutexLock lock(mutex_);
    last = --holders_ == 0;
  }
  if (!last) return;
  subscription_.reset();  // first: a change under way still uses the rest
  delete this;
}

}  // namespace firstbell::server
