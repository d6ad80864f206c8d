#include "tests/bench/county.h"

#include <atomic>
#include <functional>
#include <thread>

#include "broker/base/clock.h"
#include "broker/crypto/random.h"
#include "broker/dispatch/sealer.h"
#include "broker/intake/intake.h"
#include "broker/placing/school_calendar.h"
#include "broker/sealing/vault.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "tests/support/invented.h"
#include "tests/support/numbered_child.h"

namespace firstbell::bench {
namespace {

constexpr std::uint32_t kFirstUrn = 200'000;
constexpr std::size_t kThreads = 64;  // that share the synced writes
constexpr std::size_t kSchoolsAtOnce = 1000;

model::Pupil PupilAt(std::size_t school, std::size_t pupil) {
  model::Pupil one = support::NumberedChild(school, pupil).OnRoll();
  one.local_id = base::LocalId("p-" + std::to_string(pupil));
  return one;
}

// `work` for each of [0, count), by many threads.
void ForEach(std::size_t count, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

class NobodyListens final : public intake::AlertSink {
 public:
  void AlertsAccepted(const std::set<base::Urn>&) override {}
  void IncidentRevised(const std::vector<model::Alert>&, const std::vector<model::Case>&) override {
  }
};

std::unique_ptr<store::RocksDbStore> OpenStore(const support::Installation& installation) {
  return store::RocksDbStore::Open(installation.directory().store(), {}).value();
}

}  // namespace

base::Urn UrnOf(std::size_t school) {
  return base::Urn(kFirstUrn + static_cast<std::uint32_t>(school));
}

v1::Incident IncidentFor(const std::string& reference, std::size_t school, std::size_t pupil) {
  v1::Incident incident = support::IncidentOf(reference);
  support::NumberedChild(school, pupil).ReportAs(*incident.mutable_children(0));
  return incident;
}

County::County(const CountySize& size) : size_(size) {
  for (std::size_t i = 0; i < size.linked_schools; ++i) {
    devices_.push_back(support::MakeDevice(UrnOf(i)));
  }
  // Other schools' people have the same keys under ids of their own: what sealing costs is the
  // same.
  for (std::size_t i = 0; i < size.people_per_linked_school; ++i) {
    people_.push_back(support::MakePerson(UrnOf(0)));
  }
}

void County::Fill(store::Store& store) const {
  std::vector<model::School> schools;
  for (std::size_t i = 0; i < size_.schools; ++i) {
    schools.push_back(support::SchoolOf(UrnOf(i)));
    if (schools.size() < kSchoolsAtOnce && i + 1 < size_.schools) continue;
    FB_CHECK(store.ImportSchools(schools, {}).ok());
    schools.clear();
  }
  ForEach(size_.schools, [&](std::size_t school) { FillSchool(store, school); });
}

void County::FillSchool(store::Store& store, std::size_t school) const {
  std::vector<store::RollEntry> roll;
  for (std::size_t i = 0; i < size_.pupils_per_school; ++i) {
    roll.push_back(support::EntryOf(PupilAt(school, i)));
  }
  if (!roll.empty()) {
    FB_CHECK(
        store.ImportRoll(UrnOf(school), roll, store::RollMode::kReplace, support::kNight, {}).ok());
  }
  if (school >= size_.linked_schools) return;
  FB_CHECK(support::Enrol(store, devices_[school]).ok());
  for (support::Member person : people_) {
    person.recipient.urn = UrnOf(school);
    if (school > 0) person.recipient.id = base::RecipientId(crypto::RandomId());
    FB_CHECK(support::Enrol(store, person).ok());
  }
}

void County::Night(const support::Installation& installation, std::size_t alerts_per_school) const {
  const auto store = OpenStore(installation);
  const auto vault = sealing::Vault::Open(installation.directory().vault()).value();
  placing::SchoolCalendar calendar(*store, base::LondonTimeZone().value());
  FB_CHECK(calendar.Reload().ok());
  placing::RollIndex index(*store);
  placing::Policies policies(*store);
  placing::Placer placer(*store, calendar, index, policies);
  NobodyListens nobody;
  intake::Intake intake(*store, placer, calendar, *vault, nobody);
  ForEach(size_.linked_schools * alerts_per_school, [&](std::size_t i) {
    const std::size_t pupil = i / size_.linked_schools % size_.pupils_per_school;
    const auto answer = intake.Submit(
        support::kForce, IncidentFor("night-" + std::to_string(i), i % size_.linked_schools, pupil),
        support::kNight);
    FB_CHECK(answer.ok());
    FB_CHECK(answer->children(0).outcome() == v1::CHILD_OUTCOME_ACCEPTED);
  });
}

std::vector<std::vector<model::Sealing>> County::SealAll(
    const support::Installation& installation) const {
  const auto store = OpenStore(installation);
  const auto vault = sealing::Vault::Open(installation.directory().vault()).value();
  placing::Policies policies(*store);
  dispatch::Sealer sealer(*store, *vault, policies, installation.keys().envelope);
  std::vector<std::vector<model::Sealing>> sealings(size_.linked_schools);
  ForEach(size_.linked_schools, [&](std::size_t school) {
    std::vector<model::Recipient> people;
    const auto recipients = store->RecipientsOf(UrnOf(school)).value();
    for (const model::Recipient& one : recipients) {
      if (!one.is_device()) people.push_back(one);
    }
    std::vector<model::Alert> alerts;
    const auto open_alerts = store->OpenAlerts(UrnOf(school), "", 100).value();
    for (const store::OpenAlert& open : open_alerts.items) alerts.push_back(open.alert);
    const auto made = sealer.Seal(alerts, sealing::People::Of(people).value(), support::kNight);
    for (const auto& sealing : made) sealings[school].push_back(sealing.value());
  });
  return sealings;
}

}  // namespace firstbell::bench
