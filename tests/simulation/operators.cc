#include "tests/simulation/operators.h"

#include <algorithm>
#include <memory>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "clients/school/enrolment_code.h"
#include "tests/simulation/ladders.h"
#include "tests/simulation/mailboxes.h"

namespace firstbell::simulation {
namespace {

using Broker = Host::Broker;

constexpr v1::RecipientRole kRoles[] = {v1::RECIPIENT_ROLE_LEAD, v1::RECIPIENT_ROLE_DEPUTY,
                                        v1::RECIPIENT_ROLE_HEAD};

// So many schools' keys are made at first and serve the others too: to make and certify a school's
// takes as long as a dozen alerts. Who enrols later has their own.
constexpr SchoolIndex kOwnKeys = 12;

// So often a child whom nobody knows comes onto another roll, three times a day.
constexpr int kPassedOn = 6;

void Nothing() {}

}  // namespace

// --- As it stands at first ----------------------------------------------------------------------

void Operators::Found() {
  const Country& country = stage_.country;
  const std::size_t schools = country.schools().size();
  for (SchoolIndex first = 0; first < schools; first += limits::kSchoolsPerImport) {
    v1::ImportSchoolsRequest request;
    for (SchoolIndex i = first; i < std::min(schools, first + limits::kSchoolsPerImport); ++i) {
      *request.add_schools() = country.SchoolWire(i);
    }
    host_.Insist(
        "the register",
        [request](Broker& broker) { return broker.desk().ImportSchools(request).status(); },
        Nothing);
  }
  host_.Insist(
      "bank holidays",
      [&](Broker& broker) {
        return broker.desk().ImportBankHolidays(country.BankHolidayWire()).status();
      },
      Nothing);
  host_.Insist(
      "terms",
      [&](Broker& broker) {
        v1::ImportCalendarsRequest request;
        for (auto& change : country.AuthorityWires()) *request.add_changes() = std::move(change);
        return broker.desk().ImportCalendars(request).status();
      },
      Nothing);
  FoundLadders();
  FoundPolicy();
  for (SchoolIndex i = 0; i < country.schools().size(); ++i) {
    const base::Urn urn = country.schools()[i].urn;
    FB_CHECK(host_.truth().SetWakeUps(urn, Mailboxes::AddressesOf(i, urn), {}, {}).ok());
    ImportCalendar(i, Nothing);
    ImportRoll(i, Nothing);
    if (i >= kOwnKeys) {
      EnrolAs(i % kOwnKeys, i);
      continue;
    }
    for (const v1::RecipientRole role : kRoles) Enrol(i, role);
    Enrol(i, v1::RECIPIENT_ROLE_DEVICE);
    if (i % 3 == 2) Enrol(i, v1::RECIPIENT_ROLE_DEVICE);
  }
  host_.Restart();  // it reads at its start who is enrolled
}

// Past the broker, which would certify each key anew.
void Operators::EnrolAs(SchoolIndex like, SchoolIndex school) {
  const base::Urn urn = stage_.country.school(school).urn;
  for (Person person : life_.people(like)) {
    person.id = AddMember(*host_.truth().GetRecipient(person.id), urn);
    stage_.evidence.members[person.id] = {school, person.role};
    life_.people(school).push_back(std::move(person));
  }
  for (const MachineIndex machine : life_.machines(like)) {
    Device device = links_.machine(machine).device();
    device.id = AddMember(*host_.truth().GetRecipient(device.id), urn);
    device.curve_public_key = host_.truth().GetRecipient(device.id)->curve_public_key;
    stage_.evidence.members[device.id] = {school, v1::RECIPIENT_ROLE_DEVICE};
    life_.machines(school).push_back(links_.Add(school, std::move(device), envelope_key_));
  }
}

base::RecipientId Operators::AddMember(model::Recipient recipient, base::Urn urn) {
  recipient.id = base::RecipientId(crypto::RandomId());
  recipient.urn = urn;
  if (recipient.is_device()) recipient.curve_public_key = crypto::RandomBytes(32);
  const model::EnrolmentGrant grant{crypto::RandomBytes(32), urn, recipient.role,
                                    recipient.display_name, stage_.now() + absl::Hours(1)};
  model::Event event(model::EventKind::kRecipientEnrolled, stage_.now());
  event.With(recipient.id).With(urn);
  if (!recipient.is_device()) {
    const auto key = crypto::PublicKeyOf(recipient.opening_certificate);
    event.WithDigest("opening_key_sha256", crypto::Sha256(*key));
  }
  FB_CHECK(host_.truth().AddEnrolmentGrant(grant, {}).ok());
  FB_CHECK(host_.truth().Enrol(grant.secret_sha256, recipient, stage_.now(), {event}).ok());
  return recipient.id;
}

void Operators::FoundLadders() {
  v1::SetLadderRequest request;
  request.set_force(ForceWithOwnLadder().value());
  int number = 0;
  for (const RungTruth& rung : LadderOf(ForceWithOwnLadder())) {
    v1::Rung& wire = *request.mutable_ladder()->add_rungs();
    wire.set_name("rung " + std::to_string(++number));
    wire.set_kind(rung.kind);
    for (const v1::RecipientRole role : rung.roles) wire.add_roles(role);
    if (rung.minutes_before) {
      wire.set_minutes_before(static_cast<std::uint32_t>(*rung.minutes_before));
    }
  }
  host_.Insist(
      "a ladder", [request](Broker& broker) { return broker.desk().SetLadder(request).status(); },
      Nothing);
}

void Operators::FoundPolicy() {
  v1::SetPolicyRequest request;
  request.set_force(ForceThatAsksFirst().value());
  request.mutable_policy()->set_identity_first(v1::IDENTITY_FIRST_ALWAYS);
  host_.Insist(
      "a policy", [request](Broker& broker) { return broker.desk().SetPolicy(request).status(); },
      Nothing);
}

// --- Rolls ------------------------------------------------------------------------------------

void Operators::ImportRoll(SchoolIndex school, Then then) {
  host_.Insist(
      "a roll",
      [this, school](Broker& broker) {
        return broker.desk().ImportRoll(stage_.country.RollWire(school)).status();
      },
      std::move(then));
}

void Operators::MovePupil(PupilIndex index) {
  Pupil& pupil = stage_.country.pupils()[index];
  if (pupil.moving || pupil.now().size() != 1) return;
  const SchoolIndex from = *pupil.now().begin();
  const SchoolIndex to = stage_.dice.Below(stage_.country.schools().size());
  if (to == from) return;
  pupil.moving = true;
  pupil.history.push_back({stage_.now(), {from, to}});
  const bool lets_go_first = stage_.dice.Chance(0.6);
  stage_.tally.Add(lets_go_first ? "fault: roll changed, child gone first"
                                 : "fault: roll changed, child claimed first");
  if (lets_go_first) {
    pupil.on_rolls.clear();
  } else {
    pupil.on_rolls.insert(to);
  }
  const absl::Duration between = stage_.dice.Between(absl::Seconds(1), absl::Minutes(90));
  ImportRoll(lets_go_first ? from : to, [this, index, from, to, lets_go_first, between] {
    stage_.agenda.In(between, [this, index, from, to, lets_go_first] {
      stage_.country.pupils()[index].on_rolls = {to};
      ImportRoll(lets_go_first ? to : from, [this, index, to] { Arrived(index, to); });
    });
  });
}

void Operators::Arrived(PupilIndex index, SchoolIndex school) {
  Pupil& pupil = stage_.country.pupils()[index];
  pupil.history.push_back({stage_.now(), {school}});
  pupil.moving = false;
  stage_.agenda.In(absl::Minutes(6), [this, school] { life_.Rouse(school); });
}

// Nobody knows a child of one of the last reports: each school on whose roll it stands says that it
// is not its pupil, and another finds it on its own.
void Operators::LoseSight() {
  const auto& reports = stage_.evidence.reports;
  if (reports.empty()) return;
  const std::size_t late = std::min<std::size_t>(reports.size(), 20);
  const auto& children = reports[reports.size() - 1 - stage_.dice.Below(late)].children;
  if (children.front()) stage_.evidence.unknown.emplace(*children.front(), 0);
}

void Operators::PassOn() {
  auto& unknown = stage_.evidence.unknown;
  for (auto one = unknown.begin(); one != unknown.end();) {
    const PupilIndex index = one->first;
    if (++one->second > kPassedOn) {
      one = unknown.erase(one);
    } else {
      MovePupil(index);
      ++one;
    }
  }
}

// --- Calendars ----------------------------------------------------------------------------------

void Operators::ImportCalendar(SchoolIndex school, Then then) {
  host_.Insist(
      "a calendar",
      [this, school](Broker& broker) {
        v1::ImportCalendarsRequest request;
        *request.add_changes() = stage_.country.OwnWire(school);
        return broker.desk().ImportCalendars(request).status();
      },
      std::move(then));
}

// On every weekday, by the operator's other way of saying it.
void Operators::SetHours(SchoolIndex school, Then then) {
  host_.Insist(
      "a school's hours",
      [this, school](Broker& broker) {
        v1::SetSchoolHoursRequest request;
        request.set_urn(stage_.country.school(school).urn.value());
        const v1::CalendarChange wire = stage_.country.OwnWire(school);
        *request.mutable_hours() = wire.year().hours(0).hours();
        return broker.desk().SetSchoolHours(request).status();
      },
      std::move(then));
}

// Until the import stands, the old days may hold and the new ones already.
void Operators::Changed(SchoolIndex school, Version version) {
  const bool hours = version.timetable.hours != stage_.country.school(school).timetable().hours;
  stage_.country.school(school).timetables.push_back(std::move(version));
  stage_.evidence.calendar_changing.insert(school);
  const auto stands = [this, school] {
    auto& versions = stage_.country.school(school).timetables;
    for (std::size_t i = 0; i + 1 < versions.size(); ++i) {
      versions[i].until = std::min(versions[i].until, stage_.now());
    }
    stage_.evidence.calendar_changing.erase(school);
  };
  hours ? SetHours(school, stands) : ImportCalendar(school, stands);
}

void Operators::ChangeCalendar(SchoolIndex school) {
  if (stage_.evidence.calendar_changing.contains(school)) return;
  Dice& dice = stage_.dice;
  Version version{stage_.country.school(school).timetable(), stage_.now()};
  Timetable& timetable = version.timetable;
  const Day soon = stage_.today() + dice.Between(0, 4);
  switch (dice.Between(1, 4)) {
    case 1:
      stage_.tally.Add("fault: calendar changed, closed");
      timetable.closed.insert(soon);
      break;
    case 2:
      stage_.tally.Add("fault: calendar changed, INSET");
      timetable.inset.insert(soon);
      break;
    case 3:
      stage_.tally.Add("fault: calendar changed, open");
      timetable.open.insert(soon);
      break;
    default:
      stage_.tally.Add("fault: calendar changed, hours");
      timetable.hours = {6 * 60 + 45 + 5 * dice.Between(0, 12),
                         8 * 60 + 15 + 5 * dice.Between(0, 9), 15 * 60 + 5 * dice.Between(0, 6)};
  }
  Changed(school, std::move(version));
}

void Operators::AddBankHoliday() {
  if (!stage_.evidence.calendar_changing.empty()) return;
  const Day day = stage_.today() + stage_.dice.Between(1, 6);
  stage_.tally.Add("fault: calendar changed, bank holiday");
  stage_.country.AddBankHoliday(day, stage_.now());
  for (SchoolIndex i = 0; i < stage_.country.schools().size(); ++i) {
    stage_.evidence.calendar_changing.insert(i);
  }
  host_.Insist(
      "a bank holiday",
      [this](Broker& broker) {
        return broker.desk().ImportBankHolidays(stage_.country.BankHolidayWire()).status();
      },
      [this] {
        for (SchoolIndex i = 0; i < stage_.country.schools().size(); ++i) {
          auto& versions = stage_.country.school(i).timetables;
          for (std::size_t v = 0; v + 1 < versions.size(); ++v) {
            versions[v].until = std::min(versions[v].until, stage_.now());
          }
        }
        stage_.evidence.calendar_changing.clear();
      });
}

// --- Keys ---------------------------------------------------------------------------------------

void Operators::Enrol(SchoolIndex school, v1::RecipientRole role) {
  const auto code = std::make_shared<std::string>();
  host_.Insist(
      "an enrolment code",
      [this, school, role, code](Broker& broker) {
        v1::CreateEnrolmentCodeRequest request;
        request.set_urn(stage_.country.school(school).urn.value());
        request.set_role(role);
        if (role != v1::RECIPIENT_ROLE_DEVICE) request.set_display_name("An invented person");
        const auto made = broker.desk().CreateEnrolmentCode(request);
        if (made.ok()) *code = made->code();
        return made.status();
      },
      [this, school, role, code] {
        role == v1::RECIPIENT_ROLE_DEVICE ? EnrolDevice(school, *code)
                                          : EnrolPerson(school, role, *code);
      });
}

void Operators::EnrolPerson(SchoolIndex school, v1::RecipientRole role, const std::string& code) {
  auto person = std::make_shared<Person>(
      Person{{}, role, crypto::PrivateKey::Generate(), crypto::PrivateKey::Generate(), {}});
  v1::EnrolRequest request;
  request.set_secret(school::DecodeEnrolmentCode(code)->secret());
  request.set_signing_request(crypto::MakeSigningRequest(person->signing));
  request.set_opening_request(crypto::MakeSigningRequest(person->opening));
  host_.Insist(
      "a person's enrolment",
      [person, request](Broker& broker) {
        const auto answer = broker.Enrol(request);
        if (!answer.ok()) return answer.status();
        person->id = base::RecipientId(answer->recipient_id());
        person->opening_certificate = answer->opening_certificate();
        return base::OkStatus();
      },
      [this, school, role, person] {
        stage_.evidence.members[person->id] = {school, role};
        life_.people(school).push_back(*person);
      });
}

void Operators::EnrolDevice(SchoolIndex school, const std::string& code) {
  auto device =
      std::make_shared<Device>(Device{{}, crypto::PrivateKey::Generate(), crypto::RandomBytes(32)});
  v1::EnrolRequest request;
  request.set_secret(school::DecodeEnrolmentCode(code)->secret());
  request.set_signing_request(crypto::MakeSigningRequest(device->signing));
  request.set_curve_public_key(device->curve_public_key);
  host_.Insist(
      "a machine's enrolment",
      [device, request](Broker& broker) {
        const auto answer = broker.Enrol(request);
        if (!answer.ok()) return answer.status();
        device->id = base::RecipientId(answer->recipient_id());
        return base::OkStatus();
      },
      [this, school, device] {
        stage_.evidence.members[device->id] = {school, v1::RECIPIENT_ROLE_DEVICE};
        life_.machines(school).push_back(links_.Add(school, *device, envelope_key_));
        life_.Rouse(school);
      });
}

void Operators::Revoke(const base::RecipientId& id, Then then) {
  stage_.evidence.members[id].leaving = stage_.now();
  host_.Insist(
      "a revocation",
      [id](Broker& broker) {
        v1::RevokeRecipientRequest request;
        request.set_recipient_id(id.value());
        return broker.desk().RevokeRecipient(request).status();
      },
      [this, id, then = std::move(then)] {
        stage_.evidence.members[id].left = stage_.now();
        then();
      });
}

void Operators::ReplacePerson(SchoolIndex school) {
  auto& staff = life_.people(school);
  if (staff.empty()) return;
  stage_.tally.Add("fault: person's key revoked");
  const std::size_t place = stage_.dice.Below(staff.size());
  const v1::RecipientRole role = staff[place].role;
  const base::RecipientId id = staff[place].id;
  Revoke(id, [this, school, role, id] {
    // Who has left looks at nothing more; what they signed before is still on its way.
    std::erase_if(life_.people(school), [&](const Person& person) { return person.id == id; });
    stage_.agenda.In(stage_.dice.Between(absl::Minutes(2), absl::Hours(30)),
                     [this, school, role] { Enrol(school, role); });
  });
}

void Operators::ReplaceMachine(SchoolIndex school) {
  auto& machines = life_.machines(school);
  if (machines.empty()) return;
  stage_.tally.Add("fault: machine's key revoked");
  const MachineIndex index = stage_.dice.Of(machines);
  Revoke(links_.machine(index).device().id, [this, school, index] {
    std::erase(life_.machines(school), index);
    stage_.agenda.In(absl::Minutes(3),
                     [this, index] { links_.SwitchOff(index, Links::Off::kProperly); });
    stage_.agenda.In(stage_.dice.Between(absl::Minutes(5), absl::Hours(20)),
                     [this, school] { Enrol(school, v1::RECIPIENT_ROLE_DEVICE); });
  });
}

}  // namespace firstbell::simulation
