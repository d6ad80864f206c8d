#include "tests/support/simulated_broker.h"

#include <utility>

#include "broker/registry/config.h"
#include "tests/support/log_options.h"

namespace firstbell::support {

base::Result<std::unique_ptr<SimulatedBroker>> SimulatedBroker::Start(
    store::Store& store, const registry::DataDirectory& directory, const base::Clock& clock) {
  FB_ASSIGN_OR_RETURN(const registry::Keyring keys, registry::LoadKeys(directory));
  return Start(store, directory, keys, clock);
}

base::Result<std::unique_ptr<SimulatedBroker>> SimulatedBroker::Start(
    store::Store& store, const registry::DataDirectory& directory, const registry::Keyring& keys,
    const base::Clock& clock) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone zone, base::LondonTimeZone());
  FB_ASSIGN_OR_RETURN(auto vault, sealing::Vault::Open(directory.vault()));
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store.GetIdentity());
  registry::BrokerFacts facts = registry::FactsOf(registry::Config(), keys, identity);
  std::unique_ptr<SimulatedBroker> broker(
      new SimulatedBroker(store, clock, {std::move(vault), keys, std::move(facts), zone}));
  FB_RETURN_IF_ERROR(broker->Open(store));
  return broker;
}

SimulatedBroker::SimulatedBroker(store::Store& store, const base::Clock& clock, Opened opened)
    : store_(store),
      clock_(clock),
      opened_(std::move(opened)),
      calendar_(store, opened_.zone),
      ladders_(store),
      policies_(store),
      index_(store),
      placer_(store, calendar_, index_, policies_),
      replacer_(store, placer_, *opened_.vault,
                [this](const std::vector<model::Alert>& alerts, const auto&) {
                  IncidentRevised(alerts, {});
                }),
      intake_(store, placer_, calendar_, *opened_.vault, *this),
      review_(store, placer_, calendar_, *opened_.vault, *this),
      calls_(store, calendar_, policies_,
             [this](const model::Alert& alert) { links_.TookBack(alert.urn, alert.id); }),
      incidents_(store),
      keeper_(store, LogOptions(store)),
      schools_(store, base::Secret(std::string(32, 'p'))),
      questions_(store, opened_.zone),
      deliveries_({store, keeper_, schools_, questions_}),
      certificates_(opened_.keys.issuing),
      enrolment_(store, certificates_, *this, opened_.facts),
      desk_({store,
             calendar_,
             ladders_,
             policies_,
             index_,
             enrolment_,
             certificates_,
             {opened_.keys.issuing.certificate, opened_.keys.root},
             clock,
             nullptr,
             *this,
             "simulated",
             [this](base::Urn urn) { links_.Wake(urn); },
             [this] { rolls_changed_ = true; }}),
      sealer_(store, *opened_.vault, policies_, opened_.keys.envelope),
      receipt_desk_(store, *this,
                    [this](const model::Alert& alert) {
                      tasks_.push_back([this, id = alert.incident_id] {
                        rolls_changed_ |= !replacer_.Incident(id, clock_.Now()).ok();
                      });
                    }),
      duty_desk_(store),
      telling_(store, keeper_),
      links_(store, ladders_, policies_, devices_, sealer_, receipt_desk_, duty_desk_, *this, *this,
             [this](std::function<void()> task) { tasks_.push_back(std::move(task)); }, clock,
             {.simulated_clock = opened_.facts.identity.simulated_clock(),
              .zone = opened_.zone,
              .log = &telling_}),
      climber_(store, ladders_, calendar_,
               [this](const model::Alert& alert) { links_.Wake(alert.urn); }),
      rescheduler_(store, calendar_, [this](base::Urn urn) { links_.Wake(urn); }) {}

base::Status SimulatedBroker::Open(store::Store& store) {
  FB_RETURN_IF_ERROR(calendar_.Reload());
  FB_RETURN_IF_ERROR(ladders_.Reload());
  FB_RETURN_IF_ERROR(policies_.Reload());
  FB_RETURN_IF_ERROR(keeper_.Open(clock_.Now()));
  return devices_.Load(store);
}

void SimulatedBroker::AlertsAccepted(const std::set<base::Urn>& urns) {
  for (const base::Urn urn : urns) links_.Wake(urn);
}

void SimulatedBroker::IncidentRevised(const std::vector<model::Alert>& alerts,
                                      const std::vector<model::Case>&) {
  for (const model::Alert& alert : alerts) {
    model::TakenBack(alert.state) ? links_.TookBack(alert.urn, alert.id) : links_.Wake(alert.urn);
  }
}

void SimulatedBroker::CaseDecided(const review::DecidedCase& decided) {
  for (const model::Alert& alert : decided.alerts) links_.Wake(alert.urn);
  for (const base::AlertId& id : decided.ended) {
    const auto alert = store_.GetAlert(id);
    // Otherwise its school is told once it names what it holds.
    if (alert.ok()) links_.TookBack(alert->urn, id);
  }
}

void SimulatedBroker::RecipientChanged(const model::Recipient& recipient) {
  devices_.Update(recipient);
  telling_.PeopleChanged(recipient.urn);
  links_.RecipientsChanged(recipient.urn);
}

std::vector<std::string> SimulatedBroker::TakeFrames(const dispatch::SessionId& session) {
  return std::exchange(outgoing_[session], {});
}

void SimulatedBroker::Retime() {
  if (!retimed_) retimed_ = rescheduler_.Everywhere(clock_.Now()).ok();
}

// Past what fails, which is tried again with the next look.
void SimulatedBroker::PlaceAgain() {
  const model::Date today = calendar_.Current()->LocalDate(clock_.Now());
  rolls_changed_ |= std::exchange(day_, today) != today;
  if (!std::exchange(rolls_changed_, false)) return;
  const auto urns = store_.SchoolsWithOpenAlerts();
  bool failed = !urns.ok();
  std::set<base::IncidentId> done;
  for (const base::Urn urn : urns.ok() ? *urns : std::vector<base::Urn>()) {
    failed |= !replacer_.School(urn, clock_.Now(), done).ok();
  }
  failed |= !replacer_.Desk(clock_.Now(), done).ok();
  rolls_changed_ |= failed;
}

void SimulatedBroker::Climb() {
  const absl::Time now = clock_.Now();
  const auto climbed = climbed_everywhere_ ? climber_.Run(now) : climber_.Everywhere(now);
  climbed_everywhere_ |= climbed.ok();
}

// What fails is tried again with the next look.
base::Status SimulatedBroker::TurnLog() {
  FB_RETURN_IF_ERROR(keeper_.Turn(clock_.Now()));
  for (const base::Urn urn : telling_.TakeCovered()) links_.RecipientsChanged(urn);
  return base::OkStatus();
}

void SimulatedBroker::Look() {
  (void)TurnLog();
  Retime();
  PlaceAgain();
  Climb();
  if (waker_) (void)waker_->Run(clock_.Now());
  links_.Tick();
}

bool SimulatedBroker::Drain() {
  const bool any = !tasks_.empty();
  while (!tasks_.empty()) {
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
  return any;
}

bool SimulatedBroker::RunTasks() {
  Look();
  return Drain();
}

}  // namespace firstbell::support
