#include "broker/inquiry/figures.h"

#include <algorithm>
#include <functional>
#include <string>

#include "broker/inquiry/disclosure.h"
#include "broker/model/alert.h"

namespace firstbell::inquiry {
namespace {

using store::Stat;
using store::StatCell;
using Value = std::function<std::uint64_t(const Group& group)>;

struct Measure {
  std::string word;
  Value value;
};
// What falls into exactly one of them each: they are kept apart together.
using Measures = std::vector<Measure>;

std::uint64_t Of(const StatCell& cell, Stat stat) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(cell[stat], 0));
}

Measure Counted(std::string word, Stat stat) {
  return {std::move(word), [stat](const Group& group) { return Of(group.cell, stat); }};
}

// What became of each alert. Every one is one of these.
Measures Standings() {
  const auto waits = [](const Group& group) {
    const std::uint64_t open = Of(group.cell, Stat::kOpen);
    return open - std::min(open, group.overdue);
  };
  const auto overdue = [](const Group& group) {
    return std::min(group.overdue, Of(group.cell, Stat::kOpen));
  };
  return {Counted("acknowledged_before_bell", Stat::kAcknowledgedBeforeBell),
          Counted("acknowledged_late", Stat::kAcknowledgedLate),
          Counted("redirected", Stat::kRedirected),
          Counted("withdrawn", Stat::kWithdrawn),
          {"overdue", overdue},
          {"waits", waits}};
}

// How far each came: as far or farther.
Measures Reached() {
  return {Counted("reached_sent", Stat::kReachedSent),
          Counted("reached_received", Stat::kReachedReceived),
          Counted("reached_shown", Stat::kReachedShown),
          Counted("reached_opened", Stat::kReachedOpened),
          Counted("reached_acknowledged", Stat::kReachedAcknowledged),
          Counted("acknowledged_by_telephone", Stat::kAcknowledgedByTelephone),
          Counted("arrival_asked", Stat::kArrivalAsked),
          Counted("arrival_seen", Stat::kArrivalSeen),
          Counted("arrival_late", Stat::kArrivalLate),
          Counted("arrival_absent", Stat::kArrivalAbsent),
          Counted("arrival_overdue", Stat::kArrivalOverdue),
          Counted("arrival_by_registration", Stat::kArrivalByRegistration),
          Counted("breach_known", Stat::kBreachKnown)};
}

Measures Rungs() {
  Measures rungs;
  for (int rung = 0; rung <= static_cast<int>(limits::kRungs); ++rung) {
    rungs.push_back(Counted("rung_" + std::to_string(rung), store::Of(Stat::kRung, rung)));
  }
  return rungs;
}

// "refused_left", "withheld_no_match" …: a family, by the word of each of its numbers but nought.
template <typename Enum>
Measures ByWord(const std::string& prefix, Stat family, int last) {
  Measures measures;
  for (int number = 1; number <= last; ++number) {
    const std::string word(model::Word(static_cast<Enum>(number)));
    measures.push_back(Counted(prefix + word, store::Of(family, number)));
  }
  return measures;
}

std::vector<Measures> Families() {
  return {Standings(),
          Rungs(),
          ByWord<v1::RefusalReason>("refused_", Stat::kRefused, v1::RefusalReason_MAX),
          ByWord<v1::ChildOutcome>("children_", Stat::kChildren, v1::ChildOutcome_MAX),
          ByWord<v1::Reason>("withheld_", Stat::kWithheld, v1::Reason_MAX),
          ByWord<v1::Reason>("unplaceable_", Stat::kUnplaceable, v1::Reason_MAX),
          ByWord<v1::Reason>("review_", Stat::kReviewFor, v1::Reason_MAX),
          ByWord<v1::DecisionReason>("decided_", Stat::kDecidedFor, v1::DecisionReason_MAX),
          {Counted("review_waits", Stat::kCaseWaits),
           Counted("decided_by_officer", Stat::kDecidedByOfficer),
           Counted("decided_by_machine", Stat::kDecidedByMachine)}};
}

void Put(const std::string& word, const Count& count, v1::StatisticsRow& row) {
  v1::Count& wire = (*row.mutable_counts())[word];
  if (count) wire.set_value(*count);
}

// The rows of one answer, filled family by family.
class Figures {
 public:
  Figures(const std::vector<Group>& groups, Names names, v1::GetStatisticsResponse& response)
      : groups_(groups), names_(names), response_(response) {}

  // `total` empty: the numbers add up to nothing that is said.
  base::Status Add(const Measures& family, const std::string& total) {
    const Table table = TableOf(family);
    if (names_ == Names::kNamed) return Tell(family, total, Plain(table));
    FB_ASSIGN_OR_RETURN(const DisclosedTable disclosed, Disclosed(table));
    return Tell(family, total, disclosed);
  }

  void AddShares() {
    for (std::size_t i = 0; i < groups_.size(); ++i) {
      AddShare(groups_[i], *response_.mutable_rows(static_cast<int>(i)));
    }
    AddShare(Sum(), *response_.mutable_total());
  }

 private:
  Table TableOf(const Measures& family) const {
    Table table{groups_.size(), family.size(), {}};
    for (const Group& group : groups_) {
      for (const Measure& measure : family) table.cells.push_back(measure.value(group));
    }
    return table;
  }

  static DisclosedTable Plain(const Table& table) {
    DisclosedTable plain{table.rows, table.columns, {}, {}, {}, {}};
    std::vector<std::uint64_t> rows(table.rows), columns(table.columns);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < table.cells.size(); ++i) {
      const std::uint64_t cell = table.cells[i];
      plain.cells.emplace_back(cell);
      rows[i / table.columns] += cell;
      columns[i % table.columns] += cell;
      total += cell;
    }
    plain.row_totals.assign(rows.begin(), rows.end());
    plain.column_totals.assign(columns.begin(), columns.end());
    plain.total = total;
    return plain;
  }

  base::Status Tell(const Measures& family, const std::string& total, const DisclosedTable& table) {
    for (std::size_t column = 0; column < table.columns; ++column) {
      for (std::size_t row = 0; row < table.rows; ++row) {
        Put(family[column].word, table.cells[row * table.columns + column],
            *response_.mutable_rows(static_cast<int>(row)));
      }
      Put(family[column].word, table.column_totals[column], *response_.mutable_total());
    }
    if (total.empty()) return base::OkStatus();
    for (std::size_t row = 0; row < table.rows; ++row) {
      Put(total, table.row_totals[row], *response_.mutable_rows(static_cast<int>(row)));
    }
    Put(total, table.total, *response_.mutable_total());
    return base::OkStatus();
  }

  std::optional<double> Share(std::uint64_t part, std::uint64_t whole) const {
    if (names_ == Names::kPseudonyms) return DisclosedPercentage(part, whole);
    if (whole == 0) return std::nullopt;
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  }

  // Where a number that it is made of was kept back, a share would give it away.
  void AddShare(const Group& group, v1::StatisticsRow& row) const {
    const StatCell& cell = group.cell;
    const std::uint64_t in_time = Of(cell, Stat::kAcknowledgedBeforeBell);
    const std::uint64_t due = in_time + Of(cell, Stat::kAcknowledgedLate) + group.overdue;
    if (Said(row, {"acknowledged_before_bell", "acknowledged_late", "overdue"})) {
      if (const auto share = Share(in_time, due)) row.set_before_bell(*share);
    }
    if (Said(row, {"arrival_by_registration", "arrival_asked"})) {
      const auto share =
          Share(Of(cell, Stat::kArrivalByRegistration), Of(cell, Stat::kArrivalAsked));
      if (share) row.set_by_registration(*share);
    }
    AddTimes(cell, row);
  }

  static bool Said(const v1::StatisticsRow& row, std::initializer_list<const char*> words) {
    return std::all_of(words.begin(), words.end(), [&](const char* word) {
      const auto count = row.counts().find(word);
      return count != row.counts().end() && count->second.has_value();
    });
  }

  void AddTimes(const StatCell& cell, v1::StatisticsRow& row) const {
    static constexpr std::pair<store::Span, const char*> kSteps[] = {
        {store::Span::kSent, "sent"},
        {store::Span::kReceived, "received"},
        {store::Span::kShown, "shown"},
        {store::Span::kOpened, "opened"},
        {store::Span::kAcknowledged, "acknowledged"}};
    for (const auto& [span, word] : kSteps) {
      const store::Histogram histogram = cell.of(span);
      v1::StepTimes times;
      times.set_step(word);
      const auto put = [&](double p, google::protobuf::Duration* (v1::StepTimes::*field)()) {
        const auto value = names_ == Names::kNamed ? store::Percentile(histogram, p)
                                                   : DisclosedPercentile(histogram, p);
        if (value) (times.*field)()->set_seconds(absl::ToInt64Seconds(*value));
        return value.has_value();
      };
      if (!put(0.5, &v1::StepTimes::mutable_median)) continue;
      put(0.9, &v1::StepTimes::mutable_p90);
      put(0.99, &v1::StepTimes::mutable_p99);
      *row.add_times() = std::move(times);
    }
  }

  Group Sum() const {
    Group sum;
    for (const Group& group : groups_) {
      sum.cell += group.cell;
      sum.overdue += group.overdue;
    }
    return sum;
  }

  const std::vector<Group>& groups_;
  const Names names_;
  v1::GetStatisticsResponse& response_;
};

v1::StatisticsRow RowOf(const store::GroupKey& key) {
  v1::StatisticsRow row;
  if (key.day) row.set_day(absl::FormatCivilTime(*key.day));
  if (key.week) row.set_week(absl::FormatCivilTime(*key.week));
  if (key.weekday) row.set_weekday(static_cast<std::uint32_t>(*key.weekday) + 1);
  if (key.hour) row.set_hour(static_cast<std::uint32_t>(*key.hour));
  if (key.force) row.set_force(key.force->value());
  if (key.authority) row.set_authority(key.authority->value());
  return row;
}

}  // namespace

base::Status AddFigures(const std::vector<Group>& groups, Names names,
                        v1::GetStatisticsResponse& response) {
  for (const Group& group : groups) *response.add_rows() = RowOf(group.key);
  Figures figures(groups, names, response);
  bool first = true;
  for (const Measures& family : Families()) {
    FB_RETURN_IF_ERROR(figures.Add(family, first ? "alerts" : ""));
    first = false;
  }
  for (const Measure& measure : Reached()) FB_RETURN_IF_ERROR(figures.Add({measure}, ""));
  figures.AddShares();
  return base::OkStatus();
}

}  // namespace firstbell::inquiry
