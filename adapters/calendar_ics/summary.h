#pragma once

// What an event says of school days by its name. Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace firstbell::adapters::calendar_ics {

enum class Kind {
  kTerm,
  kTermBegins,
  kTermEnds,
  kHalfTerm,
  kInset,
  kClosed,
  kHoliday,
  kOpen,
  kBankHoliday,
};

enum class Sense {
  kNothing,     // says nothing of school days
  kPartly,      // speaks of them and of something else
  kPartlyTerm,  // of a term and of something else
  kUnderstood,
};

struct Meaning {
  Sense sense = Sense::kNothing;
  std::vector<Kind> kinds;  // of what is understood; two where a term begins or ends with INSET
  friend bool operator==(const Meaning&, const Meaning&) = default;
};

// Categories count where the summary has words alone that stand beside ("Christmas"), or none.
Meaning Understand(std::string_view summary, absl::Span<const std::string> categories = {});

}  // namespace firstbell::adapters::calendar_ics
