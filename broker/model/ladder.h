#pragma once

// What happens while nobody acknowledges an alert, and when (PRODUCT, rule 4): rungs that it climbs
// before its deadline. A force or a school may have its own. Values; any thread.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/alert.h"
#include "broker/model/policy.h"
#include "broker/model/recipient.h"
#include "firstbell/v1/ladder.pb.h"

namespace firstbell::model {

using RungKind = v1::RungKind;

struct Rung {
  std::string name;  // for those who read the ladder; in no event
  RungKind kind = v1::RUNG_KIND_UNSPECIFIED;
  std::set<RecipientRole> roles;         // of v1::RUNG_KIND_PEOPLE
  std::optional<absl::Duration> before;  // the deadline; nothing: at the window
  friend bool operator==(const Rung&, const Rung&) = default;
};

// Lowest first; the first is of people, at the window. 1 to limits::kRungs.
using Ladder = std::vector<Rung>;

// The lead at the window, the deputies 45 minutes before the bell, the head 30, the force's call
// list 20, the authority at the bell.
const Ladder& ShippedLadder();

// When an alert climbs a rung: never before its window. An urgent one's school is told and called
// at once.
absl::Time DueAt(const Rung& rung, const Alert& alert);

// The roles whose people an alert is sealed to after `climbed` rungs: those of the rungs of people
// up to there, at least the first. Where nobody of `enrolled` has any of them, the next rungs' too,
// and at last everybody's: an alert that nobody can read is not lain down.
std::set<RecipientRole> RolesAt(const Ladder& ladder, std::size_t climbed,
                                const std::set<RecipientRole>& enrolled);

// Before the morning of an alert its school is looked at twice, while there is time to telephone:
// the evening before, and early that day, at the window at the latest.
struct Looks {
  absl::Time evening, morning;
};
Looks LooksOf(absl::Time show_from, absl::TimeZone zone);
// The next of them after `now`; nothing: both have passed.
std::optional<absl::Time> NextLook(const Looks& looks, absl::Time now);

using LadderScope = Scope;

struct OwnLadder {
  LadderScope scope;
  Ladder ladder;
  friend bool operator==(const OwnLadder&, const OwnLadder&) = default;
};

// InvalidArgument with paths under `path`: no rung or too many, one without a name or with
// another's, of no kind, people without roles or roles without people, rungs out of order, two of
// the call list or of the authority, or a first one that is not of people at the window.
base::Result<Ladder> ParseLadder(const v1::Ladder& wire, std::string_view path);
v1::Ladder ToWire(const Ladder& ladder);
std::string_view Word(RungKind kind);  // "people", in events

}  // namespace firstbell::model
