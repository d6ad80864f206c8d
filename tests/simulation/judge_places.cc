// The half of judge.h that asks where each child was told of, and that none was dropped.

#include <algorithm>
#include <iterator>

#include "broker/placing/answer.h"
#include "tests/simulation/judge.h"

namespace firstbell::simulation {
namespace {

// Rolls that changed so long ago have been followed, also through a crash or two.
constexpr absl::Duration kFollowed = absl::Minutes(20);

std::string NameOf(const Report& report, std::size_t child) {
  return report.reference.value() + "/" + report.wire.children(static_cast<int>(child)).child_ref();
}

}  // namespace

void Judge::CheckReports() {
  const auto& reports = stage_.evidence.reports;
  for (; reports_seen_ < reports.size(); ++reports_seen_) waiting_.insert(reports_seen_);
  for (const std::size_t index : std::exchange(stage_.evidence.withdrawn, {})) {
    waiting_.insert(index);
  }
  for (const std::size_t index : std::exchange(stage_.evidence.corrected, {})) {
    waiting_.insert(index);
  }
  std::erase_if(waiting_, [&](std::size_t index) { return CheckReport(reports[index]); });
}

// Whether it is done with: every child's story has ended.
bool Judge::CheckReport(const Report& report) {
  const std::string& name = report.reference.value();
  const auto incident = truth_.GetIncident(report.force, report.reference);
  if (!report.answer) return false;
  Check("what was told OK stands", incident.ok(), name + " was told OK and is gone");
  if (!incident.ok()) return true;
  if (report.withdrawn) return CheckWithdrawn(report, *incident);
  // As long as nobody knows whether it was.
  if (report.withdrawing || report.correcting) return false;
  CheckVersions(report, *incident);
  const bool answered =
      placing::AnswerOf(*incident).SerializeAsString() == report.answer->SerializeAsString();
  Check("the answer stays", answered, name + " has another answer than it was given");
  const bool came_then = std::find(report.attempts.begin(), report.attempts.end(),
                                   incident->accepted_at) != report.attempts.end();
  Check("accepted when it was sent", came_then, name + " was accepted when nobody sent it");
  bool done = true;
  for (std::size_t i = 0; i < report.children.size(); ++i) {
    done &= CheckChild(report, i, *incident);
  }
  return done;
}

bool Judge::CheckWithdrawn(const Report& report, const store::Incident& incident) {
  const auto alerts = truth_.AlertsOf(incident.id);
  const auto cases = truth_.CasesOf(incident.id);
  const bool told = std::any_of(alerts->begin(), alerts->end(), [](const model::Alert& alert) {
    return !model::TakenBack(alert.state);
  });
  const bool waits = std::any_of(cases->begin(), cases->end(),
                                 [](const model::Case& one) { return !one.decision; });
  Check("nothing stands of what was withdrawn", !told && !waits,
        report.reference.value() + " was withdrawn, and " +
            (told ? "a school is still told of it" : "waits at review"));
  return true;
}

// Every version is kept, and the schools that have something new to read have the newest.
void Judge::CheckVersions(const Report& report, const store::Incident& incident) {
  if (report.corrections.empty()) return;
  const std::string& name = report.reference.value();
  for (std::uint32_t revision = 1; revision <= report.corrections.size() + 1; ++revision) {
    const auto kept = seen_.GetRevision(incident.id, revision);
    Check("every version is kept", kept.ok() && kept->revision == revision,
          name + ": version " + std::to_string(revision) + " is not kept");
  }
  const std::vector<model::Alert> alerts = *truth_.AlertsOf(incident.id);
  for (const Correction& correction : report.corrections) {
    for (const model::Alert& alert : alerts) {
      const bool its_child = alert.child_ref == base::ChildRef(correction.child_ref);
      // A school that is asked first has nothing new to read until it has said ours.
      if (!its_child || model::TakenBack(alert.state) || alert.ours.asked) continue;
      Check("schools are told the newest version", alert.revision >= correction.revision,
            "alert " + alert.id.value() + " was corrected, and stands in an old version");
    }
  }
}

// Who said that a child is not its pupil is told of it no more by a machine; and after two have
// said so, nobody is.
void Judge::CheckRefused(const Report& report, std::size_t child,
                         const std::vector<model::Alert>& alerts) {
  const base::ChildRef ref(report.wire.children(static_cast<int>(child)).child_ref());
  std::map<base::Urn, absl::Time> refused;
  for (const model::Alert& alert : alerts) {
    const LoggedAlert* const logged = logged_.Find(alert.id);
    if (alert.child_ref != ref || logged == nullptr || !logged->refused) continue;
    refused.emplace(alert.urn, *logged->refused);
  }
  if (refused.empty()) return;
  const auto by_hand = stage_.evidence.decided.find({report.reference, ref.value()});
  const auto decided = [&](base::Urn urn) {
    return by_hand != stage_.evidence.decided.end() &&
           by_hand->second.schools.contains(*stage_.country.Find(urn));
  };
  for (const model::Alert& alert : alerts) {
    if (alert.child_ref != ref || model::TakenBack(alert.state) || decided(alert.urn)) continue;
    const auto before = std::count_if(refused.begin(), refused.end(), [&](const auto& one) {
      return one.second < alert.accepted_at;
    });
    Check("no machine tells who has refused", !refused.contains(alert.urn),
          NameOf(report, child) + " is told again at a school that it was refused by");
    Check("two refusals go to the desk", before < 2,
          NameOf(report, child) + " was refused twice, and a machine placed it again");
  }
}

bool Judge::CheckChild(const Report& report, std::size_t child, const store::Incident& incident) {
  const base::ChildRef ref(report.wire.children(static_cast<int>(child)).child_ref());
  const std::vector<model::Alert> alerts = *truth_.AlertsOf(incident.id);
  std::vector<model::Alert> living;
  for (const model::Alert& alert : alerts) {
    if (alert.child_ref == ref && !model::TakenBack(alert.state)) living.push_back(alert);
  }
  std::optional<model::Case> open;
  bool decided = false;
  const std::vector<model::Case> cases = *truth_.CasesOf(incident.id);
  for (const model::Case& one : cases) {
    if (one.child_ref != ref) continue;
    if (!one.decision) open = one;
    decided |= one.decision && one.decision->outcome != v1::CHILD_OUTCOME_ACCEPTED;
  }
  Check("nothing is silently dropped", !living.empty() || open || decided,
        NameOf(report, child) + " was dropped: it has no alert, no case and no decision");
  CheckRefused(report, child, alerts);
  CheckWhere(report, child, incident, living, open);
  const bool all_ended = std::all_of(living.begin(), living.end(), [](const model::Alert& alert) {
    return model::Ended(alert.state);
  });
  return !open && (living.empty() ? decided : all_ended);
}

// On that school's roll: somebody of the same birthday and given name, or of the same whole name.
bool Judge::HasAnother(SchoolIndex school, PupilIndex pupil) const {
  const auto& pupils = stage_.country.pupils();
  const Pupil& truth = pupils[pupil];
  return std::any_of(pupils.begin(), pupils.end(), [&](const Pupil& one) {
    const bool alike =
        one.given == truth.given && (one.born == truth.born || one.family == truth.family);
    return &one != &truth && alike && one.on_rolls.contains(school);
  });
}

// At no school that the child never was at; and where nobody had seen it when the child moved, at
// its present schools alone.
void Judge::CheckWhere(const Report& report, std::size_t child, const store::Incident& incident,
                       const std::vector<model::Alert>& living,
                       const std::optional<model::Case>& open) {
  const std::string name = NameOf(report, child);
  const auto pupil = report.children[child];
  const std::string ref = report.wire.children(static_cast<int>(child)).child_ref();
  const auto by_hand = stage_.evidence.decided.find({report.reference, ref});
  const bool decided = by_hand != stage_.evidence.decided.end();
  Schools told, may_be;
  for (const model::Alert& alert : living) {
    const auto school = stage_.country.Find(alert.urn);
    Check("told once at each school", school && told.insert(*school).second,
          name + " is told twice at one school");
  }
  if (!pupil)
    return Check("nobody is told of a child on no roll", told.empty(),
                 name + " is on no roll, and a school was told");
  const Pupil& truth = stage_.country.pupil(*pupil);
  may_be = truth.Between(incident.accepted_at, stage_.now());
  if (decided) may_be.insert(by_hand->second.schools.begin(), by_hand->second.schools.end());
  Check("told in the right place",
        std::includes(may_be.begin(), may_be.end(), told.begin(), told.end()),
        name + " is not in the right place: at a school where the child never was");
  if (truth.is_protected) {
    return Check("no machine places a protected child", decided || told.empty(),
                 name + " is protected, and a machine told a school");
  }
  const bool settled = !truth.moving && truth.history.back().since < stage_.now() - kFollowed;
  const bool seen = std::any_of(living.begin(), living.end(), &model::Seen);
  const std::vector<model::Alert> all = *truth_.AlertsOf(incident.id);
  const bool refused = std::any_of(all.begin(), all.end(), [&](const model::Alert& alert) {
    return alert.child_ref.value() == ref && logged_.Find(alert.id) != nullptr &&
           logged_.Find(alert.id)->refused;
  });
  // Of whatever report.
  const bool disputed = std::any_of(truth.now().begin(), truth.now().end(), [&](SchoolIndex here) {
    return stage_.evidence.disputed.contains({*pupil, here});
  });
  if (!settled || seen || decided || refused || disputed) return;
  // Where somebody else may be the child, its alert stays until a person has decided.
  Schools elsewhere;
  std::set_difference(told.begin(), told.end(), truth.now().begin(), truth.now().end(),
                      std::inserter(elsewhere, elsewhere.end()));
  const bool look_alikes = !elsewhere.empty() &&
                           std::all_of(elsewhere.begin(), elsewhere.end(), [&](SchoolIndex school) {
                             return HasAnother(school, *pupil);
                           });
  if (open && look_alikes) return stage_.tally.Add("somebody else may be the child");
  Check("told in exactly the right places", told == truth.now(),
        name + " is not in the right place: " + (told.empty() ? "nowhere" : "elsewhere") +
            (open ? ", and waits at review for reason " + std::to_string(open->reason) : ""));
}

}  // namespace firstbell::simulation
