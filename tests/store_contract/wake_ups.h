#pragma once

// Invented mailboxes of invented schools.

#include <string>
#include <vector>

#include "tests/store_contract/invented.h"

namespace firstbell::store {

inline model::WakeUpAddress MailTo(const std::string& local) {
  return {v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>(local + "@school.example")};
}
inline model::WakeUpAddress HookAt(const std::string& path) {
  return {v1::WAKE_UP_KIND_WEBHOOK, base::Redacted<std::string>("https://hooks.example/" + path)};
}

inline const base::Redacted<std::string> kSecret{std::string("thirty-two bytes of nothing much")};

// The window of one morning, in minutes after At(0).
inline WakeCall CallAt(int minute, model::WakeUpReason reason = model::WakeUpReason::kRung) {
  return {model::OccasionAt(reason, At(minute)), At(minute), At(minute) + absl::Hours(3)};
}

inline WakeUpAttempt AttemptAt(const WakeUp& wake_up, int minute, v1::WakeUpOutcome outcome) {
  WakeUpAttempt attempt{wake_up.key(), wake_up.attempts, outcome, At(minute), At(minute + 5), {}};
  attempt.events.push_back(Event(EventKind::kWakeUpDelivered, At(minute)).With(wake_up.urn));
  return attempt;
}

inline Status Record(Store& store, const WakeUpAttempt& attempt) {
  return store.RecordWakeUps(absl::MakeConstSpan(&attempt, 1)).front();
}

}  // namespace firstbell::store
