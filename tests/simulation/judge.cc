#include "tests/simulation/judge.h"

#include <algorithm>
#include <map>

#include "broker/base/limits.h"

namespace firstbell::simulation {
namespace {

// One fault brings many findings; the first tell enough.
constexpr std::size_t kFindings = 12;

}  // namespace

void Judge::Check(const std::string& what, bool holds, const std::string& finding) {
  stage_.tally.Add("check: " + what);
  if (!holds && stage_.evidence.findings.size() < kFindings) stage_.Find(finding);
}

void Judge::Day() {
  const auto wrong = logged_.ReadOn(truth_, stage_.evidence);
  Check("the log verifies", wrong.empty(), wrong.empty() ? "" : wrong.front());
  CheckShown();
  CheckRead();
  CheckConfirmed();
  CheckWoken();
  CheckQueued();
  for (const base::AlertId& id : logged_.touched()) CheckAlert(id);
  const auto count = [&](const char* what, std::uint64_t so_far) {
    stage_.tally.Add(what, so_far - stage_.tally.Of(what));
  };
  count("alert", logged_.alerts().size());
  count("log entry", logged_.size());
  count("receipt", logged_.receipts());
  count("sealing", logged_.sealings());
  CheckReports();
  CheckLadders();
  CheckOutbox();
}

void Judge::Everything() {
  const base::Status verified = truth_.Verify({});
  Check("the store verifies", verified.ok(), std::string(base::Message(verified)));
  const auto counts = truth_.Count();
  Check("no alert beyond those of the log", counts->alerts == logged_.alerts().size(),
        "the store has other alerts than the log");
  for (const auto& [id, alert] : logged_.alerts()) {
    Check("accepted once", alert.accepted == 1,
          "alert " + id.value() + " was accepted " + std::to_string(alert.accepted) + " times");
  }
  Check("every report has an answer or still asks",
        std::count_if(stage_.evidence.reports.begin(), stage_.evidence.reports.end(),
                      [](const Report& report) { return !report.answer; }) < 20,
        "many reports were never told OK");
}

// --- What was seen of it ------------------------------------------------------------------------

void Judge::CheckShown() {
  for (const Showing& showing : std::exchange(stage_.evidence.shown, {})) {
    const auto alert = truth_.GetAlert(showing.alert);
    const auto sealing = truth_.GetSealing(showing.alert, showing.sealing);
    const base::Urn urn = stage_.country.school(showing.school).urn;
    Check("shown at its school", alert.ok() && alert->urn == urn,
          "alert " + showing.alert.value() + " was shown at " + urn.ToString());
    if (!alert.ok() || !sealing.ok()) continue;
    // Where it was corrected since, as it stood then.
    const bool stands = sealing->revision == alert->revision;
    const absl::Time show_from = stands ? alert->show_from : sealing->show_from;
    Check("not shown before its window", showing.at >= show_from,
          "alert " + showing.alert.value() + " was shown before its window, by " +
              absl::FormatDuration(show_from - showing.at));
  }
}

void Judge::CheckRead() {
  for (const Reading& reading : std::exchange(stage_.evidence.read, {})) CheckReading(reading);
}

const Report* Judge::ReportOf(const base::AlertId& id) const {
  const auto alert = truth_.GetAlert(id);
  if (!alert.ok()) return nullptr;
  const auto incident = truth_.GetIncident(alert->incident_id);
  if (!incident.ok()) return nullptr;
  const auto found = stage_.evidence.by_reference.find(incident->reference);
  return found == stage_.evidence.by_reference.end() ? nullptr
                                                     : &stage_.evidence.reports[found->second];
}

// Of the school's own pupil, and of no other child, whichever school that is at.
void Judge::CheckReading(const Reading& reading) {
  const std::string id = reading.alert.value();
  const v1::AlertContent& content = reading.content;
  const auto pupil = stage_.country.Find(content.child());
  const Report* const reported = ReportOf(reading.alert);
  const bool known = pupil && reported != nullptr;
  Check("what is read was reported", known, "alert " + id + " tells what nobody reported");
  if (!known) return;
  const Report& report = *reported;
  CheckVersionRead(reading, report, *pupil);
  const auto quoted = quoted_.emplace(content.reference(), reading.alert).first;
  Check("a school's reference tells of one alert alone",
        quoted->second == reading.alert && content.reference() != report.reference.value(),
        "alert " + id + " is called as another or as its incident is");
  Schools schools = stage_.country.pupil(*pupil).Between(report.attempts.front(), stage_.now());
  for (const auto& child : report.wire.children()) {
    const auto decided = stage_.evidence.decided.find({report.reference, child.child_ref()});
    if (decided == stage_.evidence.decided.end()) continue;
    if (stage_.country.Find(child) != pupil) continue;
    schools.insert(decided->second.schools.begin(), decided->second.schools.end());
  }
  Check("no school reads of another's pupil", schools.contains(reading.school),
        "alert " + id + ": a school reads of another's pupil");
  const std::string bytes = content.SerializeAsString();
  const bool names_other =
      std::any_of(report.children.begin(), report.children.end(), [&](const auto& other) {
        if (!other || other == pupil) return false;
        const Pupil& sibling = stage_.country.pupil(*other);
        return bytes.find("Written for " + sibling.local_id + " ") != std::string::npos ||
               bytes.find(sibling.born) != std::string::npos;
      });
  Check("no school reads of a brother or sister", !names_other,
        "alert " + id + " tells of another child of the incident");
  const Member& person = stage_.evidence.members[reading.person];
  Check("only the school's people read", person.school == reading.school,
        "alert " + id + " was read by another school's person");
}

// The account of the version that it says it is; and where the school is asked first whether the
// child is its pupil, none.
void Judge::CheckVersionRead(const Reading& reading, const Report& report, PupilIndex pupil) {
  const std::string id = reading.alert.value();
  const std::string& account = reading.content.child().account();
  if (reading.part == v1::PART_IDENTITY) {
    return Check("identity alone tells nothing", account.empty(),
                 "alert " + id + " tells more than who the child is, before its school said ours");
  }
  for (std::size_t i = 0; i < report.children.size(); ++i) {
    if (report.children[i] != pupil) continue;
    const v1::Child& child = report.wire.children(static_cast<int>(i));
    const std::uint32_t revision = reading.content.revision();
    bool said = account == report.AccountOf(child, revision);
    // What was corrected while its school was asked whose pupil the child is, it reads so at first.
    const auto alert = truth_.GetAlert(reading.alert);
    for (const Correction& one : report.corrections) {
      if (!alert->ours.asked || one.revision < revision) continue;
      said |= account == report.AccountOf(child, one.revision);
    }
    Check("what is read is what was reported", said,
          "alert " + id + " tells another account than its version's");
  }
}

void Judge::CheckConfirmed() {
  for (const Statement& said : std::exchange(stage_.evidence.confirmed, {})) {
    const LoggedAlert* const alert = logged_.Find(said.alert);
    Check("what a machine was told is recorded stands",
          alert != nullptr && alert->receipts.contains(said),
          "a machine was told that it is recorded, and it is not: receipt " +
              std::to_string(said.kind) + " about alert " + said.alert.value());
  }
}

// What waits stands where dispatch looks for it.
void Judge::CheckOutbox() {
  std::map<base::Urn, std::set<base::AlertId>> expected;
  for (const base::AlertId& id : logged_.open()) {
    expected[logged_.Find(id)->urn].insert(id);
  }
  for (const auto& [urn, ids] : expected) {
    std::set<base::AlertId> found;
    std::string after;
    do {
      const auto page = seen_.OpenAlerts(urn, after, limits::kMaxPageSize);
      if (!page.ok()) break;
      for (const store::OpenAlert& open : page->items) found.insert(open.alert.id);
      after = page->next;
    } while (!after.empty());
    const bool all = std::includes(found.begin(), found.end(), ids.begin(), ids.end());
    Check("what waits is in the outbox", all,
          "an alert that waits is not in the outbox of " + urn.ToString());
    Check("nothing else is in the outbox", found.size() <= ids.size() || !all,
          "the outbox of " + urn.ToString() + " has an alert that ended");
  }
}

void Judge::Inspect(const Machine& machine) {
  const base::Urn urn = stage_.country.school(machine.school()).urn;
  const Member& member = stage_.evidence.members[machine.device().id];
  if (member.leaving < stage_.now()) return;
  const auto page = truth_.OpenAlerts(urn, "", limits::kMaxPageSize);
  for (const store::OpenAlert& open : page->items) {
    const model::Alert& alert = open.alert;
    if (stage_.now() - alert.accepted_at < absl::Minutes(25)) continue;
    if (alert.telephone.wanted || open.sealed_to.empty()) continue;
    const school::HeldAlert* const held = machine.shelf().Find(alert.id);
    Check("what waits lies on the school's machine", held != nullptr,
          "alert " + alert.id.value() + " waits, and does not lie on the machine of " +
              urn.ToString());
    if (held == nullptr || stage_.now() - alert.changed_at < absl::Minutes(25)) continue;
    Check("the newest version lies on the school's machine",
          held->newest.revision == alert.revision,
          "alert " + alert.id.value() + " was corrected, and " + urn.ToString() +
              " has an old version");
  }
  const link::LogTrust& trust = machine.shelf().trust();
  const bool proven = std::any_of(trust.people.begin(), trust.people.end(), [](const auto& one) {
    return one.standing == link::Standing::kProven;
  });
  Check("the log bears out who is enrolled", proven || trust.people.empty(),
        "nobody at " + urn.ToString() + " is proven by the log");
  Check("no machine alarms on the log", machine.shelf().alarms().empty(),
        "a machine of " + urn.ToString() + " alarms on the delivery log");
  // Of the day before, so that the machine has certainly heard.
  for (const base::AlertId& id : logged_.touched()) {
    const LoggedAlert& logged = *logged_.Find(id);
    if (logged.urn != urn || !logged.taken_back) continue;
    if (machine.shelf().Find(id) == nullptr) continue;
    Check("what was taken back is destroyed", machine.shelf().EnvelopeOf(id).empty(),
          "alert " + id.value() + " was taken back, and its text lies at " + urn.ToString());
    CheckErased(machine, id);
  }
}

// Of the newest sealing that the machine took, it has signed that its copy is gone.
void Judge::CheckErased(const Machine& machine, const base::AlertId& id) {
  if (!machine.shelf().EnvelopeOf(id).empty()) return;
  const std::uint32_t newest = machine.shelf().Find(id)->newest.sealing;
  const auto receipts = truth_.ReceiptsOf(id);
  const bool erased =
      std::any_of(receipts->begin(), receipts->end(), [&](const model::Receipt& one) {
        return one.kind == v1::RECEIPT_KIND_ERASED && one.signer == machine.device().id &&
               one.sealing == newest;
      });
  Check("a destroyed copy is signed for", erased,
        "alert " + id.value() + " was taken back, and a machine has not signed that it is erased");
}

}  // namespace firstbell::simulation
