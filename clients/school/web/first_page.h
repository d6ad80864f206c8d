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
// They say that they have it on paper; until they do, it is asked of them again.
Response ShowSchemeOnceKept(const Visit& visit);
Response ShowScheme(const Visit& visit);
// An invented child: nothing of it is signed, sent or kept.
Response ShowPractice(const Visit& visit);
Response TakePractice(const Visit& visit);

}  // namespace firstbell::school::web
