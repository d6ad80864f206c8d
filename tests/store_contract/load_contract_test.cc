// Many callers at once, and much at once.

#include <thread>

#include "absl/time/clock.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

// RocksDB as Debian builds it is not instrumented, so ThreadSanitizer cannot see how it
// synchronises within itself. What our own code does around it is watched.
#if defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:librocksdb\n";
}
#endif

namespace firstbell::store {
namespace {

constexpr int kThreads = 8;
constexpr int kNights = 40;

template <typename Driver>
class LoadContract : public ContractTest<Driver> {
 protected:
  // The root over the entries as they are read back, each held against its event.
  LogHead Recompute() {
    audit::Frontier frontier;
    const std::vector<LogEntry> entries = this->store().ReadLog(0, 1'000'000).value();
    for (const LogEntry& entry : entries) {
      EXPECT_EQ(entry.position, frontier.size());
      EXPECT_TRUE(audit::CheckEntry(entry.entry, entry.event, entry.salt).ok());
      frontier.Append(entry.entry);
    }
    return {frontier.size(), frontier.Root()};
  }
};
TYPED_TEST_SUITE(LoadContract, Drivers, DriverNames);

template <typename Work>
void InParallel(const Work& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TYPED_TEST(LoadContract, EightCallersEachIncidentAcceptedOnceEachAlertAdvancedOnce) {
  Store& store = this->store();
  const model::Recipient device = RecipientOf("device", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  ASSERT_TRUE(EnrolNow(store, device).ok());
  std::atomic<int> accepted = 0, sealed = 0, advanced = 0;
  // Everyone submits every night, seals it, and brings the same receipts: one of them is the first.
  InParallel([&](int) {
    for (int night = 0; night < kNights; ++night) {
      const NewIncident given = NightOf(kKent, "n" + std::to_string(night), night, {kHythe});
      const Result<Accepted> answer = store.AcceptIncident(given);
      ASSERT_TRUE(answer.ok()) << answer.status();
      accepted += answer->was_there ? 0 : 1;
      const NewSealing sealing = SealingOf(given.alerts[0], 1, {});
      const Status stored = store.RecordSealings(absl::MakeConstSpan(&sealing, 1)).front();
      sealed += stored.ok() ? 1 : 0;
      const std::vector<NewReceipt> receipts = {
          ReceiptOf(sealing, v1::RECEIPT_KIND_RECEIVED, device, 50),
          ReceiptOf(sealing, v1::RECEIPT_KIND_SHOWN, device, 51)};
      for (const Result<Recorded>& recorded : store.RecordReceipts(receipts)) {
        ASSERT_TRUE(recorded.ok()) << recorded.status();
        advanced += recorded->was_there ? 0 : 1;
      }
    }
  });
  EXPECT_EQ(accepted, kNights);
  EXPECT_EQ(sealed, kNights * kThreads) << "the same sealing again is OK";
  EXPECT_EQ(advanced, 2 * kNights);
  // Two events of each incident, one of its sealing, two of its receipts.
  const LogHead head = store.IntegrateLog(1'000'000, {}).value();
  EXPECT_EQ(head.size, 5u * kNights);
  EXPECT_EQ(this->Recompute(), head);
  this->Restart();
  EXPECT_EQ(this->store().GetLogHead().value(), head);
  const Page<OpenAlert> page = this->store().OpenAlerts(kHythe, "", kNights).value();
  EXPECT_EQ(page.items.size(), static_cast<std::size_t>(kNights));
  for (const OpenAlert& open : page.items) {
    EXPECT_EQ(open.alert.state, v1::ALERT_STATE_SHOWN);
    EXPECT_EQ(open.received_by.size(), 1u);
  }
}

TYPED_TEST(LoadContract, ReadersSeeWholeIncidentsWhileTheyAreWritten) {
  Store& store = this->store();
  std::atomic<bool> writing = true;
  std::thread reader([&] {
    while (writing) {
      const Page<Incident> page = store.ListIncidents(kKent, {}, {}, "", 5).value();
      for (const Incident& incident : page.items) {
        EXPECT_EQ(store.AlertsOf(incident.id).value().size(), 2u);
      }
      EXPECT_EQ(store.LogSize().value() % 3, 0u) << "an incident's three events land together";
    }
  });
  InParallel([&](int thread) {
    for (int night = 0; night < kNights / 4; ++night) {
      const std::string reference = std::to_string(thread) + "-" + std::to_string(night);
      EXPECT_TRUE(store.AcceptIncident(NightOf(kKent, reference, night, {kHythe, kSaltwood})).ok());
    }
  });
  writing = false;
  reader.join();
}

TYPED_TEST(LoadContract, AListLongerThanAGroupLandsInOrder) {
  Store& store = this->store();
  ASSERT_TRUE(store.AcceptIncident(NightOf(kKent, "long", 0, {kHythe})).ok());
  const model::Alert alert = NightOf(kKent, "long", 0, {kHythe}).alerts[0];
  std::vector<NewSealing> sealings;
  for (std::uint32_t number = 1; number <= 2 * limits::kCommitGroup + 1; ++number) {
    sealings.push_back(SealingOf(alert, number, {}));
  }
  for (const Status& status : store.RecordSealings(sealings)) ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(store.GetAlert(alert.id).value().sealing, 2 * limits::kCommitGroup + 1);
}

TYPED_TEST(LoadContract, AHundredRollsOfAThousandPupilsInSeconds) {
  Store& store = this->store();
  const absl::Time start = absl::Now();
  for (std::uint32_t school = 0; school < 100; ++school) {
    const base::Urn urn(100000 + school);
    const std::vector<model::School> schools = {SchoolOf(urn, "School " + urn.ToString())};
    ASSERT_TRUE(store.ImportSchools(schools, OneEvent()).ok());
    std::vector<RollEntry> roll;
    for (int i = 0; i < 1000; ++i) {
      const std::string number = std::to_string(i);
      roll.push_back(PupilOf(number, "Quillfeather-" + number,
                             {"name " + number, "upn " + urn.ToString() + number}));
    }
    ASSERT_TRUE(store.ImportRoll(urn, roll, RollMode::kReplace, At(1), OneEvent()).ok());
  }
  EXPECT_EQ(store.Count().value().pupils, 100'000u);
  EXPECT_EQ(FindIn(store, "name 17").size(), limits::kPupilsCompared);
  // Far above what it takes, so that only an import gone quadratic fails.
  EXPECT_LT(absl::Now() - start, absl::Seconds(60));
}

}  // namespace
}  // namespace firstbell::store
