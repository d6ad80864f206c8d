#pragma once

// One alert: first who it is about and whether the reader knows the family, then what to do, then
// what happened; and what a person here says of it, each under their signature.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// `visit.parts[0]` is the alert's id. Of one that is not shown yet, or not known here: not found.
Response ShowAlert(const Visit& visit);

// They do not know the family, or read it all the same: signs *opened*, and shows it from then on.
Response ReadAlert(const Visit& visit);
// They know the family: a colleague is asked, and nothing is shown.
Response PassOn(const Visit& visit);
// "I am in school and have this", or handed to a colleague who accepted: signs *acknowledged*.
Response TakeAlert(const Visit& visit);
Response AskColleague(const Visit& visit);
Response SayOursHere(const Visit& visit);
Response RefuseHere(const Visit& visit);
Response SayArrivalHere(const Visit& visit);
Response ReplyHere(const Visit& visit);

}  // namespace firstbell::school::web
