#include "broker/inquiry/disclosure.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace firstbell::inquiry {
namespace {

bool IsSmall(std::uint64_t count) {
  return count >= 1 && count <= kSmallCount;
}

std::uint64_t Rounded(std::uint64_t count) {
  return (count + kRounding / 2) / kRounding * kRounding;
}

// A table with its totals, as equations: of each line, a row or a column, the last number is the
// sum of the others. The last row holds the totals of columns, the last column those of rows.
class Grid {
 public:
  explicit Grid(const Table& table);
  void Suppress();
  DisclosedTable Answer() const;

 private:
  struct Entry {
    std::uint64_t value = 0;
    bool suppressed = false;
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();  // suppressed: no larger
    bool may_be_zero = false;  // suppressed: so are zeros beside it
  };
  struct Range {
    std::uint64_t least, most;
  };
  using Place = std::pair<std::size_t, std::size_t>;  // row, column
  using Line = std::vector<Place>;                    // its total is the last
  enum class Way { kToColumn, kToRow };

  Entry& at(const Place& place) { return entries_[place.first * width_ + place.second]; }
  const Entry& at(const Place& place) const {
    return entries_[place.first * width_ + place.second];
  }
  Line Row(std::size_t row) const;
  Line Column(std::size_t column) const;
  std::vector<Line> Lines() const;

  enum class Zeros { kOfFewInRowsAndColumns, kOfFewInRows };  // that are suppressed with the few

  bool TrySuppress(Zeros zeros);
  void SuppressFew(Zeros zeros);
  bool SuppressPartners();
  bool Audit();
  bool SuppressNear(const Place& pinned);
  void TellColumnTotals();
  bool SuppressSmallestOf(const Line& line);
  bool IsPinned(const Place& place) const;
  bool Reaches(const Place& but, Way way) const;
  bool Moves(const Place& place, Way way) const;
  Range MayBe(const Entry& entry) const;
  Count Shown(const Place& place) const;

  const std::size_t height_, width_;
  std::vector<Entry> entries_;
};

Grid::Grid(const Table& table)
    : height_(table.rows + 1), width_(table.columns + 1), entries_(height_ * width_) {
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t column = 0; column < table.columns; ++column) {
      const std::uint64_t value = table.cells[row * table.columns + column];
      at({row, column}).value = value;
      at({row, width_ - 1}).value += value;
      at({height_ - 1, column}).value += value;
      at({height_ - 1, width_ - 1}).value += value;
    }
  }
}

Grid::Line Grid::Row(std::size_t row) const {
  Line line;
  for (std::size_t column = 0; column < width_; ++column) line.push_back({row, column});
  return line;
}

Grid::Line Grid::Column(std::size_t column) const {
  Line line;
  for (std::size_t row = 0; row < height_; ++row) line.push_back({row, column});
  return line;
}

std::vector<Grid::Line> Grid::Lines() const {
  std::vector<Line> lines;
  for (std::size_t row = 0; row < height_; ++row) lines.push_back(Row(row));
  for (std::size_t column = 0; column < width_; ++column) lines.push_back(Column(column));
  return lines;
}

// Of a column of few, the zeros are kept back with them as long as that leaves something to be
// said. Where it does not, since each row then loses another number, they are said; and where that
// leaves nothing either, the rows are kept back whole, and what stands in all of them together is
// told as a table of one row.
void Grid::Suppress() {
  if (TrySuppress(Zeros::kOfFewInRowsAndColumns) || TrySuppress(Zeros::kOfFewInRows)) return;
  for (Entry& entry : entries_) entry = Entry{.value = entry.value, .suppressed = true};
  if (height_ > 2) TellColumnTotals();
}

bool Grid::TrySuppress(Zeros zeros) {
  for (Entry& entry : entries_)
    entry = Entry{.value = entry.value, .suppressed = IsSmall(entry.value)};
  SuppressFew(zeros);
  while (SuppressPartners()) {
  }
  return Audit();
}

// But for zeros of lines across that are zero throughout: those are no secret.
void Grid::SuppressFew(Zeros zeros) {
  for (const Line& line : Lines()) {
    const bool is_column = line.front().second == line.back().second;
    if (!IsSmall(at(line.back()).value)) continue;
    if (is_column && zeros == Zeros::kOfFewInRows) continue;
    for (const Place& place : line) {
      const bool zero_across =
          at({place.first, width_ - 1}).value == 0 || at({height_ - 1, place.second}).value == 0;
      if (zero_across) continue;
      at(place).suppressed = true;
      at(place).may_be_zero = place.first + 1 < height_ && place.second + 1 < width_;
    }
  }
}

// One pass; whether anything was suppressed.
bool Grid::SuppressPartners() {
  bool changed = false;
  for (const Line& line : Lines()) {
    const auto suppressed = std::count_if(
        line.begin(), line.end(), [this](const Place& place) { return at(place).suppressed; });
    if (suppressed == 1 && SuppressSmallestOf(line)) changed = true;
  }
  return changed;
}

// Of those that are neither suppressed nor zero; a total, which is the last, only where it stands
// alone. Who knows the rule knows that it is no larger than what is left. False: there is none.
bool Grid::SuppressSmallestOf(const Line& line) {
  const Place* smallest = nullptr;
  for (const Place& place : line) {
    if (at(place).suppressed || at(place).value == 0) continue;
    if (smallest == nullptr || at(place).value < at(*smallest).value) smallest = &place;
  }
  if (smallest == nullptr) return false;
  at(*smallest).suppressed = true;
  for (const Place& place : line) {
    if (at(place).suppressed || at(place).value == 0) continue;
    at(*smallest).most = std::min(at(*smallest).most, Rounded(at(place).value) + kRounding / 2);
  }
  return true;
}

// Until nothing is pinned; false: nothing is left. Suppressing one more never pins another, so
// those that were looked at are looked at again only where something was suppressed since. It ends:
// each time there is one number less.
bool Grid::Audit() {
  for (bool more = true; more;) {
    more = false;
    for (std::size_t place = 0; place < entries_.size(); ++place) {
      const Place pinned(place / width_, place % width_);
      while (at(pinned).suppressed && IsPinned(pinned)) {
        if (!SuppressNear(pinned)) return false;
        more = true;
      }
    }
  }
  return true;
}

// One more, and what goes with it; false: there is none.
bool Grid::SuppressNear(const Place& pinned) {
  Line near = Row(pinned.first);
  for (const Place& across : Column(pinned.second)) near.push_back(across);
  bool more = SuppressSmallestOf(near);
  for (const Line& line : Lines()) more = more || SuppressSmallestOf(line);
  while (more && SuppressPartners()) {
  }
  return more;
}

void Grid::TellColumnTotals() {
  Table sums{1, width_ - 1, {}};
  for (std::size_t column = 0; column + 1 < width_; ++column) {
    sums.cells.push_back(at({height_ - 1, column}).value);
  }
  Grid alone(sums);
  alone.Suppress();
  const auto told = [](const Entry& entry) { return !entry.suppressed && entry.value > 0; };
  if (std::none_of(alone.entries_.begin(), alone.entries_.end(), told)) return;
  for (std::size_t column = 0; column < width_; ++column) {
    at({height_ - 1, column}).suppressed = alone.at({1, column}).suppressed;
    if (at({height_ - 1, column}).value > 0) continue;
    for (const Place& place : Column(column)) at(place).suppressed = false;
  }
}

// Whether all tables that would be printed like this have the same number there. The numbers are a
// flow: a cell from its row to its column, a column's total from there to the last row, all of it
// to the last column, and a row's total back to its row; what comes to a line leaves it. So a
// number may be another if and only if a change of it by one can flow round through others that may
// change too (a residual cycle; bounds and numbers are whole, and so are the extreme flows).
bool Grid::IsPinned(const Place& place) const {
  for (const Way way : {Way::kToColumn, Way::kToRow}) {
    if (Moves(place, way) && Reaches(place, way)) return false;
  }
  return true;
}

// Whether the change that went that way through `but` comes back to where it started without it.
bool Grid::Reaches(const Place& but, Way way) const {
  const std::size_t row = but.first, column = height_ + but.second;
  const std::size_t start = way == Way::kToColumn ? column : row;
  const std::size_t goal = way == Way::kToColumn ? row : column;
  std::vector<bool> seen(height_ + width_);
  std::vector<std::size_t> left = {start};
  seen[start] = true;
  while (!left.empty() && !seen[goal]) {
    const std::size_t here = left.back();
    left.pop_back();
    const bool is_row = here < height_;
    const std::size_t first = is_row ? height_ : 0;
    for (std::size_t next = first; next < first + (is_row ? width_ : height_); ++next) {
      if (seen[next]) continue;
      const Place place = is_row ? Place(here, next - height_) : Place(next, here - height_);
      if (place == but || !Moves(place, is_row ? Way::kToColumn : Way::kToRow)) continue;
      seen[next] = true;
      left.push_back(next);
    }
  }
  return seen[goal];
}

// More of it goes with its flow, less against it.
bool Grid::Moves(const Place& place, Way way) const {
  const bool last_row = place.first + 1 == height_, last_column = place.second + 1 == width_;
  const Way flow = last_row == last_column ? Way::kToColumn : Way::kToRow;
  const Entry& entry = at(place);
  const Range range = MayBe(entry);
  return way == flow ? entry.value < range.most : entry.value > range.least;
}

// What is known of a number by whoever is told, of each that is suppressed, whether it is small.
Grid::Range Grid::MayBe(const Entry& entry) const {
  if (entry.suppressed) {
    if (entry.may_be_zero) return {0, kSmallCount};
    return IsSmall(entry.value) ? Range{1, kSmallCount} : Range{kSmallCount + 1, entry.most};
  }
  const std::uint64_t shown = Rounded(entry.value);
  if (shown == 0) return {0, 0};
  return {std::max(shown - kRounding / 2, kSmallCount + 1), shown + kRounding / 2};
}

Count Grid::Shown(const Place& place) const {
  return at(place).suppressed ? std::nullopt : Count(Rounded(at(place).value));
}

DisclosedTable Grid::Answer() const {
  DisclosedTable answer;
  answer.rows = height_ - 1;
  answer.columns = width_ - 1;
  for (std::size_t row = 0; row < answer.rows; ++row) {
    for (std::size_t column = 0; column < answer.columns; ++column) {
      answer.cells.push_back(Shown({row, column}));
    }
    answer.row_totals.push_back(Shown({row, width_ - 1}));
  }
  for (std::size_t column = 0; column < answer.columns; ++column) {
    answer.column_totals.push_back(Shown({height_ - 1, column}));
  }
  answer.total = Shown({height_ - 1, width_ - 1});
  return answer;
}

}  // namespace

Count Disclosed(std::uint64_t count) {
  return IsSmall(count) ? std::nullopt : Count(Rounded(count));
}

std::optional<double> DisclosedPercentage(std::uint64_t part, std::uint64_t whole) {
  if (whole <= kSmallCount || part > whole) return std::nullopt;
  if (IsSmall(part) || IsSmall(whole - part)) return std::nullopt;
  return 100.0 * static_cast<double>(Rounded(part)) / static_cast<double>(Rounded(whole));
}

std::optional<absl::Duration> DisclosedPercentile(const store::Histogram& histogram, double p) {
  if (histogram.total() < kLeastForPercentile) return std::nullopt;
  return store::Percentile(histogram, p);
}

base::Status CheckList(std::uint64_t items) {
  if (items == 0 || items >= kLeastOnList) return base::OkStatus();
  return base::FailedPrecondition("fewer than " + std::to_string(kLeastOnList) +
                                  " are on this list, and so few are not shown; ask for a longer "
                                  "time or a larger area");
}

base::Result<DisclosedTable> Disclosed(const Table& table) {
  FB_CHECK(table.cells.size() == table.rows * table.columns);
  if (table.cells.size() > kTableCells) {
    return base::InvalidArgument("a table of more than " + std::to_string(kTableCells) +
                                 " cells; ask for fewer or coarser groups");
  }
  Grid grid(table);
  grid.Suppress();
  return grid.Answer();
}

}  // namespace firstbell::inquiry
