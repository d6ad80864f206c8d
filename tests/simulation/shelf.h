#pragma once

// What a school's machine keeps, in memory: as clients/school/local_store does it, without a disk.
// Switching the machine off leaves it alone. Each of its steps may fail, done or not, as a schedule
// says.
//
// Threads: one. A resource.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "clients/link/session_storage.h"
#include "clients/school/local_store.h"

namespace firstbell::simulation {

class Shelf final : public link::SessionStorage {
 public:
  enum class Step { kDone, kNotDone, kDoneAndFailed };
  // What becomes of each writing step.
  explicit Shelf(std::function<Step()> fate) : fate_(std::move(fate)) {}
  Shelf(const Shelf&) = delete;
  Shelf& operator=(const Shelf&) = delete;

  // --- link::SessionStorage -----------------------------------------------------------------
  base::Result<std::optional<link::SealingRef>> NewestSealing(const base::AlertId& alert) override;
  base::Status KeepSealing(const link::KeptSealing& sealing, const link::QueuedReceipt& received,
                           const link::SignErased& erased) override;
  base::Result<std::string> QueueReceivedAgain(const link::SealingRef& sealing) override;
  base::Result<std::vector<link::SealingRef>> Holdings(std::size_t limit) override;
  base::Result<std::vector<base::AlertId>> EndAlerts(absl::Span<const link::AlertEnd> ends,
                                                     const link::SignErased& erased) override;
  base::Result<std::vector<link::QueuedReceipt>> UnansweredReceipts(std::size_t limit) override;
  base::Status AnswerReceipt(std::string_view statement_sha256, v1::ReceiptOutcome outcome,
                             absl::Time now) override;
  base::Result<std::vector<link::QueuedDuty>> UnansweredDuties(std::size_t limit) override;
  base::Status AnswerDuty(std::string_view statement_sha256, v1::ReceiptOutcome outcome) override;
  base::Result<std::optional<std::vector<link::Person>>> People() override;
  base::Status ReplacePeople(absl::Span<const link::Person> people,
                             absl::Span<const link::Notice> notices) override;
  base::Result<link::LogTrust> Trust() override { return trust_; }
  base::Status SaveTrust(const link::LogTrust& trust,
                         absl::Span<const link::Notice> notices) override;

  // --- The daemon and the inbox --------------------------------------------------------------
  std::vector<school::HeldAlert> Waiting() const;
  base::Result<school::Queued> QueueReceipt(const link::QueuedReceipt& receipt);
  base::Status QueueDuty(const link::QueuedDuty& duty);
  const school::HeldAlert* Find(const base::AlertId& alert) const;
  // A serialized v1::SealedEnvelope: the newest. Empty: it was destroyed.
  std::string EnvelopeOf(const base::AlertId& alert) const;
  std::vector<base::AlertId> NotOver() const { return {open_.begin(), open_.end()}; }
  // What its people would be told of the delivery log.
  const std::vector<link::Notice>& alarms() const { return alarms_; }
  const link::LogTrust& trust() const { return trust_; }
  bool holds_text() const { return !sealings_.empty(); }
  bool busy() const { return !unanswered_.empty(); }
  // What the broker said that it has recorded, since this was last asked.
  std::vector<link::QueuedReceipt> TakeRecorded() { return std::exchange(recorded_, {}); }

 private:
  struct Row {
    link::QueuedReceipt receipt;
    v1::ReceiptOutcome outcome = v1::RECEIPT_OUTCOME_UNSPECIFIED;
  };
  using Said =
      std::tuple<base::AlertId, std::uint32_t, std::uint32_t, v1::ReceiptKind, base::RecipientId>;
  static Said Key(const link::QueuedReceipt& receipt);

  base::Status Do(const std::function<void()>& step);
  school::Queued Insert(const link::QueuedReceipt& receipt);
  void Note(const link::QueuedReceipt& receipt);
  void Destroy(const base::AlertId& alert, std::uint32_t before_revision,
               const link::SignErased& erased);

  const std::function<Step()> fate_;
  std::map<base::AlertId, school::HeldAlert> alerts_;
  std::map<base::AlertId, std::vector<link::KeptSealing>> sealings_;  // not destroyed
  std::set<base::AlertId> open_;                                      // not over
  std::set<base::AlertId> waiting_;                                   // to be shown some time
  std::map<std::string, Row, std::less<>> receipts_;                  // by digest
  std::set<std::pair<absl::Time, std::string>> unanswered_;           // oldest first
  std::map<Said, std::string> said_;                                  // and not refused
  std::vector<link::QueuedReceipt> recorded_;
  std::vector<link::QueuedDuty> duties_;  // unanswered, oldest first
  std::optional<std::vector<link::Person>> people_;
  link::LogTrust trust_;
  std::vector<link::Notice> alarms_;
};

}  // namespace firstbell::simulation
