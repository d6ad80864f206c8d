// Where schools are woken, and the outbox of wake-ups: the same promises of every driver.

#include "tests/store_contract/store_driver.h"
#include "tests/store_contract/wake_ups.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class WakeUpContract : public ContractTest<Driver> {
 protected:
  void SetUp() override { AddSchools(this->store()); }
  void Set(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses) {
    ASSERT_TRUE(
        this->store().SetWakeUps(urn, addresses, kSecret, OneEvent(EventKind::kWakeUpsSet)).ok());
  }
  std::size_t Queue(base::Urn urn, const WakeCall& call) {
    return this->store().QueueWakeUps(urn, call, {}).value();
  }
  std::vector<WakeUp> DueBy(absl::Time now, std::size_t limit = 100) {
    std::vector<WakeUp> due;
    std::string after;
    do {
      const Page<WakeUp> page = this->store().DueWakeUps(now, after, limit).value();
      due.insert(due.end(), page.items.begin(), page.items.end());
      after = page.next;
    } while (!after.empty());
    return due;
  }
  std::vector<base::Urn> Listed(WakeUpList which, std::size_t limit = 100) {
    std::vector<base::Urn> urns;
    std::string after;
    do {
      const auto page = this->store().ListWakeUps(which, after, limit).value();
      for (const SchoolWakeUps& school : page.items) urns.push_back(school.urn);
      after = page.next;
    } while (!after.empty());
    return urns;
  }
};
TYPED_TEST_SUITE(WakeUpContract, Drivers, DriverNames);

TYPED_TEST(WakeUpContract, AnAddressIsKeptUntilItIsTakenAway) {
  Store& store = this->store();
  EXPECT_TRUE(store.WakeUpsOf(kHythe).value().ways.empty());
  this->Set(kHythe, {MailTo("dsl"), HookAt("hythe")});
  this->Set(kHythe, {MailTo("dsl"), HookAt("hythe")});
  const SchoolWakeUps set{kHythe, {{MailTo("dsl"), {}, {}}, {HookAt("hythe"), {}, {}}}, kSecret};
  EXPECT_EQ(store.WakeUpsOf(kHythe).value(), set);
  this->Restart();
  EXPECT_EQ(this->store().WakeUpsOf(kHythe).value(), set);
  this->Set(kHythe, {});
  EXPECT_TRUE(this->store().WakeUpsOf(kHythe).value().ways.empty());
  EXPECT_TRUE(this->Listed(WakeUpList::kAll).empty());
  const base::Urn nowhere(999'999);
  EXPECT_EQ(this->store().SetWakeUps(nowhere, {}, {}, {}).code(), Code::kNotFound);
  EXPECT_EQ(this->store().WakeUpsOf(nowhere).status().code(), Code::kNotFound);
  EXPECT_EQ(this->store().QueueWakeUps(nowhere, CallAt(1), {}).status().code(), Code::kNotFound);
}

TYPED_TEST(WakeUpContract, ThereIsOneForEachAddressAndOccasion) {
  EXPECT_EQ(this->Queue(kHythe, CallAt(300)), 0u) << "nobody to wake";
  this->Set(kHythe, {MailTo("dsl"), HookAt("hythe")});
  this->Set(kSaltwood, {MailTo("office")});
  EXPECT_EQ(this->Queue(kHythe, CallAt(300)), 2u);
  EXPECT_EQ(this->Queue(kHythe, CallAt(300)), 0u) << "another alert of that morning";
  EXPECT_EQ(this->Queue(kSaltwood, CallAt(290)), 1u);
  EXPECT_EQ(this->Queue(kHythe, CallAt(330)), 2u) << "the next rung";
  EXPECT_TRUE(this->DueBy(At(289)).empty());
  EXPECT_EQ(this->DueBy(At(300)).size(), 3u);
  EXPECT_EQ(this->DueBy(At(300)).front().urn, kSaltwood) << "the earliest first";
  EXPECT_EQ(this->DueBy(At(900), 1), this->DueBy(At(900))) << "page by page";
  EXPECT_EQ(this->DueBy(At(900)).size(), 5u);
  EXPECT_EQ(this->store().QueuedWakeUps(kHythe).value().size(), 4u);
  this->Restart();
  EXPECT_EQ(this->DueBy(At(900)).size(), 5u);
  EXPECT_EQ(this->store().DueWakeUps(At(900), "5.no", 1).status().code(), Code::kInvalidArgument);
}

TYPED_TEST(WakeUpContract, TheLaterEndHolds) {
  this->Set(kHythe, {MailTo("dsl")});
  WakeCall call = CallAt(300);
  ASSERT_EQ(this->Queue(kHythe, call), 1u);
  call.until += absl::Hours(1);
  EXPECT_EQ(this->Queue(kHythe, call), 0u);
  EXPECT_EQ(this->DueBy(At(300)).front().until, call.until);
  call.until -= absl::Hours(2);
  EXPECT_EQ(this->Queue(kHythe, call), 0u);
  EXPECT_EQ(this->DueBy(At(300)).front().until, CallAt(300).until + absl::Hours(1));
}

TYPED_TEST(WakeUpContract, WhatCameOfItIsRecordedOnce) {
  Store& store = this->store();
  this->Set(kHythe, {MailTo("dsl")});
  ASSERT_EQ(this->Queue(kHythe, CallAt(300)), 1u);
  const WakeUp first = this->DueBy(At(300)).front();
  const WakeUpAttempt later = AttemptAt(first, 301, v1::WAKE_UP_OUTCOME_LATER);
  ASSERT_TRUE(Record(store, later).ok());
  const std::uint64_t size = this->LogSize();
  EXPECT_TRUE(Record(store, later).ok());
  EXPECT_EQ(this->LogSize(), size);
  EXPECT_TRUE(this->DueBy(At(305)).empty());
  ASSERT_EQ(this->DueBy(At(306)).size(), 1u);
  const WakeUp second = this->DueBy(At(306)).front();
  EXPECT_EQ(second.attempts, 1u);
  EXPECT_EQ(store.WakeUpsOf(kHythe).value().ways[0].last, v1::WAKE_UP_OUTCOME_LATER);
  EXPECT_EQ(Record(store, AttemptAt(first, 306, v1::WAKE_UP_OUTCOME_DELIVERED)).code(),
            Code::kFailedPrecondition)
      << "another attempt came before";
  const WakeUpAttempt done = AttemptAt(second, 306, v1::WAKE_UP_OUTCOME_DELIVERED);
  ASSERT_TRUE(Record(store, done).ok());
  EXPECT_TRUE(Record(store, done).ok());
  EXPECT_EQ(Record(store, AttemptAt(second, 307, v1::WAKE_UP_OUTCOME_BOUNCED)).code(),
            Code::kFailedPrecondition);
  EXPECT_TRUE(this->DueBy(At(100'000)).empty());
  EXPECT_EQ(this->Queue(kHythe, CallAt(300)), 0u) << "that occasion is over";
  this->Restart();
  const SchoolWakeUps school = this->store().WakeUpsOf(kHythe).value();
  EXPECT_EQ(school.ways[0].last, v1::WAKE_UP_OUTCOME_DELIVERED);
  EXPECT_EQ(school.ways[0].last_at, At(306));
}

TYPED_TEST(WakeUpContract, AnAddressThatGoesTakesItsWakeUpsWithIt) {
  this->Set(kHythe, {MailTo("dsl"), MailTo("head")});
  ASSERT_EQ(this->Queue(kHythe, CallAt(300)), 2u);
  const std::vector<WakeUp> due = this->DueBy(At(300));
  for (const WakeUp& wake_up : due) {
    ASSERT_TRUE(Record(this->store(), AttemptAt(wake_up, 301, v1::WAKE_UP_OUTCOME_BOUNCED)).ok());
  }
  ASSERT_EQ(this->Queue(kHythe, CallAt(330)), 2u);
  this->Set(kHythe, {MailTo("head"), MailTo("new")});
  ASSERT_EQ(this->DueBy(At(900)).size(), 1u);
  EXPECT_EQ(this->DueBy(At(900)).front().address, MailTo("head"));
  const SchoolWakeUps school = this->store().WakeUpsOf(kHythe).value();
  EXPECT_EQ(school.ways[0].last, v1::WAKE_UP_OUTCOME_BOUNCED) << "it is the same mailbox";
  EXPECT_EQ(school.ways[1].last, v1::WAKE_UP_OUTCOME_UNSPECIFIED);
  for (const WakeUp& wake_up : due) {
    const bool gone = wake_up.address == MailTo("dsl");
    EXPECT_EQ(Record(this->store(), AttemptAt(wake_up, 301, v1::WAKE_UP_OUTCOME_BOUNCED)).code(),
              gone ? Code::kNotFound : Code::kOk);
  }
}

TYPED_TEST(WakeUpContract, WhoCannotBeWokenComesFirst) {
  const base::Urn lympne(100'789);
  const std::vector<model::School> more = {SchoolOf(lympne, "Lympne")};
  ASSERT_TRUE(this->store().ImportSchools(more, {}).ok());
  for (const base::Urn urn : {kSaltwood, kHythe, lympne}) {
    this->Set(urn, {MailTo("dsl"), MailTo("head")});
  }
  EXPECT_EQ(this->Listed(WakeUpList::kAll), (std::vector{kSaltwood, kHythe, lympne}));
  EXPECT_TRUE(this->Listed(WakeUpList::kFailing).empty());
  ASSERT_EQ(this->Queue(lympne, CallAt(300)), 2u);
  const auto due = this->DueBy(At(300));
  ASSERT_TRUE(Record(this->store(), AttemptAt(due[0], 301, v1::WAKE_UP_OUTCOME_GIVEN_UP)).ok());
  EXPECT_EQ(this->Listed(WakeUpList::kAll), (std::vector{lympne, kSaltwood, kHythe}));
  EXPECT_EQ(this->Listed(WakeUpList::kAll, 1), (std::vector{lympne, kSaltwood, kHythe}));
  EXPECT_EQ(this->Listed(WakeUpList::kFailing, 1), std::vector{lympne});
  EXPECT_FALSE(this->store().WakeUpsOf(lympne)->cannot_be_woken()) << "the other one may be read";
  ASSERT_TRUE(Record(this->store(), AttemptAt(due[1], 301, v1::WAKE_UP_OUTCOME_BOUNCED)).ok());
  EXPECT_TRUE(this->store().WakeUpsOf(lympne)->cannot_be_woken());
  ASSERT_EQ(this->Queue(lympne, CallAt(330)), 2u);
  const auto again = this->DueBy(At(330));
  for (const WakeUp& wake_up : again) {
    ASSERT_TRUE(Record(this->store(), AttemptAt(wake_up, 331, v1::WAKE_UP_OUTCOME_DELIVERED)).ok());
  }
  EXPECT_TRUE(this->Listed(WakeUpList::kFailing).empty()) << "it was mended";
}

TYPED_TEST(WakeUpContract, OneThatIsNotNeededSaysNothingOfItsAddress) {
  this->Set(kHythe, {MailTo("dsl")});
  ASSERT_EQ(this->Queue(kHythe, CallAt(300)), 1u);
  const WakeUp due = this->DueBy(At(300)).front();
  ASSERT_TRUE(Record(this->store(), AttemptAt(due, 300, v1::WAKE_UP_OUTCOME_UNNEEDED)).ok());
  EXPECT_TRUE(this->DueBy(At(900)).empty());
  EXPECT_EQ(this->store().WakeUpsOf(kHythe)->ways[0].last, v1::WAKE_UP_OUTCOME_UNSPECIFIED);
  EXPECT_EQ(this->store().QueuedWakeUps(kHythe).value().front().attempts, 0u);
}

TYPED_TEST(WakeUpContract, WhatEndedLongAgoIsForgotten) {
  this->Set(kHythe, {MailTo("dsl")});
  ASSERT_EQ(this->Queue(kHythe, CallAt(300)), 1u);
  const WakeUp due = this->DueBy(At(300)).front();
  ASSERT_TRUE(Record(this->store(), AttemptAt(due, 300, v1::WAKE_UP_OUTCOME_DELIVERED)).ok());
  const int kept = static_cast<int>(absl::ToInt64Minutes(limits::kWakeUpsKept));
  ASSERT_EQ(this->Queue(kHythe, CallAt(300 + kept - 1)), 1u);
  EXPECT_EQ(this->store().QueuedWakeUps(kHythe)->size(), 2u);
  ASSERT_EQ(this->Queue(kHythe, CallAt(300 + kept)), 1u);
  EXPECT_EQ(this->store().QueuedWakeUps(kHythe)->size(), 2u) << "those that wait stay";
}

TYPED_TEST(WakeUpContract, ARungIsClimbedWithItsWakeUpOrNotAtAll) {
  this->Set(kHythe, {MailTo("dsl")});
  const NewIncident night = NightOf(kKent, "42-2026", 0, {kHythe, kHythe, kSaltwood});
  ASSERT_TRUE(this->store().AcceptIncident(night).ok());
  std::vector<NewClimb> climbs;
  for (const model::Alert& alert : night.alerts) {
    climbs.push_back({alert.id, 0, 1, At(400), false, {}, CallAt(300)});
  }
  const auto first = this->store().RecordClimbs(climbs);
  for (const auto& one : first) EXPECT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(this->DueBy(At(300)).size(), 1u) << "two alerts of one school, and one that has none";
  for (NewClimb& climb : climbs) climb.wake = CallAt(330);
  const auto again = this->store().RecordClimbs(climbs);
  for (const auto& one : again) EXPECT_TRUE(one->was_there);
  EXPECT_EQ(this->DueBy(At(900)).size(), 1u) << "climbed already";
  climbs[0].from = 7;
  climbs[0].to = 8;
  EXPECT_FALSE(this->store().RecordClimbs(absl::MakeConstSpan(climbs).first(1))[0].ok());
  EXPECT_EQ(this->DueBy(At(900)).size(), 1u) << "a rung that was not climbed";
}

}  // namespace
}  // namespace firstbell::store
