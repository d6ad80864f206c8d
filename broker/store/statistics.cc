#include "broker/store/statistics.h"

#include <algorithm>
#include <cmath>

#include "google/protobuf/wire_format_lite.h"

namespace firstbell::store {
namespace {

using google::protobuf::internal::WireFormatLite;

constexpr std::int64_t kQuartersOfAnOctave[] = {1000, 1189, 1414, 1682};  // ms; 1000 * 2^(n/4)
constexpr std::size_t kReserved = StatCell::kBucketsReserved;

constexpr std::uint16_t Number(Stat stat) {
  return static_cast<std::uint16_t>(stat);
}

// What is counted, each with how many numbers follow it. Families keep some for what the protocol
// may yet get.
struct Ids {
  Stat first;
  unsigned more;
};
constexpr Ids kIds[] = {
    {Stat::kAlerts, 6},         {Stat::kReachedSent, 4},
    {Stat::kArrivalAsked, 6},   {Stat::kRung, unsigned{limits::kRungs}},
    {Stat::kRefused, 9},        {Stat::kChildren, 9},
    {Stat::kWithheld, 39},      {Stat::kUnplaceable, 39},
    {Stat::kReviewFor, 39},     {Stat::kCaseWaits, 2},
    {Stat::kDecidedOutcome, 9}, {Stat::kDecidedFor, 39},
    {Stat::kHour, 119},
};

bool IsKnown(std::uint64_t id) {
  const std::uint64_t place = id - StatCell::kFirstBucket;
  const bool in_span = place / kReserved < kSpans && place % kReserved < kBuckets;
  const auto has = [id](const Ids& ids) { return id - Number(ids.first) <= ids.more; };
  return in_span || std::any_of(std::begin(kIds), std::end(kIds), has);
}

std::uint16_t IdOf(Span span, std::size_t bucket) {
  const auto place = static_cast<std::size_t>(span) * kReserved + bucket;
  return static_cast<std::uint16_t>(StatCell::kFirstBucket + place);
}

StatKey KeyAt(absl::Time at, absl::TimeZone london, const base::ForceCode& force,
              const base::AuthorityCode& authority = {}) {
  const absl::CivilSecond local = london.At(at).cs;
  return {absl::CivilDay(local), force, authority};
}

bool ByTelephone(const model::Alert& alert) {
  const model::Telephone& telephone = alert.telephone;
  return alert.state == v1::ALERT_STATE_ACKNOWLEDGED && alert.acknowledged_at &&
         telephone.last == v1::CALL_OUTCOME_ACKNOWLEDGED &&
         telephone.last_at == alert.acknowledged_at;
}

Stat EndOf(const model::Alert& alert) {
  if (alert.state == v1::ALERT_STATE_REDIRECTED) return Stat::kRedirected;
  if (alert.state == v1::ALERT_STATE_WITHDRAWN) return Stat::kWithdrawn;
  if (alert.state != v1::ALERT_STATE_ACKNOWLEDGED) return Stat::kOpen;
  const bool in_time = alert.acknowledged_at && *alert.acknowledged_at < alert.deadline;
  return in_time ? Stat::kAcknowledgedBeforeBell : Stat::kAcknowledgedLate;
}

struct Step {
  model::AlertState state;
  std::optional<absl::Time> model::Steps::*at;
  Stat reached;
  Span span;
};
// The farthest first.
constexpr Step kSteps[] = {
    {v1::ALERT_STATE_OPENED, &model::Steps::opened, Stat::kReachedOpened, Span::kOpened},
    {v1::ALERT_STATE_SHOWN, &model::Steps::shown, Stat::kReachedShown, Span::kShown},
    {v1::ALERT_STATE_RECEIVED, &model::Steps::received, Stat::kReachedReceived, Span::kReceived},
    {v1::ALERT_STATE_SENT, &model::Steps::sent, Stat::kReachedSent, Span::kSent},
};

// A step that was passed over has no time, and what a call did is no step.
void CountSteps(const model::Alert& alert, StatCell& cell) {
  bool reached = alert.state == v1::ALERT_STATE_ACKNOWLEDGED && !ByTelephone(alert);
  if (reached) cell.Add(Stat::kReachedAcknowledged);
  for (const Step& step : kSteps) {
    const std::optional<absl::Time>& at = alert.steps.*step.at;
    reached = reached || alert.state == step.state || at;
    if (reached) cell.Add(step.reached);
    if (at) cell.Add(step.span, *at - alert.accepted_at);
  }
}

void CountArrival(const model::SafeArrival& arrival, StatCell& cell) {
  if (arrival.due) cell.Add(Stat::kArrivalAsked);
  if (arrival.overdue) cell.Add(Stat::kArrivalOverdue);
  if (arrival.said == v1::ARRIVAL_SEEN) cell.Add(Stat::kArrivalSeen);
  if (arrival.said == v1::ARRIVAL_LATE) cell.Add(Stat::kArrivalLate);
  if (arrival.said == v1::ARRIVAL_ABSENT) cell.Add(Stat::kArrivalAbsent);
  const bool came = arrival.said == v1::ARRIVAL_SEEN || arrival.said == v1::ARRIVAL_LATE;
  const bool in_time = arrival.due && arrival.at && *arrival.at <= *arrival.due;
  if (came && in_time) cell.Add(Stat::kArrivalByRegistration);
}

void AppendVarint(std::uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

// Reads what AppendVarint would not have written, too: DecodeStatCell writes it again to compare.
std::uint64_t TakeVarint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) break;
  }
  return value;
}

}  // namespace

StatKey KeyOf(const model::Alert& alert, absl::TimeZone london) {
  return KeyAt(alert.accepted_at, london, alert.force, alert.authority);
}

StatKey KeyOf(const model::Case& value, absl::TimeZone london) {
  return KeyAt(value.opened_at, london, value.force);
}

StatKey KeyOf(const Incident& incident, absl::TimeZone london) {
  return KeyAt(incident.accepted_at, london, incident.force);
}

Stat Of(Stat family, int number) {
  for (const Ids& ids : kIds) {
    const auto place = static_cast<unsigned>(number);
    if (ids.first == family && place <= ids.more) return static_cast<Stat>(Number(family) + place);
  }
  return family;
}

std::int64_t Histogram::total() const {
  std::int64_t total = 0;
  for (const std::int64_t count : counts) total += std::max<std::int64_t>(count, 0);
  return total;
}

absl::Duration UpperBound(std::size_t bucket) {
  const std::size_t quarters = std::min(bucket, kBuckets - 2);
  return absl::Milliseconds(kQuartersOfAnOctave[quarters % 4] << (quarters / 4));
}

std::size_t BucketOf(absl::Duration duration) {
  std::size_t bucket = 0;
  while (bucket + 1 < kBuckets && duration >= UpperBound(bucket)) ++bucket;
  return bucket;
}

std::optional<absl::Duration> Percentile(const Histogram& histogram, double p) {
  const std::int64_t total = histogram.total();
  if (total == 0) return std::nullopt;
  // 0.07 * 100 is a little more than 7, and of rank 7 all the same.
  const double rank = std::ceil(std::clamp(p, 0.0, 1.0) * static_cast<double>(total) - 1e-9);
  std::int64_t left = std::clamp<std::int64_t>(static_cast<std::int64_t>(rank), 1, total);
  std::size_t bucket = 0;
  for (; bucket + 1 < kBuckets; ++bucket) {
    left -= std::max<std::int64_t>(histogram.counts[bucket], 0);
    if (left <= 0) break;
  }
  return UpperBound(bucket);
}

std::int64_t StatCell::operator[](Stat stat) const {
  const auto at = std::ranges::lower_bound(entries_, Number(stat), {}, &Entry::first);
  return at == entries_.end() || at->first != Number(stat) ? 0 : at->second;
}

Histogram StatCell::of(Span span) const {
  Histogram histogram;
  const std::uint16_t first = IdOf(span, 0);
  for (const auto& [id, number] : entries_) {
    if (id >= first && id < first + kBuckets) histogram.counts[id - first] = number;
  }
  return histogram;
}

void StatCell::Add(Stat stat, std::int64_t number) {
  AddTo(Number(stat), number);
}

void StatCell::Add(Span span, absl::Duration duration) {
  AddTo(IdOf(span, BucketOf(duration)), 1);
}

void StatCell::AddTo(std::uint16_t id, std::int64_t number) {
  if (number == 0) return;
  auto at = std::ranges::lower_bound(entries_, id, {}, &Entry::first);
  if (at == entries_.end() || at->first != id) at = entries_.insert(at, {id, 0});
  // Not as signed numbers: bytes that a disk has changed may say anything.
  at->second = static_cast<std::int64_t>(static_cast<std::uint64_t>(at->second) +
                                         static_cast<std::uint64_t>(number));
  if (at->second == 0) entries_.erase(at);
}

StatCell& StatCell::operator+=(StatCell other) {
  for (const auto& [id, number] : other.entries_) AddTo(id, number);
  return *this;
}

StatCell& StatCell::operator-=(StatCell other) {
  for (const auto& [id, number] : other.entries_) {
    AddTo(id, static_cast<std::int64_t>(-static_cast<std::uint64_t>(number)));
  }
  return *this;
}

namespace {

constexpr int kHoursOfADay = 24;

Stat AtHour(Stat end, int hour) {
  const int place = Number(end) - Number(Stat::kAcknowledgedBeforeBell);
  return Of(Stat::kHour, place * kHoursOfADay + hour);
}

}  // namespace

StatCell OfHour(const StatCell& cell, int hour) {
  StatCell one;
  for (int end = Number(Stat::kAcknowledgedBeforeBell); end <= Number(Stat::kOpen); ++end) {
    const auto stat = static_cast<Stat>(end);
    one.Add(stat, cell[AtHour(stat, hour)]);
    one.Add(Stat::kAlerts, cell[AtHour(stat, hour)]);
  }
  return one;
}

StatCell Contribution(const model::Alert& alert, absl::TimeZone london) {
  StatCell cell;
  cell.Add(Stat::kAlerts);
  cell.Add(EndOf(alert));
  cell.Add(AtHour(EndOf(alert), london.At(alert.accepted_at).cs.hour()));
  if (ByTelephone(alert)) cell.Add(Stat::kAcknowledgedByTelephone);
  CountSteps(alert, cell);
  if (const auto& at = alert.acknowledged_at) {
    cell.Add(Span::kAcknowledged, *at - alert.accepted_at);
  }
  if (!model::TakenBack(alert.state)) CountArrival(alert.arrival, cell);
  const auto rung = std::min<std::size_t>(alert.rung, limits::kRungs);
  cell.Add(Of(Stat::kRung, static_cast<int>(rung)));
  if (alert.refused != 0) cell.Add(Of(Stat::kRefused, alert.refused));
  if (alert.breach_at) cell.Add(Stat::kBreachKnown);
  return cell;
}

StatCell Contribution(const model::Case& value) {
  StatCell cell;
  cell.Add(Of(Stat::kReviewFor, value.reason));
  if (!value.decision) cell.Add(Stat::kCaseWaits);
  if (!value.decision) return cell;
  cell.Add(value.decision->by_machine() ? Stat::kDecidedByMachine : Stat::kDecidedByOfficer);
  cell.Add(Of(Stat::kDecidedOutcome, value.decision->outcome));
  cell.Add(Of(Stat::kDecidedFor, value.decision->reason));
  return cell;
}

StatCell Contribution(const Incident& incident) {
  StatCell cell;
  for (const ChildAnswer& child : incident.children) {
    cell.Add(Of(Stat::kChildren, child.outcome));
    const bool withheld = child.outcome == v1::CHILD_OUTCOME_WITHHELD;
    const bool unplaceable = child.outcome == v1::CHILD_OUTCOME_UNPLACEABLE;
    if (withheld) cell.Add(Of(Stat::kWithheld, child.reason));
    if (unplaceable) cell.Add(Of(Stat::kUnplaceable, child.reason));
  }
  return cell;
}

std::string Encode(const StatCell& cell) {
  std::string bytes;
  for (const auto& [id, number] : cell.entries()) {
    AppendVarint(id, bytes);
    AppendVarint(WireFormatLite::ZigZagEncode64(number), bytes);
  }
  return bytes;
}

base::Result<StatCell> DecodeStatCell(std::string_view bytes) {
  StatCell cell;
  for (std::string_view left = bytes; !left.empty();) {
    const std::uint64_t id = TakeVarint(left);
    if (!IsKnown(id)) {
      return base::DataLoss(
          "a cell of the statistics counts what this version does not know; run "
          "the version that wrote it, or verify");
    }
    cell.AddTo(static_cast<std::uint16_t>(id), WireFormatLite::ZigZagDecode64(TakeVarint(left)));
  }
  if (Encode(cell) == bytes) return cell;
  return base::DataLoss("a cell of the statistics does not read back as it was written: verify");
}

GroupKey GroupOf(const StatKey& key, const Grouping& grouping) {
  const auto by = [&](GroupBy what, const auto& value) {
    return grouping.contains(what) ? std::optional(value) : std::nullopt;
  };
  return {.day = by(GroupBy::kDay, key.day),
          .week = by(GroupBy::kWeek, absl::PrevWeekday(key.day + 1, absl::Weekday::monday)),
          .weekday = by(GroupBy::kWeekday, absl::GetWeekday(key.day)),
          .hour = {},
          .force = by(GroupBy::kForce, key.force),
          .authority = by(GroupBy::kAuthority, key.authority)};
}

void Fold(const StatKey& key, const StatCell& cell, const Grouping& grouping, Groups& groups) {
  GroupKey group = GroupOf(key, grouping);
  if (!grouping.contains(GroupBy::kHour)) {
    groups[group] += cell;
    return;
  }
  for (int hour = 0; hour < kHoursOfADay; ++hour) {
    const StatCell one = OfHour(cell, hour);
    if (one.empty()) continue;
    group.hour = hour;
    groups[group] += one;
  }
}

}  // namespace firstbell::store
