#include "tests/simulation/days.h"

#include <algorithm>

#include "broker/registry/data_directory.h"
#include "tests/support/seeded_random.h"

namespace firstbell::simulation {
namespace {

constexpr int kMinutes = 24 * 60;
constexpr int kQuietFrom =
    23 * 60 + 40;  // nothing strikes any more: the judge is to find it settled
constexpr int kInspectedAt = 14 * 60 + 45;
constexpr int kAllBellsRang = 9 * 60;

registry::DataDirectory MakeKeys(const Options& options, const std::filesystem::path& directory) {
  support::SeedAllRandomness(options.seed);
  const registry::DataDirectory data = registry::At(directory / "data", {});
  FB_CHECK(registry::MakeKeys(data, directory / "root",
                              {"Examplebury", {"localhost"}, base::SystemClock().Now()})
               .ok());
  return data;
}

bool ClocksChange(Day day) {
  return At(day + 1, 0) - At(day, 0) != absl::Hours(24);
}

}  // namespace

Days::Days(const Options& options, const std::filesystem::path& directory)
    : stage_(options),
      directory_(MakeKeys(options, directory)),
      keys_(*registry::LoadKeys(directory_)),
      host_(stage_, directory_, keys_),
      mailboxes_(stage_, host_.truth()),
      links_(stage_, host_),
      life_(stage_, host_, links_),
      operators_(stage_, host_, links_, life_, keys_.envelope.PublicKey()),
      forces_(stage_, host_, life_),
      judge_(stage_, host_.truth(), host_.seen()) {}

void Days::Run() {
  host_.WakeBy(mailboxes_);
  host_.Start();
  operators_.Found();
  const Day first = stage_.today();
  const int wanted = DaysOf();
  for (Day day = first; day < first + wanted && findings().empty(); ++day) RunDay(day);
  if (findings().empty()) judge_.Everything();
}

// The day after the one that is the staff's alone.
Day Days::FirstMorning() const {
  return TermsOf(stage_.options.year, 0)[0].first + 1;
}

int Days::DaysOf() const {
  if (stage_.options.crowd > 0) return static_cast<int>(FirstMorning() + 1 - stage_.today());
  const Day last(stage_.options.year + stage_.options.years, 7, 22);
  const int days = static_cast<int>(last - stage_.today());
  return stage_.options.days == 0 ? days : std::min(days, stage_.options.days);
}

void Days::RunDay(Day day) {
  host_.LetLoose();
  CountDay(day);
  PlanReports(day);
  if (stage_.options.crowd == 0) PlanChanges(day);
  PlanWithdrawals(day);
  PlanTrouble(day);
  PlanDesk(day);
  stage_.agenda.At(At(day, 5 * 60), [this] { life_.Morning(); });
  stage_.agenda.At(At(day, kInspectedAt), [this] { Inspect(); });
  if (stage_.options.crowd > 0 && day == FirstMorning()) {
    stage_.agenda.At(At(day, kAllBellsRang), [this] { judge_.Morning(); });
  }
  stage_.agenda.At(At(day, kQuietFrom), [this] {
    host_.SetClockRight();
    host_.Calm();
  });
  stage_.agenda.RunUntil(At(day + 1, 0));
  judge_.Day();
}

absl::Time Days::SomeTime(Day day, int first_minute, int last_minute) {
  return At(day, 0) + stage_.dice.Between(absl::Minutes(first_minute), absl::Minutes(last_minute));
}

void Days::CountDay(Day day) {
  stage_.tally.Add("day");
  const auto waiting = [this] {
    const std::size_t open = host_.truth().Count()->alerts_open;
    if (open < 5 * stage_.options.alerts) return;
    stage_.tally.Add("day: first morning with a crowd waiting");
    stage_.tally.Add("crowd", open);
  };
  if (day == TermsOf(static_cast<int>(day.year()), 0)[0].first + 1)
    stage_.agenda.At(At(day, 7 * 60), waiting);
  if (ClocksChange(day)) stage_.tally.Add("day: the clocks change");
  if (day.month() == 2 && day.day() == 29) stage_.tally.Add("day: leap day");
}

// --- What is planned ----------------------------------------------------------------------------

// The last nights of the summer bring most: with what has waited since July they are the crowd of
// the first morning.
std::size_t Days::ReportsOf(Day day) {
  // On the last three evenings of August.
  if (stage_.options.crowd > 0) return day.month() == 8 ? stage_.options.crowd * 7 / 30 : 0;
  const std::size_t all = stage_.options.alerts * 13 / 20;  // of several children, every fourth
  if (day >= Day(day.year(), 8, 28) && day < Day(day.year(), 9, 1)) return 2 * all;
  const bool many = IsSchoolDay(stage_.country.school(0).timetable(), day) || ClocksChange(day);
  return many ? all : all / 10;
}

void Days::PlanReports(Day day) {
  const std::size_t count = ReportsOf(day);
  for (std::size_t i = 0; i < count; ++i) {
    const int kind = stage_.dice.Between(1, 10);
    const absl::Time when = kind <= 5   ? SomeTime(day, 20 * 60, kMinutes - 1)
                            : kind <= 8 ? SomeTime(day, 0, 3 * 60 + 30)
                                        : SomeTime(day, 3 * 60 + 30, 20 * 60);
    stage_.agenda.At(when, [this] { forces_.Report(); });
  }
}

// Mostly between the evening and the morning.
void Days::PlanChanges(Day day) {
  const bool holidays = !IsSchoolDay(stage_.country.school(0).timetable(), day);
  const auto overnight = [&] {
    return stage_.dice.Chance(0.5) ? SomeTime(day, 0, 8 * 60)
                                   : SomeTime(day, 16 * 60, kQuietFrom - 120);
  };
  // Each change makes the broker place again all who wait, a crowd in summer.
  if (stage_.dice.Chance(holidays ? 0.2 : 0.6)) {
    stage_.agenda.At(overnight(), [this] {
      const auto& reports = stage_.evidence.reports;
      PupilIndex pupil = stage_.dice.Below(stage_.country.pupils().size());
      // Rather one of whom something was reported lately.
      if (!reports.empty()) {
        const std::size_t late = std::min<std::size_t>(reports.size(), 30);
        const auto& report = reports[reports.size() - 1 - stage_.dice.Below(late)];
        pupil = report.children.front().value_or(pupil);
      }
      operators_.MovePupil(pupil);
    });
  }
  if (stage_.dice.Chance(0.7)) {
    stage_.agenda.At(overnight(), [this] { operators_.ChangeCalendar(SomeSchool()); });
  }
  if (stage_.dice.Chance(0.01)) {
    stage_.agenda.At(overnight(), [this] { operators_.AddBankHoliday(); });
  }
  if (stage_.dice.Chance(0.3)) {
    stage_.agenda.At(SomeTime(day, 6 * 60, 18 * 60),
                     [this] { operators_.ReplacePerson(SomeSchool()); });
  }
  if (stage_.dice.Chance(0.15)) {
    stage_.agenda.At(SomeTime(day, 6 * 60, 18 * 60),
                     [this] { operators_.ReplaceMachine(SomeSchool()); });
  }
}

void Days::PlanWithdrawals(Day day) {
  for (int i = stage_.dice.Between(0, 2); i > 0; --i) {
    stage_.agenda.At(SomeTime(day, 0, kQuietFrom - 60), [this] { forces_.Withdraw(); });
  }
  for (int i = stage_.dice.Between(0, 3); i > 0; --i) {
    stage_.agenda.At(SomeTime(day, 0, kQuietFrom - 60), [this] { forces_.Correct(); });
  }
  if (stage_.dice.Chance(0.3)) {
    stage_.agenda.At(At(day, 7 * 60), [this] { operators_.LoseSight(); });
  }
  for (const int minute : {9 * 60 + 15, 11 * 60 + 15, 13 * 60 + 15}) {
    stage_.agenda.At(SomeTime(day, minute, minute + 60), [this] { operators_.PassOn(); });
  }
}

void Days::PlanTrouble(Day day) {
  Dice& dice = stage_.dice;
  if (dice.Chance(0.3)) {
    const bool at_the_window = dice.Chance(0.5);
    const absl::Time when =
        at_the_window ? SomeTime(day, 7 * 60, 9 * 60) : SomeTime(day, 0, kQuietFrom - 60);
    stage_.agenda.At(when, [this] {
      const bool long_down = stage_.dice.Chance(0.2);
      host_.Kill(long_down ? stage_.dice.Between(absl::Minutes(31), absl::Minutes(100))
                           : stage_.dice.Between(absl::Seconds(2), absl::Minutes(4)));
    });
  }
  for (int i = 0; i < 6; ++i) {
    stage_.agenda.At(SomeTime(day, 6 * 60, 18 * 60),
                     [this] { links_.Break(stage_.dice.Below(links_.size())); });
  }
  if (dice.Chance(0.15)) {
    const int days = dice.Between(2, 6);
    stage_.agenda.At(SomeTime(day, 0, 12 * 60), [this, days] {
      const SchoolIndex school = SomeSchool();
      stage_.tally.Add("fault: school offline for days");
      life_.GoOffline(school, stage_.now() + absl::Hours(24 * days));
      for (const MachineIndex machine : life_.machines(school)) {
        links_.SwitchOff(machine, Links::Off::kPowerCut);
      }
    });
  }
  if (dice.Chance(0.15)) {
    stage_.agenda.At(SomeTime(day, 0, kQuietFrom - 60), [this] {
      const absl::Duration by = stage_.dice.Between(absl::Minutes(1), absl::Hours(3));
      const bool ahead = stage_.dice.Chance(0.6);
      host_.StepClock(ahead ? by : -std::min(by, absl::Minutes(20)));
      stage_.agenda.In(stage_.dice.Between(absl::Minutes(5), absl::Hours(6)),
                       [this] { host_.SetClockRight(); });
    });
  }
  for (int i = 0; i < 2; ++i) {
    stage_.agenda.At(SomeTime(day, 6 * 60, 10 * 60), [this] {
      const MachineIndex index = stage_.dice.Below(links_.size());
      // One that the broker has told the time of; otherwise its own clock is all that it has.
      if (!links_.machine(index).caught_up()) return;
      stage_.tally.Add("fault: machine's clock stepped");
      links_.machine(index).StepClock(stage_.dice.Between(-absl::Hours(2), absl::Hours(5)));
      links_.Nudge(index);
    });
  }
}

void Days::PlanDesk(Day day) {
  for (const int minute : {9 * 60 + 5, 12 * 60, 15 * 60}) {
    stage_.agenda.At(At(day, minute), [this] { forces_.Telephone(); });
  }
  for (const int minute : {8 * 60, 18 * 60}) {
    stage_.agenda.At(At(day, minute), [this] { forces_.Decide(); });
  }
}

// In the afternoon: what the broker has for a school lies on its machines, wherever those have been
// linked for a while.
void Days::Inspect() {
  for (MachineIndex index = 0; index < links_.size(); ++index) {
    const auto since = links_.LinkedSince(index);
    if (!since || stage_.now() - *since < absl::Minutes(15)) continue;
    judge_.Inspect(links_.machine(index));
  }
}

}  // namespace firstbell::simulation
