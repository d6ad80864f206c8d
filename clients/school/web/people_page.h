#pragma once

// Who can read at this school: their role, when they are there, whether the delivery log bears them
// out, and whether their keys are on this machine.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

Response ShowPeople(const Visit& visit);
// With what is wrong in one of its forms.
Response ShowPeopleAgain(const Visit& visit, Json error);
// The signed-in person's own duty: away from one day to another, back, or still here.
Response SayAway(const Visit& visit);
Response SayBack(const Visit& visit);
Response ConfirmDuty(const Visit& visit);

}  // namespace firstbell::school::web
