#include "tests/bench/invented_index.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "broker/base/limits.h"

namespace firstbell::bench {

InventedIndex::InventedIndex(const demo::InventedRoll& roll) : roll_(roll) {
  matching::FrequencyCounter counter;
  std::set<base::Urn> schools;
  for (std::uint64_t number = 0; number < roll.county().families; ++number) {
    std::uint8_t index = 0;
    for (const demo::InventedChild& child : roll.Family(number)) {
      const matching::Description described = demo::Describe(child);
      counter.Add(described);
      schools.insert(child.school);
      const matching::Fingerprint print = matching::FingerprintOf(described);
      const auto pupil = static_cast<std::uint32_t>(pupils_.size());
      for (const matching::BlockKey block : matching::BlocksOf(described)) {
        entries_.push_back({block, pupil, print});
      }
      pupils_.push_back({static_cast<std::uint32_t>(number), index++, child.school});
    }
  }
  frequencies_ = counter.Take();
  average_school_ = 1.0 / static_cast<double>(schools.size());
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.block, a.pupil) < std::tie(b.block, b.pupil);
  });
}

demo::InventedChild InventedIndex::Child(std::size_t pupil) const {
  return roll_.Family(pupils_[pupil].family)[pupils_[pupil].child];
}

void InventedIndex::LookAt(matching::BlockKey block, const matching::Fingerprint& print,
                           const std::vector<base::Urn>& schools,
                           std::vector<std::pair<int, std::uint32_t>>& found) const {
  auto at = std::lower_bound(entries_.begin(), entries_.end(), block,
                             [](const Entry& entry, auto key) { return entry.block < key; });
  for (; at != entries_.end() && at->block == block; ++at) {
    const base::Urn school = pupils_[at->pupil].school;
    const int promise = matching::Promise(
        print, at->print, std::binary_search(schools.begin(), schools.end(), school));
    if (promise >= matching::kWorthFetching) found.emplace_back(-promise, at->pupil);
  }
}

// As store::Promising does.
std::vector<std::uint32_t> InventedIndex::Promising(const matching::Heard& heard) const {
  const matching::Fingerprint print = matching::FingerprintOf(heard.child);
  const matching::Blocks blocks = matching::BlocksFor(heard.child);
  std::vector<std::pair<int, std::uint32_t>> found;  // the most promising first
  for (const auto* some : {&blocks.narrow, &blocks.more}) {
    const int best = found.empty() ? 0 : -std::min_element(found.begin(), found.end())->first;
    if (best >= matching::kStandsOut) break;
    for (const matching::BlockKey block : *some) LookAt(block, print, heard.school.may_be, found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  found.resize(std::min(found.size(), limits::kPupilsCompared));
  const bool enough = !found.empty() && -found.front().first >= matching::kStandsOut;
  const int behind = enough ? matching::kBehindOne : matching::kBehind;
  while (found.size() > (enough ? 1 : limits::kCandidates) &&
         found.back().first - found.front().first > behind) {
    found.pop_back();
  }
  std::vector<std::uint32_t> pupils;
  for (const auto& [promise, pupil] : found) pupils.push_back(pupil);
  return pupils;
}

std::vector<matching::Scored> InventedIndex::Compare(const matching::Heard& heard) const {
  std::vector<matching::Scored> scored;
  for (const std::uint32_t pupil : Promising(heard)) {
    const demo::InventedChild child = Child(pupil);
    scored.push_back({pupil, pupil,
                      matching::Compare(heard, demo::Describe(child), child.school, frequencies_,
                                        {}, roll_.county().today)});
  }
  return scored;
}

}  // namespace firstbell::bench
