#include "broker/inquiry/figures.h"

#include <algorithm>
#include <functional>
#include <iterator>
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
          Counted("arrival_overdue", Stat::kArrivalOverdue),
          Counted("arrival_by_registration", Stat::kArrivalByRegistration),
          Counted("breach_known", Stat::kBreachKnown)};
}

// What the school said of each child whose arrival it was asked about.
Measures Arrivals() {
  const auto unsaid = [](const Group& group) {
    const std::uint64_t asked = Of(group.cell, Stat::kArrivalAsked);
    const std::uint64_t said = Of(group.cell, Stat::kArrivalSeen) +
                               Of(group.cell, Stat::kArrivalLate) +
                               Of(group.cell, Stat::kArrivalAbsent);
    return asked - std::min(asked, said);
  };
  return {Counted("arrival_seen", Stat::kArrivalSeen),
          Counted("arrival_late", Stat::kArrivalLate),
          Counted("arrival_absent", Stat::kArrivalAbsent),
          {"arrival_unsaid", unsaid}};
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

Measures Joined(Measures measures, const Measures& more) {
  measures.insert(measures.end(), more.begin(), more.end());
  return measures;
}

struct Family {
  std::string total = {};  // the word of what they add up to; empty: it is not said
  Measures measures;
};

std::vector<Family> OfAlerts() {
  return {
      {.measures = Rungs()},
      {.measures = ByWord<v1::RefusalReason>("refused_", Stat::kRefused, v1::RefusalReason_MAX)},
      {.total = "arrival_asked", .measures = Arrivals()}};
}

// Children by what their force was answered, and cases by what became of them. Two breakdowns of
// one number that is kept back would narrow it down between them: who is told pseudonyms is told
// one of each, by the reason where there is one.
std::vector<Family> OfCases(Names names) {
  const auto withheld = ByWord<v1::Reason>("withheld_", Stat::kWithheld, v1::Reason_MAX);
  const auto decided =
      ByWord<v1::DecisionReason>("decided_", Stat::kDecidedFor, v1::DecisionReason_MAX);
  const Measure waits = Counted("review_waits", Stat::kCaseWaits);
  Measures children = ByWord<v1::ChildOutcome>("children_", Stat::kChildren, v1::ChildOutcome_MAX);
  if (names == Names::kPseudonyms) {
    const std::string by_reason =
        "children_" + std::string(model::Word(v1::CHILD_OUTCOME_WITHHELD));
    std::erase_if(children, [&](const Measure& one) { return one.word == by_reason; });
    return {{.total = "children", .measures = Joined(std::move(children), withheld)},
            {.total = "cases", .measures = Joined({waits}, decided)}};
  }
  return {{.total = "children", .measures = std::move(children)},
          {.measures = withheld},
          {.total = "cases",
           .measures = {waits, Counted("decided_by_officer", Stat::kDecidedByOfficer),
                        Counted("decided_by_machine", Stat::kDecidedByMachine)}},
          {.measures = ByWord<v1::Reason>("review_", Stat::kReviewFor, v1::Reason_MAX)},
          {.measures =
               ByWord<v1::ChildOutcome>("outcome_", Stat::kDecidedOutcome, v1::ChildOutcome_MAX)},
          {.measures = decided}};
}

std::vector<Family> Families(Names names, Kept kept) {
  std::vector<Family> families = {{.total = "alerts", .measures = Standings()}};
  const auto add = [&](std::vector<Family> more) {
    std::move(more.begin(), more.end(), std::back_inserter(families));
  };
  if (kept != Kept::kEnds) {
    add(OfAlerts());
    for (Measure& measure : Reached()) add({{.measures = {std::move(measure)}}});
  }
  if (kept == Kept::kAll) add(OfCases(names));
  return families;
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

  base::Status Add(const Family& family) {
    const Table table = TableOf(family.measures);
    if (names_ == Names::kNamed) return Tell(family, Plain(table));
    FB_ASSIGN_OR_RETURN(const DisclosedTable disclosed, Disclosed(table));
    return Tell(family, disclosed);
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

  base::Status Tell(const Family& family, const DisclosedTable& table) {
    for (std::size_t column = 0; column < table.columns; ++column) {
      const std::string& word = family.measures[column].word;
      for (std::size_t row = 0; row < table.rows; ++row) {
        Put(word, table.cells[row * table.columns + column],
            *response_.mutable_rows(static_cast<int>(row)));
      }
      Put(word, table.column_totals[column], *response_.mutable_total());
    }
    if (family.total.empty()) return base::OkStatus();
    for (std::size_t row = 0; row < table.rows; ++row) {
      Put(family.total, table.row_totals[row], *response_.mutable_rows(static_cast<int>(row)));
    }
    Put(family.total, table.total, *response_.mutable_total());
    return base::OkStatus();
  }

  std::optional<double> Share(std::uint64_t part, std::uint64_t whole) const {
    if (names_ == Names::kPseudonyms) return DisclosedPercentage(part, whole);
    if (whole == 0) return std::nullopt;
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  }

  // Of the numbers as they are told, so that a share says nothing beyond them; where one was kept
  // back, it would give that one away.
  void AddShare(const Group& group, v1::StatisticsRow& row) const {
    const Count in_time = Told(row, "acknowledged_before_bell");
    const Count late = Told(row, "acknowledged_late");
    const Count overdue = Told(row, "overdue");
    if (in_time && late && overdue) {
      const std::uint64_t due = *in_time + *late + *overdue;
      Put("due", due, row);
      if (const auto share = Share(*in_time, due)) row.set_before_bell(*share);
    }
    const Count came = Told(row, "arrival_by_registration");
    const Count asked = Told(row, "arrival_asked");
    if (came && asked) {
      if (const auto share = Share(*came, *asked)) row.set_by_registration(*share);
    }
    AddTimes(group.cell, row);
  }

  static Count Told(const v1::StatisticsRow& row, const std::string& word) {
    const auto count = row.counts().find(word);
    if (count == row.counts().end() || !count->second.has_value()) return std::nullopt;
    return count->second.value();
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

base::Status AddFigures(const std::vector<Group>& groups, Names names, Kept kept,
                        v1::GetStatisticsResponse& response) {
  for (const Group& group : groups) *response.add_rows() = RowOf(group.key);
  response.mutable_total();
  Figures figures(groups, names, response);
  for (const Family& family : Families(names, kept)) FB_RETURN_IF_ERROR(figures.Add(family));
  figures.AddShares();
  return base::OkStatus();
}

}  // namespace firstbell::inquiry
