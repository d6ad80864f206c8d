#pragma once

// How often each kind of fault struck and each check was made: one that never happened shows
// nothing.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace firstbell::simulation {

// "fault: …", "check: …", "act: …". Threads: one.
class Tally {
 public:
  void Add(std::string_view what, std::uint64_t times = 1) {
    const auto found = counts_.find(what);
    if (found == counts_.end()) {
      counts_.emplace(std::string(what), times);
    } else {
      found->second += times;
    }
  }
  std::uint64_t Of(std::string_view what) const {
    const auto found = counts_.find(what);
    return found == counts_.end() ? 0 : found->second;
  }
  const std::map<std::string, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace firstbell::simulation
