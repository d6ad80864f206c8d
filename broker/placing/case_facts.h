#pragma once

// What a case says: who may be the child, by when a person is to have decided (while it waits, the
// child's bell comes nearer), how old the rolls are. Reads the store, writes nothing; any thread.

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/calendar/calendar.h"
#include "broker/matching/decide.h"
#include "broker/model/alert.h"
#include "broker/store/store.h"

namespace firstbell::placing {

std::vector<model::Case::Candidate> AsCandidates(
    const std::vector<model::PupilAtSchool>& registrations);
// Where the child was found, then whom else a person is to be shown: where a school has closed, who
// claims the child since may be what became of it.
std::vector<model::Case::Candidate> AllCandidates(const matching::Decision& decision);

// The earliest deadline that an alert would have had at any candidate's school, had the child been
// placed there when the case was opened. Where no candidate's school is known: by default hours,
// the earlier of England's and Wales's. Errors: the store's.
base::Result<absl::Time> CaseDeadline(store::Store& store, const calendar::Calendar& calendar,
                                      const model::Case& value, calendar::Urgency urgency);

// When the oldest roll among the candidates' schools was imported; nothing: none of them has one.
base::Result<std::optional<absl::Time>> OldestRoll(store::Store& store, const model::Case& value);

}  // namespace firstbell::placing
