#pragma once

// A device's own store, in SQLite: sealed alerts, receipts and their answers, who is enrolled here,
// what the broker's clock said, and its delivery log. It never holds anything unsealed. Every verb
// is one atomic step, durable on OK, with its preconditions inside, so that the daemon and the
// inbox commands may call at the same time from processes of their own.
//
// Threads: one per object. Errors: Unavailable, busy or a disk error; ResourceExhausted, disk full;
// DataLoss, damaged; nothing was written then.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/audit/note.h"
#include "broker/base/ids.h"
#include "broker/model/alert.h"
#include "clients/link/session.h"
#include "clients/link/session_storage.h"
#include "clients/school/link_watch.h"
#include "clients/school/machine_time.h"
#include "clients/school/sqlite.h"

namespace firstbell::school {

// An alert as this device knows it without opening it.
struct HeldAlert {
  link::SealingRef newest;
  absl::Time show_from;
  absl::Time deadline;
  absl::Time expires_at;  // of the newest sealing: opened no more from then on
  absl::Time received_at;
  // Of the newest revision. A refused acknowledgement is none.
  std::optional<absl::Time> shown_at;
  std::optional<absl::Time> opened_at;
  std::optional<absl::Time> acknowledged_at;
  v1::Part part = v1::PART_WHOLE;  // of the newest sealing
  // What was signed here of whose pupil the child is: *ours* by a person or this machine, *refused*
  // by a person. A refused receipt is none.
  std::optional<absl::Time> ours_at;
  std::optional<absl::Time> refused_at;
  v1::Arrival arrival = v1::ARRIVAL_UNSPECIFIED;  // what was said here last of the child's coming
  // Who is asked to take it over, and who asks, where they are enrolled.
  std::string offered_to, offered_by;
  base::RecipientId offered_to_id;      // empty: nobody is
  std::optional<link::AlertEnd> ended;  // for the whole school, as the broker said
  std::string ended_by;                 // the name of who acknowledged, where they are enrolled
  friend bool operator==(const HeldAlert&, const HeldAlert&) = default;
};

// A receipt that the broker refused, for the people here to see.
struct RefusedReceipt {
  link::QueuedReceipt receipt;
  v1::ReceiptOutcome outcome = v1::RECEIPT_OUTCOME_UNSPECIFIED;
  absl::Time answered_at;
};

// What somebody here signed about an alert.
struct AlertAct {
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;
  base::RecipientId signer;
  absl::Time at;
};

enum class Queued { kNow, kBefore };

// A broker that shows now this log and now that fills no disk.
inline constexpr std::int64_t kForksKept = 64;

class LocalStore final : public link::SessionStorage {
 public:
  // Made where absent; ":memory:" for tests. FailedPrecondition: a newer program wrote it.
  static base::Result<std::unique_ptr<LocalStore>> Open(const std::filesystem::path& path);

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
  // Before a log was ever shown: without the key that was pinned at enrolment.
  base::Result<link::LogTrust> Trust() override;
  // A fork that is over by it is kept among PastForks.
  base::Status SaveTrust(const link::LogTrust& trust,
                         absl::Span<const link::Notice> notices) override;

  // Reads everything and holds it against itself: SQLite's own check, each sealing against its
  // envelope's header, each receipt against its statement, and that what is remembered of the
  // delivery log reads. DataLoss naming what is wrong, by alert.
  base::Status Verify();

  // --- The daemon -----------------------------------------------------------------------------
  // Not shown yet in their newest revision, nor taken back; earliest window first.
  base::Result<std::vector<HeldAlert>> WaitingAlerts();
  // Those that ask whose pupil a child is, and nobody here has answered; the earliest deadline
  // first.
  base::Result<std::vector<HeldAlert>> AskedAlerts();
  // kBefore: this signer has said so of this sealing already and was not refused; nothing is
  // written. Of the kinds that may be said again, only where `form`, which names the form that says
  // it and all that it says, has said so of this revision, and it stands; where something else was
  // said since, FailedPrecondition: whoever sends it again does not know that.
  base::Result<Queued> QueueReceipt(const link::QueuedReceipt& receipt, std::string_view form = {});
  // What a person here says of their duty; said earlier and not answered, it is not sent any more.
  base::Status QueueDuty(const base::RecipientId& person, const v1::Duty& duty, absl::Time at,
                         const link::QueuedDuty& said);
  // As said here and not answered yet, or else as the broker has it; nothing of one it has not
  // named.
  base::Result<v1::Duty> DutyOf(const base::RecipientId& person);
  base::Status SaveLinkStanding(const LinkStanding& standing);
  // That the link was up at that moment, by the broker's time.
  base::Status SaveHeard(absl::Time at);
  // The latest of that and of what the broker's clock said. None: never.
  base::Result<std::optional<absl::Time>> LastHeard();
  base::Status SaveTimeAnchor(const TimeAnchor& anchor);
  base::Result<std::optional<TimeAnchor>> LastTimeAnchor();

  // --- The delivery log -----------------------------------------------------------------------
  // Of Trust.
  base::Result<std::uint32_t> TrustEdition();
  // Oldest first. Of those that no other log ended, the first kForksKept.
  base::Result<std::vector<link::PastFork>> PastForks();
  // link::AcceptLog of what is remembered, with a notice; the fork is kept among PastForks.
  // `confirmed_by`: who of the operator's people said that this is their log. Errors: also
  // AcceptLog's.
  base::Status AcceptLog(const audit::VerifierKey& key, std::string_view confirmed_by,
                         absl::Time now);

  // --- The inbox ------------------------------------------------------------------------------
  // Those that are not over first; among each, the earliest deadline.
  base::Result<std::vector<HeldAlert>> ShownAlerts();
  // Of them, those that are open, and those that were acknowledged or due since then.
  base::Result<std::vector<HeldAlert>> RecentAlerts(absl::Time since);
  base::Result<std::optional<HeldAlert>> ShownAlert(const base::AlertId& alert);
  // A serialized v1::SealedEnvelope. NotFound.
  base::Result<std::string> Envelope(const link::SealingRef& sealing);
  // Newest first.
  base::Result<std::vector<link::Notice>> NoticesSince(absl::Time from, std::size_t limit);
  // Whether the last notice about this person here says that they were removed. Not whether they
  // are among People(): one who enrolled a moment ago may not be yet.
  base::Result<bool> WasRemoved(const base::RecipientId& person);
  // Whether this person has signed that they opened the whole of it, in this revision.
  base::Result<bool> HasOpened(const link::SealingRef& sealing, const base::RecipientId& person);
  // By people, and not refused; in the order in which it was said.
  base::Result<std::vector<AlertAct>> ActsOn(const base::AlertId& alert);
  // Those that the broker said were redirected or withdrawn.
  base::Result<std::vector<base::AlertId>> TakenBackAlerts();
  base::Result<std::vector<RefusedReceipt>> RefusedSince(absl::Time from, std::size_t limit);
  base::Result<std::size_t> CountUnanswered();
  // Rises with whatever a page shows, by whichever program: not with the broker's word that what
  // was signed here has come.
  base::Result<std::uint64_t> ShownChanges();
  // None where no daemon has run yet.
  base::Result<std::optional<LinkStanding>> LastLinkStanding();

 private:
  explicit LocalStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  base::Status InsertSealing(const link::KeptSealing& sealing);
  base::Result<Queued> InsertReceipt(const link::QueuedReceipt& receipt,
                                     std::string_view form = {});
  // None: that form has said nothing.
  base::Result<std::optional<bool>> StandsAsFormSaid(const link::QueuedReceipt& receipt,
                                                     std::string_view form);
  // The content of an alert's sealings before that revision.
  base::Status Destroy(const base::AlertId& alert, std::uint32_t before_revision,
                       const link::SignErased& erased);
  base::Status InsertNotices(absl::Span<const link::Notice> notices);
  base::Status InsertEnd(const link::AlertEnd& end);
  base::Status WriteTrust(const link::LogTrust& trust);
  base::Status WriteWatched(const std::vector<link::WatchedPerson>& people);
  // What was overwritten leaves the log too.
  void Truncate();

  const std::unique_ptr<Database> database_;
};

}  // namespace firstbell::school
