#pragma once

// What is typed in a form that opens keys. Pure.

#include <string>

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "clients/school/web/message.h"

namespace firstbell::school::web {

base::Secret SecretField(const Request& request, const std::string& name);
// A passphrase to be: long enough, and typed twice ("passphrase", "again").
base::Status CheckChosen(const Request& request);
// The form was of another session, or of a daemon before this one.
base::Status OutOfDate();

}  // namespace firstbell::school::web
