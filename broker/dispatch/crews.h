#pragma once

// To whom of a school's people an alert is sealed.

#include <map>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/model/alert.h"
#include "broker/model/ladder.h"
#include "broker/model/recipient.h"
#include "broker/placing/ladders.h"
#include "broker/sealing/envelope.h"

namespace firstbell::dispatch {

// Which of `people` read it, one for each, by the rung that it stands on:
//  - an adult in the incident is left out as if not enrolled: the next rung's people step in
//  - so is, until the whole ladder is climbed, who is away or not on duty on the day of its
//  deadline;
//    where that is everybody, nobody is left out for it
//  - one that waits over a holiday is read by the holiday contact too
//  - so is it by whom a colleague has asked to take it over
// Pure.
std::vector<bool> WhoReads(const model::Ladder& ladder, const model::Alert& alert,
                           absl::Span<const model::Recipient> people, model::Date day,
                           std::optional<model::RecipientRole> holiday_contact);

// People of a school in force, without its devices.
std::vector<model::Recipient> PeopleOf(absl::Span<const model::Recipient> recipients);

// Of one school, for the alerts looked at in one go: the people of each are read for sealing when
// the first is sealed to them, and once. Threads: one.
class Crews {
 public:
  struct Crew {
    std::vector<model::Recipient> people;
    std::vector<base::RecipientId> ids;  // sorted
    std::optional<sealing::People> for_sealing;
  };

  // `ladders` outlives it.
  Crews(absl::Span<const model::Recipient> recipients,
        std::optional<model::RecipientRole> holiday_contact, const placing::Ladders& ladders,
        absl::TimeZone zone)
      : people_(PeopleOf(recipients)),
        holiday_contact_(holiday_contact),
        ladders_(ladders),
        zone_(zone) {}

  Crew& Of(const model::Alert& alert);
  static base::Result<sealing::People> ForSealing(Crew& crew);

 private:
  const std::vector<model::Recipient> people_;
  const std::optional<model::RecipientRole> holiday_contact_;
  const placing::Ladders& ladders_;
  const absl::TimeZone zone_;
  std::map<std::vector<bool>, Crew> crews_;  // by who reads it
};

}  // namespace firstbell::dispatch
