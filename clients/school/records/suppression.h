#pragma once

// Statistical disclosure control: which numbers of a table may be said without singling out a
// child. A number behind which fewer than kFewestChildren different children stand is withheld, and
// so much else that it does not follow from rows, columns and totals:
//  - where any is withheld, the noughts of the table are too, but for those that follow anyway; so
//    that what is withheld may be nought;
//  - whoever knows everything that is said, and that no count is below nought, must find at least
//    two possible values for each number that is withheld. That is exact: it reckons with all rows
//    and columns together;
//  - in a row or column whose total is said, those withheld have kFewestChildren children between
//    them.
// The total of the table is said exactly where kFewestChildren children stand behind it.
//
// Not protected: two tables about overlapping times (a term, and the same term less a week), of
// which the difference can be taken: offer fixed periods, and round (patterns.h). Somebody who
// knows some of the children and takes them off. Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace firstbell::school_records {

inline constexpr std::size_t kFewestChildren = 5;

// What is counted in one cell, and whom it is about. Children are numbered by the caller.
struct Tally {
  std::uint64_t count = 0;
  std::set<std::size_t> children = {};  // empty exactly where count is 0
};

// Nothing: withheld.
using Said = std::optional<std::uint64_t>;

struct SaidTable {
  std::size_t rows = 0, columns = 0;
  std::vector<Said> cells;  // row by row
  std::vector<Said> row_totals, column_totals;
  Said total;
  friend bool operator==(const SaidTable&, const SaidTable&) = default;
};

// `cells` are rows * columns, row by row (CHECKed). A list is a table of one row.
SaidTable Suppress(std::size_t rows, std::size_t columns, const std::vector<Tally>& cells,
                   std::size_t fewest = kFewestChildren);

}  // namespace firstbell::school_records
