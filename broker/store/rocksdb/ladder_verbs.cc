// Ladders and policies, the alerts that climb, and the calls that follow.

#include "broker/store/rocksdb/each.h"
#include "broker/store/rocksdb/incident_rows.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "broker/store/rocksdb/wake_up_verbs.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Result<Recorded> ClimbStep(Batch& batch, const NewClimb& climb) {
  FB_ASSIGN_OR_RETURN(const auto before, batch.Read<AlertRow>(AlertKey(climb.id)));
  if (!before) return NoSuchAlert();
  AlertRow after = *before;
  after.alert = AfterClimb(before->alert, climb);
  if (after.alert == before->alert) return Recorded{before->alert, true};
  FB_RETURN_IF_ERROR(CheckClimb(before->alert, climb));
  batch.Replace(*before, after);
  if (climb.wake) FB_RETURN_IF_ERROR(Wake(batch, after.alert.urn, *climb.wake).status());
  batch.Append(climb.events);
  return Recorded{after.alert, false};
}

// The alerts of an index that is `start`, an instant and an id, up to `until`.
Result<Page<model::Alert>> ReadByTime(rocksdb::DB& db, Key start, std::string_view after,
                                      std::size_t limit,
                                      const std::function<absl::Time(const model::Alert&)>& at,
                                      absl::Time until) {
  const std::string prefix = Key(start).Take();
  std::string first;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    first = After(start.OldestFirst(token.number).Tail(token.id).Take());
  }
  const Snapshot snapshot(db);
  const auto load = [&](std::string_view key,
                        std::string_view) -> Result<std::optional<model::Alert>> {
    const base::AlertId id{std::string(IdOf(key, prefix))};
    FB_ASSIGN_OR_RETURN(std::optional<AlertRow> row, snapshot.Read<AlertRow>(AlertKey(id)));
    if (!row) return Damaged("the index of alert", id.value());
    return std::optional(std::move(row->alert));
  };
  return ReadPage<model::Alert>(
      snapshot, prefix, first, limit, load,
      [&](const model::Alert& alert) { return at(alert) > until; },
      [&](const model::Alert& last) { return TokenOf(at(last), last.id.value()); });
}

// InfiniteFuture where none is.
Result<absl::Time> FirstDue(rocksdb::DB& db) {
  absl::Time first = absl::InfiniteFuture();
  FB_RETURN_IF_ERROR(Latest(db).Scan(Key(Table::kAlertDue).Take(), "",
                                     [&](std::string_view key, std::string_view) -> Result<Next> {
                                       first = DueOf(key);
                                       return Next::kStop;
                                     }));
  return first;
}

}  // namespace

Status RocksDbStore::SetLadder(const model::LadderScope& scope,
                               const std::optional<model::Ladder>& ladder, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    if (const auto* urn = std::get_if<base::Urn>(&scope)) {
      FB_ASSIGN_OR_RETURN(const auto school, batch.Read<SchoolRow>(SchoolKey(*urn)));
      if (!school) return NoSuchSchool(*urn);
    }
    if (ladder) {
      batch.Insert(model::OwnLadder{scope, *ladder});
    } else {
      batch.Delete(LadderKey(scope));
    }
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<std::vector<model::OwnLadder>> RocksDbStore::OwnLadders() {
  return Latest(*db_).ReadAll<model::OwnLadder>(Key(Table::kLadder).Take());
}

Status RocksDbStore::SetPolicy(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                               const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    if (const auto* urn = std::get_if<base::Urn>(&scope)) {
      FB_ASSIGN_OR_RETURN(const auto school, batch.Read<SchoolRow>(SchoolKey(*urn)));
      if (!school) return NoSuchSchool(*urn);
    }
    if (policy) {
      batch.Insert(model::OwnPolicy{scope, *policy});
    } else {
      batch.Delete(PolicyKey(scope));
    }
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<std::vector<model::OwnPolicy>> RocksDbStore::OwnPolicies() {
  return Latest(*db_).ReadAll<model::OwnPolicy>(Key(Table::kPolicy).Take());
}

Result<Page<model::Alert>> RocksDbStore::DueAlerts(absl::Time now, std::string_view after,
                                                   std::size_t limit) {
  DueMark& mark = commits_->due();
  if (after.empty() && mark.NothingBy(now)) return Page<model::Alert>();
  const std::uint64_t begun = mark.Begin();
  FB_ASSIGN_OR_RETURN(auto page, ReadByTime(
                                     *db_, Key(Table::kAlertDue), after, limit,
                                     [](const model::Alert& alert) {
                                       return model::LookAt(alert).value_or(absl::InfiniteFuture());
                                     },
                                     now));
  if (!after.empty() || !page.items.empty()) return page;
  FB_ASSIGN_OR_RETURN(const absl::Time first, FirstDue(*db_));
  mark.Learn(begun, first);
  return page;
}

std::vector<Result<Recorded>> RocksDbStore::RecordClimbs(absl::Span<const NewClimb> climbs) {
  return RecordEach(*commits_, climbs, ClimbStep);
}

Result<Page<model::Alert>> RocksDbStore::Calls(const base::ForceCode& force, std::string_view after,
                                               std::size_t limit) {
  return ReadByTime(
      *db_, Key(Table::kAlertCalled).Text(force.value()), after, limit,
      [](const model::Alert& alert) { return alert.deadline; }, absl::InfiniteFuture());
}

Result<Recorded> RocksDbStore::RecordCall(const NewCall& call) {
  Recorded recorded;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(const auto before, batch.Read<AlertRow>(AlertKey(call.id)));
    if (before && SameCall(before->alert, call)) {
      recorded = {before->alert, true};
      return base::OkStatus();
    }
    FB_RETURN_IF_ERROR(CheckCall(before ? &before->alert : nullptr, call));
    AlertRow after = *before;
    after.alert = AfterCall(before->alert, call);
    ReplaceAlert(batch, *before, after);
    batch.Append(call.events);
    recorded = {after.alert, false};
    return base::OkStatus();
  }));
  return recorded;
}

}  // namespace firstbell::store
