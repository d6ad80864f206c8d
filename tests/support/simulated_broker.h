#pragma once

// A broker without sockets: the use cases, wired as server/broker.cc wires them, on a store and a
// clock that outlive it. Destroying it is its crash: tasks and frames on their way are lost, the
// store and the key directory stay.
//
// Threads: one. Tasks wait until RunTasks, so that nothing of a school runs inside somebody else's
// call, as on the real pool. A store that fails is survived as the server survives it: what failed
// by itself is tried again with the next look.

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "broker/base/clock.h"
#include "broker/dispatch/climber.h"
#include "broker/dispatch/school_links.h"
#include "broker/dispatch/wake_ups.h"
#include "broker/inquiry/delivery_inquiry.h"
#include "broker/inquiry/incident_inquiry.h"
#include "broker/intake/intake.h"
#include "broker/placing/replacer.h"
#include "broker/placing/rescheduler.h"
#include "broker/registry/data_directory.h"
#include "broker/registry/operator_desk.h"
#include "broker/review/call_desk.h"
#include "broker/review/review_desk.h"
#include "broker/sealing/vault.h"
#include "broker/server/log_telling.h"

namespace firstbell::support {

class SimulatedBroker final : dispatch::LinkTransport,
                              dispatch::AlertObserver,
                              intake::AlertSink,
                              review::DecisionSink,
                              registry::RecipientObserver,
                              registry::ClockObserver {
 public:
  static base::Result<std::unique_ptr<SimulatedBroker>> Start(
      store::Store& store, const registry::DataDirectory& directory, const base::Clock& clock);
  // With its keys as they were read before, for one that is started a thousand times.
  static base::Result<std::unique_ptr<SimulatedBroker>> Start(
      store::Store& store, const registry::DataDirectory& directory, const registry::Keyring& keys,
      const base::Clock& clock);
  SimulatedBroker(const SimulatedBroker&) = delete;
  SimulatedBroker& operator=(const SimulatedBroker&) = delete;

  // What a force, an operator, a school that enrols and an auditor can ask.
  base::Result<v1::IncidentAnswer> Submit(const base::ForceCode& force, const v1::Incident& wire) {
    return intake_.Submit(force, wire, clock_.Now());
  }
  base::Result<v1::IncidentAnswer> Withdraw(const base::ForceCode& force,
                                            const v1::WithdrawIncidentRequest& request) {
    return intake_.Withdraw(force, request, clock_.Now());
  }
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolRequest& request) {
    return enrolment_.Enrol(request, clock_.Now());
  }
  registry::OperatorDesk& desk() { return desk_; }
  review::ReviewDesk& review() { return review_; }
  review::CallDesk& calls() { return calls_; }
  inquiry::IncidentInquiry& incidents() { return incidents_; }
  inquiry::DeliveryInquiry& deliveries() { return deliveries_; }
  // Takes what is new into the delivery log's tree, and signs it. So does each look.
  base::Status TurnLog();

  // Schools are woken by it from now on, with each look. It outlives this.
  void WakeBy(dispatch::WakeUpSender& sender) { waker_.emplace(store_, sender); }

  // The clock was set.
  void ClockMoved() override {
    rolls_changed_ = true;  // whoever leaves today is on the roll no more
    links_.ClockMoved();
  }

  // --- The link's transport -------------------------------------------------------------------
  void OnFrame(const dispatch::SessionId& session, std::string_view key, std::string_view frame) {
    links_.OnFrame(session, key, frame);
  }
  void OnGone(const dispatch::SessionId& session) { links_.OnGone(session); }
  using Frames = std::map<dispatch::SessionId, std::vector<std::string>>;
  // The frames for one session, in order; and for all.
  std::vector<std::string> TakeFrames(const dispatch::SessionId& session);
  Frames TakeAllFrames() { return std::exchange(outgoing_, {}); }
  // Runs what waits, and looks at what is due. Whether there was anything.
  bool RunTasks();
  // Its halves: what the server does once a second; and what its pool does in between.
  void Look();
  bool Drain();

 private:
  struct Opened {
    std::unique_ptr<sealing::Vault> vault;
    registry::Keyring keys;
    registry::BrokerFacts facts;
    absl::TimeZone zone;
  };

  SimulatedBroker(store::Store& store, const base::Clock& clock, Opened opened);
  base::Status Open(store::Store& store);

  void Send(const dispatch::SessionId& session, std::string frame) override {
    outgoing_[session].push_back(std::move(frame));
  }
  void AlertChanged(const model::Alert&) override {}
  void AlertsAccepted(const std::set<base::Urn>& urns) override;
  void IncidentRevised(const std::vector<model::Alert>& alerts,
                       const std::vector<model::Case>& cases) override;
  void CaseDecided(const review::DecidedCase& decided) override;
  void RecipientChanged(const model::Recipient& recipient) override;
  void Retime();
  void PlaceAgain();
  void Climb();

  store::Store& store_;
  const base::Clock& clock_;
  Opened opened_;
  std::deque<std::function<void()>> tasks_;
  Frames outgoing_;
  bool rolls_changed_ = true;       // the start is a change
  std::optional<model::Date> day_;  // of the newest look
  bool retimed_ = false;            // since the start, as is the next
  bool climbed_everywhere_ = false;
  placing::SchoolCalendar calendar_;
  placing::Ladders ladders_;
  placing::Policies policies_;
  placing::RollIndex index_;
  placing::Placer placer_;
  placing::Replacer replacer_;
  intake::Intake intake_;
  review::ReviewDesk review_;
  review::CallDesk calls_;
  inquiry::IncidentInquiry incidents_;
  inquiry::LogKeeper keeper_;
  inquiry::SchoolPseudonyms schools_;
  inquiry::Questions questions_;
  inquiry::DeliveryInquiry deliveries_;
  registry::Certificates certificates_;
  registry::Enrolment enrolment_;
  registry::OperatorDesk desk_;
  dispatch::Devices devices_;
  dispatch::Sealer sealer_;
  dispatch::ReceiptDesk receipt_desk_;
  dispatch::DutyDesk duty_desk_;
  server::LogTelling telling_;
  dispatch::SchoolLinks links_;
  dispatch::Climber climber_;
  placing::Rescheduler rescheduler_;
  std::optional<dispatch::Waker> waker_;  // nothing: nobody is woken
};

}  // namespace firstbell::support
