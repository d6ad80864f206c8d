// Alerts in a list, newest first, by whatever they are asked for.

#include "broker/base/limits.h"
#include "broker/store/page_token.h"
#include "broker/store/rocksdb/incident_rows.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rocksdb/reader.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

bool ByStanding(const AlertFilter& filter) {
  if (!filter.urn.empty()) return false;
  return filter.standing || filter.state || filter.late_at || filter.rung ||
         !filter.authority.empty();
}

// A filter of standing, rung or authority: the ranges that together hold what it lets through.
std::vector<std::string> StandingRanges(const AlertFilter& filter) {
  const bool of_authority = !filter.authority.empty();
  const bool of_force = !of_authority && !filter.force.empty();
  const StandingScope scope = of_authority ? StandingScope::kAuthority
                              : of_force   ? StandingScope::kForce
                                           : StandingScope::kAll;
  const std::string& code = of_authority ? filter.authority.value() : filter.force.value();
  std::vector<std::string> ranges;
  for (const Standing standing : StandingsOf(filter)) {
    const bool open = standing == Standing::kOpen;
    const std::uint32_t first = open ? 0 : filter.rung.value_or(0);
    const std::uint32_t last =
        open ? 0 : filter.rung.value_or(static_cast<std::uint32_t>(limits::kRungs));
    for (std::uint32_t rung = first; rung <= last; ++rung) {
      ranges.push_back(StandingPrefix(scope, code, standing, rung).Take());
    }
  }
  return ranges;
}

std::vector<std::string> RangesOf(const AlertFilter& filter) {
  if (ByStanding(filter)) return StandingRanges(filter);
  if (!filter.urn.empty()) return {Key(Table::kAlertBySchool).Urn(filter.urn).Take()};
  if (filter.force.empty()) return {Key(Table::kAlertByTime).Take()};
  return {Key(Table::kAlertByForce).Text(filter.force.value()).Take()};
}

// What comes after a range's prefix: an instant, newest first, and an id.
std::string PlaceOf(std::int64_t unix_nanos, std::string_view id) {
  return Key(Table::kAlert).NewestFirst(unix_nanos).Tail(id).Take().substr(1);
}

base::Result<std::string> FirstPlace(const AlertFilter& filter, std::string_view after) {
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    return After(PlaceOf(token.number, token.id));
  }
  if (!filter.accepted_before) return std::string();
  return PlaceOf(absl::ToUnixNanos(*filter.accepted_before), "");
}

}  // namespace

Result<model::Alert> RocksDbStore::GetAlertByPseudonym(std::string_view pseudonym) {
  const Snapshot snapshot(*db_);
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> id,
                      snapshot.Get(Key(Table::kAlertByPseudonym).Tail(pseudonym).Take()));
  if (!id) return NoSuchAlert();
  FB_ASSIGN_OR_RETURN(AlertRow row, ReadIndexedAlert(snapshot, *id));
  return std::move(row.alert);
}

Result<Page<model::Alert>> RocksDbStore::ListAlerts(const AlertFilter& filter,
                                                    std::string_view after, std::size_t limit) {
  FB_ASSIGN_OR_RETURN(const std::string first, FirstPlace(filter, after));
  const Snapshot snapshot(*db_);
  Page<model::Alert> page;
  std::size_t looked_at = 0;
  std::optional<PageToken> last;
  const auto visit = [&](std::string_view key, std::string_view) -> Result<Next> {
    FB_ASSIGN_OR_RETURN(AlertRow row, ReadIndexedAlert(snapshot, IdOf(key, "")));
    const model::Alert& alert = row.alert;
    if (filter.accepted_from && alert.accepted_at < *filter.accepted_from) return Next::kStop;
    const bool fits = Matches(filter, alert) && !row.received_by.contains(filter.unreceived_by);
    if ((fits && page.items.size() == limit) || looked_at == limits::kRowsLookedAt) {
      if (last) page.next = FormatPageToken(*last);
      return Next::kStop;
    }
    ++looked_at;
    last = TokenOf(alert.accepted_at, alert.id.value());
    if (fits) page.items.push_back(std::move(row.alert));
    return Next::kMore;
  };
  FB_RETURN_IF_ERROR(snapshot.ScanMerged(RangesOf(filter), first, visit));
  return page;
}

}  // namespace firstbell::store
