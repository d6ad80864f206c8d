// Statistics of a year of the nation, kept as alerts come and change.

#include "broker/base/clock.h"
#include "broker/inquiry/statistics_inquiry.h"
#include "broker/store/rocksdb/keys.h"
#include "broker/store/tally.h"
#include "tests/bench/log_store.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kAlerts = 800'000, kCounted = 20'000;
constexpr int kAnswers = 11, kDays = 365;
const absl::TimeZone kUtc = absl::UTCTimeZone();

struct Cells {
  std::size_t count = 0, bytes = 0;
};

Cells CountCells(const std::filesystem::path& directory) {
  const auto db = OpenBare(directory);
  const auto [first, last] = store::rocks::RangeOf(store::rocks::Table::kStatistics);
  const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(rocksdb::ReadOptions()));
  Cells cells;
  for (row->Seek(first); row->Valid() && row->key().compare(last) < 0; row->Next()) {
    ++cells.count;
    cells.bytes += row->key().size() + row->value().size();
  }
  return cells;
}

absl::CivilDay Last() {
  return absl::ToCivilDay(kLogNight, kUtc) + 1;
}
absl::CivilDay First() {
  return Last() - kDays - 2;
}

double ReadAndFold(store::Store& store, const store::Grouping& grouping) {
  return MedianMicroseconds(
             kAnswers,
             [&](std::size_t) {
               store::Groups groups;
               FB_CHECK(
                   store
                       .ReadStatistics(First(), Last(),
                                       [&](const store::StatKey& key, const store::StatCell& cell) {
                                         store::Fold(key, cell, grouping, groups);
                                       })
                       .ok());
               FB_CHECK(groups.size() > 1);
             }) /
         1e3;
}

// Milliseconds until the message is there, with its numbers fit to be told.
double Answer(LogStore& log, v1::StatisticsGroup group) {
  inquiry::SchoolPseudonyms schools(log.store(), base::Secret(std::string(32, 'p')));
  inquiry::Questions questions(log.store(), base::LondonTimeZone().value());
  placing::SchoolCalendar calendar(log.store(), base::LondonTimeZone().value());
  inquiry::WithoutLinks without_link(log.store(), schools, calendar);
  inquiry::StatisticsInquiry inquiry({log.store(), log.keeper(), questions, without_link},
                                     base::LondonTimeZone().value());
  const inquiry::Auditor auditor{.identity = "urn:firstbell:auditor:national:bench"};
  v1::GetStatisticsRequest request;
  request.set_from(absl::FormatCivilTime(First()));
  request.set_before(absl::FormatCivilTime(Last()));
  request.add_group_by(group);
  return MedianMicroseconds(kAnswers,
                            [&](std::size_t) {
                              const auto answer = inquiry.Get(auditor, request, kLogNight);
                              FB_CHECK(answer.ok());
                            }) /
         1e3;
}

// Microseconds that a change of one alert adds to the commit that makes it, where nobody shares its
// cell: what it was is taken off, what it is added, and the cell is decoded and written again.
double OneChange(const Period& year) {
  const absl::TimeZone london = base::LondonTimeZone().value();
  store::StatCell stood;
  for (std::size_t n = 0; n < kAuthorities * 12; n += kAuthorities) {
    stood += store::Contribution(AlertOf(n, year), london);
  }
  const std::string bytes = store::Encode(stood);
  std::vector<model::Alert> alerts;
  for (std::size_t n = 0; n < kCounted; ++n) alerts.push_back(AlertOf(n * 37 % year.count, year));
  std::size_t written = 0;
  const double took = MedianMicroseconds(kCounted, [&](std::size_t n) {
    store::Tally tally(london);
    model::Alert before = alerts[n];
    before.state = v1::ALERT_STATE_OPENED;
    tally.Remove(before);
    tally.Add(alerts[n]);
    store::StatCell cell = store::DecodeStatCell(bytes).value();
    cell += tally.cells().begin()->second;
    written += store::Encode(cell).size();
  });
  FB_CHECK(written > 0);
  return took;
}

}  // namespace

std::vector<Row> LogYear(const Setting& setting) {
  const std::size_t n = std::max<std::size_t>(setting.Scaled(kAlerts), 8'000);
  const support::TempDirectory directory;
  const auto path = directory.path() / "store";
  const Period year{n, kDays};
  WriteAlerts(path, year);
  const Cells cells = CountCells(path);
  LogStore log(path);
  const std::string of = "365 days, 43 forces, 175 authorities: " + std::to_string(cells.count) +
                         " cells, " + std::to_string(cells.bytes / 1024) + " KiB";
  const auto row = [&](const std::string& what, const std::string& unit, double ours, double floor,
                       double aim, const std::string& note) {
    return Row{what, unit, n, ours, {}, floor, aim, false, note};
  };
  return {
      row("statistics, bytes an alert", "bytes",
          static_cast<double>(cells.bytes) / static_cast<double>(n), 100, 50, of),
      row("a year read and put together by week", "ms",
          ReadAndFold(log.store(), {store::GroupBy::kWeek}), 2'000, 500, "medians of 11; " + of),
      row("the same by force", "ms", ReadAndFold(log.store(), {store::GroupBy::kForce}), 2'000, 500,
          "medians of 11"),
      row("a year by week, the answer", "ms", Answer(log, v1::STATISTICS_GROUP_WEEK), 3'000, 1'000,
          "question logged, open alerts looked at, small counts held back; medians"),
      row("a year by force, the answer", "ms", Answer(log, v1::STATISTICS_GROUP_FORCE), 3'000,
          1'000, "the same"),
      row("what counting adds to one change of an alert", "us", OneChange(year), 20, 10,
          "what it was and what it is contribute, and its cell is decoded and written again; "
          "the most, since a group of commits writes each cell once")};
}

}  // namespace firstbell::bench
