#pragma once

// What a school offers a child, by its code: the built-in items, and those that a school added.
// Pure; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "firstbell/v1/school_records.pb.h"

namespace firstbell::school_records {

struct CatalogueEntry {
  std::string code;
  std::string words;
  friend bool operator==(const CatalogueEntry&, const CatalogueEntry&) = default;
};

// In the order in which they are offered. Codes are stored: none changes its meaning.
absl::Span<const CatalogueEntry> BuiltInCatalogue();
bool IsBuiltIn(std::string_view code);
// 1 to record_limits::kCodeBytes characters a-z 0-9 -.
bool IsCode(std::string_view code);

// The built-in items, then those that the school added and has not retired, in the order given
// (RecordStore::Current of kind CATALOGUE).
std::vector<CatalogueEntry> CatalogueOf(absl::Span<const v1::CatalogueItem> added);
// The words of a code, also of one that was retired since; the action's own words where it has no
// code, the code where nobody knows it.
std::string WordsOf(const v1::SupportAction& action, absl::Span<const v1::CatalogueItem> added);

}  // namespace firstbell::school_records
