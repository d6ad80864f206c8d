#include "clients/school/records/suppression.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "broker/base/status.h"

namespace firstbell::school_records {
namespace {

constexpr std::uint64_t kNoWay = std::numeric_limits<std::uint64_t>::max();

// The table with its totals as one row and one column more: then each row's and each column's last
// number is the sum of the others, and what is withheld are the edges of a graph between rows and
// columns. Raising a number by one and keeping every sum means to walk round a circle of withheld
// numbers, raising and lowering them in turn; what is nought cannot be lowered. So a number can be
// another than it is exactly where it lies on such a circle: in a network whose edges may be walked
// forward always and backward where there is something to lower.
class Table {
 public:
  Table(std::size_t rows, std::size_t columns, const std::vector<Tally>& cells, std::size_t fewest)
      : rows_(rows + 1), columns_(columns + 1), fewest_(fewest), cells_(rows_ * columns_) {
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < columns; ++column) {
        const Tally& tally = cells[row * columns + column];
        for (const std::size_t to :
             {Index(row, column), Index(row, columns), Index(rows, column), Index(rows, columns)}) {
          cells_[to].tally.count += tally.count;
          cells_[to].tally.children.insert(tally.children.begin(), tally.children.end());
        }
      }
    }
  }

  SaidTable Suppressed() {
    WithholdSmall();
    while (WithholdMore()) {
    }
    SayFollowingNoughts();
    return ToSaid();
  }

 private:
  struct Cell {
    Tally tally;
    bool withheld = false;
  };

  std::size_t Index(std::size_t row, std::size_t column) const { return row * columns_ + column; }
  std::size_t Total() const { return cells_.size() - 1; }
  bool Small(const Cell& cell) const { return cell.tally.children.size() < fewest_; }

  void WithholdSmall() {
    if (Small(cells_[Total()])) {
      const bool any = cells_[Total()].tally.count > 0;
      for (Cell& cell : cells_) cell.withheld = any;
      return;
    }
    const bool any = std::any_of(cells_.begin(), cells_.end(), [&](const Cell& cell) {
      return Small(cell) && cell.tally.count > 0;
    });
    for (Cell& cell : cells_) cell.withheld = any && Small(cell);
  }

  // More where something withheld follows, or too few stand behind what a line withholds.
  bool WithholdMore() {
    if (cells_[Total()].withheld) return false;
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if (cells_[at].withheld && cells_[at].tally.count > 0 && Follows(at)) {
        return WithholdCircle(at);
      }
    }
    for (std::size_t row = 0; row < rows_; ++row) {
      if (TooFew(RowOf(row))) return WithholdSmallest(RowOf(row));
    }
    for (std::size_t column = 0; column < columns_; ++column) {
      if (TooFew(ColumnOf(column))) return WithholdSmallest(ColumnOf(column));
    }
    return false;
  }

  std::vector<std::size_t> RowOf(std::size_t row) const {
    std::vector<std::size_t> line;
    for (std::size_t column = 0; column < columns_; ++column) line.push_back(Index(row, column));
    return line;
  }
  std::vector<std::size_t> ColumnOf(std::size_t column) const {
    std::vector<std::size_t> line;
    for (std::size_t row = 0; row < rows_; ++row) line.push_back(Index(row, column));
    return line;
  }

  // Of a line whose sum is said: the sum of what it withholds follows.
  bool TooFew(const std::vector<std::size_t>& line) const {
    if (cells_[line.back()].withheld) return false;
    std::set<std::size_t> children;
    for (const std::size_t at : line) {
      if (!cells_[at].withheld) continue;
      children.insert(cells_[at].tally.children.begin(), cells_[at].tally.children.end());
    }
    return !children.empty() && children.size() < fewest_;
  }

  // Never the total of all, which other tables say too.
  bool WithholdSmallest(const std::vector<std::size_t>& among) {
    Cell* smallest = nullptr;
    for (const std::size_t at : among) {
      Cell& cell = cells_[at];
      if (cell.withheld || cell.tally.count == 0 || at == Total()) continue;
      const bool smaller = smallest == nullptr || cell.tally.count < smallest->tally.count;
      if (smaller) smallest = &cell;
    }
    if (smallest == nullptr) return false;
    smallest->withheld = true;
    return true;
  }

  // The nodes that the edge of a number leads from and to when it is raised: rows, then columns.
  struct Edge {
    std::size_t tail, head;
  };
  Edge EdgeOf(std::size_t at) const {
    const std::size_t row = at / columns_, column = at % columns_;
    if (Raised(row, column)) return {row, rows_ + column};
    return {rows_ + column, row};
  }

  // Whether no other value of this withheld number agrees with all that is said.
  bool Follows(std::size_t at) const {
    const Edge edge = EdgeOf(at);
    if (PathOf(edge.head, edge.tail, at).cost == 0) return false;
    return cells_[at].tally.count == 0 || PathOf(edge.tail, edge.head, at).cost != 0;
  }

  // The circle through this number, which is not nought, that withholds the smallest numbers. There
  // is one: at least `fewest` children stand behind the total, so that there are numbers outside of
  // its row or its column.
  bool WithholdCircle(std::size_t at) {
    const Edge edge = EdgeOf(at);
    const Path raising = PathOf(edge.head, edge.tail, at),
               lowering = PathOf(edge.tail, edge.head, at);
    const Path& path = raising.cost < lowering.cost ? raising : lowering;
    FB_CHECK(path.cost != kNoWay);
    for (const std::size_t on : path.cells) cells_[on].withheld = true;
    return true;
  }

  struct Path {
    std::uint64_t cost = kNoWay;  // the sum of the numbers that it would withhold
    std::vector<std::size_t> cells;
  };

  // The cheapest (Dijkstra), without the edge of `without`.
  Path PathOf(std::size_t from, std::size_t to, std::size_t without) const {
    std::vector<Path> best(rows_ + columns_);
    std::vector<bool> done(best.size());
    best[from].cost = 0;
    while (true) {
      std::size_t node = best.size();
      for (std::size_t next = 0; next < best.size(); ++next) {
        const bool nearer = node == best.size() || best[next].cost < best[node].cost;
        if (!done[next] && best[next].cost != kNoWay && nearer) node = next;
      }
      if (node == best.size() || node == to) return best[to];
      done[node] = true;
      for (std::size_t next = 0; next < best.size(); ++next) {
        const std::uint64_t step = StepCost(node, next, without);
        if (step == kNoWay || best[node].cost + step >= best[next].cost) continue;
        best[next] = {best[node].cost + step, best[node].cells};
        best[next].cells.push_back(CellBetween(node, next));
      }
    }
  }

  std::size_t CellBetween(std::size_t a, std::size_t b) const {
    return Index(std::min(a, b), std::max(a, b) - rows_);
  }

  std::uint64_t StepCost(std::size_t from, std::size_t to, std::size_t without) const {
    if ((from < rows_) == (to < rows_)) return kNoWay;
    const std::size_t at = CellBetween(from, to);
    const Cell& cell = cells_[at];
    const bool lowers = EdgeOf(at).tail != from;
    if (at == without || (lowers && cell.tally.count == 0)) return kNoWay;
    if (cell.withheld) return 0;
    return cell.tally.count == 0 || at == Total() ? kNoWay : cell.tally.count;
  }

  // Whether walking from row to column raises it. In a row, cells and their sum stand on two sides
  // of the equation, and so in a column: the sums of rows and those of columns are raised the other
  // way round, the sum of all as a cell is.
  bool Raised(std::size_t row, std::size_t column) const {
    return (row + 1 == rows_) == (column + 1 == columns_);
  }

  void SayFollowingNoughts() {
    if (cells_[Total()].withheld) return;
    for (std::size_t at = 0; at < cells_.size(); ++at) {
      if (cells_[at].withheld && Follows(at)) cells_[at].withheld = false;
    }
  }

  Said SaidOf(std::size_t row, std::size_t column) const {
    const Cell& cell = cells_[Index(row, column)];
    return cell.withheld ? Said() : Said(cell.tally.count);
  }

  SaidTable ToSaid() const {
    SaidTable said{.rows = rows_ - 1, .columns = columns_ - 1};
    for (std::size_t row = 0; row < said.rows; ++row) {
      for (std::size_t column = 0; column < said.columns; ++column) {
        said.cells.push_back(SaidOf(row, column));
      }
      said.row_totals.push_back(SaidOf(row, said.columns));
    }
    for (std::size_t column = 0; column < said.columns; ++column) {
      said.column_totals.push_back(SaidOf(said.rows, column));
    }
    said.total = SaidOf(said.rows, said.columns);
    return said;
  }

  const std::size_t rows_, columns_;  // with the totals
  const std::size_t fewest_;
  std::vector<Cell> cells_;
};

}  // namespace

SaidTable Suppress(std::size_t rows, std::size_t columns, const std::vector<Tally>& cells,
                   std::size_t fewest) {
  FB_CHECK(cells.size() == rows * columns);
  return Table(rows, columns, cells, fewest).Suppressed();
}

}  // namespace firstbell::school_records
