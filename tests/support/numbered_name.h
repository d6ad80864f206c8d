#pragma once

// Names for many invented people.

#include <string>
#include <string_view>

namespace firstbell::support {

// Of letters alone, and one that no other number has.
inline std::string NumberedName(std::string_view stem, std::size_t number) {
  std::string name(stem);
  do {
    name += static_cast<char>('a' + number % 26);
    number /= 26;
  } while (number > 0);
  return name;
}

}  // namespace firstbell::support
