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
  const base::Status room = AwaitAnswers(kWindow - 1);
  const std::uint64_t sequence = next_sequence_++;
  {
    base::MutexLock lock(mutex_);
    unanswered_.emplace(sequence, Pending{line, incident});
  }
  FB_RETURN_IF_ERROR(room);
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
    FB_RETURN_IF_ERROR(AwaitAnswers(0));
    {
      base::MutexLock lock(mutex_);
      if (unanswered_.empty()) break;
    }
    FB_RETURN_IF_ERROR(Reopen());
  }
  if (stream_) stream_->WritesDone();
  // Everything is answered and durable: how the stream itself ends says nothing more.
  [[maybe_unused]] const base::Status ended = Close();
  return base::OkStatus();
}

base::Status SubmitStream::AwaitAnswers(std::size_t most) {
  while (true) {
    {
      base::MutexLock lock(mutex_);
      while (unanswered_.size() > most && !ended_ && held_back_.empty()) changed_.Wait(mutex_);
      // A stream that broke is opened anew with all of them.
      if (ended_ || unanswered_.size() <= most) return base::OkStatus();
    }
    FB_RETURN_IF_ERROR(SendHeldBack());
  }
}

base::Status SubmitStream::SendHeldBack() {
  base::Status why;
  bool in_vain = false;
  {
    base::MutexLock lock(mutex_);
    why = held_back_why_;
    in_vain = ++waits_ >= retry_.attempts;
  }
  if (in_vain) return Refused(why);
  console::WaitAsAsked(retry_, why, *console::AskedToWait(retry_, why));
  std::vector<std::pair<std::uint64_t, v1::Incident>> again;
  {
    base::MutexLock lock(mutex_);
    for (const std::uint64_t sequence : std::exchange(held_back_, {})) {
      again.emplace_back(sequence, unanswered_.at(sequence).incident);
    }
  }
  for (const auto& [sequence, incident] : again) {
    if (!Send(sequence, incident)) return Reopen();
  }
  return base::OkStatus();
}

// However long we wait, it is no use. What else is on its way still gets its answer.
base::Status SubmitStream::Refused(const base::Status& why) {
  std::vector<std::uint64_t> refused;
  {
    base::MutexLock lock(mutex_);
    while (unanswered_.size() > held_back_.size() && !ended_) changed_.Wait(mutex_);
    for (const std::uint64_t sequence : std::exchange(held_back_, {})) {
      refused.push_back(unanswered_.extract(sequence).mapped().line);
    }
  }
  for (const std::uint64_t line : refused) sink_(Submission{line, why});
  stream_->WritesDone();
  const base::Status ended = Close();
  base::MutexLock lock(mutex_);
  // Where the stream broke meanwhile, nobody knows of the rest.
  lost_ = unanswered_.empty() ? why : base::Unavailable(std::string(base::Message(ended)));
  return lost_;
}

bool SubmitStream::Open() {
  context_ = std::make_unique<grpc::ClientContext>();
  stream_ = stub_.SubmitIncidents(context_.get());
  std::vector<std::pair<std::uint64_t, v1::Incident>> again;
  {
    base::MutexLock lock(mutex_);
    ended_ = false;
    held_back_.clear();
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
    const auto asked = console::AskedToWait(retry_, ended);
    if ((ended.code() != base::Code::kUnavailable && !asked) || failures >= retry_.attempts) {
      lost_ = ended;
      return ended;
    }
    asked ? console::WaitAsAsked(retry_, ended, *asked) : console::Pause(retry_, failures);
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
    const auto found = unanswered_.find(response.sequence());
    if (found == unanswered_.end()) return;
    if (console::AskedToWait(retry_, answer.status())) {
      held_back_.push_back(response.sequence());
      held_back_why_ = answer.status();
      return changed_.NotifyAll();
    }
    line = found->second.line;
    unanswered_.erase(found);
    failures_ = waits_ = 0;
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
