#pragma once

// The first run: a device's code, a person's, their recovery code on paper, what the scheme asks
// and forbids, and an alert to practise on.

#include "broker/base/secret.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// For a device's code where there is none yet, or else a person's.
Response ShowFirst(const Visit& visit, Json error = nullptr);
// Once, in the answer to the enrolment; it stands nowhere else.
Response ShowRecovery(const Visit& visit, const PersonIdentity& person,
                      const base::Secret& recovery);
// They say that they have it on paper. The page that shows it is over by then, and the browser asks
// for the tick before it leaves that page; where it did not, they are told how to print the code.
Response ShowSchemeOnceKept(const Visit& visit);
Response ShowScheme(const Visit& visit);
// An invented child: nothing of it is signed, sent or kept.
Response ShowPractice(const Visit& visit);
Response TakePractice(const Visit& visit);

}  // namespace firstbell::school::web
