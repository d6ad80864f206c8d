#pragma once

// Staff who read the sheet: their sign-in on this machine, who lets them in, and who goes. And who
// of the safeguarding people reads the records.

#include "clients/school/web/record_desk.h"

namespace firstbell::school::web {

Response ShowStaffSignIn(const Visit& visit, const std::string& chosen = "", Json error = nullptr,
                         absl::Duration wait = absl::ZeroDuration());
Response ShowStaffPassphrase(const Visit& visit, Json error, bool done);

// For the page of people. Null: the visitor was not let in to the records.
//   waiting: safeguarding people with keys here who do not read the records yet
//   readers, staff: who does
base::Result<Json> ReadersView(const Visit& visit);

// A colleague whose keys are on this machine and whom the delivery log bears out reads the records
// from now on.
Response LetIn(const Visit& visit);
// A sign-in for somebody of the staff; their first passphrase is shown this once.
Response AddStaff(const Visit& visit);
// New keys for whoever remains. Everybody opens the records anew; staff sign in anew.
Response RemoveReader(const Visit& visit);

}  // namespace firstbell::school::web
