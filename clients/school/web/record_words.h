#pragma once

// What a row of the records says, in the words of its page and of what is handed over. Pure; any
// thread.

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "clients/console/local_time.h"
#include "clients/school/alert_words.h"
#include "clients/school/records/record.h"

namespace firstbell::school::web {

struct RecordWords {
  std::string heading;      // "Done: Breakfast"
  std::vector<Fact> facts;  // without what the police said
  std::string gone;         // why it was erased; empty: it was not
};

// `added`: what the school added to the catalogue.
RecordWords WordsOf(const school_records::Record& record, absl::Span<const v1::CatalogueItem> added,
                    const console::LocalTime& london);
// What the police said. DataLoss: the row's bytes do not read.
base::Result<v1::AlertContent> PoliceContent(const school_records::Record& record);

// "All staff (what happens at home): ask the child first".
std::string WishText(const v1::ChildWish& wish);
// "may know", "not to know", "ask the child first".
std::string_view MayKnowText(v1::MayKnow may_know);

}  // namespace firstbell::school::web
