#pragma once

// What the store counts as it goes, so that statistics of a year of the nation need no scan of its
// alerts. Each row of an alert, a case or an incident contributes to one cell, and what it
// contributes follows from the row alone, never from the time of asking: a driver subtracts the
// contribution of the row as it stood from the cell of that row's key, and adds that of the row as
// it stands to the cell of its own key (a case that is opened anew has another one), in the step
// that writes the row. All counts are of alerts, children or cases as they stand, not of events.
// What only the passing of time brings about (late and not yet ended) is therefore not counted.
//
// Values, pure, any thread. Nothing here is fit to be answered to an auditor as it is: counts of a
// few are disclosed only through broker/inquiry/disclosure.h.

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/limits.h"
#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/store/values.h"

namespace firstbell::store {

// To which cell a row belongs.
struct StatKey {
  absl::CivilDay day;  // London's, of acceptance
  base::ForceCode force;
  base::AuthorityCode authority;  // of the school; empty: unknown, or not about a school
  friend bool operator==(const StatKey&, const StatKey&) = default;
  friend std::strong_ordering operator<=>(const StatKey&, const StatKey&) = default;
};
StatKey KeyOf(const model::Alert& alert, absl::TimeZone london);
// By when it was opened; no authority.
StatKey KeyOf(const model::Case& value, absl::TimeZone london);
// By when its first revision was accepted; no authority.
StatKey KeyOf(const Incident& incident, absl::TimeZone london);

// What is counted. The numbers are stored: none is changed, or used again for something else.
enum class Stat : std::uint16_t {
  // Alerts: all, then each in exactly one of the five that follow.
  kAlerts = 1,
  kAcknowledgedBeforeBell = 2,  // before its deadline
  kAcknowledgedLate = 3,
  kRedirected = 4,
  kWithdrawn = 5,
  kOpen = 6,
  // Of those acknowledged: an officer's call did it. A later call about the same alert takes it
  // from this count, since the row keeps the last call alone.
  kAcknowledgedByTelephone = 7,
  // How far the school's machines and people have brought an alert, in whatever revision: as far or
  // farther, so that no count is larger than the one before it. One that is known to have been
  // acknowledged by telephone counts as far as it came by machine.
  kReachedSent = 10,
  kReachedReceived = 11,
  kReachedShown = 12,
  kReachedOpened = 13,
  kReachedAcknowledged = 14,
  // Safe arrival, of alerts that were not taken back.
  kArrivalAsked = 20,
  kArrivalSeen = 21,
  kArrivalLate = 22,
  kArrivalAbsent = 23,
  kArrivalOverdue = 24,
  kArrivalByRegistration = 25,  // seen or late was said by the time that the school was given
  kBreachKnown = 26,            // somebody read it at a school that it was not for
  // Families, for Of: the first is 0, or whatever has no number there.
  kRung = 40,      // rungs climbed, 0 to limits::kRungs
  kRefused = 60,   // v1::RefusalReason
  kChildren = 70,  // v1::ChildOutcome, as answered to the force
  // The same with that outcome, by v1::Reason.
  kWithheld = 80,
  kUnplaceable = 120,
  // Cases: each is one of the three that follow, and in each family one.
  kCaseWaits = 200,
  kDecidedByOfficer = 201,
  kDecidedByMachine = 202,
  kReviewFor = 160,       // v1::Reason why it was opened
  kDecidedOutcome = 210,  // v1::ChildOutcome of those decided
  kDecidedFor = 220,      // v1::DecisionReason of those decided; it belongs to one outcome
  // Alerts by London's hour of acceptance and what became of each: 24 numbers for each of the five
  // from kAcknowledgedBeforeBell on, in order.
  kHour = 300,
};
// One of a family: its first for a number that it does not have.
Stat Of(Stat family, int number);

// How long after its acceptance an alert first came so far; acknowledged: the newest time, so that
// one that was corrected counts until the correction was acknowledged too.
enum class Span { kSent, kReceived, kShown, kOpened, kAcknowledged };
inline constexpr std::size_t kSpans = 5;

// Durations by length. Bucket 0 is below one second (and below nothing, where clocks disagreed);
// from one second on four buckets double it, each at most 19 % wider than it is long; the last is
// 2^22 seconds, 48 days, and more, which is longer than a summer holiday.
inline constexpr std::size_t kBuckets = 90;
struct Histogram {
  std::array<std::int64_t, kBuckets> counts{};
  std::int64_t total() const;
  friend bool operator==(const Histogram&, const Histogram&) = default;
};
std::size_t BucketOf(absl::Duration duration);
// No duration in the bucket is as long. Of the last, which has no such bound: its shortest.
absl::Duration UpperBound(std::size_t bucket);
// The upper bound of the bucket that holds the duration of rank ceil(p * total), so never too short
// but in the last bucket, and too long by less than 19 %. `p` from 0, the shortest, to 1. Nothing:
// the histogram is empty.
std::optional<absl::Duration> Percentile(const Histogram& histogram, double p);

// Counters that are not zero, by number. One that falls below zero had something taken from it that
// was never added: it is kept as it is, for Verify to find.
class StatCell {
 public:
  // Ascending, none of them zero. Of a span, kFirstBucket + span * kBucketsReserved + bucket.
  using Entry = std::pair<std::uint16_t, std::int64_t>;
  using Entries = std::vector<Entry>;
  static constexpr std::uint16_t kFirstBucket = 1024;
  static constexpr std::uint16_t kBucketsReserved = 128;

  std::int64_t operator[](Stat stat) const;
  Histogram of(Span span) const;
  bool empty() const { return entries_.empty(); }
  const Entries& entries() const { return entries_; }

  void Add(Stat stat, std::int64_t number = 1);
  void Add(Span span, absl::Duration duration);
  StatCell& operator+=(StatCell other);
  StatCell& operator-=(StatCell other);
  friend bool operator==(const StatCell&, const StatCell&) = default;

 private:
  friend base::Result<StatCell> DecodeStatCell(std::string_view bytes);
  void AddTo(std::uint16_t id, std::int64_t number);
  Entries entries_;
};

StatCell Contribution(const model::Alert& alert, absl::TimeZone london);
StatCell Contribution(const model::Case& value);
StatCell Contribution(const Incident& incident);

// For each entry in order its number as a base-128 varint and its value as a zigzag varint, each in
// as few bytes as it takes. An empty cell is no bytes.
std::string Encode(const StatCell& cell);
// DataLoss: bytes that Encode did not write, or a number that is not known here.
base::Result<StatCell> DecodeStatCell(std::string_view bytes);

// By what cells are put together. Weeks begin on Monday.
enum class GroupBy { kDay, kWeek, kWeekday, kHour, kForce, kAuthority };
using Grouping = std::set<GroupBy>;
// Nothing: not grouped by it.
struct GroupKey {
  std::optional<absl::CivilDay> day, week;  // week: its Monday
  std::optional<absl::Weekday> weekday;
  std::optional<int> hour;
  std::optional<base::ForceCode> force;
  std::optional<base::AuthorityCode> authority;
  friend bool operator==(const GroupKey&, const GroupKey&) = default;
  friend std::strong_ordering operator<=>(const GroupKey&, const GroupKey&) = default;
};
using Groups = std::map<GroupKey, StatCell>;
GroupKey GroupOf(const StatKey& key, const Grouping& grouping);
// Of the alerts of one hour, 0 to 23: how many, and what became of each. No more of them is kept by
// the hour.
StatCell OfHour(const StatCell& cell, int hour);
// One cell of a stream joins its group. By the hour, what OfHour says joins one of each hour.
void Fold(const StatKey& key, const StatCell& cell, const Grouping& grouping, Groups& groups);

}  // namespace firstbell::store
