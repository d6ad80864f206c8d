// What is withheld does not follow: a slow reader tries every table that agrees with what is said.

#include "clients/school/records/suppression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>

namespace firstbell::school_records {
namespace {

using testing::Each;
using testing::ElementsAre;

Tally Of(std::uint64_t count, std::size_t children, std::size_t first = 0) {
  Tally tally{.count = count};
  for (std::size_t i = 0; i < children; ++i) tally.children.insert(first + i);
  return tally;
}

// Every number of a table by its place, totals among them: row `rows` and column `columns`.
using Place = std::pair<std::size_t, std::size_t>;
std::map<Place, Said> Numbers(const SaidTable& said) {
  std::map<Place, Said> numbers;
  for (std::size_t row = 0; row < said.rows; ++row) {
    for (std::size_t column = 0; column < said.columns; ++column) {
      numbers[{row, column}] = said.cells[row * said.columns + column];
    }
    numbers[{row, said.columns}] = said.row_totals[row];
  }
  for (std::size_t column = 0; column < said.columns; ++column) {
    numbers[{said.rows, column}] = said.column_totals[column];
  }
  numbers[{said.rows, said.columns}] = said.total;
  return numbers;
}

// Tries all tables of whole numbers from nought on that agree with what is said, and notes which
// values each withheld number takes. Needs the total to be said.
class SlowReader {
 public:
  explicit SlowReader(const SaidTable& said) : said_(said), cells_(said.cells.size()) {
    Try(0, *said.total);
  }
  const std::map<Place, std::set<std::uint64_t>>& values() const { return values_; }

 private:
  void Try(std::size_t at, std::uint64_t left) {
    if (at == cells_.size()) {
      if (left == 0) Agree();
      return;
    }
    if (said_.cells[at]) {
      if (*said_.cells[at] > left) return;
      cells_[at] = *said_.cells[at];
      return Try(at + 1, left - cells_[at]);
    }
    for (cells_[at] = 0; cells_[at] <= left; ++cells_[at]) Try(at + 1, left - cells_[at]);
  }

  void Agree() {
    SaidTable table = said_;
    for (Said& total : table.row_totals) total = 0;
    for (Said& total : table.column_totals) total = 0;
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      table.cells[at] = cells_[at];
      *table.row_totals[at / said_.columns] += cells_[at];
      *table.column_totals[at % said_.columns] += cells_[at];
    }
    const auto said = Numbers(said_), tried = Numbers(table);
    for (const auto& [place, value] : said) {
      if (value && value != tried.at(place)) return;
    }
    for (const auto& [place, value] : tried) values_[place].insert(*value);
  }

  const SaidTable& said_;
  std::vector<std::uint64_t> cells_;
  std::map<Place, std::set<std::uint64_t>> values_;
};

std::set<std::size_t> Union(const std::vector<Tally>& cells,
                            const std::function<bool(std::size_t)>& in) {
  std::set<std::size_t> children;
  for (std::size_t at = 0; at < cells.size(); ++at) {
    if (in(at)) children.insert(cells[at].children.begin(), cells[at].children.end());
  }
  return children;
}

// Nothing said is about too few, and nothing withheld follows.
void ExpectSafe(std::size_t rows, std::size_t columns, const std::vector<Tally>& cells,
                std::size_t fewest) {
  const SaidTable said = Suppress(rows, columns, cells, fewest);
  const auto everybody = Union(cells, [](std::size_t) { return true; });
  if (everybody.size() < fewest) {
    for (const auto& [place, value] : Numbers(said)) {
      EXPECT_EQ(value, everybody.empty() ? Said(0) : Said());
    }
    return;
  }
  ASSERT_TRUE(said.total);
  const SlowReader reader(said);
  for (const auto& [place, value] : Numbers(said)) {
    const auto [row, column] = place;
    const auto about = Union(cells, [&](std::size_t at) {
      return (row == rows || row == at / columns) && (column == columns || column == at % columns);
    });
    if (value) {
      EXPECT_TRUE(about.empty() || about.size() >= fewest) << row << " " << column;
      EXPECT_EQ(*value == 0, about.empty());
      continue;
    }
    ASSERT_TRUE(reader.values().contains(place));
    EXPECT_GE(reader.values().at(place).size(), 2u) << row << " " << column;
  }
}

TEST(SuppressionTest, WhatManyStandBehindIsSaid) {
  const SaidTable said = Suppress(1, 3, {Of(6, 5), Of(9, 7, 10), Of(0, 0)});
  EXPECT_THAT(said.cells, ElementsAre(Said(6), Said(9), Said(0)));
  EXPECT_THAT(said.row_totals, ElementsAre(Said(15)));
  EXPECT_EQ(said.total, Said(15));
}

// Nine alerts of four children single them out as much as four.
TEST(SuppressionTest, ChildrenCountNotAlerts) {
  const SaidTable said = Suppress(1, 3, {Of(9, 4), Of(9, 7, 10), Of(20, 9, 20)});
  EXPECT_THAT(said.cells, ElementsAre(Said(), Said(), Said(20)));
  EXPECT_EQ(said.total, Said(38));
}

TEST(SuppressionTest, FewInAllAreNotSpokenOf) {
  const SaidTable said = Suppress(1, 2, {Of(3, 2), Of(9, 2)});
  EXPECT_THAT(said.cells, Each(Said()));
  EXPECT_EQ(said.total, Said());
  EXPECT_EQ(Suppress(1, 2, {Of(0, 0), Of(0, 0)}).total, Said(0));
  EXPECT_EQ(Suppress(0, 7, {}).total, Said(0));
}

TEST(SuppressionTest, TheNoughtsGoTooSoThatWithheldMayBeNought) {
  const SaidTable said = Suppress(1, 4, {Of(0, 0), Of(1, 1), Of(2, 2, 5), Of(9, 9, 10)});
  EXPECT_THAT(said.cells, ElementsAre(Said(), Said(), Said(), Said()));  // three children: too few
  const SaidTable more = Suppress(1, 4, {Of(0, 0), Of(1, 1), Of(4, 4, 5), Of(9, 9, 10)});
  EXPECT_THAT(more.cells, ElementsAre(Said(), Said(), Said(), Said(9)));
}

TEST(SuppressionTest, OneSmallCellOfACrossTableHidesACircle) {
  std::vector<Tally> cells;
  for (std::size_t i = 0; i < 9; ++i) cells.push_back(Of(10 + i, 6, 10 * i));
  cells[4] = Of(2, 2, 40);
  const SaidTable said = Suppress(3, 3, cells);
  EXPECT_EQ(std::count(said.cells.begin(), said.cells.end(), Said()), 4);
  EXPECT_THAT(said.row_totals, Each(testing::Ne(Said())));
  EXPECT_THAT(said.column_totals, Each(testing::Ne(Said())));
}

class RandomTableTest : public testing::TestWithParam<std::pair<std::size_t, std::size_t>> {};

TEST_P(RandomTableTest, NothingWithheldFollows) {
  const auto [rows, columns] = GetParam();
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::size_t fewest = 2 + random() % 2, children = 2 + random() % 6;
    std::vector<Tally> cells(rows * columns);
    const std::size_t alerts = random() % (rows * columns > 6 ? 9 : 13);
    for (std::size_t i = 0; i < alerts; ++i) {
      Tally& tally = cells[random() % (1 + random() % cells.size())];
      ++tally.count;
      tally.children.insert(random() % children);
    }
    ExpectSafe(rows, columns, cells, fewest);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, RandomTableTest,
                         testing::Values(std::pair(1, 1), std::pair(1, 2), std::pair(1, 5),
                                         std::pair(2, 2), std::pair(2, 3), std::pair(3, 2),
                                         std::pair(3, 3)));

}  // namespace
}  // namespace firstbell::school_records
