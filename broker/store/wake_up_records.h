#pragma once

// Wake-ups as the store keeps them: where each school is woken, and a durable outbox of what is
// still to be sent. What the verbs of store.h that are about them promise, in full:
//
// SetWakeUps: what is known of the last wake-up to an address that stays, stays; wake-ups that wait
//   for an address that goes are dropped. The same again changes nothing but events. NotFound: no
//   such school.
// WakeUpsOf: a school that is never woken has no ways. NotFound: no such school.
// ListWakeUps: schools with an address, those with one that failed first, then by URN.
// QueueWakeUps: one for each address of the school, and one only for an occasion, whether it waits
//   still or has ended; the later `until` holds. Those that ended limits::kWakeUpsKept ago are
//   forgotten. How many are new. NotFound: no such school.
// RecordClimbs with NewClimb::wake: the same in the step of the climb, so that no rung is climbed
//   without its wake-up queued. After a crash both stand or neither.
// QueuedWakeUps: of one school, by occasion: those that wait, and those that ended within
//   limits::kWakeUpsKept. DueWakeUps: that wait and are to be tried by `now`, the earliest first.
// RecordWakeUps: each is a step of its own; one result each, in order. The school's way keeps what
//   came of it. The same again: OK, nothing written. NotFound: its address was taken away.
//   FailedPrecondition: it has ended otherwise, or another attempt was recorded since.

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/event.h"
#include "broker/model/wake_up.h"

namespace firstbell::store {

// One address, and how the newest wake-up to it went.
struct WakeUpWay {
  model::WakeUpAddress address;
  v1::WakeUpOutcome last = v1::WAKE_UP_OUTCOME_UNSPECIFIED;  // nothing yet
  std::optional<absl::Time> last_at;
  friend bool operator==(const WakeUpWay&, const WakeUpWay&) = default;
};

struct SchoolWakeUps {
  base::Urn urn;
  std::vector<WakeUpWay> ways;
  base::Redacted<std::string> secret;  // that its webhooks' calls are signed with; empty: none
  // Of its ways, one failed; all of them did: telephone the school.
  bool failing() const;
  bool cannot_be_woken() const;
  // Nullptr: it is not one of its addresses.
  WakeUpWay* Find(const model::WakeUpAddressId& address);
  friend bool operator==(const SchoolWakeUps&, const SchoolWakeUps&) = default;
};

// A school is to be woken.
struct WakeCall {
  model::WakeUpOccasion occasion;
  absl::Time now;
  absl::Time until;  // after this it is of no use
  friend bool operator==(const WakeCall&, const WakeCall&) = default;
};

struct WakeUpKey {
  base::Urn urn;
  model::WakeUpOccasion occasion;
  model::WakeUpAddressId address;
  friend auto operator<=>(const WakeUpKey&, const WakeUpKey&) = default;
};

// One wake-up to one address.
struct WakeUp {
  base::Urn urn;
  model::WakeUpOccasion occasion;
  model::WakeUpAddress address;
  v1::WakeUpOutcome outcome = v1::WAKE_UP_OUTCOME_UNSPECIFIED;
  std::uint32_t attempts = 0;
  absl::Time queued_at;
  absl::Time next_at;  // when it is tried; of one that ended, when it did
  absl::Time until;
  WakeUpKey key() const { return {urn, occasion, model::IdOf(address)}; }
  friend bool operator==(const WakeUp&, const WakeUp&) = default;
};

// What came of trying, or of finding that there is no need to.
struct WakeUpAttempt {
  WakeUpKey key;
  std::uint32_t attempts_before = 0;
  v1::WakeUpOutcome outcome = v1::WAKE_UP_OUTCOME_UNSPECIFIED;
  absl::Time at;
  absl::Time next_at;  // of v1::WAKE_UP_OUTCOME_LATER
  std::vector<model::Event> events;
};

enum class WakeUpList { kAll, kFailing };

// What every driver judges alike, once it has read what a verb is about. Pure; any thread.
SchoolWakeUps AfterSet(SchoolWakeUps before, const std::vector<model::WakeUpAddress>& addresses,
                       const base::Redacted<std::string>& secret);
WakeUp NewWakeUp(base::Urn urn, const model::WakeUpAddress& address, const WakeCall& call);
// One that is there, and is called for once more.
WakeUp AfterCall(WakeUp wake_up, const WakeCall& call);
bool Forgotten(const WakeUp& wake_up, absl::Time now);
WakeUp AfterAttempt(WakeUp wake_up, const WakeUpAttempt& attempt);
// FailedPrecondition, as RecordWakeUps says of one that AfterAttempt changes.
base::Status CheckAttempt(const WakeUp& wake_up, const WakeUpAttempt& attempt);
base::Status NoSuchWakeUp();
void NoteAttempt(const WakeUpAttempt& attempt, SchoolWakeUps& school);

// As a page token's id. InvalidArgument where no page of ours ended so.
std::string FormatWakeUpKey(const WakeUpKey& key);
base::Result<WakeUpKey> ParseWakeUpKey(std::string_view text);

}  // namespace firstbell::store
