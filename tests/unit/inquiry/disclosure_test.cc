#include "broker/inquiry/disclosure.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace firstbell::inquiry {
namespace {

constexpr Count kSuppressed = std::nullopt;

// A table with its totals, the last row and the last column, as somebody would write it down.
template <typename T>
struct Sheet {
  std::size_t height = 0, width = 0;
  std::vector<T> numbers = std::vector<T>(height * width);
  T& at(std::size_t row, std::size_t column) { return numbers[row * width + column]; }
};
using Place = std::pair<std::size_t, std::size_t>;

Sheet<std::uint64_t> TruthOf(const Table& table) {
  Sheet<std::uint64_t> sheet{table.rows + 1, table.columns + 1};
  for (std::size_t i = 0; i < table.cells.size(); ++i) {
    const std::size_t row = i / table.columns, column = i % table.columns;
    for (const std::size_t r : {row, table.rows}) {
      for (const std::size_t c : {column, table.columns}) sheet.at(r, c) += table.cells[i];
    }
  }
  return sheet;
}

Sheet<Count> PrintOf(const DisclosedTable& table) {
  Sheet<Count> sheet{table.rows + 1, table.columns + 1};
  for (std::size_t r = 0; r < table.rows; ++r) {
    for (std::size_t c = 0; c < table.columns; ++c) {
      sheet.at(r, c) = table.cells[r * table.columns + c];
    }
    sheet.at(r, table.columns) = table.row_totals[r];
  }
  for (std::size_t c = 0; c < table.columns; ++c) {
    sheet.at(table.rows, c) = table.column_totals[c];
  }
  sheet.at(table.rows, table.columns) = table.total;
  return sheet;
}

// Rows and columns, each with its total last.
std::vector<std::vector<Place>> LinesOf(std::size_t height, std::size_t width) {
  std::vector<std::vector<Place>> lines(height + width);
  for (std::size_t r = 0; r < height; ++r) {
    for (std::size_t c = 0; c < width; ++c) {
      lines[r].push_back({r, c});
      lines[height + c].push_back({r, c});
    }
  }
  return lines;
}

DisclosedTable DisclosedOf(std::size_t rows, std::size_t columns,
                           std::vector<std::uint64_t> cells) {
  return *Disclosed(Table{rows, columns, std::move(cells)});
}

// --- One number ---------------------------------------------------------------------------------

TEST(Disclosure, FewAreSuppressedAndOthersRounded) {
  EXPECT_EQ(Disclosed(0), 0u);
  for (const std::uint64_t few : {1, 2, 3, 4}) EXPECT_EQ(Disclosed(few), kSuppressed) << few;
  for (const std::uint64_t five : {5, 6, 7}) EXPECT_EQ(Disclosed(five), 5u) << five;
  for (const std::uint64_t ten : {8, 10, 12}) EXPECT_EQ(Disclosed(ten), 10u) << ten;
  EXPECT_EQ(Disclosed(799'998), 800'000u);
}

TEST(Disclosure, APercentageIsOfRoundedNumbers) {
  EXPECT_EQ(DisclosedPercentage(7, 12), 50.0);
  EXPECT_EQ(DisclosedPercentage(0, 5), 0.0);
  EXPECT_EQ(DisclosedPercentage(5, 5), 100.0);
}

TEST(Disclosure, NoPercentageOfFewOrThatLeavesFew) {
  for (std::uint64_t few = 1; few <= 4; ++few) {
    EXPECT_EQ(DisclosedPercentage(0, few), std::nullopt);
    EXPECT_EQ(DisclosedPercentage(few, few), std::nullopt);
    EXPECT_EQ(DisclosedPercentage(few, 1000), std::nullopt);
    EXPECT_EQ(DisclosedPercentage(1000 - few, 1000), std::nullopt);
  }
  EXPECT_EQ(DisclosedPercentage(0, 0), std::nullopt);
  EXPECT_EQ(DisclosedPercentage(11, 10), std::nullopt);
}

TEST(Disclosure, APercentileNeedsTenBehindIt) {
  store::StatCell cell;
  for (int i = 1; i < kLeastForPercentile; ++i) cell.Add(store::Span::kShown, absl::Minutes(i));
  EXPECT_EQ(DisclosedPercentile(cell.of(store::Span::kShown), 0.5), std::nullopt);
  cell.Add(store::Span::kShown, absl::Minutes(10));
  const store::Histogram whole = cell.of(store::Span::kShown);
  EXPECT_EQ(DisclosedPercentile(whole, 0.5), store::Percentile(whole, 0.5).value());
}

TEST(Disclosure, AListOfFewIsWithheldWhole) {
  EXPECT_TRUE(CheckList(0).ok());
  for (std::uint64_t few = 1; few < kLeastOnList; ++few) {
    EXPECT_EQ(CheckList(few).code(), base::Code::kFailedPrecondition) << few;
    EXPECT_EQ(CheckList(few).message(), CheckList(1).message()) << "which says how many";
  }
  EXPECT_TRUE(CheckList(kLeastOnList).ok());
}

// --- Tables -------------------------------------------------------------------------------------

TEST(Disclosure, ATableWithoutFewIsRoundedNumberByNumber) {
  const DisclosedTable table = DisclosedOf(2, 2, {7, 7, 0, 7});
  EXPECT_EQ(table.cells, (std::vector<Count>{5, 5, 0, 5}));
  EXPECT_EQ(table.row_totals, (std::vector<Count>{15, 5}));  // not the sum of what is printed
  EXPECT_EQ(table.column_totals, (std::vector<Count>{5, 15}));
  EXPECT_EQ(table.total, 20u);
}

TEST(Disclosure, OneOfFewTakesTheSmallestOfItsRowAndColumnWithIt) {
  const DisclosedTable table = DisclosedOf(3, 3,
                                           {3, 20, 30,   //
                                            25, 40, 50,  //
                                            60, 70, 80});
  EXPECT_EQ(table.cells, (std::vector<Count>{kSuppressed, kSuppressed, 30,  //
                                             kSuppressed, kSuppressed, 50,  //
                                             60, 70, 80}));
  EXPECT_EQ(table.row_totals, (std::vector<Count>{55, 115, 210}));
}

TEST(Disclosure, ARowOfFewIsSuppressedWithItsZeros) {
  const DisclosedTable table = DisclosedOf(3, 3, {0, 3, 0, 50, 60, 70, 80, 90, 0});
  const std::vector<Count> row(table.cells.begin(), table.cells.begin() + 3);
  EXPECT_EQ(row, std::vector<Count>(3));
  EXPECT_EQ(std::count(table.row_totals.begin(), table.row_totals.end(), kSuppressed), 2);
  EXPECT_EQ(table.cells[8], 0u);
}

TEST(Disclosure, AColumnOfZerosStaysSoBesideARowOfFew) {
  const DisclosedTable table = DisclosedOf(2, 3, {0, 2, 1, 0, 50, 60});
  EXPECT_EQ(table.cells[0], 0u);
  EXPECT_EQ(table.cells[1], kSuppressed);
}

// 8 is printed as 10 and 12 too: four numbers from 1 on that are 4 together.
TEST(Disclosure, TheAuditSuppressesWhatRoundingWouldGiveAway) {
  const DisclosedTable table = DisclosedOf(1, 5, {8, 1, 1, 1, 1});
  EXPECT_EQ(table.cells, std::vector<Count>(5, kSuppressed));
  EXPECT_EQ(DisclosedOf(1, 5, {9, 1, 1, 1, 1}).cells[0], 10u);
  // The first cell: by its row at most 2, by its column at least 2.
  const auto both = DisclosedOf(3, 4, {2, 8, 1, 1, 12, 100, 60, 60, 4, 100, 40, 40});
  EXPECT_EQ(both.cells[1], kSuppressed);
}

TEST(Disclosure, TablesOfNothingAndOfOneNumber) {
  EXPECT_EQ(DisclosedOf(0, 0, {}).total, 0u);
  EXPECT_EQ(PrintOf(DisclosedOf(1, 1, {2})).numbers, std::vector<Count>(4));
  EXPECT_EQ(PrintOf(DisclosedOf(2, 2, {1, 1, 1, 1})).numbers, std::vector<Count>(9));
  EXPECT_EQ(DisclosedOf(1, 1, {9}).total, 10u);
}

TEST(Disclosure, ATableHasABound) {
  EXPECT_TRUE(
      Disclosed(Table{kTableCells / 100, 100, std::vector<std::uint64_t>(kTableCells)}).ok());
  const Table larger{kTableCells + 1, 1, std::vector<std::uint64_t>(kTableCells + 1)};
  EXPECT_EQ(Disclosed(larger).status().code(), base::Code::kInvalidArgument);
}

// --- Whoever tries to find out ------------------------------------------------------------------

struct Range {
  std::int64_t least = 0, most = 1'000'000'000;
};

// What is known of each number without adding anything up, by whoever is told which are small.
Sheet<Range> KnownAlone(const Table& table, const DisclosedTable& disclosed) {
  Sheet<std::uint64_t> truth = TruthOf(table);
  Sheet<Count> print = PrintOf(disclosed);
  Sheet<Range> known{truth.height, truth.width};
  // Where the zeros of a column of few are printed, the others of it are none.
  const auto hides_zeros = [&](std::size_t c) {
    for (std::size_t r = 0; r < table.rows; ++r) {
      if (truth.at(r, table.columns) > 0 && print.at(r, c) == Count(0)) return false;
    }
    return true;
  };
  // Of what stands in the rows nothing is known then, not even whether it is small.
  const bool totals_alone = std::none_of(disclosed.row_totals.begin(), disclosed.row_totals.end(),
                                         [](const Count& total) { return total && *total > 0; });
  for (std::size_t i = 0; i < known.numbers.size(); ++i) {
    const std::size_t r = i / known.width, c = i % known.width;
    if (totals_alone && r < table.rows && !print.numbers[i]) {
      known.numbers[i].least = 0;
      continue;
    }
    const bool is_total = r == table.rows || c == table.columns;
    const bool of_few =
        truth.at(r, table.columns) <= 4 || (truth.at(table.rows, c) <= 4 && hides_zeros(c));
    Range& range = known.numbers[i];
    if (const Count& number = print.numbers[i]) {
      const auto shown = static_cast<std::int64_t>(*number);
      range = {std::max<std::int64_t>(shown - 2, 5), shown + 2};
      if (shown == 0) range = {0, 0};
    } else if (truth.numbers[i] <= 4) {
      range = {of_few && !is_total ? 0 : 1, 4};
    } else {
      range.least = 5;
    }
  }
  return known;
}

// Adds up every row and column again and again, until nothing more follows.
void Conclude(Sheet<Range>& known) {
  for (bool changed = true; changed;) {
    changed = false;
    for (const std::vector<Place>& line : LinesOf(known.height, known.width)) {
      for (const auto& [row, column] : line) {
        const Place one(row, column);
        const bool is_total = one == line.back();
        Range rest;
        rest.most = 0;
        for (const Place& other : line) {
          if (other == one) continue;
          const Range& range = known.at(other.first, other.second);
          const bool adds = is_total || other == line.back();
          rest.least += adds ? range.least : -range.most;
          rest.most += adds ? range.most : -range.least;
        }
        Range& range = known.at(row, column);
        changed = changed || rest.least > range.least || rest.most < range.most;
        range = {std::max(range.least, rest.least), std::min(range.most, rest.most)};
      }
    }
  }
}

Table SomeTable() {
  Table table;
  table.rows = *rc::gen::inRange<std::size_t>(1, 8);
  table.columns = *rc::gen::inRange<std::size_t>(1, 8);
  const int most = *rc::gen::element(2, 5, 9, 14, 40, 2000);
  const int zeros = *rc::gen::inRange(0, 4);
  for (std::size_t i = 0; i < table.rows * table.columns; ++i) {
    const bool zero = *rc::gen::inRange(0, 4) < zeros;
    table.cells.push_back(zero ? 0 : static_cast<std::uint64_t>(*rc::gen::inRange(0, most)));
  }
  return table;
}

void CheckNothingFollows(const Table& table) {
  const DisclosedTable disclosed = *Disclosed(table);
  const Sheet<std::uint64_t> truth = TruthOf(table);
  Sheet<Count> print = PrintOf(disclosed);
  for (const auto& line : LinesOf(print.height, print.width)) {
    const auto suppressed = [&](const Place& at) { return !print.at(at.first, at.second); };
    RC_ASSERT(std::count_if(line.begin(), line.end(), suppressed) != 1);
  }
  bool any = false;
  for (std::size_t i = 0; i < truth.numbers.size(); ++i) {
    if (!print.numbers[i]) continue;
    any = true;
    RC_ASSERT(print.numbers[i] == Disclosed(truth.numbers[i]));
  }
  if (!any) return;  // nothing is known but that all of it was kept back
  Sheet<Range> known = KnownAlone(table, disclosed);
  Conclude(known);
  for (std::size_t i = 0; i < truth.numbers.size(); ++i) {
    const auto value = static_cast<std::int64_t>(truth.numbers[i]);
    const auto [least, most] = known.numbers[i];
    RC_ASSERT(least <= value && value <= most);
    RC_ASSERT(print.numbers[i] || least < most);
  }
}

// A year of a small force: some eight a day, of which now and then one is late or taken back.
Table SmallForce(std::size_t rows, std::size_t days_in_each) {
  std::mt19937 random(7);
  std::poisson_distribution<std::uint64_t> in_time(8.0 * static_cast<double>(days_in_each)),
      late(0.5 * static_cast<double>(days_in_each)), rare(0.02 * static_cast<double>(days_in_each));
  Table table{rows, 6, {}};
  for (std::size_t row = 0; row < rows; ++row) {
    for (auto* of : {&in_time, &late, &rare, &rare, &rare}) table.cells.push_back((*of)(random));
    table.cells.push_back(0);
  }
  return table;
}

std::size_t Told(const DisclosedTable& table, std::size_t column) {
  std::size_t told = 0;
  for (std::size_t row = 0; row < table.rows; ++row) {
    told += table.cells[row * table.columns + column] ? 1 : 0;
  }
  return told;
}

TEST(Disclosure, WhatIsKeptBackLeavesSomethingToBeSaid) {
  for (const auto& [rows, days] :
       {std::pair<std::size_t, std::size_t>{52, 7}, {12, 30}, {7, 52}, {30, 1}, {90, 1}}) {
    const DisclosedTable told = *Disclosed(SmallForce(rows, days));
    EXPECT_GT(2 * Told(told, 0), rows) << rows << " rows of " << days;
    EXPECT_TRUE(told.total) << rows << " rows of " << days;
    EXPECT_TRUE(told.column_totals[0]) << rows << " rows of " << days;
  }
}

TEST(Disclosure, OfSoFewThatNoRowCanBeToldTheTotalsAre) {
  const Table table{4, 3, {2, 4, 0, 6, 0, 2, 5, 1, 1, 1, 7, 2}};
  const DisclosedTable told = *Disclosed(table);
  EXPECT_EQ(told.cells, std::vector<Count>(12));
  EXPECT_EQ(told.row_totals, std::vector<Count>(4));
  EXPECT_EQ(told.column_totals, (std::vector<Count>{15, 10, 5}));
  EXPECT_EQ(told.total, Count(30));
}

TEST(Disclosure, WhoeverAddsUpARandomTableFindsNoSmallCount) {
  EXPECT_TRUE(rc::check([] {
    for (int i = 0; i < 50; ++i) CheckNothingFollows(SomeTable());
  }));
}

// Looks at every table of that shape with cells below `end`, and judges those prints of which no
// other table can be.
void ExpectNothingPinned(Table table, std::uint64_t end) {
  std::map<std::vector<Count>, std::vector<std::set<std::uint64_t>>> values;  // at each place
  table.cells.assign(table.rows * table.columns, 0);
  for (std::size_t i = 0; i < table.cells.size();) {
    const std::vector<std::uint64_t> truth = TruthOf(table).numbers;
    auto& of_print = values[PrintOf(*Disclosed(table)).numbers];
    of_print.resize(truth.size());
    for (std::size_t place = 0; place < truth.size(); ++place) of_print[place].insert(truth[place]);
    for (i = 0; i < table.cells.size() && ++table.cells[i] == end; ++i) table.cells[i] = 0;
  }
  int judged = 0;
  for (const auto& [print, places] : values) {
    if (!print.back() || *print.back() + 2 >= end) continue;
    ++judged;
    for (const std::set<std::uint64_t>& place : places) {
      const bool small = *place.begin() >= 1 && *place.begin() <= 4;
      EXPECT_FALSE(small && place.size() == 1) << *place.begin() << " of " << *print.back();
    }
  }
  EXPECT_GT(judged, 20);
}

TEST(Disclosure, WhoeverReplaysEverySmallTableFindsNoSmallCount) {
  ExpectNothingPinned({1, 2, {}}, 60);
  ExpectNothingPinned({1, 3, {}}, 28);
  ExpectNothingPinned({2, 2, {}}, 14);
}

}  // namespace
}  // namespace firstbell::inquiry
