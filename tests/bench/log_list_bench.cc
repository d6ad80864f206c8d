// What auditors read of deliveries: filtered pages out of ten million and out of ten thousand, and
// an export of all.

#include "broker/base/clock.h"
#include "broker/base/limits.h"
#include "broker/store/rocksdb/keys.h"
#include "tests/bench/log_store.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kDeliveries = 10'000'000, kFew = 10'000, kExported = 1'000'000;
constexpr std::size_t kPage = 50, kPages = 501;

// At the nation's rate, so that as many are open however many there are.
Period PeriodOf(std::size_t count) {
  return {count, static_cast<double>(count) / kADay};
}

struct Asked {
  std::string what;
  store::AlertFilter filter;
};

// Each lets through more than a page of ten thousand.
std::vector<Asked> Filters() {
  std::vector<Asked> filters(4);
  filters[0].what = "late";
  filters[0].filter.standing = store::Standing::kLate;
  filters[1].what = "of an authority";
  filters[1].filter.authority = AuthorityOf(7);
  filters[2].what = "of a rung";
  filters[2].filter.rung = 3;
  filters[3].what = "of a force, in time";
  filters[3].filter.force = ForceOf(7);
  filters[3].filter.standing = store::Standing::kInTime;
  return filters;
}

double NewestPage(store::Store& store, const store::AlertFilter& filter) {
  return MedianMicroseconds(kPages, [&](std::size_t) {
    FB_CHECK(store.ListAlerts(filter, "", kPage).value().items.size() == kPage);
  });
}

// One before another day each time.
double PageOfADay(store::Store& store, std::size_t deliveries, store::AlertFilter filter) {
  const auto days = static_cast<std::size_t>(PeriodOf(deliveries).days / 2);
  return MedianMicroseconds(kPages, [&](std::size_t number) {
    filter.accepted_before = kLogNight - absl::Hours(24) * (number * 37 % days);
    FB_CHECK(store.ListAlerts(filter, "", kPage).value().items.size() == kPage);
  });
}

struct Pages {
  std::vector<double> newest;  // one for each filter
  double of_a_day = 0;
};

Pages Measure(store::Store& store, std::size_t deliveries) {
  Pages pages;
  for (const Asked& asked : Filters()) pages.newest.push_back(NewestPage(store, asked.filter));
  pages.of_a_day = PageOfADay(store, deliveries, Filters().front().filter);
  return pages;
}

Pages OfFew() {
  const support::TempDirectory directory;
  WriteAlerts(directory.path() / "store", PeriodOf(kFew));
  LogStore log(directory.path() / "store");
  return Measure(log.store(), kFew);
}

// Rows a second, of as many as there are and at most `most`.
double Export(LogStore& log, std::size_t most) {
  inquiry::SchoolPseudonyms schools(log.store(), base::Secret(std::string(32, 'p')));
  inquiry::Questions questions(log.store(), base::LondonTimeZone().value());
  inquiry::DeliveryInquiry inquiry({log.store(), log.keeper(), schools, questions});
  const inquiry::Auditor auditor{.identity = "urn:firstbell:auditor:named-national:bench",
                                 .names = inquiry::Names::kNamed};
  std::size_t rows = 0, bytes = 0;
  const Stopwatch watch;
  auto range = inquiry.OpenExport(auditor, {}, kLogNight).value();
  while (!range.over && rows < most) {
    const auto page = inquiry.NextDeliveries(auditor, range, kLogNight).value();
    rows += static_cast<std::size_t>(page.deliveries_size());
    bytes += page.SerializeAsString().size();
  }
  FB_CHECK(rows == most && bytes > rows);
  return static_cast<double>(rows) / watch.seconds();
}

// Rows a second of RocksDB itself: as many alert rows, in the order in which they lie; or each by
// the index of their acceptance, as an export in that order has to.
enum class Way { kAsTheyLie, kByIndex };
double Scan(const std::filesystem::path& directory, std::size_t most, Way way) {
  const auto db = OpenBare(directory);
  using store::rocks::Table;
  const Table table = way == Way::kByIndex ? Table::kAlertByTime : Table::kAlert;
  constexpr std::size_t kBeforeId = 1 + 8;
  const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(rocksdb::ReadOptions()));
  std::size_t rows = 0, bytes = 0;
  std::string value;
  const Stopwatch watch;
  for (row->Seek(store::rocks::Key(table).Take()); row->Valid() && rows < most; row->Next()) {
    if (way == Way::kByIndex) {
      const base::AlertId id(row->key().ToString().substr(kBeforeId));
      FB_CHECK(db->Get(rocksdb::ReadOptions(), store::rocks::AlertKey(id), &value).ok());
    }
    bytes += way == Way::kByIndex ? value.size() : row->value().size();
    ++rows;
  }
  FB_CHECK(rows == most && bytes > rows);
  return static_cast<double>(rows) / watch.seconds();
}

std::vector<Row> PageRows(std::size_t n, const Pages& many, const Pages& few, double written) {
  std::vector<Row> rows;
  const std::vector<Asked> filters = Filters();
  for (std::size_t i = 0; i < filters.size(); ++i) {
    rows.push_back({"a page of 50, " + filters[i].what, "us", n, many.newest[i], few.newest[i], 4,
                    2, false, "over the same out of 10,000; the newest page, medians of 501"});
  }
  rows.back().note +=
      "; alert rows, their index rows and statistics by the driver's own types, "
      "written to RocksDB directly in " +
      std::to_string(static_cast<int>(written)) + " s";
  rows.push_back({"the same, late before a day", "us", n, many.of_a_day, few.of_a_day, 4, 2, false,
                  "over the same out of 10,000; another day each time, so that the cache of 32 MB "
                  "that holds the small one is no help to the large one"});
  return rows;
}

}  // namespace

std::vector<Row> LogLists(const Setting& setting) {
  const std::size_t n = std::max(setting.Scaled(kDeliveries), kFew);
  const std::size_t exported = std::min(n, kExported);
  const Pages few = OfFew();
  const support::TempDirectory directory;
  const auto path = directory.path() / "store";
  const double written = WriteAlerts(path, PeriodOf(n));
  Pages many;
  double ours = 0;
  {
    LogStore log(path);
    many = Measure(log.store(), n);
    ours = Export(log, exported);
  }
  std::vector<Row> rows = PageRows(n, many, few, written);
  rows.push_back(
      {"export, serialised pages of 500", "rows/s", exported, ours,
       Scan(path, exported, Way::kAsTheyLie), 0.1, 0.3, true,
       "ceiling: RocksDB itself over as many of the same alert rows as they lie, which is "
       "in no order; nothing is parsed; in process, no network"});
  rows.push_back({"the same", "rows/s", exported, ours, Scan(path, exported, Way::kByIndex), 0.15,
                  0.3, true,
                  "ceiling: RocksDB itself over the index of their acceptance, each row fetched by "
                  "it; nothing is parsed"});
  return rows;
}

}  // namespace firstbell::bench
