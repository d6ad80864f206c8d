#pragma once

// What a session needs of the device's own store, and no more: the session declares it, the
// device's store implements it. Every verb is one atomic step, durable on OK, and safe to call
// again with the same arguments. Threads: one, the session's. Errors: the storage's own; nothing
// was written then.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "clients/link/log_trust.h"
#include "clients/link/queued_receipt.h"
#include "firstbell/v1/alert.pb.h"
#include "firstbell/v1/enrolment_service.pb.h"

namespace firstbell::link {

// A sealed alert as it is kept: what its signed header says, and the envelope as it came.
struct KeptSealing {
  SealingRef ref;
  absl::Time show_from;
  absl::Time deadline;
  absl::Time expires_at;
  absl::Time received_at;
  std::string envelope;  // a serialized v1::SealedEnvelope
  v1::Part part = v1::PART_WHOLE;
  base::RecipientId offered_to = {}, offered_by = {};  // who is asked to take it over, and who asks
};

// Signs that this device's copy of a sealing was destroyed.
using SignErased = std::function<QueuedReceipt(const SealingRef& sealing)>;

struct Person {
  base::RecipientId id;
  v1::RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
  std::string display_name;
  std::string opening_key_sha256;
  std::string duty = {};  // a serialized v1::Duty, as the broker has it
  friend bool operator==(const Person&, const Person&) = default;
};

// An alert that is over for the whole school, as the broker says it.
struct AlertEnd {
  base::AlertId alert_id;
  std::uint32_t revision = 0;  // a higher one opens the alert again
  v1::AlertState state = v1::ALERT_STATE_UNSPECIFIED;
  absl::Time at;                      // by the broker's clock
  base::RecipientId acknowledged_by;  // empty: not by a signature
  friend bool operator==(const AlertEnd&, const AlertEnd&) = default;
};

// What a person here said of their own duty, until it is answered.
struct QueuedDuty {
  std::string statement_sha256;
  std::string wire;  // a serialized v1::SignedDuty
  friend bool operator==(const QueuedDuty&, const QueuedDuty&) = default;
};

// What a school's people are told about who can read here. Numbers are kept in the device's store.
enum class NoticeKind {
  kPersonEnrolled = 0,
  kPersonKeyChanged = 1,
  kPersonRemoved = 2,
  kStranger = 3,        // the delivery log does not bear out that this person was enrolled
  kLogForked = 4,       // it is not the log it was: of nobody
  kLogAccepted = 5,     // people here have put another in its place: of nobody
  kLogUnwitnessed = 6,  // nobody else has borne out for long what is shown of it: of nobody
};
struct Notice {
  NoticeKind kind = NoticeKind::kPersonEnrolled;
  absl::Time at;
  Person person;
  std::string log = {};  // of kLogAccepted: its name
  friend bool operator==(const Notice&, const Notice&) = default;
};

class SessionStorage {
 public:
  virtual ~SessionStorage() = default;

  // The newest sealing kept of an alert: the highest (revision, sealing).
  virtual base::Result<std::optional<SealingRef>> NewestSealing(const base::AlertId& alert) = 0;
  // The sealing and the queued *received* receipt land together or not at all. Of earlier revisions
  // of the alert the content is destroyed in the same step, and *erased* is queued for each.
  virtual base::Status KeepSealing(const KeptSealing& sealing, const QueuedReceipt& received,
                                   const SignErased& erased) = 0;
  // The sealing was pushed again: the receipts about it that the broker had recorded count as
  // unanswered once more, for it may have lost them (an older backup). The digest of *received*'s
  // statement. NotFound: that sealing is not kept.
  virtual base::Result<std::string> QueueReceivedAgain(const SealingRef& sealing) = 0;

  // Newest sealings of alerts that are not over: neither acknowledged here nor ended by EndAlerts.
  virtual base::Result<std::vector<SealingRef>> Holdings(std::size_t limit) = 0;
  // Of an alert that was taken back every content is destroyed in the same step, and *erased* is
  // queued for each. The alerts that are taken back now and were not before. One of an alert that
  // is not kept changes nothing.
  virtual base::Result<std::vector<base::AlertId>> EndAlerts(absl::Span<const AlertEnd> ends,
                                                             const SignErased& erased) = 0;

  // Oldest first.
  virtual base::Result<std::vector<QueuedReceipt>> UnansweredReceipts(std::size_t limit) = 0;
  // Keeps what became of a receipt, for its people to see where it was refused. OK where it is
  // unknown or answered before: an answer that comes twice changes nothing.
  virtual base::Status AnswerReceipt(std::string_view statement_sha256, v1::ReceiptOutcome outcome,
                                     absl::Time now) = 0;

  // The same of duties, oldest first.
  virtual base::Result<std::vector<QueuedDuty>> UnansweredDuties(std::size_t limit) = 0;
  virtual base::Status AnswerDuty(std::string_view statement_sha256,
                                  v1::ReceiptOutcome outcome) = 0;

  // As of the last Welcome; none: there was no Welcome yet.
  virtual base::Result<std::optional<std::vector<Person>>> People() = 0;
  virtual base::Status ReplacePeople(absl::Span<const Person> people,
                                     absl::Span<const Notice> notices) = 0;

  // What is remembered of the delivery log; nothing yet: an empty one.
  virtual base::Result<LogTrust> Trust() = 0;
  // FailedPrecondition: the school's people have accepted another log since it was read (its
  // edition is another); nothing was written.
  virtual base::Status SaveTrust(const LogTrust& trust, absl::Span<const Notice> notices) = 0;
};

}  // namespace firstbell::link
