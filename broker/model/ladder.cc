#include "broker/model/ladder.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

constexpr std::size_t kNameBytes = 40;
constexpr std::uint32_t kMostMinutes = 24 * 60;

bool IsOfPerson(int role) {
  return role == v1::RECIPIENT_ROLE_LEAD || role == v1::RECIPIENT_ROLE_DEPUTY ||
         role == v1::RECIPIENT_ROLE_HEAD;
}

Rung ParseRung(const v1::Rung& wire, const std::string& path, Violations& violations) {
  Rung rung{wire.name(), wire.kind(), {}, std::nullopt};
  CheckText(rung.name, Join(path, "name"), kNameBytes, Presence::kRequired, Lines::kOne,
            violations);
  if (!v1::RungKind_IsValid(wire.kind()) || wire.kind() == v1::RUNG_KIND_UNSPECIFIED) {
    violations.Add(Join(path, "kind"), "is people, the call list or the authority");
  }
  for (const int role : wire.roles()) {
    if (!IsOfPerson(role)) violations.Add(Join(path, "roles"), "are of lead, deputy and head");
    rung.roles.insert(static_cast<RecipientRole>(role));
  }
  if (rung.roles.empty() == (rung.kind == v1::RUNG_KIND_PEOPLE)) {
    violations.Add(Join(path, "roles"), "are named where the rung is of people, and nowhere else");
  }
  if (wire.has_minutes_before()) {
    if (wire.minutes_before() > kMostMinutes) {
      violations.Add(Join(path, "minutes_before"), "is at most a day");
    }
    rung.before = absl::Minutes(wire.minutes_before());
  }
  return rung;
}

// Whether `second` may stand above `first`.
bool InOrder(const Rung& first, const Rung& second) {
  if (!second.before) return !first.before;
  return !first.before || *first.before >= *second.before;
}

void CheckTogether(const Ladder& ladder, std::string_view path, Violations& violations) {
  const Rung& first = ladder.front();
  if (first.kind != v1::RUNG_KIND_PEOPLE || first.before) {
    violations.Add(Join(path, "rungs[0]"), "is of people, at the window");
  }
  std::set<std::string> names;
  std::set<RungKind> once;
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    const Rung& rung = ladder[i];
    const std::string at = Join(path, "rungs[" + std::to_string(i) + "]");
    if (!names.insert(rung.name).second) violations.Add(Join(at, "name"), "is another rung's");
    if (i > 0 && !InOrder(ladder[i - 1], rung)) {
      violations.Add(Join(at, "minutes_before"), "is earlier than the rung below it");
    }
    if (rung.kind != v1::RUNG_KIND_PEOPLE && !once.insert(rung.kind).second) {
      violations.Add(Join(at, "kind"), "stands in a ladder once");
    }
  }
}

// Adds the roles of a rung of people.
void AddRoles(const Rung& rung, std::set<RecipientRole>& roles) {
  roles.insert(rung.roles.begin(), rung.roles.end());
}

bool Meet(const std::set<RecipientRole>& a, const std::set<RecipientRole>& b) {
  return std::any_of(a.begin(), a.end(), [&](RecipientRole role) { return b.contains(role); });
}

}  // namespace

const Ladder& ShippedLadder() {
  static const Ladder* const kShipped = new Ladder{
      {"lead", v1::RUNG_KIND_PEOPLE, {v1::RECIPIENT_ROLE_LEAD}, std::nullopt},
      {"deputies", v1::RUNG_KIND_PEOPLE, {v1::RECIPIENT_ROLE_DEPUTY}, absl::Minutes(45)},
      {"head", v1::RUNG_KIND_PEOPLE, {v1::RECIPIENT_ROLE_HEAD}, absl::Minutes(30)},
      {"call list", v1::RUNG_KIND_CALLS, {}, absl::Minutes(20)},
      {"authority", v1::RUNG_KIND_AUTHORITY, {}, absl::ZeroDuration()},
  };
  return *kShipped;
}

absl::Time DueAt(const Rung& rung, const Alert& alert) {
  const bool at_once = alert.urgent && rung.kind != v1::RUNG_KIND_AUTHORITY;
  if (!rung.before || at_once) return alert.show_from;
  return std::max(alert.show_from, alert.deadline - *rung.before);
}

Looks LooksOf(absl::Time show_from, absl::TimeZone zone) {
  const absl::CivilDay day = absl::ToCivilDay(show_from, zone);
  const auto at = [&](absl::CivilDay on, absl::Duration time) {
    return absl::FromCivil(absl::CivilMinute(on) + absl::ToInt64Minutes(time), zone);
  };
  return {at(day - 1, limits::kEveningLook), std::min(at(day, limits::kMorningLook), show_from)};
}

std::optional<absl::Time> NextLook(const Looks& looks, absl::Time now) {
  if (now < looks.evening) return looks.evening;
  return now < looks.morning ? std::optional(looks.morning) : std::nullopt;
}

std::set<RecipientRole> RolesAt(const Ladder& ladder, std::size_t climbed,
                                const std::set<RecipientRole>& enrolled) {
  std::set<RecipientRole> roles;
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    if (i >= std::max<std::size_t>(climbed, 1) && Meet(roles, enrolled)) break;
    AddRoles(ladder[i], roles);
  }
  return Meet(roles, enrolled) ? roles : enrolled;
}

base::Result<Ladder> ParseLadder(const v1::Ladder& wire, std::string_view path) {
  if (wire.rungs().empty() || static_cast<std::size_t>(wire.rungs_size()) > limits::kRungs) {
    return FieldError(Join(path, "rungs"),
                      "are 1 to " + std::to_string(limits::kRungs) + " in number");
  }
  Violations violations;
  Ladder ladder;
  for (int i = 0; i < wire.rungs_size(); ++i) {
    ladder.push_back(
        ParseRung(wire.rungs(i), Join(path, "rungs[" + std::to_string(i) + "]"), violations));
  }
  CheckTogether(ladder, path, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return ladder;
}

v1::Ladder ToWire(const Ladder& ladder) {
  v1::Ladder wire;
  for (const Rung& rung : ladder) {
    v1::Rung& item = *wire.add_rungs();
    item.set_name(rung.name);
    item.set_kind(rung.kind);
    for (const RecipientRole role : rung.roles) item.add_roles(role);
    if (rung.before) {
      item.set_minutes_before(static_cast<std::uint32_t>(absl::ToInt64Minutes(*rung.before)));
    }
  }
  return wire;
}

std::string_view Word(RungKind kind) {
  switch (kind) {
    case v1::RUNG_KIND_PEOPLE:
      return "people";
    case v1::RUNG_KIND_CALLS:
      return "calls";
    default:
      return "authority";
  }
}

}  // namespace firstbell::model
