#include "broker/dispatch/crews.h"

#include <algorithm>
#include <set>

#include "broker/base/limits.h"

namespace firstbell::dispatch {
namespace {

// Those who may read it and are there; where nobody is, those who may.
std::vector<bool> Available(const model::Ladder& ladder, const model::Alert& alert,
                            absl::Span<const model::Recipient> people, model::Date day,
                            const std::vector<bool>& may) {
  if (alert.rung >= ladder.size()) return may;
  std::vector<bool> there = may;
  for (std::size_t i = 0; i < people.size(); ++i) {
    there[i] = may[i] && people[i].duty.On(day);
  }
  const bool anybody = std::find(there.begin(), there.end(), true) != there.end();
  return anybody ? there : may;
}

}  // namespace

std::vector<bool> WhoReads(const model::Ladder& ladder, const model::Alert& alert,
                           absl::Span<const model::Recipient> people, model::Date day,
                           std::optional<model::RecipientRole> holiday_contact) {
  std::vector<bool> may(people.size());
  for (std::size_t i = 0; i < people.size(); ++i) {
    may[i] = !model::MayBeOneOf(alert.excluded, alert.id, people[i].display_name);
  }
  const std::vector<bool> there = Available(ladder, alert, people, day, may);
  std::set<model::RecipientRole> enrolled;
  for (std::size_t i = 0; i < people.size(); ++i) {
    if (there[i]) enrolled.insert(people[i].role);
  }
  std::set<model::RecipientRole> roles = model::RolesAt(ladder, alert.rung, enrolled);
  const bool over_holiday = alert.show_from - alert.accepted_at > limits::kWaitsLong;
  if (over_holiday && holiday_contact) roles.insert(*holiday_contact);
  std::vector<bool> reads(people.size());
  for (std::size_t i = 0; i < people.size(); ++i) {
    const bool asked = !alert.offered_to.empty() && people[i].id == alert.offered_to;
    reads[i] = (there[i] && roles.contains(people[i].role)) || (may[i] && asked);
  }
  return reads;
}

std::vector<model::Recipient> PeopleOf(absl::Span<const model::Recipient> recipients) {
  std::vector<model::Recipient> people;
  for (const model::Recipient& one : recipients) {
    if (!one.is_device() && one.in_force()) people.push_back(one);
  }
  return people;
}

Crews::Crew& Crews::Of(const model::Alert& alert) {
  const auto ladder = ladders_.Of(alert.force, alert.urn).ladder;
  const model::Date day = absl::ToCivilDay(alert.deadline, zone_);
  const std::vector<bool> reads = WhoReads(*ladder, alert, people_, day, holiday_contact_);
  const auto [crew, is_new] = crews_.try_emplace(reads);
  if (!is_new) return crew->second;
  for (std::size_t i = 0; i < people_.size(); ++i) {
    if (reads[i]) crew->second.people.push_back(people_[i]);
  }
  for (const model::Recipient& one : crew->second.people) crew->second.ids.push_back(one.id);
  std::sort(crew->second.ids.begin(), crew->second.ids.end());
  return crew->second;
}

base::Result<sealing::People> Crews::ForSealing(Crew& crew) {
  if (!crew.for_sealing) {
    FB_ASSIGN_OR_RETURN(crew.for_sealing, sealing::People::Of(crew.people));
  }
  return *crew.for_sealing;
}

}  // namespace firstbell::dispatch
