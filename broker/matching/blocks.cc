#include "broker/matching/blocks.h"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "broker/matching/birth_date.h"
#include "broker/matching/double_metaphone.h"
#include "broker/matching/forenames.h"

namespace firstbell::matching {
namespace {

using Words = std::vector<std::string>;
const model::Date kFirstDay(1990, 1, 1);

std::uint64_t Hash(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto take = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const std::string_view part : parts) {
    for (const char c : part) take(static_cast<unsigned char>(c));
    take(0xff);
  }
  return hash;
}

// Never nothing.
template <typename Small>
Small Short(std::initializer_list<std::string_view> parts) {
  const std::uint64_t hash = Hash(parts);
  const auto small = static_cast<Small>(hash ^ (hash >> 32) ^ (hash >> 17));
  return small == 0 ? Small{1} : small;
}

std::string DateText(model::Date date) {
  return absl::StrCat(date - kFirstDay);
}

std::string SoundOf(std::string_view word) {
  std::string sound = SoundsOf(word).primary;
  return sound.empty() ? std::string(word) : sound;
}

std::string PostcodeText(const Postcode& postcode) {
  return absl::StrCat(postcode.outward, " ", postcode.inward);
}

// The names that may be said for the whole.
Words FamilyWords(const Description& description) {
  Words words;
  for (const FamilyName* name : {&description.family, &description.former}) {
    if (name->whole.empty()) continue;
    words.push_back(name->whole);
    words.insert(words.end(), name->halves.begin(), name->halves.end());
  }
  return words;
}

Words CalledWords(const Description& description) {
  Words words;
  for (const Words* names : {&description.given, &description.preferred}) {
    if (!names->empty()) words.push_back(names->front());
  }
  return words;
}

void AddNames(const Words& called, const Words& families, std::vector<BlockKey>& keys) {
  for (const std::string& forename : called) {
    for (const std::string& family : families) {
      keys.push_back(Hash({"names", SoundOf(CommonSpelling(forename)), SoundOf(family)}));
    }
  }
}

void AddBirths(const Words& called, const Words& families, const std::optional<model::Date>& born,
               std::vector<BlockKey>& keys) {
  if (!born) return;
  const std::string date = DateText(*born);
  for (const std::string& family : families) {
    keys.push_back(Hash({"family", date, SoundOf(family)}));
  }
  for (const std::string& forename : called) {
    keys.push_back(Hash({"forename", date, SoundOf(CommonSpelling(forename))}));
  }
}

void AddOthers(const Description& description, std::vector<BlockKey>& keys) {
  if (description.postcode) keys.push_back(Hash({"postcode", PostcodeText(*description.postcode)}));
  if (description.upn) keys.push_back(Hash({"upn", description.upn->value()}));
}

std::vector<BlockKey> Distinct(std::vector<BlockKey> keys) {
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

}  // namespace

Fingerprint FingerprintOf(const Description& description) {
  Fingerprint fingerprint;
  if (description.born) {
    const auto days = *description.born - kFirstDay;
    fingerprint.born = days > 0 && days < 65'536 ? static_cast<std::uint16_t>(days) : 0;
  }
  if (!description.given.empty()) {
    const std::string_view plain = CommonSpelling(description.given.front());
    fingerprint.forename = Short<std::uint8_t>({plain});
    fingerprint.forename_sound = Short<std::uint8_t>({SoundOf(plain)});
  }
  if (!description.family.whole.empty()) {
    fingerprint.family = Short<std::uint8_t>({description.family.whole});
    fingerprint.family_sound = Short<std::uint8_t>({SoundOf(description.family.whole)});
  }
  if (description.postcode) {
    fingerprint.outward = Short<std::uint8_t>({description.postcode->outward});
    fingerprint.inward = Short<std::uint8_t>({description.postcode->inward});
  }
  return fingerprint;
}

std::vector<BlockKey> BlocksOf(const Description& pupil) {
  const Words called = CalledWords(pupil), families = FamilyWords(pupil);
  std::vector<BlockKey> keys;
  AddNames(called, families, keys);
  AddBirths(called, families, pupil.born, keys);
  AddOthers(pupil, keys);
  return Distinct(std::move(keys));
}

Blocks BlocksFor(const Description& child) {
  const Words called = CalledWords(child), families = FamilyWords(child);
  Blocks blocks;
  AddBirths(called, families, child.born, blocks.narrow);
  AddOthers(child, blocks.narrow);
  AddBirths(families, called, child.born, blocks.more);
  AddNames(called, families, blocks.more);
  AddNames(families, called, blocks.more);
  return {Distinct(std::move(blocks.narrow)), Distinct(std::move(blocks.more))};
}

namespace {

int PromiseOfNames(const Fingerprint& child, const Fingerprint& pupil) {
  int promise = 0;
  if (child.forename != 0) {
    if (child.forename == pupil.forename) {
      promise += 3;
    } else if (child.forename_sound == pupil.forename_sound) {
      promise += 2;
    }
  }
  if (child.family != 0) {
    if (child.family == pupil.family) {
      promise += 3;
    } else if (child.family_sound == pupil.family_sound) {
      promise += 2;
    }
  }
  const bool swapped = child.forename_sound != 0 && child.forename_sound == pupil.family_sound &&
                       child.family_sound == pupil.forename_sound;
  return swapped ? std::max(promise, 4) : promise;
}

// Children of an area go to its few schools.
int PromiseOfPlaces(const Fingerprint& child, const Fingerprint& pupil, bool at_school) {
  if (child.outward == 0 || child.outward != pupil.outward) return at_school ? 4 : 0;
  if (child.inward == pupil.inward) return at_school ? 7 : 6;
  return at_school ? 5 : 2;
}

}  // namespace

int Promise(const Fingerprint& child, const Fingerprint& pupil, bool at_school) {
  int promise = PromiseOfNames(child, pupil) + PromiseOfPlaces(child, pupil, at_school);
  if (child.born != 0 && pupil.born != 0) {
    if (child.born == pupil.born) {
      promise += 5;
    } else if (CompareBirthDates(kFirstDay + child.born, kFirstDay + pupil.born) !=
               BirthDateMatch::kDifferent) {
      promise += 2;
    }
  }
  return promise;
}

}  // namespace firstbell::matching
