#include "broker/review/looking.h"

#include <algorithm>
#include <string>

#include "broker/base/limits.h"
#include "broker/model/retry.h"

namespace firstbell::review {
namespace {

constexpr absl::Duration kHour = absl::Hours(1), kDay = absl::Hours(24);

base::Status Spent(std::size_t limit, std::string_view of_what, absl::Duration wait) {
  const absl::Duration rounded = absl::Ceil(wait, absl::Seconds(1));
  return model::WithRetryAfter(
      base::ResourceExhausted("you have looked at cases as often as an officer may in " +
                              std::string(of_what) + " (" + std::to_string(limit) +
                              "): look again in " + absl::FormatDuration(rounded)),
      rounded);
}

// Until one of the newest `limit` looks leaves the window; zero or less: one more may be.
absl::Duration WaitFor(const std::vector<model::Look>& looks, std::size_t limit,
                       absl::Duration window, absl::Time now) {
  if (looks.size() < limit) return absl::ZeroDuration();
  return looks[looks.size() - limit].at + window - now;
}

base::Status Budget(const std::vector<model::Look>& looks, absl::Time now) {
  const auto day = WaitFor(looks, limits::kLooksPerDay, kDay, now);
  if (day > absl::ZeroDuration()) return Spent(limits::kLooksPerDay, "a day", day);
  const auto hour = WaitFor(looks, limits::kLooksPerHour, kHour, now);
  if (hour > absl::ZeroDuration()) return Spent(limits::kLooksPerHour, "an hour", hour);
  return base::OkStatus();
}

// Of the looks after `since`: how many cases, decided or not.
std::size_t CasesSeen(const std::vector<model::Look>& looks, bool decided, absl::Time since) {
  std::vector<const model::Look*> seen;
  for (const model::Look& look : looks) {
    if (look.was_decided != decided || look.at <= since) continue;
    const bool is_new = std::none_of(
        seen.begin(), seen.end(), [&](const model::Look* other) { return other->SameCase(look); });
    if (is_new) seen.push_back(&look);
  }
  return seen.size();
}

void Raise(model::LookAlarm alarm, absl::Time now, model::OfficerLooks& looks,
           LookJudgement& judgement) {
  auto& raised = looks.alarmed(alarm);
  if (raised && *raised > now - kHour) return;
  raised = now;
  judgement.alarms.push_back(alarm);
}

}  // namespace

LookJudgement JudgeLook(model::OfficerLooks& looks, const model::Look& look) {
  const absl::Time now = look.at;
  std::erase_if(looks.looks, [&](const model::Look& one) { return one.at <= now - kDay; });
  LookJudgement judgement;
  judgement.may = Budget(looks.looks, now);
  if (!judgement.may.ok()) {
    Raise(model::LookAlarm::kBudgetSpent, now, looks, judgement);
    return judgement;
  }
  looks.looks.push_back(look);
  const absl::Time decided = looks.decided_at.value_or(absl::InfinitePast());
  if (CasesSeen(looks.looks, false, std::max(now - kHour, decided)) >=
      limits::kCasesLeftUndecided) {
    Raise(model::LookAlarm::kManyUndecided, now, looks, judgement);
  }
  if (CasesSeen(looks.looks, true, now - kHour) >= limits::kDecidedCasesSeen) {
    Raise(model::LookAlarm::kManyDecided, now, looks, judgement);
  }
  return judgement;
}

std::string_view Word(model::LookAlarm alarm) {
  switch (alarm) {
    case model::LookAlarm::kManyUndecided:
      return "many_undecided";
    case model::LookAlarm::kManyDecided:
      return "many_decided";
    case model::LookAlarm::kBudgetSpent:
      return "budget_spent";
  }
  return "unspecified";
}

}  // namespace firstbell::review
