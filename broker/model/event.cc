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
                                          "recipient", "force", "officer", "urn"};

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

}  // namespace

std::string_view Word(EventKind kind) {
  switch (kind) {
    case EventKind::kIncidentAccepted:
      return "incident.accepted";
    case EventKind::kAlertAccepted:
      return "alert.accepted";
    case EventKind::kCaseOpened:
      return "case.opened";
    case EventKind::kChildWithheld:
      return "child.withheld";
    case EventKind::kCasesListed:
      return "cases.listed";
    case EventKind::kCaseViewed:
      return "case.viewed";
    case EventKind::kCaseDecided:
      return "case.decided";
    case EventKind::kOfficerAlarm:
      return "officer.alarm";
    case EventKind::kAlertSealed:
      return "alert.sealed";
    case EventKind::kAlertSent:
      return "alert.sent";
    case EventKind::kAlertRescheduled:
      return "alert.rescheduled";
    case EventKind::kAlertRedirected:
      return "alert.redirected";
    case EventKind::kAlertClimbed:
      return "alert.climbed";
    case EventKind::kCallsListed:
      return "calls.listed";
    case EventKind::kCallRecorded:
      return "call.recorded";
    case EventKind::kReceiptRecorded:
      return "receipt.recorded";
    case EventKind::kReceiptRefused:
      return "receipt.refused";
    case EventKind::kSchoolsImported:
      return "schools.imported";
    case EventKind::kSchoolHoursSet:
      return "school_hours.set";
    case EventKind::kRollImported:
      return "roll.imported";
    case EventKind::kCalendarImported:
      return "calendar.imported";
    case EventKind::kLadderSet:
      return "ladder.set";
    case EventKind::kBankHolidaysImported:
      return "bank_holidays.imported";
    case EventKind::kEnrolmentCodeCreated:
      return "enrolment_code.created";
    case EventKind::kRecipientEnrolled:
      return "recipient.enrolled";
    case EventKind::kRecipientRevoked:
      return "recipient.revoked";
    case EventKind::kCertificateIssued:
      return "certificate.issued";
    case EventKind::kLogQueried:
      return "log.queried";
    case EventKind::kClockAdvanced:
      return "clock.advanced";
    case EventKind::kBrokerInitialised:
      return "broker.initialised";
  }
  FB_CHECK(false && "an event kind without a word");
  return {};
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
  return *this;
}

Event& Event::With(const base::ForceCode& force) {
  FB_CHECK(IsOf(kForceCharacters, force.value()));
  texts_["force"] = force.value();
  force_ = force;
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

}  // namespace firstbell::model
