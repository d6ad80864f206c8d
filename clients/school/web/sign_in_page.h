#pragma once

// Signing in, locking, and another passphrase by the recovery code.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// `chosen`: whom the form has marked. `error`: of the try before, or null.
// `wait`: until the next try counts.
Response ShowSignIn(const Visit& visit, const std::string& chosen = "", Json error = nullptr,
                    absl::Duration wait = absl::ZeroDuration());
// Why somebody has to sign in again, where nobody locked it; null: there is nothing to say.
// `error`: of a try that was just made, beside which it is not said again.
Json SignedOutView(const Visit& visit, const Json& error);
// Whether the page answers a form of another page, whose session has ended: nothing of it was done.
// `error`: of a try to sign in, which is no such form.
bool IsUndone(const Visit& visit, const Json& error);
Response ShowRecover(const Visit& visit, const std::string& chosen = "", Json error = nullptr,
                     absl::Duration wait = absl::ZeroDuration());

}  // namespace firstbell::school::web
