#pragma once

// What the school wrote down: the children, a child's chronology, and what is added to it, each row
// under the signature of whoever writes it.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// The key of the records, opened by the visitor's own. The first who asks makes it.
// PermissionDenied: nobody has let them in yet.
base::Result<const Ring*> RingOf(const Visit& visit);

// Writes down what the police said and of whom, once for each revision that was opened, and where
// the child's chronology is. Empty: the reader was not let in to the records.
base::Result<std::string> KeepAlert(const Visit& visit, const HeldAlert& alert,
                                    const v1::AlertContent& content);
// What is to be looked at again by the end of the day.
base::Result<Json> DueToday(const Visit& visit);

Response ShowChildren(const Visit& visit);
Response ShowChild(const Visit& visit);
Response AddAction(const Visit& visit);
Response AddConcern(const Visit& visit);
Response AddPause(const Visit& visit);
Response LiftPause(const Visit& visit);
// A colleague whose keys are on this machine and whom the delivery log bears out reads the records
// from now on.
Response LetIn(const Visit& visit);
// Who waits for that.
base::Result<Json> WaitingToBeLetIn(const Visit& visit);

}  // namespace firstbell::school::web
