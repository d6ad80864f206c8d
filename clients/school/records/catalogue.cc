#include "clients/school/records/catalogue.h"

#include <algorithm>

#include "clients/school/records/record_limits.h"

namespace firstbell::school_records {
namespace {

// Never destroyed.
const std::vector<CatalogueEntry>& Entries() {
  static const auto* const entries = new std::vector<CatalogueEntry>{
      {"quiet-space", "A quiet space to go to"},
      {"no-lateness-sanction", "No sanction for lateness"},
      {"quiet-exam-room", "A quiet room for an exam"},
      {"special-consideration", "Special consideration applied for"},
      {"homework-at-school", "Homework done at school"},
      {"breakfast", "Breakfast"},
      {"conversation", "A conversation"},
      {"trusted-adult", "A trusted adult named"},
      {"referral", "Referral made"},
  };
  return *entries;
}

}  // namespace

absl::Span<const CatalogueEntry> BuiltInCatalogue() {
  return Entries();
}

bool IsBuiltIn(std::string_view code) {
  return std::any_of(Entries().begin(), Entries().end(),
                     [&](const CatalogueEntry& entry) { return entry.code == code; });
}

bool IsCode(std::string_view code) {
  return !code.empty() && code.size() <= record_limits::kCodeBytes &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

std::vector<CatalogueEntry> CatalogueOf(absl::Span<const v1::CatalogueItem> added) {
  std::vector<CatalogueEntry> catalogue = Entries();
  for (const v1::CatalogueItem& item : added) {
    if (!item.retired()) catalogue.push_back({item.code(), item.words()});
  }
  return catalogue;
}

std::string WordsOf(const v1::SupportAction& action, absl::Span<const v1::CatalogueItem> added) {
  for (const CatalogueEntry& entry : Entries()) {
    if (entry.code == action.code()) return entry.words;
  }
  for (const v1::CatalogueItem& item : added) {
    if (item.code() == action.code()) return item.words();
  }
  return action.code().empty() ? action.what() : action.code();
}

}  // namespace firstbell::school_records
