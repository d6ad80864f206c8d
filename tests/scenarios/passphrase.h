#pragma once

#include <string_view>

namespace firstbell::scenarios {

// Of every person in a story.
inline constexpr std::string_view kPassphrase = "four quite unrelated words";

}  // namespace firstbell::scenarios
