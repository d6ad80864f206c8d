#include "clients/control/submit_stream.h"

#include <utility>
#include <vector>

namespace firstbell::control {
namespace {

base::Result<v1::IncidentAnswer> AnswerOf(const v1::SubmitIncidentsResponse& response) {
  if (response.has_answer()) return response.answer();
  google::rpc::Status status;
  if (!status.ParseFromString(response.error_status()) || status.code() == 0) {
    return base::Internal("the broker's answer cannot be read");
  }
  return console::FromRpc(status);
}

}  // namespace

SubmitStream::SubmitStream(v1::IncidentService::Stub& stub, console::Retry retry,
                           SubmissionSink sink)
    : stub_(stub), retry_(std::move(retry)), sink_(std::move(sink)) {}

SubmitStream::~SubmitStream() {
  if (context_) context_->TryCancel();
  if (reader_.joinable()) reader_.join();
}

base::Status SubmitStream::Add(std::uint64_t line, v1::Incident incident) {
  const std::uint64_t sequence = next_sequence_++;
  {
    base::MutexLock lock(mutex_);
    while (unanswered_.size() >= kWindow && !ended_) changed_.Wait(mutex_);
    unanswered_.emplace(sequence, Pending{line, incident});
  }
  const bool sent = stream_ ? Send(sequence, incident) : Open();
  return sent ? base::OkStatus() : Reopen();
}

base::Status SubmitStream::Finish() {
  const base::Status status = WaitForAll();
  if (!status.ok()) GiveUp(status);
  return status;
}

base::Status SubmitStream::WaitForAll() {
  while (true) {
    if (!lost_.ok()) return lost_;
    if (stream_) stream_->WritesDone();
    {
      base::MutexLock lock(mutex_);
      while (!unanswered_.empty() && !ended_) changed_.Wait(mutex_);
      if (unanswered_.empty()) break;
    }
    FB_RETURN_IF_ERROR(Reopen());
  }
  // Everything is answered and durable: how the stream itself ends says nothing more.
  [[maybe_unused]] const base::Status ended = Close();
  return base::OkStatus();
}

bool SubmitStream::Open() {
  context_ = std::make_unique<grpc::ClientContext>();
  stream_ = stub_.SubmitIncidents(context_.get());
  std::vector<std::pair<std::uint64_t, v1::Incident>> again;
  {
    base::MutexLock lock(mutex_);
    ended_ = false;
    for (const auto& [sequence, pending] : unanswered_) {
      again.emplace_back(sequence, pending.incident);
    }
  }
  reader_ = std::thread([this] { ReadAnswers(); });
  for (const auto& [sequence, incident] : again) {
    if (!Send(sequence, incident)) return false;
  }
  return true;
}

base::Status SubmitStream::Reopen() {
  while (true) {
    base::Status ended = Close();
    int failures = 0;
    {
      base::MutexLock lock(mutex_);
      if (ended.ok() || ask_again_) ended = base::Unavailable("the broker broke off");
      ask_again_ = false;
      failures = ++failures_;
    }
    if (ended.code() != base::Code::kUnavailable || failures >= retry_.attempts) {
      lost_ = ended;
      return ended;
    }
    console::Pause(retry_, failures);
    if (Open()) return base::OkStatus();
  }
}

base::Status SubmitStream::Close() {
  if (!stream_) return base::OkStatus();
  reader_.join();
  const grpc::Status status = stream_->Finish();
  stream_.reset();
  context_.reset();
  return console::FromGrpc(status);
}

bool SubmitStream::Send(std::uint64_t sequence, const v1::Incident& incident) {
  v1::SubmitIncidentsRequest request;
  request.set_sequence(sequence);
  *request.mutable_incident() = incident;
  return stream_->Write(request);
}

void SubmitStream::ReadAnswers() {
  v1::SubmitIncidentsResponse response;
  while (stream_->Read(&response)) Take(response);
  base::MutexLock lock(mutex_);
  ended_ = true;
  changed_.NotifyAll();
}

void SubmitStream::Take(const v1::SubmitIncidentsResponse& response) {
  base::Result<v1::IncidentAnswer> answer = AnswerOf(response);
  if (answer.status().code() == base::Code::kUnavailable) return AskAgain();
  std::uint64_t line = 0;
  {
    base::MutexLock lock(mutex_);
    const auto found = unanswered_.extract(response.sequence());
    if (found.empty()) return;
    line = found.mapped().line;
    failures_ = 0;
  }
  sink_(Submission{line, std::move(answer)});
  changed_.NotifyAll();
}

// The outcome of one incident is unknown: as if the whole stream had broken.
void SubmitStream::AskAgain() {
  {
    base::MutexLock lock(mutex_);
    ask_again_ = true;
  }
  context_->TryCancel();
}

void SubmitStream::GiveUp(const base::Status& status) {
  base::MutexLock lock(mutex_);
  for (const auto& [sequence, pending] : unanswered_) sink_(Submission{pending.line, status});
  unanswered_.clear();
}

}  // namespace firstbell::control
