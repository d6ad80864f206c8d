#include "tests/simulation/country.h"

#include <algorithm>
#include <array>

#include "broker/model/school.h"

namespace firstbell::simulation {
namespace {

constexpr std::uint32_t kFirstUrn = 100'001;
constexpr std::size_t kSchoolsOfAuthority = 20, kSchoolsOfLargeAuthority = 200;
constexpr int kTermsDiffer = 6;  // TermsOf: of authorities that far apart they are the same
constexpr std::size_t kPupilsOfSchool = 16;

constexpr std::array kGiven = {"Amelia", "Oliver", "Isla",  "Noah",   "Freya",  "Arthur",
                               "Grace",  "Henry",  "Poppy", "Leo",    "Maisie", "Theo",
                               "Rosie",  "Jacob",  "Ivy",   "Harvey", "Molly",  "Ethan",
                               "Phoebe", "Callum", "Megan", "Rhys",   "Tamsin", "Idris"};
constexpr std::array kBegin = {"Alder", "Barrow",  "Colling", "Dunster", "Ever",   "Fallow",
                               "Garra", "Hather",  "Ingle",   "Jessop",  "Kettle", "Langdo",
                               "Marl",  "Netther", "Orchar",  "Pember",  "Quarr",  "Rother",
                               "Sallo", "Thurl",   "Ulver",   "Venna",   "Wester", "Yarro"};
constexpr std::array kMiddle = {"", "bur", "den", "fal", "gar", "ham", "kel", "lin", "mor", "ston"};
constexpr std::array kEnd = {"by",  "croft", "dale", "field",  "gate", "hurst",
                             "ley", "mere",  "shaw", "thorpe", "wick", "worth"};
constexpr char kProtected[] = "Zebedee";
constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";

std::string FamilyName(std::size_t number) {
  const auto part = [&](const auto& of) {
    const std::string text = of[number % of.size()];
    number /= of.size();
    return text;
  };
  const std::string begin = part(kBegin), end = part(kEnd);
  return begin + part(kMiddle) + end;
}

std::string Postcode(std::size_t number) {
  const auto letter = [&] {
    const char one = kLetters[number % kLetters.size()];
    number /= kLetters.size();
    return std::string(1, one);
  };
  const std::string unit = letter() + letter();
  const std::string inward = std::to_string(number % 9 + 1) + unit;
  number /= 9;
  return "EX" + std::to_string(number % 30 + 1) + " " + inward;
}

std::string NameOf(const std::string& given, const std::string& family, const std::string& born) {
  return family + ", " + given + ", " + born;
}

std::string TimeText(int minute) {
  const auto two = [](int value) {
    return std::string(value < 10 ? "0" : "") + std::to_string(value);
  };
  return two(minute / 60) + ":" + two(minute % 60);
}

}  // namespace

Schools Pupil::Between(absl::Time from, absl::Time until) const {
  Schools all;
  for (std::size_t i = 0; i < history.size(); ++i) {
    const bool over = i + 1 < history.size() && history[i + 1].since <= from;
    if (over || history[i].since > until) continue;
    all.insert(history[i].schools.begin(), history[i].schools.end());
  }
  return all;
}

Country::Country(const Options& options, Dice dice)
    : first_year_(options.year - 1),
      last_year_(options.year + options.years + 1),
      of_authority_(options.crowd == 0 ? kSchoolsOfAuthority : kSchoolsOfLargeAuthority) {
  for (int year = first_year_; year <= last_year_ + 1; ++year) {
    bank_holidays_.merge(BankHolidaysOf(year));
  }
  AddSchools(options, dice);
  AddFamilies(dice);
}

void Country::AddSchools(const Options& options, Dice& dice) {
  for (SchoolIndex i = 0; i < options.schools; ++i) {
    School school;
    school.urn = base::Urn(kFirstUrn + static_cast<std::uint32_t>(i));
    school.nation = i % 10 == 9 ? v1::NATION_WALES : v1::NATION_ENGLAND;
    school.authority = static_cast<int>(i / of_authority_);
    // A crowd's schools begin on one day.
    if (options.crowd > 0) school.authority *= kTermsDiffer;
    Timetable timetable = TimetableOf(school, options);
    timetable.boarding = i % 25 == 7;
    if (dice.Chance(0.3)) {
      timetable.hours = {7 * 60 + 5 * dice.Between(0, 6), 8 * 60 + 20 + 5 * dice.Between(0, 7),
                         15 * 60 + 5 * dice.Between(0, 6)};
    }
    school.timetables.push_back({std::move(timetable)});
    schools_.push_back(std::move(school));
  }
}

Timetable Country::TimetableOf(const School& school, const Options& options) const {
  Timetable timetable;
  timetable.bank_holidays = bank_holidays_;
  for (int year = options.year - 1; year <= last_year_; ++year) {
    for (const Span& term : TermsOf(year, school.authority)) timetable.terms.push_back(term);
    for (const Span& week : HalfTermsOf(year)) timetable.half_terms.push_back(week);
    // Staff alone on a day of each autumn, another of each spring.
    timetable.inset.insert(TermsOf(year, school.authority)[0].first);
    timetable.inset.insert(HalfTermsOf(year)[1].second + 3);
  }
  return timetable;
}

// Brothers and sisters are often at different schools; now and then a pupil is at two.
void Country::AddFamilies(Dice& dice) {
  const std::size_t wanted = schools_.size() * kPupilsOfSchool;
  for (std::size_t family = 0; pupils_.size() < wanted; ++family) {
    const int children = dice.Between(1, 3);
    const std::size_t given = dice.Below(kGiven.size());
    for (int child = 0; child < children; ++child) {
      Pupil pupil;
      pupil.local_id = "P" + std::to_string(pupils_.size());
      pupil.given = kGiven[(given + 5 * static_cast<std::size_t>(child)) % kGiven.size()];
      pupil.family = FamilyName(family);
      const auto bear = [&] {
        const int year = first_year_ - 5 - 3 * child - dice.Between(0, 1);
        pupil.born = absl::FormatCivilTime(Day(year, dice.Between(1, 12), dice.Between(1, 28)));
      };
      bear();
      pupil.postcode = Postcode(family);
      // Who is like a protected child is placed by no machine either: nobody else is called so.
      pupil.is_protected = dice.Chance(0.01);
      if (pupil.is_protected) pupil.given = kProtected;
      // Of two namesakes of one birthday nobody here could tell who is meant.
      while (by_name_.contains(NameOf(pupil.given, pupil.family, pupil.born))) bear();
      Schools schools = {dice.Below(schools_.size())};
      if (dice.Chance(0.02)) schools.insert(dice.Below(schools_.size()));
      pupil.on_rolls = schools;
      pupil.history.push_back({absl::InfinitePast(), std::move(schools)});
      by_name_[NameOf(pupil.given, pupil.family, pupil.born)] = pupils_.size();
      pupils_.push_back(std::move(pupil));
    }
  }
}

std::optional<SchoolIndex> Country::Find(base::Urn urn) const {
  const std::size_t index = urn.value() - kFirstUrn;
  if (urn.value() < kFirstUrn || index >= schools_.size()) return std::nullopt;
  return index;
}

std::optional<PupilIndex> Country::Find(const v1::Child& child) const {
  const v1::PersonName& name = child.name();
  const auto found =
      by_name_.find(NameOf(name.given_names(), name.family_name(), child.date_of_birth()));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

void Country::AddBankHoliday(Day day, absl::Time now) {
  bank_holidays_.insert(day);
  for (School& school : schools_) {
    Version version{school.timetable(), now};
    version.timetable.bank_holidays.insert(day);
    school.timetables.push_back(std::move(version));
  }
}

std::vector<PupilIndex> Country::Family(PupilIndex pupil) const {
  std::vector<PupilIndex> family;
  const std::size_t first = pupil < 2 ? 0 : pupil - 2;
  for (PupilIndex i = first; i < std::min(pupil + 3, pupils_.size()); ++i) {
    if (pupils_[i].family == pupils_[pupil].family) family.push_back(i);
  }
  return family;
}

v1::School Country::SchoolWire(SchoolIndex index) const {
  const School& school = schools_[index];
  v1::School wire;
  wire.set_urn(school.urn.value());
  wire.set_name("Invented School " + school.urn.ToString());
  wire.set_nation(school.nation);
  wire.set_status(v1::SCHOOL_STATUS_OPEN);
  wire.set_local_authority_code(std::to_string(800 + school.authority));
  wire.set_town("Examplebury");
  return wire;
}

std::vector<v1::CalendarChange> Country::AuthorityWires() const {
  std::vector<v1::CalendarChange> changes;
  for (SchoolIndex i = 0; i < schools_.size(); i += of_authority_) {
    v1::CalendarChange change;
    change.set_local_authority_code(std::to_string(800 + schools_[i].authority));
    const Timetable& timetable = schools_[i].timetable();
    for (const Span& term : timetable.terms) *change.mutable_year()->add_terms() = ToWire(term);
    for (const Span& week : timetable.half_terms) {
      *change.mutable_year()->add_half_terms() = ToWire(week);
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

v1::CalendarChange Country::OwnWire(SchoolIndex index) const {
  const Timetable& timetable = schools_[index].timetable();
  v1::CalendarChange change;
  change.set_urn(schools_[index].urn.value());
  v1::SchoolYear& year = *change.mutable_year();
  for (const Day day : timetable.inset) *year.add_inset() = ToWire({day, day});
  for (const Day day : timetable.closed) *year.add_closed() = ToWire({day, day});
  for (const Day day : timetable.open) *year.add_open() = ToWire({day, day});
  for (int weekday = v1::WEEKDAY_MONDAY; weekday <= v1::WEEKDAY_SUNDAY; ++weekday) {
    v1::WeekdayHours& day = *year.add_hours();
    day.set_weekday(static_cast<v1::Weekday>(weekday));
    day.mutable_hours()->set_window(TimeText(timetable.hours.window));
    day.mutable_hours()->set_bell(TimeText(timetable.hours.bell));
    day.mutable_hours()->set_closing(TimeText(timetable.hours.closing));
  }
  year.set_boarding(timetable.boarding ? v1::BOARDING_YES : v1::BOARDING_NONE);
  return change;
}

v1::ImportBankHolidaysRequest Country::BankHolidayWire() const {
  v1::ImportBankHolidaysRequest request;
  for (const v1::Nation nation : {v1::NATION_ENGLAND, v1::NATION_WALES}) {
    for (const Day day : bank_holidays_) {
      v1::BankHoliday& holiday = *request.add_holidays();
      holiday.set_nation(nation);
      holiday.set_date(absl::FormatCivilTime(day));
      holiday.set_title("A bank holiday");
    }
  }
  return request;
}

v1::ImportRollRequest Country::RollWire(SchoolIndex index) const {
  v1::ImportRollRequest request;
  request.set_urn(schools_[index].urn.value());
  request.set_mode(v1::ImportRollRequest::MODE_REPLACE);
  for (const Pupil& pupil : pupils_) {
    if (!pupil.on_rolls.contains(index)) continue;
    v1::Pupil& wire = *request.add_pupils();
    wire.set_local_id(pupil.local_id);
    wire.set_given_names(pupil.given);
    wire.set_family_name(pupil.family);
    wire.set_date_of_birth(pupil.born);
    wire.set_postcode(pupil.postcode);
    wire.set_is_protected(pupil.is_protected);
    const bool at_two = pupil.now().size() > 1 && !pupil.moving;
    if (at_two) {
      const bool main = *pupil.now().begin() == index;
      wire.set_enrolment(main ? v1::ENROLMENT_MAIN : v1::ENROLMENT_SUBSIDIARY);
    }
  }
  return request;
}

v1::Child Country::Stranger(Dice& dice) const {
  v1::Child child;
  child.mutable_name()->set_given_names("Barnaby");
  child.mutable_name()->set_family_name("Nobodysson");
  child.set_date_of_birth(
      absl::FormatCivilTime(Day(first_year_ - 9, dice.Between(1, 12), dice.Between(1, 28))));
  child.mutable_home_address()->set_postcode("ZE1 0AA");
  return child;
}

v1::Child Country::Reported(PupilIndex index, const std::string& ref) const {
  const Pupil& pupil = pupils_[index];
  v1::Child child;
  child.set_child_ref(ref);
  child.mutable_name()->set_given_names(pupil.given);
  child.mutable_name()->set_family_name(pupil.family);
  child.set_date_of_birth(pupil.born);
  child.mutable_home_address()->set_postcode(pupil.postcode);
  child.set_account("Written for " + pupil.local_id + " alone.");
  return child;
}

}  // namespace firstbell::simulation
