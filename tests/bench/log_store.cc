#include "tests/bench/log_store.h"

#include <algorithm>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"
#include "broker/store/rocksdb/rows.h"
#include "broker/store/tally.h"
#include "rocksdb/write_batch.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kSchools = 22'000, kAlertsInBatch = 2'000, kEventsInGroup = 10'000;
constexpr char kOrigin[] = "bench.example/log";

std::unique_ptr<store::RocksDbStore> OpenStore(const std::filesystem::path& directory) {
  auto store = store::RocksDbStore::Open(directory, {}).value();
  const base::Status made = store->Initialise({kOrigin, true}, {});
  FB_CHECK(made.ok() || absl::IsAlreadyExists(made));
  return store;
}

std::string IdOf(const std::string& of) {
  return base::FormatRandomId(crypto::Sha256(of).substr(0, 16));
}

// Times that a school of the real world would give.
void Acknowledge(absl::Time at, model::Alert& alert) {
  model::Enter(v1::ALERT_STATE_SENT, alert.accepted_at + absl::Seconds(2), alert);
  model::Enter(v1::ALERT_STATE_RECEIVED, alert.accepted_at + absl::Seconds(3), alert);
  model::Enter(v1::ALERT_STATE_SHOWN, alert.show_from, alert);
  model::Enter(v1::ALERT_STATE_OPENED, at - absl::Minutes(1), alert);
  model::Enter(v1::ALERT_STATE_ACKNOWLEDGED, at, alert);
  alert.acknowledged_at = at;
}

void Settle(std::size_t chance, bool of_last_day, model::Alert& alert) {
  if (of_last_day && chance % 2 == 0) {
    model::Enter(v1::ALERT_STATE_SHOWN, alert.show_from, alert);
  } else if (chance < 80) {
    Acknowledge(alert.deadline - absl::Minutes(1 + static_cast<int>(chance)), alert);
  } else if (chance < 90) {
    Acknowledge(alert.deadline + absl::Minutes(static_cast<int>(chance)), alert);
  } else if (chance < 95) {
    model::Enter(v1::ALERT_STATE_REDIRECTED, alert.accepted_at + absl::Hours(1), alert);
  } else {
    model::Enter(v1::ALERT_STATE_WITHDRAWN, alert.accepted_at + absl::Hours(2), alert);
  }
}

// Rows as they come, a batch at a time; nothing is synced before the end.
class BulkWriter {
 public:
  explicit BulkWriter(rocksdb::DB& db) : db_(db) { options_.disableWAL = true; }

  void Put(const std::string& key, const std::string& value) {
    FB_CHECK(batch_.Put(key, value).ok());
  }
  void Write() {
    FB_CHECK(db_.Write(options_, &batch_).ok());
    batch_.Clear();
  }
  void Finish() {
    Write();
    FB_CHECK(db_.Flush(rocksdb::FlushOptions()).ok());
    FB_CHECK(db_.CompactRange(rocksdb::CompactRangeOptions(), nullptr, nullptr).ok());
  }

 private:
  rocksdb::DB& db_;
  rocksdb::WriteOptions options_;
  rocksdb::WriteBatch batch_;
};

void PutAlert(const model::Alert& alert, BulkWriter& writer) {
  namespace rocks = store::rocks;
  rocks::AlertRow row;
  row.alert = alert;
  for (const rocks::IndexRow& index : rocks::IndexOf(row)) writer.Put(index.key, index.value);
  writer.Put(rocks::KeyOf(row), rocks::Encode(row));
}

}  // namespace

LogStore::LogStore(const std::filesystem::path& directory)
    : memory_(directory.parent_path() / "signed"),
      store_(OpenStore(directory)),
      keeper_(*store_, Options()) {
  FB_CHECK(keeper_.Open(kLogNight).ok());
  SignAll();
}

inquiry::LogKeeper::Options LogStore::Options() const {
  inquiry::LogKeeper::Options options;
  options.keys.push_back(crypto::Ed25519Key::Generate());
  options.memory.read = [this]() -> base::Result<std::optional<std::string>> {
    auto note = base::ReadFile(memory_);
    if (absl::IsNotFound(note.status())) return std::nullopt;
    return note;
  };
  options.memory.write = [this](const std::string& note) {
    return base::WriteFileDurably(memory_, note, base::kOwnerOnly);
  };
  return options;
}

void LogStore::SignAll() {
  const std::uint64_t size = store_->LogSize().value();
  while (keeper_.Newest().checkpoint.size < size) FB_CHECK(keeper_.Turn(kLogNight).ok());
}

void LogStore::Append(std::size_t count, std::size_t group) {
  while (count > 0) {
    store::Events events(std::min(count, group),
                         model::Event(model::EventKind::kLogQueried, kLogNight));
    count -= events.size();
    FB_CHECK(store_->AppendEvents(events).ok());
  }
}

std::unique_ptr<rocksdb::DB> OpenBare(const std::filesystem::path& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = 64 << 20;
  options.max_background_jobs = 2;
  rocksdb::DB* opened = nullptr;
  FB_CHECK(rocksdb::DB::Open(options, directory.string(), &opened).ok());
  return std::unique_ptr<rocksdb::DB>(opened);
}

base::ForceCode ForceOf(std::size_t authority) {
  return base::ForceCode("force-" + std::to_string(authority % kForces));
}

base::AuthorityCode AuthorityOf(std::size_t authority) {
  return base::AuthorityCode(std::to_string(200 + authority));
}

model::Alert AlertOf(std::size_t n, const Period& period) {
  const std::string name = std::to_string(n);
  const auto chance = static_cast<std::uint8_t>(crypto::Sha256("chance-" + name)[0]);
  const std::size_t authority = n % kAuthorities;
  model::Alert alert;
  alert.id = base::AlertId(IdOf("alert-" + name));
  alert.incident_id = base::IncidentId(IdOf("incident-" + name));
  alert.force = ForceOf(authority);
  alert.authority = AuthorityOf(authority);
  alert.child_ref = base::ChildRef("C1");
  alert.urn = base::Urn(100'000 + static_cast<std::uint32_t>(n % kSchools));
  const double part = static_cast<double>(n) / static_cast<double>(period.count);
  const double days = period.days * (part - 1);
  alert.accepted_at = alert.changed_at =
      absl::FromUnixMicros(absl::ToUnixMicros(kLogNight + days * absl::Hours(24)));
  alert.show_from = alert.accepted_at + absl::Hours(6);
  alert.deadline = alert.show_from + absl::Minutes(75);
  alert.rung = chance < 180 ? 0 : 1 + chance % 5;
  Settle(chance * 100 / 256, days > -1, alert);
  return alert;
}

double WriteAlerts(const std::filesystem::path& directory, const Period& period) {
  const Stopwatch watch;
  OpenStore(directory).reset();
  const auto db = OpenBare(directory);
  BulkWriter writer(*db);
  store::Tally tally(base::LondonTimeZone().value());
  for (std::size_t n = 0; n < period.count; ++n) {
    const model::Alert alert = AlertOf(n, period);
    PutAlert(alert, writer);
    tally.Add(alert);
    if (n % kAlertsInBatch == 0) writer.Write();
  }
  for (const auto& [key, cell] : tally.cells()) {
    writer.Put(store::rocks::StatisticsKey(key), store::Encode(cell));
  }
  writer.Finish();
  return watch.seconds();
}

}  // namespace firstbell::bench
