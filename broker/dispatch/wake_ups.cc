#include "broker/dispatch/wake_ups.h"

#include <algorithm>
#include <iterator>

#include "broker/base/limits.h"

namespace firstbell::dispatch {
namespace {

constexpr absl::Duration kBackOff[] = {absl::Minutes(1), absl::Minutes(2),  absl::Minutes(4),
                                       absl::Minutes(8), absl::Minutes(15), absl::Minutes(30)};

using Mailbox = std::pair<base::Urn, model::WakeUpAddressId>;

Mailbox MailboxOf(const store::WakeUp& wake_up) {
  return {wake_up.urn, model::IdOf(wake_up.address)};
}

// Whose school and by which way; never the address.
model::Event EventOf(model::EventKind kind, const store::WakeUp& wake_up, absl::Time now) {
  model::Event event(kind, now);
  event.With(wake_up.urn).WithWord("way", model::Word(wake_up.address.kind));
  return event;
}

store::WakeUpAttempt Ending(const store::WakeUp& wake_up, v1::WakeUpOutcome outcome,
                            absl::Time now) {
  return {wake_up.key(), wake_up.attempts, outcome, now, now, {}};
}

store::WakeUpAttempt GivenUp(const store::WakeUp& wake_up, absl::Time now) {
  store::WakeUpAttempt attempt = Ending(wake_up, v1::WAKE_UP_OUTCOME_GIVEN_UP, now);
  attempt.events = {EventOf(model::EventKind::kWakeUpGivenUp, wake_up, now)};
  return attempt;
}

void Count(v1::WakeUpOutcome outcome, Waker::Tally& tally) {
  switch (outcome) {
    case v1::WAKE_UP_OUTCOME_DELIVERED:
      ++tally.delivered;
      return;
    case v1::WAKE_UP_OUTCOME_LATER:
      ++tally.later;
      return;
    case v1::WAKE_UP_OUTCOME_BOUNCED:
      ++tally.bounced;
      return;
    case v1::WAKE_UP_OUTCOME_GIVEN_UP:
      ++tally.given_up;
      return;
    default:
      ++tally.unneeded;
      return;
  }
}

}  // namespace

std::optional<store::WakeCall> Decide(const model::Ladder& ladder, const model::Alert& alert,
                                      std::size_t to, absl::Time now) {
  using model::WakeUpReason;
  std::optional<absl::Time> climbed;
  for (std::size_t i = alert.rung; i < std::min(to, ladder.size()); ++i) {
    if (ladder[i].kind == v1::RUNG_KIND_PEOPLE) climbed = model::DueAt(ladder[i], alert);
  }
  // A broker that was down past the deadline still says that something waits.
  const absl::Time until = std::max(alert.deadline, now) + limits::kWakeUpTried;
  if (climbed) return store::WakeCall{OccasionAt(WakeUpReason::kRung, *climbed), now, until};
  const bool far_away = alert.show_from - alert.accepted_at > limits::kWaitsLong;
  if (to > 0 || !far_away || now >= alert.show_from) return std::nullopt;
  return store::WakeCall{OccasionAt(WakeUpReason::kWaits, alert.accepted_at), now,
                         now + limits::kWaitsLong};
}

bool Needed(const store::WakeUp& wake_up, const model::Alert& open, absl::Time now) {
  switch (wake_up.occasion.reason) {
    case model::WakeUpReason::kTest:
      return true;
    case model::WakeUpReason::kWaits:
      return !model::Ended(open.state);
    case model::WakeUpReason::kRung:
      break;
  }
  return !model::Ended(open.state) && open.show_from <= now;
}

store::WakeUpAttempt AttemptOf(const store::WakeUp& wake_up, Sent sent, absl::Time now) {
  store::WakeUpAttempt attempt = Ending(wake_up, v1::WAKE_UP_OUTCOME_DELIVERED, now);
  switch (sent) {
    case Sent::kDelivered:
      attempt.events = {EventOf(model::EventKind::kWakeUpDelivered, wake_up, now)};
      return attempt;
    case Sent::kBounced:
      attempt.outcome = v1::WAKE_UP_OUTCOME_BOUNCED;
      attempt.events = {EventOf(model::EventKind::kWakeUpBounced, wake_up, now)};
      return attempt;
    case Sent::kLater:
    case Sent::kNotTried:
      break;
  }
  const std::size_t step = std::min<std::size_t>(wake_up.attempts, std::size(kBackOff) - 1);
  attempt.outcome = v1::WAKE_UP_OUTCOME_LATER;
  attempt.next_at = now + kBackOff[step];
  return attempt.next_at > wake_up.until ? GivenUp(wake_up, now) : attempt;
}

// One run: what was sent to whom, and what became of it.
struct Waker::Walk {
  absl::Time now;
  std::map<Mailbox, Sent> sent;
  Tally tally;
};

base::Result<Waker::Tally> Waker::Run(absl::Time now) {
  Walk walk{now, {}, {}};
  base::Status failed;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto due, store_.DueWakeUps(now, after, limits::kCommitGroup));
    const base::Status page = Page(due.items, walk);
    if (failed.ok()) failed = page;
    after = due.next;
  } while (!after.empty() && !stopped_);
  if (!failed.ok()) return failed;
  return walk.tally;
}

base::Status Waker::Page(const std::vector<store::WakeUp>& due, Walk& walk) {
  std::vector<store::WakeUpAttempt> attempts;
  std::vector<store::WakeUp> to_send;
  std::vector<WakeUpCall> calls;
  std::vector<Mailbox> called;
  for (const store::WakeUp& wake_up : due) {
    if (wake_up.until < walk.now) {
      attempts.push_back(GivenUp(wake_up, walk.now));
      continue;
    }
    FB_ASSIGN_OR_RETURN(const bool needed, StillNeeded(wake_up, walk.now));
    if (!needed) {
      attempts.push_back(Ending(wake_up, v1::WAKE_UP_OUTCOME_UNNEEDED, walk.now));
      continue;
    }
    to_send.push_back(wake_up);
    if (!walk.sent.emplace(MailboxOf(wake_up), Sent::kNotTried).second) continue;
    FB_ASSIGN_OR_RETURN(const store::SchoolWakeUps school, store_.WakeUpsOf(wake_up.urn));
    calls.push_back(
        {wake_up.address, school.secret, wake_up.occasion, wake_up.queued_at, walk.now});
    called.push_back(MailboxOf(wake_up));
  }
  const std::vector<Sent> sent = calls.empty() ? std::vector<Sent>() : sender_.Send(calls);
  for (std::size_t i = 0; i < sent.size(); ++i) walk.sent[called[i]] = sent[i];
  // If we die here, what was sent is due still, and is sent again.
  for (const store::WakeUp& wake_up : to_send) {
    const Sent what = walk.sent.at(MailboxOf(wake_up));
    if (what != Sent::kNotTried) attempts.push_back(AttemptOf(wake_up, what, walk.now));
  }
  return Record(attempts, walk);
}

base::Result<bool> Waker::StillNeeded(const store::WakeUp& wake_up, absl::Time now) {
  if (wake_up.occasion.reason == model::WakeUpReason::kTest) return true;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page,
                        store_.OpenAlerts(wake_up.urn, after, limits::kCommitGroup));
    for (const store::OpenAlert& open : page.items) {
      if (Needed(wake_up, open.alert, now)) return true;
    }
    after = page.next;
  } while (!after.empty());
  return false;
}

base::Status Waker::Record(const std::vector<store::WakeUpAttempt>& attempts, Walk& walk) {
  base::Status failed;
  const std::vector<base::Status> recorded = store_.RecordWakeUps(attempts);
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    if (recorded[i].ok()) Count(attempts[i].outcome, walk.tally);
    // Its address was taken away meanwhile, or another run was faster.
    const bool settled = recorded[i].ok() || absl::IsNotFound(recorded[i]) ||
                         absl::IsFailedPrecondition(recorded[i]);
    if (!settled && failed.ok()) failed = recorded[i];
  }
  return failed;
}

}  // namespace firstbell::dispatch
