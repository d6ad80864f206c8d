#pragma once

// Statistical disclosure control: what of a count may be said to an auditor. A count of a few
// children, read by somebody who knows one of them, says things about that child; so a count of 1
// to 4 is suppressed and any other rounded to the nearest 5 (5 to 7 is 5; 0 stays 0).
//
// In a table what is suppressed must not follow from what is not. So
//  - a row or column whose total is 1 to 4 is suppressed whole, its zeros too, which would say
//    where those few are; but where hiding a column's zeros would leave nothing to be said of any
//    row, they are said;
//  - no row or column, its total counted among its numbers, has exactly one that is suppressed: the
//    smallest that is left in it goes too, and its total only where nothing else is left;
//  - after that the table is audited: whoever takes the published numbers for what they may mean
//    (n: n - 2 to n + 2; 5: 5 to 7; 0: 0), is even told of each suppressed number whether it is
//    small, and knows that one which is not was the smallest left, must find more than one
//    possibility for each of them; otherwise more is suppressed. The audit is exact: it reckons
//    with all rows and columns together;
//  - where in the end nothing is left, the totals of the columns are told as a table of one row.
// Every number is rounded by itself: totals need not be the sums of what is printed above them, and
// nobody should add up rounded numbers.
//
// Not protected:
//  - two answers about overlapping sets of alerts (a week, and the same week without its Friday):
//    rounding blurs their difference, and a budget of questions, which is kept elsewhere, bounds
//    how often it is asked; neither makes it impossible. Nor do tables know of each other.
//  - how a small count is narrowed down: of 1 to 4, as few as two possibilities may remain.
//  - somebody who knows some of the children counted, and takes them off.
//  - what somebody learns who replays these rules over every table that might have been. Tried over
//    all small tables of one row of up to five and of two by two, that pins no small count down; of
//    larger ones with little but small counts in them it sometimes does.
//  - zero, and all or none of a group, which are said as they are.
//
// Pure; any thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/store/statistics.h"

namespace firstbell::inquiry {

inline constexpr std::uint64_t kSmallCount = 4;  // from 1 to this: suppressed
inline constexpr std::uint64_t kRounding = 5;
inline constexpr std::int64_t kLeastForPercentile = 10;  // observations
inline constexpr std::uint64_t kLeastOnList = 5;
inline constexpr std::size_t kTableCells = 10'000;  // of one table, without its totals

// Nothing: suppressed.
using Count = std::optional<std::uint64_t>;

// One count that stands alone.
Count Disclosed(std::uint64_t count);

// In percent, of the rounded numbers. Nothing: the whole is below 5, or the part or what it leaves
// of the whole is 1 to 4; or the part is larger than the whole. Not to be said of a part or a whole
// that a table beside it suppressed: it would give that number back.
std::optional<double> DisclosedPercentage(std::uint64_t part, std::uint64_t whole);

// As store::Percentile. Nothing: fewer than kLeastForPercentile stand behind it. The highest
// percentiles of few are the duration of one of them, within 19 %.
std::optional<absl::Duration> DisclosedPercentile(const store::Histogram& histogram, double p);

// FailedPrecondition: of `items` in all, on every page of it, a list is withheld: 1 to 4.
base::Status CheckList(std::uint64_t items);

// Counts of which each falls into one row and one column.
struct Table {
  std::size_t rows = 0, columns = 0;
  std::vector<std::uint64_t> cells;  // rows * columns of them, row by row
  friend bool operator==(const Table&, const Table&) = default;
};

struct DisclosedTable {
  std::size_t rows = 0, columns = 0;
  std::vector<Count> cells;  // as Table's
  std::vector<Count> row_totals, column_totals;
  Count total;
  friend bool operator==(const DisclosedTable&, const DisclosedTable&) = default;
};

// InvalidArgument: more than kTableCells; ask for coarser groups. CHECKs that there are as many
// cells as rows and columns say.
base::Result<DisclosedTable> Disclosed(const Table& table);

}  // namespace firstbell::inquiry
