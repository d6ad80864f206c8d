#include "broker/registry/ladder_desk.h"

#include <optional>
#include <string>
#include <vector>

#include "broker/base/limits.h"
#include "broker/registry/scope.h"

namespace firstbell::registry {
namespace {

// Whose, and how many rungs; their names may be anything and stand in no event.
model::Event SetEvent(const model::LadderScope& scope, const std::optional<model::Ladder>& ladder,
                      absl::Time now) {
  model::Event event = EventOf(model::EventKind::kLadderSet, scope, now);
  event.WithNumber("rungs", ladder ? static_cast<std::int64_t>(ladder->size()) : 0);
  return event;
}

}  // namespace

base::Result<v1::SetLadderResponse> LadderDesk::Set(const v1::SetLadderRequest& request,
                                                    absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::LadderScope scope, ScopeOf(request));
  std::optional<model::Ladder> ladder;
  if (request.has_ladder()) {
    FB_ASSIGN_OR_RETURN(ladder, model::ParseLadder(request.ladder(), "ladder"));
  }
  FB_RETURN_IF_ERROR(store_.SetLadder(scope, ladder, {SetEvent(scope, ladder, now)}));
  FB_RETURN_IF_ERROR(ladders_.Reload());
  // If we crash here, the walk at the next start looks at them.
  v1::SetLadderResponse response;
  FB_ASSIGN_OR_RETURN(const std::uint64_t waiting, LookAgain(scope, now));
  response.set_alerts_waiting(waiting);
  return response;
}

base::Result<std::uint64_t> LadderDesk::LookAgain(const model::LadderScope& scope, absl::Time now) {
  if (const auto* urn = std::get_if<base::Urn>(&scope)) return LookAgainAt(*urn, {}, now);
  std::uint64_t all = 0;
  FB_ASSIGN_OR_RETURN(const auto urns, store_.SchoolsWithOpenAlerts());
  for (const base::Urn urn : urns) {
    FB_ASSIGN_OR_RETURN(const std::uint64_t here,
                        LookAgainAt(urn, std::get<base::ForceCode>(scope), now));
    all += here;
  }
  return all;
}

// Of every force where it is empty.
base::Result<std::uint64_t> LadderDesk::LookAgainAt(base::Urn urn, const base::ForceCode& force,
                                                    absl::Time now) {
  std::uint64_t looked_at = 0;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, limits::kCommitGroup));
    std::vector<store::NewClimb> climbs;
    for (const store::OpenAlert& open : page.items) {
      const model::Alert& alert = open.alert;
      if (!force.empty() && alert.force != force) continue;
      climbs.push_back({alert.id, alert.rung, alert.rung, now, false, {}});
    }
    for (const auto& one : store_.RecordClimbs(climbs)) {
      // It ended or climbed meanwhile: it was looked at by the new ladder.
      if (!one.ok() && !absl::IsFailedPrecondition(one.status())) return one.status();
      ++looked_at;
    }
    after = page.next;
  } while (!after.empty());
  return looked_at;
}

base::Result<v1::GetLadderResponse> LadderDesk::Get(const v1::GetLadderRequest& request) {
  base::ForceCode force;
  base::Urn urn;
  if (!request.force().empty()) {
    FB_ASSIGN_OR_RETURN(force, ParseForce(request.force()));
  }
  if (request.urn() != 0) {
    urn = base::Urn(request.urn());
    FB_RETURN_IF_ERROR(store_.GetSchool(urn).status());
  }
  const placing::Ladders::Chosen chosen = ladders_.Of(force, urn);
  v1::GetLadderResponse response;
  *response.mutable_ladder() = model::ToWire(*chosen.ladder);
  response.set_source(chosen.source);
  return response;
}

}  // namespace firstbell::registry
