#pragma once

// Bytes from OpenSSL's generator. Threads: safe. A generator that fails ends the program: no key
// may be made without it. A forked child is never given what its parent is.

#include <cstddef>
#include <string>

#include "broker/base/secret.h"

namespace firstbell::crypto {

std::string RandomBytes(std::size_t count);
base::Secret RandomSecret(std::size_t count);
// base::FormatRandomId of 16 random bytes: for any of our ids.
std::string RandomId();

}  // namespace firstbell::crypto
