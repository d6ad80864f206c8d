#pragma once

// Page tokens as auditors get them. What the store ends a page with names the last row that it
// looked at, by its id, which may be one that the auditor is told by a pseudonym, or not at all: so
// it is sealed, to whoever asked and what they asked for. Threads: safe.

#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::inquiry {

class PageSeal {
 public:
  // `key`: 32 bytes, this installation's own, for nothing else.
  explicit PageSeal(base::Secret key) : key_(std::move(key)) {}

  // `list` says whose list it is, and of what. No token stays none.
  std::string Seal(std::string_view token, std::string_view list) const;
  // InvalidArgument: no page of that list ended so.
  base::Result<std::string> Open(std::string_view sealed, std::string_view list) const;

 private:
  const base::Secret key_;
};

}  // namespace firstbell::inquiry
