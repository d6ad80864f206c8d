#pragma once

// What operators do: the country is brought into the broker, and then changes under it. Pupils move
// from one school's roll to another's, days and hours change overnight, people and machines are
// revoked and others enrolled in their place. Each import is repeated until it stands.
//
// Threads: one. A resource.

#include <functional>
#include <string>

#include "tests/simulation/life.h"

namespace firstbell::simulation {

class Operators {
 public:
  Operators(Stage& stage, Host& host, Links& links, Life& life, std::string envelope_key)
      : stage_(stage),
        host_(host),
        links_(links),
        life_(life),
        envelope_key_(std::move(envelope_key)) {}
  Operators(const Operators&) = delete;
  Operators& operator=(const Operators&) = delete;

  // Everything as it stands at first, in a broker that nothing befalls.
  void Found();

  // --- What changes -------------------------------------------------------------------------
  // Of a pupil to another school: the old one lets go first, or the new one claims first.
  void MovePupil(PupilIndex pupil);
  // A child whom no school knows for some days; and all of these are passed on to the next roll.
  void LoseSight();
  void PassOn();
  // A day closed or open that was not, or other hours.
  void ChangeCalendar(SchoolIndex school);
  void AddBankHoliday();
  // Somebody leaves, and another comes in their place.
  void ReplacePerson(SchoolIndex school);
  void ReplaceMachine(SchoolIndex school);

 private:
  using Then = std::function<void()>;

  void FoundLadders();
  void FoundPolicy();
  // With the keys of a school that enrolled before.
  void EnrolAs(SchoolIndex like, SchoolIndex school);
  base::RecipientId AddMember(model::Recipient recipient, base::Urn urn);
  void ImportRoll(SchoolIndex school, Then then);
  void ImportCalendar(SchoolIndex school, Then then);
  void SetHours(SchoolIndex school, Then then);
  void Changed(SchoolIndex school, Version version);
  void Arrived(PupilIndex pupil, SchoolIndex school);
  void Enrol(SchoolIndex school, v1::RecipientRole role);
  void EnrolPerson(SchoolIndex school, v1::RecipientRole role, const std::string& code);
  void EnrolDevice(SchoolIndex school, const std::string& code);
  void Revoke(const base::RecipientId& id, Then then);

  Stage& stage_;
  Host& host_;
  Links& links_;
  Life& life_;
  const std::string envelope_key_;
};

}  // namespace firstbell::simulation
