#include "broker/server/submit_stream.h"

namespace firstbell::server {

namespace {

v1::SubmitIncidentsResponse Refusal(std::uint64_t sequence, const base::Status& status) {
  v1::SubmitIncidentsResponse response;
  response.set_sequence(sequence);
  response.set_error_status(ToStatusBytes(status));
  return response;
}

// Read where it is refused too, for the number that the answer must carry.
std::uint64_t SequenceOf(const grpc::ByteBuffer& bytes) {
  v1::SubmitIncidentsRequest request;
  (void)ParseMessage(bytes, request).ok();
  return request.sequence();
}

}  // namespace

SubmitStream::SubmitStream(const Edge& edge, intake::Intake& intake, ForceLimits& limits,
                           OpenStreams& streams, const base::Result<registry::Identity>& caller)
    : edge_(edge), intake_(intake), limits_(limits) {
  base::MutexLock lock(mutex_);
  const base::Status status = Admit(streams, caller);
  if (!status.ok()) {
    half_closed_ = finished_ = true;
    Finish(CallTimer(edge_, Name(Method::kSubmitIncidents)).End(status));
    return;
  }
  ReadNext();
}

base::Status SubmitStream::Admit(OpenStreams& streams,
                                 const base::Result<registry::Identity>& caller) {
  FB_RETURN_IF_ERROR(caller.status());
  force_ = caller->force();
  FB_ASSIGN_OR_RETURN(ticket_, streams.Take(caller->uri));
  return base::OkStatus();
}

void SubmitStream::ReadNext() {
  const bool room = under_way_ + answers_.size() < limits::kStreamInFlight;
  if (reading_ || half_closed_ || !room) return;
  reading_ = true;
  StartRead(&incoming_);
}

void SubmitStream::OnReadDone(bool ok) {
  grpc::ByteBuffer bytes;
  {
    base::MutexLock lock(mutex_);
    reading_ = false;
    if (!ok) {
      half_closed_ = true;
      FinishIfOver();
      return;
    }
    bytes.Swap(&incoming_);
    ++under_way_;
    ReadNext();
  }
  // A buffer's copy refers to the same bytes.
  if (edge_.pool.TryPost([this, bytes] { Answer(AnswerTo(bytes)); })) return;
  const CallTimer timer(edge_, Name(Method::kSubmitIncidents));
  timer.End(TooBusy());
  Answer(Refusal(SequenceOf(bytes), TooBusy()));
}

base::Result<v1::IncidentAnswer> SubmitStream::Submit(v1::Incident&& incident) {
  const absl::Time now = edge_.clock.Now();
  FB_RETURN_IF_ERROR(limits_.Take(force_, now));
  return intake_.Submit(force_, std::move(incident), now);
}

v1::SubmitIncidentsResponse SubmitStream::AnswerTo(const grpc::ByteBuffer& bytes) {
  const CallTimer timer(edge_, Name(Method::kSubmitIncidents));
  v1::SubmitIncidentsRequest request;
  v1::SubmitIncidentsResponse response;
  base::Status status = ParseMessage(bytes, request);
  response.set_sequence(request.sequence());
  if (status.ok()) {
    auto answer = Submit(std::move(*request.mutable_incident()));
    status = answer.status();
    if (answer.ok()) *response.mutable_answer() = *std::move(answer);
  }
  timer.End(status);
  return status.ok() ? response : Refusal(request.sequence(), status);
}

void SubmitStream::Answer(const v1::SubmitIncidentsResponse& response) {
  grpc::ByteBuffer answer = ToBytes(response);
  bool over = false;
  {
    base::MutexLock lock(mutex_);
    --under_way_;
    answers_.push_back(std::move(answer));
    WriteNext();
    ReadNext();
    FinishIfOver();
    over = done_ && under_way_ == 0;
  }
  if (over) delete this;
}

void SubmitStream::WriteNext() {
  if (writing_ || finished_ || answers_.empty()) return;
  outgoing_ = std::move(answers_.front());
  answers_.pop_front();
  writing_ = true;
  StartWrite(&outgoing_);
}

void SubmitStream::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  if (!ok) {
    // The caller is gone. What is durable stays so; it will ask again.
    half_closed_ = true;
    answers_.clear();
  }
  WriteNext();
  ReadNext();
  FinishIfOver();
}

void SubmitStream::FinishIfOver() {
  const bool idle = !reading_ && !writing_ && under_way_ == 0 && answers_.empty();
  if (!half_closed_ || !idle || finished_) return;
  finished_ = true;
  Finish(grpc::Status::OK);
}

void SubmitStream::OnCancel() {
  base::MutexLock lock(mutex_);
  half_closed_ = true;
  if (!writing_) answers_.clear();
  FinishIfOver();
}

void SubmitStream::OnDone() {
  bool over = false;
  {
    base::MutexLock lock(mutex_);
    done_ = true;
    over = under_way_ == 0;
  }
  if (over) delete this;
}

}  // namespace firstbell::server
