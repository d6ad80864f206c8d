#include "broker/server/submit_stream.h"

namespace firstbell::server {

SubmitStream::SubmitStream(const Edge& edge, intake::Intake& intake,
                           base::Result<registry::Identity> caller)
    : edge_(edge), intake_(intake) {
  base::MutexLock lock(mutex_);
  if (!caller.ok()) {
    half_closed_ = finished_ = true;
    Finish(ToRpc(caller.status()));
    return;
  }
  force_ = caller->force();
  ReadNext();
}

void SubmitStream::ReadNext() {
  const bool room = on_pool_ + answers_.size() < limits::kStreamInFlight;
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
    ++on_pool_;
    ReadNext();
  }
  // The stream's own bound keeps this small; the pool's queue is for calls that can be refused.
  edge_.pool.Post([this, bytes = std::move(bytes)] { Handle(bytes); });
}

void SubmitStream::Handle(const grpc::ByteBuffer& bytes) {
  grpc::ByteBuffer answer = ToBytes(AnswerTo(bytes));
  bool over = false;
  {
    base::MutexLock lock(mutex_);
    --on_pool_;
    answers_.push_back(std::move(answer));
    WriteNext();
    ReadNext();
    FinishIfOver();
    over = done_ && on_pool_ == 0;
  }
  if (over) delete this;
}

v1::SubmitIncidentsResponse SubmitStream::AnswerTo(const grpc::ByteBuffer& bytes) {
  v1::SubmitIncidentsRequest request;
  v1::SubmitIncidentsResponse response;
  base::Status status = ParseMessage(bytes, request);
  response.set_sequence(request.sequence());
  if (status.ok()) {
    auto answer = intake_.Submit(force_, std::move(*request.mutable_incident()), edge_.clock.Now());
    status = answer.status();
    if (answer.ok()) *response.mutable_answer() = *std::move(answer);
  }
  LogFailure(Name(Method::kSubmitIncidents), status);
  if (!status.ok()) response.set_error_status(ToStatusBytes(status));
  return response;
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
  const bool idle = !reading_ && !writing_ && on_pool_ == 0 && answers_.empty();
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
    over = on_pool_ == 0;
  }
  if (over) delete this;
}

}  // namespace firstbell::server
