#pragma once

// A document, set on A4 pages and written as a tagged PDF.
//
// Threads: any; `fonts` is used by one call at a time.

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/school/filing/fonts.h"

namespace firstbell::school_filing {

// Black, or nearly so where it steps back; each is readable on paper that has no colours.
enum class Ink { kBlack, kGrey, kPolice, kMark };

struct Style {
  double points;
  bool bold = false;
  Ink ink = Ink::kBlack;
};

// One text across the page, or a term at the left with its text beside it. It breaks over pages
// between its lines, never so that one line of several stands alone.
struct Row {
  std::string term;  // empty: none. kTermBytes at most; more is a row of its own
  std::string text;
  Style style;
  const char* tag = "P";  // of PDF's standard structure types
  double gap = 0;         // points above it, where it is not the first of a page
  bool keep_with_next = false;
};

inline constexpr std::size_t kTermBytes = 120;

struct Section {
  std::vector<Row> rows;
  bool rule = false;  // a thin line above it
  bool bar = false;   // a thick one at its left
};

struct Document {
  std::string title;   // in the metadata: nobody's name
  std::string header;  // on each page, before its number; shortened where it is too long
  std::string footer;  // on each page, at the left
  std::string stamp;   // on each page, at the foot's right
  absl::Time made_at;
  std::vector<Section> sections;  // one or more
  // Ends the first section where no font here has some of the letters.
  Row letters_missing;
};

// Errors: as of FilingPdf.
base::Result<std::string> Print(Document document, PangoFontMap& fonts);

}  // namespace firstbell::school_filing
