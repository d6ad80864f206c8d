// Alerts that climb: what a look costs when nothing is due, and a window at which a hundred
// thousand are. In process, on the real store.

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "broker/base/clock.h"
#include "broker/dispatch/climber.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "rocksdb/db.h"
#include "tests/bench/benches.h"
#include "tests/bench/broker_process.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kOpen = 1'000'000, kFewOpen = 10'000, kDue = 100'000, kSchools = 22'000;
constexpr std::size_t kWriters = 64;  // so many wait for one write
constexpr int kLooks = 2'000;
const absl::Time kNight = absl::FromUnixSeconds(1'788'228'600);  // 1 September 2026, 02:10
const absl::Time kWindow = kNight + absl::Hours(5) + absl::Minutes(20);

double Seconds(Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// One alert at one of the schools; of those that are not due at the window, the next day's.
store::NewIncident NightOf(std::size_t number, bool due) {
  const std::string name = std::to_string(number);
  store::NewIncident night;
  night.incident.id = base::IncidentId("incident-" + name);
  night.incident.force = base::ForceCode("kent");
  night.incident.reference = base::Reference("R" + name);
  night.incident.digest = std::string(32, 'd');
  night.incident.accepted_at = kNight;
  model::Alert alert;
  alert.id = base::AlertId("alert-" + name);
  alert.incident_id = night.incident.id;
  alert.force = night.incident.force;
  alert.child_ref = base::ChildRef("C1");
  alert.urn = base::Urn(100'000 + static_cast<std::uint32_t>(number % kSchools));
  alert.accepted_at = alert.changed_at = kNight;
  alert.show_from = kWindow + (due ? absl::ZeroDuration() : absl::Hours(24));
  alert.deadline = alert.show_from + absl::Minutes(75);
  alert.climb_at = alert.show_from;
  night.incident.children.push_back({alert.child_ref, v1::CHILD_OUTCOME_ACCEPTED,
                                     v1::REASON_UNSPECIFIED, alert.show_from, alert.deadline});
  night.alerts.push_back(alert);
  night.events.push_back(
      model::Event(model::EventKind::kAlertAccepted, kNight).With(alert.id).With(alert.force));
  return night;
}

// A store with so many open alerts, of which the first `due` are due at the window.
class OpenAlerts {
 public:
  OpenAlerts(std::size_t open, std::size_t due)
      : store_(store::RocksDbStore::Open(directory_.path() / "store", {}).value()) {
    FB_CHECK(store_->Initialise({"bench.example/log", true}, {}).ok());
    std::atomic<std::size_t> next = 0;
    std::vector<std::thread> writers;
    for (std::size_t i = 0; i < kWriters; ++i) {
      writers.emplace_back([&] {
        for (std::size_t n = next++; n < open; n = next++) {
          FB_CHECK(store_->AcceptIncident(NightOf(n, n < due)).ok());
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
  }

  dispatch::Climber& climber() { return climber_; }

 private:
  support::TempDirectory directory_;
  std::unique_ptr<store::RocksDbStore> store_;
  placing::Ladders ladders_{*store_};
  placing::SchoolCalendar calendar_{*store_, base::LondonTimeZone().value()};
  dispatch::Climber climber_{*store_, ladders_, calendar_, nullptr};
};

// Microseconds, the median.
double OneLook(OpenAlerts& alerts) {
  std::vector<double> took;
  for (int i = 0; i < kLooks; ++i) {
    const auto start = Clock::now();
    FB_CHECK(alerts.climber().Run(kWindow - absl::Seconds(1)).value() == 0);
    took.push_back(1e6 * Seconds(Clock::now() - start));
  }
  return Median(std::move(took));
}

// Every rung from the window to the deadline: the lead's, the deputies', the head's, the call list,
// the authority's.
double WholeLadder(OpenAlerts& alerts, std::size_t due) {
  double seconds = 0;
  for (const int minutes : {0, 30, 45, 55, 75}) {
    const auto start = Clock::now();
    FB_CHECK(alerts.climber().Run(kWindow + absl::Minutes(minutes)).value() == due);
    seconds += Seconds(Clock::now() - start);
  }
  return seconds;
}

// As many synced writes of as many bytes, by RocksDB itself.
double BareWrites(std::size_t due) {
  support::TempDirectory directory;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  FB_CHECK(rocksdb::DB::Open(options, (directory.path() / "bare").string(), &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto start = Clock::now();
  constexpr int kRungs = 5;
  for (std::size_t done = 0; done < kRungs * due;) {
    rocksdb::WriteBatch batch;
    // An alert, an index row that goes and one that comes, an event with its leaf and its index
    // row.
    for (std::size_t i = 0; i < limits::kCommitGroup && done < kRungs * due; ++i, ++done) {
      const std::string name = std::to_string(done % due);
      FB_CHECK(batch.Put("A" + name, std::string(160, 'a')).ok());
      FB_CHECK(batch.Delete("J" + std::to_string(done) + name).ok());
      FB_CHECK(batch.Put("J" + std::to_string(done + due) + name, "").ok());
      FB_CHECK(batch.Put("L" + std::to_string(done), std::string(260, 'l')).ok());
      FB_CHECK(batch.Put("H" + name + std::to_string(done), "").ok());
    }
    FB_CHECK(db->Write(synced, &batch).ok());
  }
  return Seconds(Clock::now() - start);
}

}  // namespace

std::vector<Row> Ladder(const Setting& setting) {
  const std::size_t open = setting.Scaled(kOpen), due = setting.Scaled(kDue);
  double few = 0;
  {
    OpenAlerts alerts(std::min(kFewOpen, open), 0);
    few = OneLook(alerts);
  }
  OpenAlerts alerts(open, due);
  const double many = OneLook(alerts);
  const double ours = WholeLadder(alerts, due);
  const double resident = ResidentMbOf(getpid());
  const auto count = static_cast<double>(5 * due);
  return {
      {"a look when nothing is due", "us", open, many, few, 1.5, 1.1, false,
       "ceiling: the same with 10,000 alerts open; medians of 2,000. The store asks its index only "
       "after the first that is due has climbed"},
      {"one window, five rungs each, durable", "rungs/s", due, count / ours,
       count / BareWrites(due), 0.2, 0.4, true,
       "ceiling: as many synced writes of as many bytes by RocksDB itself; sealing and pushing is "
       "seal-push's; " +
           std::to_string(open) + " open at 22,000 schools"},
      {"resident",
       "MB",
       open,
       resident,
       {},
       1500,
       600,
       false,
       "the whole process, page cache aside"}};
}

}  // namespace firstbell::bench
