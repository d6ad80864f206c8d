// The half of school_links.h that works through one school: who is enrolled there, then its outbox.

#include <algorithm>
#include <iterator>
#include <utility>

#include "broker/base/log.h"
#include "broker/dispatch/crews.h"
#include "broker/dispatch/school_links.h"
#include "broker/model/text.h"

namespace firstbell::dispatch {

void SchoolLinks::Wake(base::Urn urn) {
  {
    base::MutexLock lock(mutex_);
    if (!linked_.contains(urn)) return;  // the outbox keeps it until a device links
    Busy& busy = busy_[urn];
    if (busy != Busy::kNo) {
      busy = Busy::kAgain;
      return;
    }
    busy = Busy::kYes;
  }
  executor_([this, urn] { RunSchool(urn); });
}

void SchoolLinks::RunSchool(base::Urn urn) {
  while (true) {
    const base::Status pushed = PushSchool(urn);
    if (!pushed.ok()) {
      base::LogError("dispatch", base::Message(pushed), {{"urn", urn.ToString()}});
      LookAgain(urn, clock_.Now() + options_.resend_after);
    }
    base::MutexLock lock(mutex_);
    Busy& busy = busy_[urn];
    if (busy != Busy::kAgain) {
      busy_.erase(urn);
      return;
    }
    busy = Busy::kYes;
  }
}

base::Status SchoolLinks::PushSchool(base::Urn urn) {
  const Untold untold = ClaimUntold(urn);
  std::set<KnownOfLog> known;
  for (const auto& [log, sessions] : untold) known.insert(log);
  const Welcomes welcomes(options_.log, known);
  const auto recipients = store_.RecipientsOf(urn);
  const base::Status told =
      recipients.ok() ? TellPeople(urn, untold, welcomes, *recipients) : recipients.status();
  if (!told.ok()) Unclaim(untold);
  if (recipients.ok()) EndRevoked(urn, *recipients);
  FB_RETURN_IF_ERROR(told);
  return PushOutbox(urn, *recipients);
}

base::Status SchoolLinks::PushOutbox(base::Urn urn,
                                     const std::vector<model::Recipient>& recipients) {
  ForgetOverdue(urn);
  const auto school = store_.GetSchool(urn);
  if (!school.ok() && !absl::IsNotFound(school.status())) return school.status();
  Crews crews(recipients, school.ok() ? school->year.holiday_contact : std::nullopt, ladders_,
              options_.zone);
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, options_.in_flight));
    PushPage(page.items, crews);
    after = page.next;
  } while (!after.empty() && AnyRoom(urn));
  return base::OkStatus();
}

// --- Who is enrolled ----------------------------------------------------------------------

void SchoolLinks::EndRevoked(base::Urn urn, const std::vector<model::Recipient>& recipients) {
  std::vector<SessionId> leave;
  {
    base::MutexLock lock(mutex_);
    for (const SessionId& session : SessionsOf(urn)) {
      const base::RecipientId& id = sessions_.at(session).device.id;
      // One that the list does not know was enrolled after it was read.
      const bool revoked =
          std::any_of(recipients.begin(), recipients.end(),
                      [&](const model::Recipient& one) { return one.id == id && !one.in_force(); });
      if (revoked) leave.push_back(session);
    }
  }
  for (const SessionId& session : leave) Refuse(session, "this device was revoked");
}

// They count as told before the list is read: a change that comes after that makes them untold
// again, and this school is looked at once more.
SchoolLinks::Untold SchoolLinks::ClaimUntold(base::Urn urn) {
  Untold untold;
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    Session& session = sessions_.at(id);
    if (!std::exchange(session.told, true)) untold[session.log].push_back(id);
  }
  return untold;
}

void SchoolLinks::Unclaim(const Untold& untold) {
  base::MutexLock lock(mutex_);
  for (const auto& [known, sessions] : untold) {
    for (const SessionId& id : sessions) {
      const auto session = sessions_.find(id);
      if (session != sessions_.end()) session->second.told = false;
    }
  }
}

base::Status SchoolLinks::TellPeople(base::Urn urn, const Untold& untold, const Welcomes& welcomes,
                                     const std::vector<model::Recipient>& recipients) {
  if (untold.empty()) return base::OkStatus();
  for (const auto& [known, sessions] : untold) {
    FB_ASSIGN_OR_RETURN(Told told, welcomes.For(known, recipients));
    const v1::LinkMessage greeting = Greeting(urn, std::move(told.welcome));
    for (const SessionId& id : sessions) {
      NoteTold(id, known, told.after);
      Send(id, greeting);
    }
  }
  return base::OkStatus();
}

// Where the frame is lost, the next one does not follow from what the device knows, and it says
// hello again. So it does where it said hello meanwhile: then what it said stands.
void SchoolLinks::NoteTold(const SessionId& id, const KnownOfLog& before, const KnownOfLog& after) {
  base::MutexLock lock(mutex_);
  const auto session = sessions_.find(id);
  if (session != sessions_.end() && session->second.log == before) session->second.log = after;
}

v1::LinkMessage SchoolLinks::Greeting(base::Urn urn, v1::Welcome welcome) const {
  welcome.set_urn(urn.value());
  *welcome.mutable_broker_time() = model::ToWire(clock_.Now());
  welcome.set_simulated_clock(options_.simulated_clock);
  v1::LinkMessage message;
  *message.mutable_welcome() = std::move(welcome);
  return message;
}

// --- The outbox ---------------------------------------------------------------------------

void SchoolLinks::PushPage(const std::vector<store::OpenAlert>& page, Crews& crews) {
  const absl::Time now = clock_.Now();
  std::vector<Decision> decisions;
  for (const store::OpenAlert& open : page) {
    decisions.push_back(Decide(open, crews.Of(open.alert).ids, LinkedFor(open.alert), now,
                               {.resend_after = options_.resend_after,
                                .push = policies_.Of(open.alert.force, open.alert.urn).push()}));
    if (decisions.back().again_at) LookAgain(open.alert.urn, *decisions.back().again_at);
  }
  const auto sealings = SealingsFor(page, decisions, crews, now);
  for (std::size_t i = 0; i < page.size(); ++i) {
    const model::Alert& alert = page[i].alert;
    if (!sealings[i]) continue;
    const base::Status pushed = PushTo(decisions[i].push, alert, *sealings[i], now);
    if (!pushed.ok()) Trouble(pushed, alert);
  }
}

std::vector<std::optional<model::Sealing>> SchoolLinks::SealingsFor(
    const std::vector<store::OpenAlert>& page, const std::vector<Decision>& decisions, Crews& crews,
    absl::Time now) {
  std::vector<std::optional<model::Sealing>> sealings(page.size());
  // Places in `page`, by whom they are to be sealed to.
  std::map<std::vector<base::RecipientId>, std::vector<std::size_t>> unsealed;
  for (std::size_t i = 0; i < page.size(); ++i) {
    if (decisions[i].push.empty()) continue;
    if (decisions[i].seal) {
      unsealed[crews.Of(page[i].alert).ids].push_back(i);
      continue;
    }
    auto stored = store_.GetSealing(page[i].alert.id, page[i].alert.sealing);
    stored.ok() ? void(sealings[i] = *std::move(stored)) : Trouble(stored.status(), page[i].alert);
  }
  for (const auto& [ids, places] : unsealed) {
    std::vector<model::Alert> alerts;
    for (const std::size_t i : places) alerts.push_back(page[i].alert);
    const auto people = Crews::ForSealing(crews.Of(alerts.front()));
    if (!people.ok()) {
      Trouble(people.status(), alerts.front());
      continue;
    }
    auto made = sealer_.Seal(alerts, *people, now);
    for (std::size_t i = 0; i < made.size(); ++i) {
      made[i].ok() ? void(sealings[places[i]] = *std::move(made[i]))
                   : Trouble(made[i].status(), alerts[i]);
    }
  }
  return sealings;
}

base::Status SchoolLinks::PushTo(const std::vector<base::RecipientId>& devices,
                                 const model::Alert& alert, const model::Sealing& sealing,
                                 absl::Time now) {
  v1::LinkMessage message;
  if (!message.mutable_push()->mutable_envelope()->ParseFromString(sealing.envelope)) {
    return base::DataLoss("a stored envelope does not parse");
  }
  for (const base::RecipientId& device : devices) {
    const auto session = SessionWithRoom(device);
    if (!session) continue;
    {
      base::MutexLock lock(mutex_);
      const auto found = sessions_.find(*session);
      if (found == sessions_.end()) continue;
      found->second.in_flight[{alert.id, sealing.number}] = now;
      if (alert.state == v1::ALERT_STATE_ACCEPTED) {
        unanswered_.try_emplace(
            alert.id, Pushed{alert.force, alert.authority, alert.urn, sealing.number, now});
      }
    }
    Send(*session, message);
  }
  return base::OkStatus();
}

std::vector<store::SentAlert> SchoolLinks::TakeUnanswered(absl::Time now) {
  std::vector<store::SentAlert> sent;
  for (auto one = unanswered_.begin(); one != unanswered_.end();) {
    const auto& [alert, push] = *one;
    if (push.at + options_.sent_after > now) {
      ++one;
      continue;
    }
    model::Event event(model::EventKind::kAlertSent, push.at);
    event.With(alert).With(push.force).With(push.urn).With(push.authority);
    event.WithNumber("sealing", push.sealing);
    sent.push_back({alert, {std::move(event)}});
    one = unanswered_.erase(one);
  }
  return sent;
}

// If we die before this is durable, the device's *received* moves the alert past it, or the next
// session pushes the same bytes again. Whoever moved it past it has told so.
void SchoolLinks::RecordSent(absl::Span<const store::SentAlert> sent) {
  // No more at a time than go into one write: on a crowded morning, intake and receipts wait behind
  // it in the store's queue.
  for (; !sent.empty(); sent.remove_prefix(std::min(sent.size(), limits::kCommitGroup))) {
    const auto some = sent.subspan(0, limits::kCommitGroup);
    const auto results = store_.RecordSent(some, clock_.Now());
    for (std::size_t i = 0; i < some.size(); ++i) {
      if (!results[i].ok()) {
        base::LogError("dispatch", base::Message(results[i].status()),
                       {{"alert", some[i].id.value()}});
      } else if (!results[i]->was_there) {
        observer_.AlertChanged(results[i]->alert);
      }
    }
  }
  base::MutexLock lock(mutex_);
  recording_sent_ = false;
}

// One alert that cannot be sealed or read must not keep the others back.
void SchoolLinks::Trouble(const base::Status& status, const model::Alert& alert) {
  base::LogError("dispatch", base::Message(status), {{"alert", alert.id.value()}});
  LookAgain(alert.urn, clock_.Now() + options_.resend_after);
}

std::vector<LinkedDevice> SchoolLinks::LinkedFor(const model::Alert& alert) const {
  // A newer sealing than ours: an older backup was restored here. Ours would not be taken.
  const auto lost = [&](const std::map<base::AlertId, std::uint32_t>& held) {
    const auto found = held.find(alert.id);
    return found == held.end() || found->second < alert.sealing;
  };
  std::vector<LinkedDevice> linked;
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(alert.urn)) {
    const Session& session = sessions_.at(id);
    LinkedDevice device{.id = session.device.id, .pushed_at = std::nullopt};
    device.lost = session.held && lost(*session.held);
    const auto pushed = session.in_flight.find({alert.id, alert.sealing});
    if (pushed != session.in_flight.end()) device.pushed_at = pushed->second;
    linked.push_back(std::move(device));
  }
  return linked;
}

std::optional<SessionId> SchoolLinks::SessionWithRoom(const base::RecipientId& device) {
  base::MutexLock lock(mutex_);
  const auto newest = newest_.find(device);
  if (newest == newest_.end()) return std::nullopt;
  Session& session = sessions_.at(newest->second);
  if (!session.told) return std::nullopt;
  session.starved = session.in_flight.size() >= options_.in_flight;
  return session.starved ? std::nullopt : std::optional(newest->second);
}

bool SchoolLinks::AnyRoom(base::Urn urn) {
  bool any = false;
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    Session& session = sessions_.at(id);
    session.starved = session.in_flight.size() >= options_.in_flight;
    any |= !session.starved;
  }
  return any;
}

void SchoolLinks::ForgetOverdue(base::Urn urn) {
  const absl::Time now = clock_.Now();
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    std::erase_if(sessions_.at(id).in_flight,
                  [&](const auto& push) { return push.second + options_.resend_after <= now; });
  }
}

void SchoolLinks::LookAgain(base::Urn urn, absl::Time when) {
  base::MutexLock lock(mutex_);
  for (const SessionId& id : SessionsOf(urn)) {
    absl::Time& look = sessions_.at(id).look_again_at;
    look = std::min(look, when);
  }
}

std::vector<SessionId> SchoolLinks::SessionsOf(base::Urn urn) const {
  std::vector<SessionId> sessions;
  const auto linked = linked_.find(urn);
  if (linked == linked_.end()) return sessions;
  for (const base::RecipientId& device : linked->second) sessions.push_back(newest_.at(device));
  return sessions;
}

}  // namespace firstbell::dispatch
