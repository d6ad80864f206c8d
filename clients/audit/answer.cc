#include "clients/audit/answer.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "clients/audit/opening.h"

namespace firstbell::audit_client {
namespace {

using Proofs = std::map<std::uint64_t, std::vector<std::string>>;

base::Status Fault(const v1::LogEntry& entry, const std::string& what) {
  return base::DataLoss("entry " + std::to_string(entry.position()) + " " + what);
}

std::string PseudonymIn(const std::string& asked) {
  return asked.starts_with("p-") ? asked : audit::PseudonymOf(asked);
}

// Of the alert that an event is about, by an event that was opened; empty: it is about none.
std::string AlertOf(const v1::LogEntry& entry) {
  const auto event = nlohmann::json::parse(entry.event(), nullptr, false);
  const auto alert = event.find("alert");
  if (alert == event.end() || !alert->is_string()) return "";
  const auto text = alert->get<std::string>();
  return entry.without_names() ? text : audit::PseudonymOf(text);
}

base::Status CheckEvent(const v1::LogEntry& entry, const std::string& pseudonym) {
  if (entry.event().empty()) return base::OkStatus();  // erased, or outside the scope
  if (!CheckOpening(entry).ok()) return Fault(entry, "does not commit to the event shown with it");
  if (AlertOf(entry) == pseudonym) return base::OkStatus();
  return Fault(entry, "is about another alert than the one that was asked for");
}

// Of those that came after the checkpoint there is no proof yet.
base::Status CheckPlace(const v1::LogEntry& entry, const Proofs& proofs,
                        const audit::Checkpoint& head) {
  if (entry.position() >= head.size) return base::OkStatus();
  const auto proof = proofs.find(entry.position());
  if (proof == proofs.end()) return Fault(entry, "comes without the proof that it is in the log");
  const base::Status included = audit::CheckInclusion(
      audit::LeafHash(entry.entry()), entry.position(), head.size, proof->second, head.root);
  return included.ok() ? included : Fault(entry, "is not in the log that was signed");
}

Proofs ProofsIn(const v1::GetDeliveryResponse& answer) {
  Proofs proofs;
  for (const v1::InclusionProof& proof : answer.proofs()) {
    proofs[proof.position()] = {proof.hashes().begin(), proof.hashes().end()};
  }
  return proofs;
}

base::Status CheckEvents(const v1::GetDeliveryResponse& answer, const std::string& pseudonym,
                         const audit::Checkpoint& head) {
  const Proofs proofs = ProofsIn(answer);
  std::optional<std::uint64_t> before;
  for (const v1::LogEntry& entry : answer.history()) {
    if (before && entry.position() <= *before) return Fault(entry, "stands out of its order");
    before = entry.position();
    FB_RETURN_IF_ERROR(CheckPlace(entry, proofs, head));
    FB_RETURN_IF_ERROR(CheckEvent(entry, pseudonym));
  }
  return base::OkStatus();
}

}  // namespace

AnswerChecker::AnswerChecker(LogSource& log, Trust trust, std::optional<Trusted> known)
    : log_(log), trust_(std::move(trust)), known_(std::move(known)) {
  if (known_ && !known_->note.empty()) newest_ = known_->head;
}

base::Status AnswerChecker::CheckContinues(const audit::Checkpoint& head) {
  if (!newest_ || head == *newest_) return base::OkStatus();
  const bool later = head.size >= newest_->size;
  const audit::Checkpoint& from = later ? *newest_ : head;
  const audit::Checkpoint& to = later ? head : *newest_;
  FB_ASSIGN_OR_RETURN(const auto proof, log_.Consistency(from.size, to.size));
  if (!audit::CheckConsistency(from.size, from.root, to.size, to.root, proof).ok()) {
    return base::DataLoss("the answer rests on a log of " + std::to_string(head.size) +
                          " entries that does not continue the one of " +
                          std::to_string(newest_->size) + " that is known: run verify");
  }
  return base::OkStatus();
}

base::Result<Judged> AnswerChecker::CheckCheckpoint(const v1::Checkpoint& wire) {
  auto judged = Judge(wire, trust_, known_);
  if (!judged.ok()) return base::Annotate(judged.status(), "the checkpoint of an answer");
  const audit::Checkpoint& head = judged->checkpoint.checkpoint;
  FB_RETURN_IF_ERROR(CheckContinues(head));
  if (!newest_ || head.size > newest_->size) newest_ = head;
  return judged;
}

base::Result<Judged> AnswerChecker::CheckHistory(const v1::GetDeliveryResponse& answer,
                                                 const std::string& asked) {
  FB_ASSIGN_OR_RETURN(Judged judged, CheckCheckpoint(answer.checkpoint()));
  const std::string pseudonym = PseudonymIn(asked);
  if (answer.delivery().alert() != pseudonym) {
    return base::DataLoss("the broker answers about another alert than the one asked for");
  }
  FB_RETURN_IF_ERROR(CheckEvents(answer, pseudonym, judged.checkpoint.checkpoint));
  return judged;
}

CheckPage PagesBy(std::function<base::Result<AnswerChecker>(const v1::Checkpoint& first)> make) {
  struct Checked {
    std::optional<AnswerChecker> by;
    std::string note;
  };
  return [make = std::move(make),
          checked = std::make_shared<Checked>()](const v1::Checkpoint& checkpoint) -> base::Status {
    if (!checked->by) {
      FB_ASSIGN_OR_RETURN(AnswerChecker made, make(checkpoint));
      checked->by.emplace(std::move(made));
    }
    if (checked->note == checkpoint.note() && !checked->note.empty()) return base::OkStatus();
    FB_RETURN_IF_ERROR(checked->by->CheckCheckpoint(checkpoint).status());
    checked->note = checkpoint.note();
    return base::OkStatus();
  };
}

}  // namespace firstbell::audit_client
