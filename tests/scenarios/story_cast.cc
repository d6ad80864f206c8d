#include "broker/model/text.h"
#include "tests/scenarios/story.h"
#include "tests/support/eventually.h"

namespace firstbell::scenarios {
namespace {

// The register gives Welsh schools numbers of their own.
constexpr std::uint32_t kFirstInEngland = 100'001;
constexpr std::uint32_t kFirstAuthority = 900'301;
constexpr std::uint32_t kFirstInWales = 400'001;

v1::RecipientRole RoleOf(const std::string& word) {
  if (word == "lead") return v1::RECIPIENT_ROLE_LEAD;
  return word == "deputy" ? v1::RECIPIENT_ROLE_DEPUTY : v1::RECIPIENT_ROLE_HEAD;
}

}  // namespace

base::Status Unexpected(std::string_view expected, std::string_view actual) {
  return base::FailedPrecondition("expected " + std::string(expected) + "; there is " +
                                  std::string(actual));
}

base::Status FailsWith(const base::Status& status, const std::string& text) {
  if (status.ok()) return Unexpected("a refusal saying \"" + text + "\"", "none");
  if (base::Message(status).find(text) != std::string_view::npos) return base::OkStatus();
  return Unexpected("a refusal saying \"" + text + "\"", base::Message(status));
}

Story::Story(World& world, absl::TimeZone london) : world_(world), london_(london) {
  now_ = absl::FromCivil(absl::CivilMinute(2026, 1, 5, 9, 0), london_);
}

base::Status Story::AddSchool(const std::string& school, const std::string& nation) {
  if (schools_.contains(school)) return base::AlreadyExists("the story has this school already");
  const bool wales = nation == "Wales";
  const auto number = static_cast<std::uint32_t>(schools_.size());
  v1::School wire;
  wire.set_urn((wales ? kFirstInWales : kFirstInEngland) + number);
  wire.set_name(school);
  wire.set_nation(wales ? v1::NATION_WALES : v1::NATION_ENGLAND);
  wire.set_status(v1::SCHOOL_STATUS_OPEN);
  schools_[school] = base::Urn(wire.urn());
  FB_RETURN_IF_ERROR(world_.AddSchool(wire));
  return world_.AddMachine({base::Urn(wire.urn()), 1});
}

// Enrolled like a school, and told by the force of children who are at none.
base::Status Story::AddAuthority(const std::string& authority, const std::string& force) {
  if (schools_.contains(authority)) return base::AlreadyExists("the story has it already");
  v1::School wire;
  wire.set_urn(kFirstAuthority + static_cast<std::uint32_t>(schools_.size()));
  wire.set_name(authority);
  wire.set_nation(v1::NATION_ENGLAND);
  wire.set_status(v1::SCHOOL_STATUS_OPEN);
  const base::Urn urn(wire.urn());
  schools_[authority] = urn;
  FB_RETURN_IF_ERROR(world_.AddSchool(wire));
  FB_RETURN_IF_ERROR(world_.AddMachine({urn, 1}));
  v1::Policy& policy = policies_[force];
  policy.mutable_told()->add_authorities()->set_code(urn.value() - 900'000);
  return world_.SetPolicy(base::ForceCode(force), policy);
}

base::Status Story::Decides(const std::string& force, const std::string& what) {
  v1::Policy& policy = policies_[force];
  if (what == "withholds accounts") {
    policy.mutable_disclosure()->add_withheld(v1::DISCLOSURE_PART_ACCOUNT);
  } else if (what == "tells impact alone") {
    policy.mutable_disclosure()->set_impact_only(true);
  } else if (what == "asks every school first") {
    policy.set_identity_first(v1::IDENTITY_FIRST_ALWAYS);
  } else if (what == "tells no guests' schools") {
    policy.mutable_told()->set_settings(v1::SETTINGS_RULE_REGISTERED);
  } else {
    policy.set_push(v1::PUSH_AT_WINDOW);
  }
  return world_.SetPolicy(base::ForceCode(force), policy);
}

base::Status Story::ReadsReplies(const std::string& force) {
  FB_RETURN_IF_ERROR(world_.MakeDeskKey(base::ForceCode(force)));
  return world_.SetPolicy(base::ForceCode(force), policies_[force]);
}

base::Status Story::HasOwnRoll(const std::string& school, const Named& named) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  return world_.GiveRoll({urn, 1}, PupilOf(named, "1", ""));
}

base::Status Story::IsTelephonedAt(const std::string& school, const std::string& number) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  v1::DirectLine line;
  line.set_name("School office");
  line.set_telephone(number);
  return world_.SetDirectLines(urn, line);
}

base::Status Story::AddSecondMachine(const std::string& school) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  return world_.AddMachine({urn, 2});
}

base::Status Story::SetHours(const std::string& school, const std::string& window,
                             const std::string& bell, const std::string& closing) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  v1::SchoolHours hours;
  hours.set_window(window);
  hours.set_bell(bell);
  hours.set_closing(closing);
  return world_.SetHours(urn, hours);
}

base::Status Story::AddBankHoliday(const std::string& date) {
  return world_.AddBankHoliday(date);
}

base::Status Story::AddPupil(const Named& named, const std::string& school,
                             const std::string& registration) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  const std::string local_id = "P" + std::to_string(++pupils_[urn]);
  const v1::Pupil pupil = PupilOf(named, local_id, registration);
  on_roll_[{urn, named.name}] = pupil;
  return world_.AddPupil(urn, pupil);
}

base::Status Story::Leaves(const std::string& name, const std::string& school) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  const auto pupil = on_roll_.find({urn, name});
  if (pupil == on_roll_.end()) return base::NotFound("no such pupil on that roll in the story");
  pupil->second.set_leaving_date(model::FormatDate(absl::ToCivilDay(now_, london_) - 1));
  return world_.AddPupil(urn, pupil->second);
}

base::Status Story::AddPeople(const std::string& school, const std::vector<Role>& roles) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  for (const Role& one : roles) {
    if (one.person.empty()) continue;
    FB_ASSIGN_OR_RETURN(const auto id, world_.AddPerson(urn, RoleOf(one.role), one.person));
    people_[{school, one.person}] = id;
  }
  return base::OkStatus();
}

base::Status Story::Revoke(const std::string& person, const std::string& school) {
  FB_ASSIGN_OR_RETURN(const base::RecipientId id, PersonOf(person, school));
  return world_.Revoke(id);
}

base::Status Story::ToldOf(const std::string& school, const std::string& person,
                           const std::string& what) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  const std::string notice = what == "was enrolled" ? "person_enrolled" : "person_removed";
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const SeenInbox inbox, world_.Inbox({urn, 1}));
    std::string there = "no notice";
    for (const SeenNotice& one : inbox.notices) {
      if (one.what == notice && one.name == person) return base::OkStatus();
      there += ", " + one.what + " " + one.name;
    }
    return Unexpected("a notice that " + person + " " + what, there);
  });
}

base::Status Story::SetTime(const std::string& date, const std::string& time) {
  const std::string today = absl::FormatTime("%Y-%m-%d", now_, london_);
  FB_ASSIGN_OR_RETURN(absl::Time next, Instant(date.empty() ? today : date, time));
  if (date.empty() && next <= now_) {
    const auto tomorrow = absl::ToCivilDay(now_, london_) + 1;
    FB_ASSIGN_OR_RETURN(next, Instant(model::FormatDate(tomorrow), time));
  }
  if (next < now_) return base::InvalidArgument("time goes forward only; it is " + Local(now_));
  now_ = next;
  return world_.SetTime(next);
}

base::Status Story::RestartBroker() {
  FB_RETURN_IF_ERROR(world_.StopBroker());
  return world_.StartBroker();
}

base::Status Story::SetBroker(bool up) {
  return up ? world_.StartBroker() : world_.StopBroker();
}

base::Status Story::RestartMachine(const std::string& school) {
  FB_RETURN_IF_ERROR(Switch(school, 1, false));
  return Switch(school, 1, true);
}

base::Status Story::Switch(const std::string& school, int machine, bool on) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  return on ? world_.SwitchOn({urn, machine}) : world_.SwitchOff({urn, machine});
}

base::Status Story::SetHanging(const std::string& school, bool hanging) {
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  return hanging ? world_.Hang({urn, 1}) : world_.GoOn({urn, 1});
}

base::Result<base::Urn> Story::SchoolOf(const std::string& name) const {
  const auto found = schools_.find(name);
  if (found != schools_.end()) return found->second;
  return base::InvalidArgument("the story has no school \"" + name + "\"");
}

base::Result<base::RecipientId> Story::PersonOf(const std::string& name,
                                                const std::string& school) const {
  const auto found = people_.find({school, name});
  if (found != people_.end()) return found->second;
  return base::InvalidArgument("nobody called " + name + " was enrolled at " + school);
}

base::Result<absl::Time> Story::Instant(const std::string& date, const std::string& time) const {
  absl::Time instant;
  std::string error;
  if (absl::ParseTime("%Y-%m-%d %H:%M", date + " " + time, london_, &instant, &error)) {
    return instant;
  }
  return base::InvalidArgument(date + " " + time + " is no time: " + error);
}

std::string Story::Local(absl::Time time) const {
  return absl::FormatTime("%Y-%m-%d %H:%M", time, london_);
}

base::Status Story::Eventually(const std::function<base::Status()>& holds) const {
  base::Status last;
  support::Eventually(world_.patience(), [&] {
    last = holds();
    return last.ok();
  });
  return last;
}

}  // namespace firstbell::scenarios
