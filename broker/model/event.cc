#include "broker/model/event.h"

#include <algorithm>
#include <utility>

#include "broker/base/bytes.h"

namespace firstbell::model {
namespace {

constexpr std::size_t kMaxWord = 40;
constexpr std::size_t kSha256Bytes = 32;
constexpr std::string_view kIdCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
// Of a force's code and of an officer's id.
constexpr std::string_view kForceCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";
constexpr std::string_view kFieldCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_";
constexpr std::string_view kWordCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_.";
// Written by the encoding or by a typed setter of their own.
constexpr std::string_view kReserved[] = {"v",         "kind",  "at",      "incident", "alert",
                                          "recipient", "force", "officer", "urn",      "authority"};

bool IsOf(std::string_view characters, std::string_view text) {
  return !text.empty() && text.size() <= kMaxWord &&
         text.find_first_not_of(characters) == std::string_view::npos;
}

std::string FreeField(std::string_view field) {
  FB_CHECK(IsOf(kFieldCharacters, field));
  FB_CHECK(std::find(std::begin(kReserved), std::end(kReserved), field) == std::end(kReserved));
  return std::string(field);
}

std::string CheckedId(const std::string& id) {
  FB_CHECK(IsOf(kIdCharacters, id));
  return id;
}

constexpr std::pair<EventKind, std::string_view> kWords[] = {
    {EventKind::kIncidentAccepted, "incident.accepted"},
    {EventKind::kIncidentRevised, "incident.revised"},
    {EventKind::kIncidentWithdrawn, "incident.withdrawn"},
    {EventKind::kAlertAccepted, "alert.accepted"},
    {EventKind::kCaseOpened, "case.opened"},
    {EventKind::kChildWithheld, "child.withheld"},
    {EventKind::kCasesListed, "cases.listed"},
    {EventKind::kCaseViewed, "case.viewed"},
    {EventKind::kCaseDecided, "case.decided"},
    {EventKind::kOfficerAlarm, "officer.alarm"},
    {EventKind::kAlertSealed, "alert.sealed"},
    {EventKind::kAlertSent, "alert.sent"},
    {EventKind::kAlertRescheduled, "alert.rescheduled"},
    {EventKind::kAlertRedirected, "alert.redirected"},
    {EventKind::kAlertRevised, "alert.revised"},
    {EventKind::kAlertWithdrawn, "alert.withdrawn"},
    {EventKind::kAlertClimbed, "alert.climbed"},
    {EventKind::kCallsListed, "calls.listed"},
    {EventKind::kCallRecorded, "call.recorded"},
    {EventKind::kRepliesRead, "replies.read"},
    {EventKind::kReceiptRecorded, "receipt.recorded"},
    {EventKind::kAnswerFlagged, "answer.flagged"},
    {EventKind::kSchoolUnready, "school.unready"},
    {EventKind::kDutySet, "duty.set"},
    {EventKind::kArrivalOverdue, "arrival.overdue"},
    {EventKind::kChildAbsent, "child.absent"},
    {EventKind::kBreachStarted, "breach.started"},
    {EventKind::kReceiptRefused, "receipt.refused"},
    {EventKind::kSchoolsImported, "schools.imported"},
    {EventKind::kSchoolHoursSet, "school_hours.set"},
    {EventKind::kDirectLinesSet, "school.direct_lines_set"},
    {EventKind::kRollImported, "roll.imported"},
    {EventKind::kCalendarImported, "calendar.imported"},
    {EventKind::kLadderSet, "ladder.set"},
    {EventKind::kPolicySet, "policy.set"},
    {EventKind::kWakeUpsSet, "wake_ups.set"},
    {EventKind::kWakeUpDelivered, "wake_up.delivered"},
    {EventKind::kWakeUpBounced, "wake_up.bounced"},
    {EventKind::kWakeUpGivenUp, "wake_up.given_up"},
    {EventKind::kBankHolidaysImported, "bank_holidays.imported"},
    {EventKind::kEnrolmentCodeCreated, "enrolment_code.created"},
    {EventKind::kRecipientEnrolled, "recipient.enrolled"},
    {EventKind::kRecipientRevoked, "recipient.revoked"},
    {EventKind::kCertificateIssued, "certificate.issued"},
    {EventKind::kLogQueried, "log.queried"},
    {EventKind::kLogKeyAdded, "log_key.added"},
    {EventKind::kLogKeyRetired, "log_key.retired"},
    {EventKind::kLogBegunAnew, "log.begun_anew"},
    {EventKind::kLogErased, "log.erased"},
    {EventKind::kClockAdvanced, "clock.advanced"},
    {EventKind::kBrokerInitialised, "broker.initialised"},
};

}  // namespace

std::string_view Word(EventKind kind) {
  const auto word = std::find_if(std::begin(kWords), std::end(kWords),
                                 [&](const auto& known) { return known.first == kind; });
  FB_CHECK(word != std::end(kWords) && "an event kind without a word");
  return word->second;
}

Event::Event(EventKind kind, absl::Time at) : kind_(kind), at_(at) {}

Event& Event::With(const base::IncidentId& id) {
  texts_["incident"] = CheckedId(id.value());
  return *this;
}

Event& Event::With(const base::AlertId& id) {
  texts_["alert"] = CheckedId(id.value());
  alert_id_ = id;
  return *this;
}

Event& Event::With(const base::RecipientId& id) {
  texts_["recipient"] = CheckedId(id.value());
  recipient_id_ = id;
  return *this;
}

Event& Event::With(const base::ForceCode& force) {
  FB_CHECK(IsOf(kForceCharacters, force.value()));
  texts_["force"] = force.value();
  force_ = force;
  return *this;
}

Event& Event::With(const base::AuthorityCode& authority) {
  if (authority.empty()) return *this;
  FB_CHECK(IsOf(kForceCharacters, authority.value()));
  texts_["authority"] = authority.value();
  authority_ = authority;
  return *this;
}

Event& Event::With(const base::OfficerId& officer) {
  FB_CHECK(IsOf(kForceCharacters, officer.value()));
  texts_["officer"] = officer.value();
  return *this;
}

Event& Event::With(const base::Urn& urn) {
  numbers_["urn"] = urn.value();
  return *this;
}

Event& Event::WithWord(std::string_view field, std::string_view word) {
  FB_CHECK(IsOf(kWordCharacters, word));
  texts_[FreeField(field)] = std::string(word);
  return *this;
}

Event& Event::WithNumber(std::string_view field, std::int64_t number) {
  numbers_[FreeField(field)] = number;
  return *this;
}

Event& Event::WithTime(std::string_view field, absl::Time time) {
  texts_[FreeField(field)] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
  return *this;
}

Event& Event::WithDigest(std::string_view field, std::string_view sha256) {
  FB_CHECK(sha256.size() == kSha256Bytes);
  texts_[FreeField(field)] = base::HexEncode(sha256);
  return *this;
}

Event& Event::WithPositions(std::string_view field, absl::Span<const std::uint64_t> positions) {
  std::string& runs = texts_[FreeField(field)];
  for (std::size_t i = 0; i < positions.size();) {
    std::size_t last = i;
    while (last + 1 < positions.size() && positions[last + 1] == positions[last] + 1) ++last;
    FB_CHECK((i == 0 || positions[i - 1] < positions[i]) && "positions ascend");
    runs += (runs.empty() ? "" : ",") + std::to_string(positions[i]);
    if (last > i) runs += "-" + std::to_string(positions[last]);
    i = last + 1;
  }
  return *this;
}

base::RecipientId Event::key_holder() const {
  const bool of_keys =
      kind_ == EventKind::kRecipientEnrolled || kind_ == EventKind::kRecipientRevoked;
  return of_keys ? recipient_id_ : base::RecipientId();
}

}  // namespace firstbell::model
