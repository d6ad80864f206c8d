#include "tests/simulation/shelf.h"

#include <algorithm>

namespace firstbell::simulation {
namespace {

base::Status Failed() {
  return base::Unavailable("the disk did not take it");
}

}  // namespace

base::Status Shelf::Do(const std::function<void()>& step) {
  const Step fate = fate_();
  if (fate != Step::kNotDone) step();
  return fate == Step::kDone ? base::OkStatus() : Failed();
}

base::Result<std::optional<link::SealingRef>> Shelf::NewestSealing(const base::AlertId& alert) {
  const auto found = alerts_.find(alert);
  if (found == alerts_.end()) return std::nullopt;
  return found->second.newest;
}

base::Status Shelf::KeepSealing(const link::KeptSealing& sealing,
                                const link::QueuedReceipt& received,
                                const link::SignErased& erased) {
  return Do([&] {
    const base::AlertId& id = sealing.ref.alert_id;
    school::HeldAlert& held = alerts_[id];
    const bool is_new = sealing.ref.revision > held.newest.revision;
    if (is_new) held = {};
    held.newest = sealing.ref;
    held.show_from = sealing.show_from;
    held.deadline = sealing.deadline;
    held.expires_at = sealing.expires_at;
    held.received_at = sealing.received_at;
    held.part = sealing.part;
    sealings_[id].push_back(sealing);
    if (is_new) {
      open_.insert(id);
      waiting_.insert(id);
    }
    Insert(received);
    Destroy(id, sealing.ref.revision, erased);
  });
}

void Shelf::Destroy(const base::AlertId& alert, std::uint32_t before_revision,
                    const link::SignErased& erased) {
  std::vector<link::KeptSealing>& kept = sealings_[alert];
  const auto gone = std::stable_partition(kept.begin(), kept.end(), [&](const auto& sealing) {
    return sealing.ref.revision >= before_revision;
  });
  for (auto sealing = gone; sealing != kept.end(); ++sealing) Insert(erased(sealing->ref));
  kept.erase(gone, kept.end());
}

std::string Shelf::EnvelopeOf(const base::AlertId& alert) const {
  const std::vector<link::KeptSealing>& kept = sealings_.at(alert);
  return kept.empty() ? std::string() : kept.back().envelope;
}

Shelf::Said Shelf::Key(const link::QueuedReceipt& receipt) {
  const link::SealingRef& about = receipt.about;
  return {about.alert_id, about.revision, about.sealing, receipt.kind, receipt.signer};
}

school::Queued Shelf::Insert(const link::QueuedReceipt& receipt) {
  if (!said_.emplace(Key(receipt), receipt.statement_sha256).second) return school::Queued::kBefore;
  receipts_.emplace(receipt.statement_sha256, Row{receipt});
  unanswered_.emplace(receipt.at, receipt.statement_sha256);
  Note(receipt);
  return school::Queued::kNow;
}

// What follows from it for the alert as it is seen here.
void Shelf::Note(const link::QueuedReceipt& receipt) {
  const base::AlertId& id = receipt.about.alert_id;
  school::HeldAlert& held = alerts_.at(id);
  if (receipt.about.revision != held.newest.revision) return;
  if (receipt.kind == v1::RECEIPT_KIND_SHOWN && !held.shown_at) {
    held.shown_at = receipt.at;
    waiting_.erase(id);
  }
  if (receipt.kind == v1::RECEIPT_KIND_OPENED && !held.opened_at) held.opened_at = receipt.at;
  if (receipt.kind == v1::RECEIPT_KIND_OURS && !held.ours_at) held.ours_at = receipt.at;
  if (receipt.kind == v1::RECEIPT_KIND_REFUSED && !held.refused_at) held.refused_at = receipt.at;
  if (receipt.kind == v1::RECEIPT_KIND_ACKNOWLEDGED && !held.acknowledged_at) {
    held.acknowledged_at = receipt.at;
    open_.erase(id);
  }
}

base::Result<std::string> Shelf::QueueReceivedAgain(const link::SealingRef& sealing) {
  std::string received;
  const base::Status done = Do([&] {
    for (auto& [digest, row] : receipts_) {
      const link::QueuedReceipt& receipt = row.receipt;
      const bool is_received = receipt.kind == v1::RECEIPT_KIND_RECEIVED;
      if (receipt.about != sealing) continue;
      if (is_received) received = digest;
      if (!is_received && row.outcome != v1::RECEIPT_OUTCOME_RECORDED) continue;
      row.outcome = v1::RECEIPT_OUTCOME_UNSPECIFIED;
      unanswered_.emplace(receipt.at, digest);
    }
  });
  FB_RETURN_IF_ERROR(done);
  if (received.empty()) return base::NotFound("that sealing is not kept here");
  return received;
}

base::Result<std::vector<link::SealingRef>> Shelf::Holdings(std::size_t limit) {
  std::vector<link::SealingRef> held;
  for (const base::AlertId& id : open_) {
    if (held.size() == limit) break;
    held.push_back(alerts_.at(id).newest);
  }
  return held;
}

base::Result<std::vector<base::AlertId>> Shelf::EndAlerts(absl::Span<const link::AlertEnd> ends,
                                                          const link::SignErased& erased) {
  std::vector<base::AlertId> taken_back;
  if (ends.empty()) return taken_back;
  FB_RETURN_IF_ERROR(Do([&] {
    for (const link::AlertEnd& end : ends) {
      const auto found = alerts_.find(end.alert_id);
      if (found == alerts_.end()) continue;
      school::HeldAlert& held = found->second;
      // Of a version that was corrected since.
      if (end.revision < held.newest.revision) continue;
      const bool is_new = !held.ended || std::pair(held.ended->revision, held.ended->state) <
                                             std::pair(end.revision, end.state);
      if (is_new) held.ended = end;
      open_.erase(end.alert_id);
      if (!model::TakenBack(end.state)) continue;
      waiting_.erase(end.alert_id);
      Destroy(end.alert_id, end.revision + 1, erased);
      if (is_new) taken_back.push_back(end.alert_id);
    }
  }));
  return taken_back;
}

base::Result<std::vector<link::QueuedReceipt>> Shelf::UnansweredReceipts(std::size_t limit) {
  std::vector<link::QueuedReceipt> receipts;
  for (const auto& [at, digest] : unanswered_) {
    if (receipts.size() == limit) break;
    receipts.push_back(receipts_.find(digest)->second.receipt);
  }
  return receipts;
}

base::Status Shelf::AnswerReceipt(std::string_view statement_sha256, v1::ReceiptOutcome outcome,
                                  absl::Time) {
  const auto found = receipts_.find(statement_sha256);
  if (found == receipts_.end()) return base::OkStatus();
  if (found->second.outcome != v1::RECEIPT_OUTCOME_UNSPECIFIED) return base::OkStatus();
  return Do([&] {
    const link::QueuedReceipt& receipt = found->second.receipt;
    found->second.outcome = outcome;
    unanswered_.erase({receipt.at, receipt.statement_sha256});
    if (outcome == v1::RECEIPT_OUTCOME_RECORDED) {
      recorded_.push_back(receipt);
      return;
    }
    // It was refused: it may be said again, and a refused acknowledgement is none.
    said_.erase(Key(receipt));
    school::HeldAlert& held = alerts_.at(receipt.about.alert_id);
    if (receipt.about.revision != held.newest.revision || held.ended) return;
    if (receipt.kind == v1::RECEIPT_KIND_OURS) held.ours_at.reset();
    if (receipt.kind == v1::RECEIPT_KIND_REFUSED) held.refused_at.reset();
    if (receipt.kind != v1::RECEIPT_KIND_ACKNOWLEDGED) return;
    held.acknowledged_at.reset();
    open_.insert(receipt.about.alert_id);
  });
}

base::Status Shelf::QueueDuty(const link::QueuedDuty& duty) {
  return Do([&] { duties_.push_back(duty); });
}

base::Result<std::vector<link::QueuedDuty>> Shelf::UnansweredDuties(std::size_t limit) {
  const std::size_t count = std::min(limit, duties_.size());
  return std::vector<link::QueuedDuty>(duties_.begin(),
                                       duties_.begin() + static_cast<std::ptrdiff_t>(count));
}

base::Status Shelf::AnswerDuty(std::string_view statement_sha256, v1::ReceiptOutcome) {
  return Do([&] {
    std::erase_if(duties_, [&](const link::QueuedDuty& duty) {
      return duty.statement_sha256 == statement_sha256;
    });
  });
}

base::Result<std::optional<std::vector<link::Person>>> Shelf::People() {
  return people_;
}

base::Status Shelf::ReplacePeople(absl::Span<const link::Person> people,
                                  absl::Span<const link::Notice>) {
  return Do([&] { people_.emplace(people.begin(), people.end()); });
}

base::Status Shelf::SaveTrust(const link::LogTrust& trust, absl::Span<const link::Notice> notices) {
  return Do([&] {
    trust_ = trust;
    alarms_.insert(alarms_.end(), notices.begin(), notices.end());
  });
}

std::vector<school::HeldAlert> Shelf::Waiting() const {
  std::vector<school::HeldAlert> waiting;
  for (const base::AlertId& id : waiting_) waiting.push_back(alerts_.at(id));
  return waiting;
}

base::Result<school::Queued> Shelf::QueueReceipt(const link::QueuedReceipt& receipt) {
  school::Queued queued = school::Queued::kBefore;
  FB_RETURN_IF_ERROR(Do([&] { queued = Insert(receipt); }));
  return queued;
}

const school::HeldAlert* Shelf::Find(const base::AlertId& alert) const {
  const auto found = alerts_.find(alert);
  return found == alerts_.end() ? nullptr : &found->second;
}

}  // namespace firstbell::simulation
