#pragma once

// An event: what the delivery log says happened. It carries ids, states, times, roles, URN, force
// and reasons; never a name, a birth date, an address, a force's reference or any free text. A
// value.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/ids.h"

namespace firstbell::model {

enum class EventKind {
  kIncidentAccepted,
  kIncidentRevised,
  kIncidentWithdrawn,
  kAlertAccepted,
  kCaseOpened,
  kChildWithheld,
  kCasesListed,
  kCaseViewed,
  kCaseDecided,
  kOfficerAlarm,
  kAlertSealed,
  kAlertSent,
  kAlertRescheduled,
  kAlertRedirected,
  kAlertRevised,
  kAlertWithdrawn,
  kAlertClimbed,
  kCallsListed,
  kCallRecorded,
  kRepliesRead,
  kReceiptRecorded,
  kReceiptRefused,
  kAnswerFlagged,
  kSchoolUnready,
  kDutySet,
  kArrivalOverdue,
  kChildAbsent,
  kBreachStarted,
  kSchoolsImported,
  kSchoolHoursSet,
  kDirectLinesSet,
  kRollImported,
  kBankHolidaysImported,
  kCalendarImported,
  kLadderSet,
  kPolicySet,
  kWakeUpsSet,
  kWakeUpDelivered,
  kWakeUpBounced,
  kWakeUpGivenUp,
  kEnrolmentCodeCreated,
  kRecipientEnrolled,
  kRecipientRevoked,
  kCertificateIssued,
  kLogQueried,
  kLogKeyAdded,
  kLogKeyRetired,
  kLogBegunAnew,
  kLogErased,
  kClockAdvanced,
  kBrokerInitialised,
};

// "incident.accepted", "alert.sealed" …: stable, they stand in signed history.
std::string_view Word(EventKind kind);

// Fields by their stable names. Typed setters are the only way in, so that no free text can be put
// there by accident.
class Event {
 public:
  Event(EventKind kind, absl::Time at);

  Event& With(const base::IncidentId& id);
  Event& With(const base::AlertId& id);
  Event& With(const base::RecipientId& id);
  Event& With(const base::ForceCode& force);
  // Empty: its school's authority is not known, and nothing is said of it.
  Event& With(const base::AuthorityCode& authority);
  Event& With(const base::OfficerId& officer);
  Event& With(const base::Urn& urn);
  // A word from a closed set of ours (a state, a role, a reason), lower case and underscores.
  Event& WithWord(std::string_view field, std::string_view word);
  Event& WithNumber(std::string_view field, std::int64_t number);
  Event& WithTime(std::string_view field, absl::Time time);
  // 32 bytes, as hex: of a key, a statement, a ciphertext.
  Event& WithDigest(std::string_view field, std::string_view sha256);
  // Of entries of the log, ascending, each once; runs of neighbours as "first-last": "3-5,9".
  Event& WithPositions(std::string_view field, absl::Span<const std::uint64_t> positions);

  EventKind kind() const { return kind_; }
  absl::Time at() const { return at_; }
  const base::AlertId& alert_id() const { return alert_id_; }  // empty: about no alert
  const base::ForceCode& force() const { return force_; }      // empty: about no force
  // Whose keys it is about, enrolled or revoked; empty: nobody's.
  base::RecipientId key_holder() const;
  // Of the school that it is about; empty: about none, or it is not known.
  const base::AuthorityCode& authority() const { return authority_; }
  const std::map<std::string, std::string>& texts() const { return texts_; }
  const std::map<std::string, std::int64_t>& numbers() const { return numbers_; }

 private:
  EventKind kind_;
  absl::Time at_;
  base::AlertId alert_id_;
  base::ForceCode force_;
  base::AuthorityCode authority_;
  base::RecipientId recipient_id_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::int64_t> numbers_;
};

}  // namespace firstbell::model
