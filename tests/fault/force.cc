#include "tests/fault/force.h"

#include <utility>

#include "tests/support/eventually.h"

namespace firstbell::fault {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestOutage = absl::Seconds(60);

// What the broker says when it does not know or has no room; and what gRPC says by itself where a
// call ended without the broker's word.
bool TellsNothing(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED ||
         status.error_code() == grpc::StatusCode::CANCELLED ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

std::string Words(const grpc::Status& status) {
  return std::to_string(status.error_code()) + " " + status.error_message();
}

}  // namespace

void Findings::Add(std::string finding) {
  base::MutexLock lock(mutex_);
  all_.push_back(std::move(finding));
}

std::vector<std::string> Findings::Take() {
  base::MutexLock lock(mutex_);
  return std::exchange(all_, {});
}

void Force::Submit(const std::string& reference, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  switch (random() % 20) {
    case 0:
      return SubmitFaulty(reference);
    case 1:
      return SubmitUnderUsedReference(random);
    default:
      return SubmitGood(reference, random);
  }
}

std::shared_ptr<grpc::Channel> Force::Channel() {
  base::MutexLock lock(mutex_);
  if (channel_ == nullptr) channel_ = town_.AsForce();
  return channel_;
}

// A new connection does not wait as long as gRPC would with a broken one.
void Force::Reconnect(const std::shared_ptr<grpc::Channel>& broken) {
  base::MutexLock lock(mutex_);
  if (channel_ == broken) channel_ = nullptr;
}

// UNAVAILABLE and its like say nothing about what stands: the same again is always safe.
grpc::Status Force::SendUntilKnown(const v1::Incident& incident, v1::IncidentAnswer& answer) {
  v1::SubmitIncidentRequest request;
  *request.mutable_incident() = incident;
  grpc::Status status;
  const bool known = support::Eventually(
      kLongestOutage,
      [&] {
        support::Context context;
        context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
        v1::SubmitIncidentResponse response;
        const auto channel = Channel();
        status =
            v1::IncidentService::NewStub(channel)->SubmitIncident(&context, request, &response);
        answer = response.answer();
        if (TellsNothing(status)) Reconnect(channel);
        return !TellsNothing(status);
      },
      absl::ToChronoMilliseconds(kPause));
  if (!known) findings_.Add(incident.reference() + " got no answer in a minute: " + Words(status));
  return status;
}

std::vector<PupilOf> Force::Draw(std::mt19937_64& random) const {
  const std::size_t first = random() % town_.schools();
  std::vector<PupilOf> children = {{first, random() % kPupils}};
  // Siblings at two schools: neither school learns of the other's pupil.
  if (random() % 4 == 0) children.push_back({(first + 1) % town_.schools(), random() % kPupils});
  return children;
}

void Force::SubmitGood(const std::string& reference, std::mt19937_64& random) {
  Told told{{}, Draw(random)};
  const v1::Incident incident = IncidentAbout(reference, told.children);
  const grpc::Status status = SendUntilKnown(incident, told.answer);
  if (!status.ok()) return findings_.Add(reference + " was refused: " + Words(status));
  for (const v1::ChildAnswer& child : told.answer.children()) {
    if (child.outcome() != v1::CHILD_OUTCOME_ACCEPTED) {
      findings_.Add(reference + ": a child of a roll was not placed");
    }
  }
  if (random() % 8 == 0) {
    v1::IncidentAnswer again;
    const grpc::Status second = SendUntilKnown(incident, again);
    if (!second.ok() || again.SerializeAsString() != told.answer.SerializeAsString()) {
      findings_.Add(reference + " sent again got another answer: " + Words(second));
    }
  }
  base::MutexLock lock(mutex_);
  accepted_.emplace(reference, std::move(told));
}

void Force::SubmitFaulty(const std::string& reference) {
  v1::Incident incident = IncidentAbout(reference, {{0, 0}});
  incident.mutable_children(0)->set_date_of_birth("the ninth of May");
  v1::IncidentAnswer answer;
  const grpc::Status status = SendUntilKnown(incident, answer);
  if (status.error_code() != grpc::StatusCode::INVALID_ARGUMENT) {
    findings_.Add(reference + " is faulty and got " + Words(status));
  }
  base::MutexLock lock(mutex_);
  refused_.insert(reference);
}

// The first content stands; the second was told that it failed for good.
void Force::SubmitUnderUsedReference(std::mt19937_64& random) {
  v1::Incident incident;
  {
    base::MutexLock lock(mutex_);
    if (accepted_.empty()) return;
    const auto& [reference, told] =
        *std::next(accepted_.begin(), static_cast<std::ptrdiff_t>(random() % accepted_.size()));
    incident = IncidentAbout(reference, told.children);
  }
  incident.set_nature("something else altogether");
  v1::IncidentAnswer answer;
  const grpc::Status status = SendUntilKnown(incident, answer);
  if (status.error_code() != grpc::StatusCode::ALREADY_EXISTS) {
    findings_.Add("a used reference with other content got " + Words(status));
  }
}

}  // namespace firstbell::fault
