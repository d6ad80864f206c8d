#include "tests/simulation/forces.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "broker/model/text.h"

namespace firstbell::simulation {
namespace {

using Broker = Host::Broker;

review::Officer OfficerOf(const base::ForceCode& force) {
  return {force, base::OfficerId("officer-1")};
}

}  // namespace

// --- Incidents ----------------------------------------------------------------------------------

void OfForces::AddChild(std::optional<PupilIndex> pupil, simulation::Report& report) {
  const std::string ref = "C" + std::to_string(report.children.size() + 1);
  v1::Child& child = *report.wire.add_children();
  child = pupil ? stage_.country.Reported(*pupil, ref) : stage_.country.Stranger(stage_.dice);
  child.set_child_ref(ref);
  report.children.push_back(pupil);
}

simulation::Report OfForces::NewReport() {
  Dice& dice = stage_.dice;
  simulation::Report report;
  report.force = dice.Of(Forces());
  report.reference = base::Reference("R" + std::to_string(stage_.evidence.reports.size() + 1));
  report.wire.set_reference(report.reference.value());
  *report.wire.mutable_occurred_at() =
      model::ToWire(stage_.now() - dice.Between(absl::Minutes(10), absl::Hours(4)));
  report.wire.set_urgent(dice.Chance(0.03));
  const PupilIndex first = dice.Below(stage_.country.pupils().size());
  if (dice.Chance(0.25)) {
    for (const PupilIndex pupil : stage_.country.Family(first)) AddChild(pupil, report);
  } else {
    AddChild(first, report);
  }
  if (dice.Chance(0.02)) AddChild(std::nullopt, report);
  return report;
}

void OfForces::Report() {
  const std::size_t index = stage_.evidence.reports.size();
  stage_.evidence.reports.push_back(NewReport());
  stage_.evidence.by_reference[stage_.evidence.reports.back().reference] = index;
  stage_.tally.Add("act: reported");
  Submit(index);
}

// Until it is told OK. Its connection may break just then: it asks again, and hears the same.
void OfForces::Submit(std::size_t index) {
  auto& report = stage_.evidence.reports[index];
  v1::IncidentAnswer answer;
  if (host_.up()) report.attempts.push_back(host_.Clock());
  const base::Status done = host_.Do([&](Broker& broker) {
    auto submitted = broker.Submit(report.force, report.wire);
    if (submitted.ok()) answer = *std::move(submitted);
    return submitted.status();
  });
  const bool answer_lost = done.ok() && stage_.dice.Chance(0.02);
  if (answer_lost) stage_.tally.Add("fault: force's answer lost");
  if (done.ok() && !answer_lost) return Accepted(index, answer);
  const bool ours =
      done.code() == base::Code::kInvalidArgument || done.code() == base::Code::kAlreadyExists;
  if (ours && report.withdrawing) return;
  if (ours) stage_.Find("a report is refused: " + std::string(base::Message(done)));
  stage_.agenda.In(stage_.dice.Between(absl::Seconds(5), absl::Seconds(60)),
                   [this, index] { Submit(index); });
}

void OfForces::Accepted(std::size_t index, const v1::IncidentAnswer& answer) {
  auto& report = stage_.evidence.reports[index];
  const bool same =
      !report.answer || report.answer->SerializeAsString() == answer.SerializeAsString();
  const bool changing = report.withdrawing || !report.corrections.empty();
  if (!same && !changing)
    stage_.Find(report.reference.value() + " has another answer than it was given");
  const bool is_new = !report.answer;
  if (report.corrections.empty()) report.answer = answer;
  for (const auto& pupil : report.children) {
    if (!pupil) continue;
    for (const SchoolIndex school : stage_.country.pupil(*pupil).now()) life_.Rouse(school);
  }
  // A careful force sends twice.
  if (!is_new || !stage_.dice.Chance(0.02)) return;
  stage_.tally.Add("fault: report repeated");
  stage_.agenda.In(stage_.dice.Between(absl::Minutes(1), absl::Hours(10)),
                   [this, index] { Submit(index); });
}

std::optional<std::size_t> OfForces::Settled() {
  const auto& reports = stage_.evidence.reports;
  if (reports.empty()) return std::nullopt;
  const std::size_t index =
      reports.size() - 1 - stage_.dice.Below(std::min<std::size_t>(reports.size(), 60));
  const simulation::Report& report = reports[index];
  if (!report.answer || report.withdrawing || report.correcting) return std::nullopt;
  return index;
}

void OfForces::Correct() {
  const auto found = Settled();
  if (!found) return;
  const std::size_t index = *found;
  auto& report = stage_.evidence.reports[index];
  const int child = static_cast<int>(stage_.dice.Below(report.children.size()));
  const auto revision = static_cast<std::uint32_t>(report.corrections.size() + 2);
  const v1::Child& said = report.wire.children(child);
  std::string account = said.account().empty() ? "" : said.account() + " ";
  account += "Version " + std::to_string(revision) + ".";
  report.corrections.push_back({revision, said.child_ref(), std::move(account)});
  report.correcting = true;
  v1::Incident wire = report.wire;
  wire.set_revision(revision);
  for (v1::Child& one : *wire.mutable_children()) one.set_account(report.AccountOf(one, revision));
  const auto answer = std::make_shared<v1::IncidentAnswer>();
  host_.Insist(
      "a correction",
      [force = report.force, wire, answer](Broker& broker) {
        auto submitted = broker.Submit(force, wire);
        if (submitted.ok()) *answer = *std::move(submitted);
        return submitted.status();
      },
      [this, index, answer] { Corrected(index, *answer); });
}

void OfForces::Corrected(std::size_t index, const v1::IncidentAnswer& answer) {
  auto& report = stage_.evidence.reports[index];
  report.answer = answer;
  report.correcting = false;
  stage_.evidence.corrected.push_back(index);
  stage_.tally.Add("act: corrected");
  for (const auto& pupil : report.children) {
    if (!pupil) continue;
    for (const SchoolIndex school : stage_.country.pupil(*pupil).now()) life_.Rouse(school);
  }
}

void OfForces::Withdraw() {
  const auto found = Settled();
  if (!found) return;
  const std::size_t index = *found;
  auto& reports = stage_.evidence.reports;
  reports[index].withdrawing = true;
  v1::WithdrawIncidentRequest request;
  request.set_reference(reports[index].reference.value());
  request.set_reason(v1::WITHDRAWAL_REASON_MISTAKEN);
  const base::ForceCode force = reports[index].force;
  host_.Insist(
      "a withdrawal", [=](Broker& broker) { return broker.Withdraw(force, request).status(); },
      [this, index] {
        stage_.evidence.reports[index].withdrawn = true;
        stage_.evidence.withdrawn.push_back(index);
        stage_.tally.Add("act: withdrawn");
      });
}

// --- The telephone ------------------------------------------------------------------------------

void OfForces::Telephone() {
  for (const base::ForceCode& force : Forces()) TelephoneFor(force);
}

void OfForces::TelephoneFor(const base::ForceCode& force) {
  v1::ListCallsResponse list;
  (void)host_.Do([&](Broker& broker) {
    auto listed = broker.calls().List(OfficerOf(force), {}, host_.Clock());
    if (listed.ok()) list = *std::move(listed);
    return listed.status();
  });
  for (const v1::Call& call : list.calls()) {
    if (!stage_.dice.Chance(0.5)) continue;
    v1::RecordCallRequest request;
    request.set_alert_id(call.alert_id());
    request.set_calls(call.calls());
    request.set_about(call.about());
    request.set_revision(call.revision());
    request.set_replies(call.replies());
    // One after the other; the last of them has stood on the list for a while.
    stage_.agenda.In(stage_.dice.Between(absl::Minutes(1), absl::Minutes(45)),
                     [this, force, request = std::move(request)] { Call(force, request); });
  }
}

void OfForces::Call(const base::ForceCode& force, v1::RecordCallRequest request) {
  const int outcome = stage_.dice.Between(1, 10);
  request.set_outcome(outcome <= 6   ? v1::CALL_OUTCOME_ACKNOWLEDGED
                      : outcome <= 9 ? v1::CALL_OUTCOME_NOT_REACHED
                                     : v1::CALL_OUTCOME_CALL_AGAIN);
  if (outcome == 10) {
    *request.mutable_call_again_at() = model::ToWire(host_.Clock() + absl::Hours(2));
  }
  const bool reached = request.outcome() == v1::CALL_OUTCOME_ACKNOWLEDGED;
  if (reached && request.about() == v1::CALL_ABOUT_ARRIVAL) request.set_arrival(v1::ARRIVAL_SEEN);
  stage_.evidence.calls[{base::AlertId(request.alert_id()), request.revision(), request.calls()}] =
      request.replies();
  const base::Status recorded = host_.Do([&](Broker& broker) {
    return broker.calls().Record(OfficerOf(force), request, host_.Clock()).status();
  });
  if (recorded.ok()) stage_.tally.Add("act: telephoned");
  if (absl::IsFailedPrecondition(recorded)) stage_.tally.Add("act: telephoned about what changed");
}

// --- The desk -----------------------------------------------------------------------------------

void OfForces::Decide() {
  for (const base::ForceCode& force : Forces()) DecideFor(force);
}

void OfForces::DecideFor(const base::ForceCode& force) {
  v1::ListCasesResponse list;
  (void)host_.Do([&](Broker& broker) {
    auto listed = broker.review().List(OfficerOf(force), {}, host_.Clock());
    if (listed.ok()) list = *std::move(listed);
    return listed.status();
  });
  for (const v1::CaseSummary& one : list.cases()) {
    if (stage_.dice.Chance(0.8)) DecideOn(force, one.reference(), one.child_ref());
  }
}

// An officer finds out where the child is, by telephone. One who is just moving is left for later.
void OfForces::DecideOn(const base::ForceCode& force, const std::string& reference,
                        const std::string& child_ref) {
  const auto& report =
      stage_.evidence.reports[stage_.evidence.by_reference.at(base::Reference(reference))];
  std::optional<PupilIndex> pupil;
  for (int i = 0; i < report.wire.children_size(); ++i) {
    if (report.wire.children(i).child_ref() != child_ref) continue;
    pupil = report.children[static_cast<std::size_t>(i)];
  }
  if (pupil && stage_.country.pupil(*pupil).moving) return;
  auto& decided = stage_.evidence.decided[{report.reference, child_ref}];
  decided.outcome = pupil ? v1::CHILD_OUTCOME_ACCEPTED : v1::CHILD_OUTCOME_UNPLACEABLE;
  v1::DecideCaseRequest request;
  request.set_reference(reference);
  request.set_child_ref(child_ref);
  request.set_outcome(decided.outcome);
  request.set_reason(pupil ? v1::DECISION_REASON_SCHOOL_CONFIRMED
                           : v1::DECISION_REASON_NO_SCHOOL_FOUND);
  if (pupil) {
    const Schools& schools = stage_.country.pupil(*pupil).now();
    decided.schools.insert(schools.begin(), schools.end());
    for (const SchoolIndex school : schools) {
      request.add_urns(stage_.country.school(school).urn.value());
      life_.Rouse(school);
    }
  }
  const base::Status done = host_.Do([&](Broker& broker) {
    return broker.review().Decide(OfficerOf(force), request, host_.Clock()).status();
  });
  if (done.ok()) stage_.tally.Add("act: decided at the desk");
}

}  // namespace firstbell::simulation
