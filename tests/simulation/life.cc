#include "tests/simulation/life.h"

#include <algorithm>

namespace firstbell::simulation {
namespace {

constexpr int kPeopleCome = 7 * 60 + 20, kPeopleLeave = 17 * 60;

}  // namespace

Life::Life(Stage& stage, Host& host, Links& links)
    : stage_(stage),
      host_(host),
      links_(links),
      people_(stage.country.schools().size()),
      machines_(stage.country.schools().size()) {
  links_.Listen([this](MachineIndex machine, const std::vector<base::AlertId>& alerts) {
    OnNews(machine, alerts);
  });
}

// --- Machines -----------------------------------------------------------------------------------

// The same however often it is asked on one day.
std::optional<Life::Open> Life::HoursOf(SchoolIndex school) const {
  const Day today = stage_.today();
  Dice dice(stage_.options.seed * 1'000'003 + school * 7919 +
            static_cast<std::uint64_t>(today - Day(1970, 1, 1)));
  if (AlwaysOn(school)) return Open{At(today, 0), At(today + 1, 0)};
  if (!IsSchoolDay(stage_.country.school(school).timetable(), today)) {
    if (!dice.Chance(0.06)) return std::nullopt;
    return Open{At(today, dice.Between(9 * 60, 10 * 60)), At(today, 12 * 60)};
  }
  return Open{At(today, dice.Between(7 * 60, 7 * 60 + 50)),
              At(today, dice.Between(15 * 60 + 45, 18 * 60))};
}

void Life::Morning() {
  minded_.clear();
  for (const auto& staff : people_) {
    for (const Person& person : staff) {
      if (!stage_.dice.Chance(0.06)) continue;
      stage_.tally.Add("fault: person absent");
      absent_until_[person.id] = stage_.today() + stage_.dice.Between(1, 5);
    }
  }
  for (SchoolIndex school = 0; school < people_.size(); ++school) {
    const base::Urn urn = stage_.country.school(school).urn;
    const bool waits = !host_.truth().OpenAlerts(urn, "", 1)->items.empty();
    if (waits || stage_.dice.Chance(0.02)) Rouse(school);
  }
}

void Life::Rouse(SchoolIndex school) {
  const auto hours = HoursOf(school);
  if (!hours || stage_.now() >= hours->off) return;
  stage_.agenda.At(hours->on, [this, school] { SwitchOn(school); });
  if (!AlwaysOn(school)) stage_.agenda.At(hours->off, [this, school] { SwitchOff(school); });
}

void Life::SwitchOn(SchoolIndex school) {
  const auto offline = offline_.find(school);
  if (offline != offline_.end() && stage_.now() < offline->second) return;
  for (const MachineIndex machine : machines_[school]) {
    links_.SwitchOn(machine);
    LookAtInbox(machine);
  }
}

void Life::SwitchOff(SchoolIndex school) {
  const auto how = stage_.dice.Chance(0.1) ? Links::Off::kPowerCut : Links::Off::kProperly;
  for (const MachineIndex machine : machines_[school]) links_.SwitchOff(machine, how);
}

// --- People -------------------------------------------------------------------------------------

bool Life::Present(const Person& person) const {
  const auto absent = absent_until_.find(person.id);
  return absent == absent_until_.end() || absent->second <= stage_.today();
}

const Person* Life::Find(SchoolIndex school, const base::RecipientId& id) const {
  for (const Person& person : people_[school]) {
    if (person.id == id) return &person;
  }
  return nullptr;
}

void Life::OnNews(MachineIndex machine, const std::vector<base::AlertId>& alerts) {
  for (const base::AlertId& alert : alerts) Attend(machine, alert);
}

void Life::LookAtInbox(MachineIndex machine) {
  for (const base::AlertId& alert : links_.machine(machine).Inbox()) Attend(machine, alert);
}

// Each to whom it is sealed and who is there looks at it some time, or is too busy today.
void Life::Attend(MachineIndex machine, const base::AlertId& alert) {
  const Machine& at = links_.machine(machine);
  const int minute = MinuteOf(stage_.now());
  const bool open = IsSchoolDay(stage_.country.school(at.school()).timetable(), stage_.today());
  if (!open || minute >= kPeopleLeave) return;
  for (const Person& person : people_[at.school()]) {
    if (!Present(person) || !at.SealedTo(alert, person.id)) continue;
    const std::uint32_t revision = at.NewestOf(alert).revision;
    if (!minded_.emplace(alert, revision, at.PartOf(alert), person.id).second) continue;
    if (stage_.dice.Chance(0.12)) continue;
    const absl::Time there = At(stage_.today(), kPeopleCome + stage_.dice.Between(0, 35));
    const absl::Time when =
        std::max(there, stage_.now()) + stage_.dice.Between(absl::Seconds(20), absl::Minutes(12));
    stage_.agenda.At(when, [this, machine, alert, who = person.id] { React(machine, alert, who); });
  }
}

void Life::React(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who) {
  Machine& at = links_.machine(machine);
  const Person* const person = Find(at.school(), who);
  if (person == nullptr) return;
  const auto content = at.Open(alert, *person);
  if (!content) return;
  stage_.tally.Add("act: opened");
  links_.Nudge(machine);
  if (stage_.dice.Chance(0.04)) return;  // called away
  const bool refuses = Refuses(at.school(), *content);
  stage_.agenda.In(stage_.dice.Between(absl::Seconds(30), absl::Minutes(4)),
                   [this, machine, alert, who, refuses] {
                     refuses ? Refuse(machine, alert, who) : Finish(machine, alert, who);
                   });
}

// Mostly they are right; now and then somebody has looked in the wrong list.
bool Life::Refuses(SchoolIndex school, const v1::AlertContent& content) {
  const bool mistaken = stage_.dice.Chance(0.004);
  const auto index = stage_.country.Find(content.child());
  if (!index) return false;  // written otherwise: whose row that disputes is not known here
  const Pupil& pupil = stage_.country.pupil(*index);
  const bool left = !pupil.moving && !pupil.now().contains(school);
  const bool refused =
      stage_.evidence.unknown.contains(*index) || mistaken || (left && stage_.dice.Chance(0.7));
  if (refused) stage_.evidence.disputed.insert({*index, school});
  return refused;
}

void Life::Refuse(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who) {
  Machine& at = links_.machine(machine);
  const Person* const person = Find(at.school(), who);
  if (person == nullptr || !at.Refuse(alert, *person)) return;
  stage_.tally.Add("act: refused");
  links_.Nudge(machine);
}

void Life::Finish(MachineIndex machine, const base::AlertId& alert, const base::RecipientId& who) {
  Machine& at = links_.machine(machine);
  const auto& staff = people_[at.school()];
  const Person* const person = Find(at.school(), who);
  if (person == nullptr || at.shelf().Find(alert) == nullptr) return;
  if (at.PartOf(alert) == v1::PART_IDENTITY) {
    if (!at.SayOurs(alert, *person)) return;
    stage_.tally.Add("act: said to be theirs");
    return links_.Nudge(machine);
  }
  base::RecipientId colleague;
  if (stage_.dice.Chance(0.1)) colleague = stage_.dice.Of(staff).id;
  if (colleague == who) colleague = {};
  if (!at.Acknowledge(alert, *person, colleague)) return;
  stage_.tally.Add(colleague.empty() ? "act: acknowledged" : "act: handed to a colleague");
  links_.Nudge(machine);
  if (stage_.dice.Chance(0.12)) ReplySoon(machine, alert, who);
  if (stage_.dice.Chance(0.05)) return;  // the register is forgotten: its force telephones
  const absl::Time registered = std::max(at.shelf().Find(alert)->deadline, stage_.now());
  stage_.agenda.At(registered + stage_.dice.Between(absl::Minutes(1), absl::Minutes(20)),
                   [this, machine, alert, who] { SayArrival(machine, alert, who); });
}

void Life::ReplySoon(MachineIndex machine, const base::AlertId& alert,
                     const base::RecipientId& who) {
  const auto reply = [this, machine, alert, who] {
    Machine& at = links_.machine(machine);
    const Person* const person = Find(at.school(), who);
    if (person == nullptr || !at.Reply(alert, *person)) return;
    stage_.tally.Add("act: said something back");
    links_.Nudge(machine);
    if (stage_.dice.Chance(0.6)) ReplySoon(machine, alert, who);
  };
  stage_.agenda.In(stage_.dice.Between(absl::Minutes(1), absl::Minutes(60)), reply);
}

void Life::SayArrival(MachineIndex machine, const base::AlertId& alert,
                      const base::RecipientId& who) {
  Machine& at = links_.machine(machine);
  const Person* const person = Find(at.school(), who);
  if (person == nullptr) return;
  const int how = stage_.dice.Between(1, 40);
  const v1::ReceiptKind kind = how == 1   ? v1::RECEIPT_KIND_ABSENT
                               : how == 2 ? v1::RECEIPT_KIND_SEEN_LATE
                                          : v1::RECEIPT_KIND_SEEN;
  if (!at.SayArrival(alert, *person, kind)) return;
  stage_.tally.Add("act: said whether the child has come");
  links_.Nudge(machine);
}

}  // namespace firstbell::simulation
