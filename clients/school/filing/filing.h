#pragma once

// What a school recorded about a child, as a document that the school hands over to its own
// safeguarding system: PDF for people, JSON for programs (proto/FORMATS.md, "A record that a school
// hands over"). Both say the same. It knows no store: it gets a value and gives bytes.
//
// What the police said is left out unless `police_text` says otherwise. That is decided here, for
// both formats, so that no caller's mistake can let it out.
//
// Threads: any; each call works with what is its own.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/console/local_time.h"

namespace firstbell::school_filing {

// Texts are UTF-8. What is none is replaced by U+FFFD; control characters other than a new line,
// and those that turn the direction of writing, are dropped.
struct FiledFact {
  std::string term, text;  // the text may have several lines
};

struct FiledEntry {
  absl::Time at;
  std::string by;       // who wrote it
  std::string heading;  // "Done: Breakfast club", "A concern", "From the police"
  std::vector<FiledFact> facts;
  bool police = false;     // what the police said, kept apart from what the school says
  bool corrected = false;  // a later entry corrects it; both are kept
  std::string gone;        // why it was erased, in words; empty: it is there. What is erased has
                           // no facts, and any that are given are left out
};

struct FiledRecord {
  std::uint32_t urn = 0;
  std::string school, child;
  std::string born;  // 2017-05-04, or empty
  std::string form;  // year and class, or empty
  std::string made_by;
  absl::Time made_at;
  bool police_text = false;  // otherwise the police's words are left out, and the document says so
  std::vector<FiledEntry> entries;  // oldest first
};

// Of a PDF; a record that needs more is for JSON. 10,000 entries of a few lines each are some 1,250
// pages, and take two seconds.
inline constexpr std::size_t kMostPages = 5'000;
inline constexpr std::size_t kMostTextBytes = 8 * 1024 * 1024;  // of all texts of a record

// Pretty-printed, in UTF-8, the same for the same record; ends with a new line.
std::string FilingJson(const FiledRecord& record);

// A4, tagged, the same bytes for the same record on the same machine; times as in London. Nobody's
// name is in its metadata. Writes no file, and no font cache but the system's own.
// FailedPrecondition: the font is not installed; the message says which package has it.
// ResourceExhausted: more than kMostPages or kMostTextBytes, or memory. Internal: it cannot be
// drawn.
base::Result<std::string> FilingPdf(const FiledRecord& record, const console::LocalTime& london);

}  // namespace firstbell::school_filing
