#include "tests/simulation/mutations.h"

#include <algorithm>
#include <limits>

#include "tests/support/faulty_store.h"

namespace firstbell::simulation {
namespace {

using support::FaultyStore;

template <typename Wrong>
std::unique_ptr<store::Store> Make(store::Store& behind) {
  return std::make_unique<Wrong>(behind);
}

// An index row is lost as an alert moves from accepted to sent: nobody looks at it again.
class ForgetsTheSent final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Page<store::OpenAlert>> OpenAlerts(base::Urn urn, std::string_view after,
                                                          std::size_t limit) override {
    auto page = FaultyStore::OpenAlerts(urn, after, limit);
    if (!page.ok()) return page;
    std::erase_if(page->items, [](const store::OpenAlert& open) {
      return open.alert.state == v1::ALERT_STATE_SENT;
    });
    return page;
  }
};

// Who acknowledges is told that it is recorded, and nothing was written.
class SaysItIsRecorded final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  std::vector<store::Result<store::Recorded>> RecordReceipts(
      absl::Span<const store::NewReceipt> receipts) override {
    if (receipts.empty() || ++calls_ % 50 != 0) return FaultyStore::RecordReceipts(receipts);
    std::vector<store::Result<store::Recorded>> results;
    for (const store::NewReceipt& one : receipts) {
      const auto alert = FaultyStore::GetAlert(one.receipt.alert_id);
      results.push_back(alert.ok() ? store::Result<store::Recorded>(store::Recorded{*alert, false})
                                   : alert.status());
    }
    return results;
  }

 private:
  int calls_ = 0;
};

// A receipt lands without its entry in the log.
class LogsTooLittle final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  std::vector<store::Result<store::Recorded>> RecordReceipts(
      absl::Span<const store::NewReceipt> receipts) override {
    std::vector<store::NewReceipt> given(receipts.begin(), receipts.end());
    for (store::NewReceipt& one : given) {
      if (++calls_ % 100 == 0) one.events = {};
    }
    return FaultyStore::RecordReceipts(given);
  }

 private:
  int calls_ = 0;
};

// After several rungs at once, the highest of them is not climbed: nobody telephones.
class SkipsARung final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  std::vector<store::Result<store::Recorded>> RecordClimbs(
      absl::Span<const store::NewClimb> climbs) override {
    std::vector<store::NewClimb> given(climbs.begin(), climbs.end());
    for (store::NewClimb& climb : given) {
      if (climb.to - climb.from >= 2) climb.events.pop_back();
    }
    return FaultyStore::RecordClimbs(given);
  }
};

// Of two schools whose numbers begin alike, each is sealed to the other's people too. While nothing
// is to be sealed there it behaves: the machines hold those whom they are told of against the log.
class MixesSchools final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<std::vector<model::Recipient>> RecipientsOf(base::Urn urn) override {
    auto mine = FaultyStore::RecipientsOf(urn);
    const auto theirs = FaultyStore::RecipientsOf(base::Urn(urn.value() ^ 1));
    const auto waiting = FaultyStore::OpenAlerts(urn, "", 1);
    if (!mine.ok() || !theirs.ok() || !waiting.ok() || waiting->items.empty()) return mine;
    for (const model::Recipient& one : *theirs) {
      if (!one.is_device()) mine->push_back(one);
    }
    return mine;
  }
};

// Who has left is still sealed to.
class KeepsTheRevoked final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<std::vector<model::Recipient>> RecipientsOf(base::Urn urn) override {
    auto all = FaultyStore::RecipientsOf(urn);
    if (!all.ok()) return all;
    for (model::Recipient& one : *all) {
      if (!one.is_device()) one.revoked_at.reset();
    }
    return all;
  }
};

// A child who moved is said to be placed again, and is not.
class LeavesWhoMoved final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Status PlaceAgain(const store::Replacement&) override { return base::OkStatus(); }
};

// A withdrawal is kept, and the schools are not told of it.
class KeepsTheWithdrawn final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Accepted> ReviseIncident(const store::NewRevision& revision) override {
    store::NewRevision given = revision;
    if (given.incident.withdrawn != v1::WITHDRAWAL_REASON_UNSPECIFIED) given.changed.clear();
    return FaultyStore::ReviseIncident(given);
  }
};

// What a correction makes of each alert, wrongly.
class CorrectsWrongly : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Accepted> ReviseIncident(const store::NewRevision& revision) override {
    store::NewRevision given = revision;
    for (store::AlertChange& change : given.changed) {
      if (!model::TakenBack(change.after.state)) Spoil(change);
    }
    return FaultyStore::ReviseIncident(given);
  }

 private:
  virtual void Spoil(store::AlertChange& change) = 0;
};

// A correction is kept, and the schools are not told of it.
class KeepsTheOldVersion final : public CorrectsWrongly {
 public:
  using CorrectsWrongly::CorrectsWrongly;

 private:
  void Spoil(store::AlertChange& change) override { change.after = change.before; }
};

// Who has acknowledged the old version has acknowledged the new one.
class AcknowledgesForThem final : public CorrectsWrongly {
 public:
  using CorrectsWrongly::CorrectsWrongly;

 private:
  void Spoil(store::AlertChange& change) override {
    if (change.before.state != v1::ALERT_STATE_ACKNOWLEDGED) return;
    change.after.state = change.before.state;
    change.after.acknowledged_at = change.before.acknowledged_at;
  }
};

// A correction gives a school until later.
class BuysTime final : public CorrectsWrongly {
 public:
  using CorrectsWrongly::CorrectsWrongly;

 private:
  void Spoil(store::AlertChange& change) override { change.after.deadline += absl::Hours(26); }
};

// Versions before the one that stands are gone.
class ForgetsVersions final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Incident> GetRevision(const base::IncidentId& id,
                                             std::uint32_t revision) override {
    const auto stands = FaultyStore::GetIncident(id);
    if (stands.ok() && revision < stands->revision) return base::NotFound("no such incident");
    return FaultyStore::GetRevision(id, revision);
  }
};

// A school that is to be asked first is told at once.
class TellsAtOnce final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Accepted> AcceptIncident(const store::NewIncident& incident) override {
    store::NewIncident told = incident;
    for (model::Alert& alert : told.alerts) alert.ours.asked = false;
    return FaultyStore::AcceptIncident(told);
  }
};

// Of the schools that refused a child, fewer are known than there are, and no roll is in doubt.
class ForgetsRefusals : public FaultyStore {
 public:
  ForgetsRefusals(store::Store& behind, std::size_t known) : FaultyStore(behind), known_(known) {}
  store::Result<std::vector<model::Alert>> AlertsOf(const base::IncidentId& id) override {
    auto alerts = FaultyStore::AlertsOf(id);
    if (!alerts.ok()) return alerts;
    std::size_t refused = 0;
    for (model::Alert& alert : *alerts) {
      if (alert.refused == v1::REFUSAL_REASON_UNSPECIFIED || ++refused <= known_) continue;
      alert.refused = v1::REFUSAL_REASON_UNSPECIFIED;
    }
    return alerts;
  }
  store::Result<store::FoundPupils> FindPupils(const store::PupilQuery& query) override {
    auto found = FaultyStore::FindPupils(query);
    if (!found.ok()) return found;
    for (model::PupilAtSchool& one : found->pupils) one.disputed = false;
    return found;
  }

 private:
  const std::size_t known_;
};

class TellsWhoRefused final : public ForgetsRefusals {
 public:
  explicit TellsWhoRefused(store::Store& behind) : ForgetsRefusals(behind, 0) {}
};

class GuessesAgain final : public ForgetsRefusals {
 public:
  explicit GuessesAgain(store::Store& behind) : ForgetsRefusals(behind, 1) {}
};

// That a copy is destroyed is never recorded.
class LosesErased final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  std::vector<store::Result<store::Recorded>> RecordReceipts(
      absl::Span<const store::NewReceipt> receipts) override {
    std::vector<store::Result<store::Recorded>> results;
    for (const store::NewReceipt& one : receipts) {
      if (one.receipt.kind == v1::RECEIPT_KIND_ERASED) {
        results.push_back(base::Unavailable("not now"));
        continue;
      }
      auto recorded = FaultyStore::RecordReceipts(absl::MakeConstSpan(&one, 1));
      results.push_back(std::move(recorded.front()));
    }
    return results;
  }
};

// A wake-up that was sent is not known to have been.
class WakesAgain final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  std::vector<store::Status> RecordWakeUps(
      absl::Span<const store::WakeUpAttempt> attempts) override {
    return std::vector<store::Status>(attempts.size(), base::OkStatus());
  }
};

// A rung is climbed, and its wake-up is not queued with it.
class ForgetsToWake final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  std::vector<store::Result<store::Recorded>> RecordClimbs(
      absl::Span<const store::NewClimb> climbs) override {
    std::vector<store::NewClimb> given(climbs.begin(), climbs.end());
    for (store::NewClimb& climb : given) climb.wake.reset();
    return FaultyStore::RecordClimbs(given);
  }
};

// Whoever is to be woken is, also where nothing waits any more.
class WakesForNothing final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Page<store::WakeUp>> DueWakeUps(absl::Time now, std::string_view after,
                                                       std::size_t limit) override {
    waking_ = true;
    return FaultyStore::DueWakeUps(now, after, limit);
  }
  store::Result<store::Page<store::OpenAlert>> OpenAlerts(base::Urn urn, std::string_view after,
                                                          std::size_t limit) override {
    auto page = FaultyStore::OpenAlerts(urn, after, limit);
    if (waking_ && page.ok() && page->items.empty()) page->items.emplace_back();
    return page;
  }
  std::vector<store::Status> RecordWakeUps(
      absl::Span<const store::WakeUpAttempt> attempts) override {
    waking_ = false;
    return FaultyStore::RecordWakeUps(attempts);
  }

 private:
  bool waking_ = false;
};

// A calendar that begins earlier does not move what waits.
class KeepsOldTimes final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Status Reschedule(const base::AlertId&, absl::Time, absl::Time,
                           const store::Events&) override {
    return base::OkStatus();
  }
};

// A call settles whatever stands, also what its officer had not read.
class SettlesUnread final : public FaultyStore {
 public:
  using FaultyStore::FaultyStore;
  store::Result<store::Recorded> RecordCall(const store::NewCall& call) override {
    store::NewCall given = call;
    given.subject.reset();
    given.replies = std::numeric_limits<std::uint32_t>::max();
    return FaultyStore::RecordCall(given);
  }
};

}  // namespace

const std::vector<Mutation>& Mutations() {
  static const auto* const kMutations = new std::vector<Mutation>{
      {"shows-early", "a machine reckons the window in winter time all the year",
       "before its window", nullptr, absl::Hours(1)},
      {"forgets-the-sent", "an alert that was sent stands in the outbox no more",
       "is not in the outbox", Make<ForgetsTheSent>},
      {"says-it-is-recorded", "a receipt is answered and was never written",
       "was told that it is recorded", Make<SaysItIsRecorded>},
      {"logs-too-little", "a receipt stands in the store and not in the log",
       "receipts do not match the log", Make<LogsTooLittle>},
      {"skips-a-rung", "of several rungs climbed at once the last is left out", "ladder",
       Make<SkipsARung>},
      {"mixes-schools", "an alert is sealed to another school's people", "sealed to",
       Make<MixesSchools>},
      {"keeps-the-revoked", "an alert is sealed to a person whose key was revoked", "sealed to",
       Make<KeepsTheRevoked>},
      {"leaves-who-moved", "a child who moved overnight is told of at the old school",
       "right place", Make<LeavesWhoMoved>},
      {"keeps-the-withdrawn", "a school is still told of what its force took back", "another end",
       Make<KeepsTheWithdrawn>},
      {"keeps-the-old-version", "a school is not told of a correction", "old version",
       Make<KeepsTheOldVersion>},
      {"acknowledges-for-them", "what was acknowledged is not read again once it is corrected",
       "another end", Make<AcknowledgesForThem>},
      {"buys-time", "a correction makes an alert due later", "is due at", Make<BuysTime>},
      {"forgets-versions", "what stood before a correction is gone", "is not kept",
       Make<ForgetsVersions>},
      {"tells-at-once", "a school reads of a child before it said that it is its pupil",
       "before its school said", Make<TellsAtOnce>},
      {"tells-who-refused", "a school that refused a child is told of it again", "told again",
       Make<TellsWhoRefused>},
      {"guesses-again", "a machine places a child that two schools refused", "refused twice",
       Make<GuessesAgain>},
      {"loses-erased", "nobody has signed that a copy is destroyed", "has not signed",
       Make<LosesErased>},
      {"wakes-again", "a wake-up is sent with every look", "woken twice", Make<WakesAgain>},
      {"forgets-to-wake", "a rung is climbed and its wake-up is not queued",
       "nobody was to be woken", Make<ForgetsToWake>},
      {"wakes-for-nothing", "people are woken for what is over", "woken for nothing",
       Make<WakesForNothing>},
      {"keeps-old-times", "a school that opens earlier is told too late", "moved to earlier",
       Make<KeepsOldTimes>},
      {"settles-unread", "a call settles what came after its officer had read the list",
       "no officer had read", Make<SettlesUnread>},
  };
  return *kMutations;
}

const Mutation* FindMutation(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto& all = Mutations();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Mutation& one) { return one.name == name; });
  FB_CHECK(found != all.end());
  return &*found;
}

std::unique_ptr<store::Store> Mutated(const Mutation* mutation, store::Store& behind) {
  if (mutation != nullptr && mutation->store != nullptr) return mutation->store(behind);
  return nullptr;
}

}  // namespace firstbell::simulation
