#pragma once

// Words that stand for what must not leak, and the search for them in every form in which a program
// could have written them by mistake. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace firstbell::fault {

// The same text as UTF-8, UTF-16 (both orders), JSON's escapes, hex (both cases) and base64 (both
// alphabets, wherever in a longer text it begins).
std::vector<std::string> FormsOf(std::string_view ascii);

// Those of `needles` that stand in `haystack` in some form.
class Search {
 public:
  explicit Search(const std::vector<std::string>& needles);
  std::vector<std::string> In(std::string_view haystack) const;

 private:
  struct Form {
    std::string needle, bytes;
  };
  std::vector<Form> forms_;
};

}  // namespace firstbell::fault
