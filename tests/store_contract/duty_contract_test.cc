// When people are there, and when they and their machines were last heard of: the same promises of
// every driver.

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class DutyContract : public ContractTest<Driver> {};
TYPED_TEST_SUITE(DutyContract, Drivers, DriverNames);

TYPED_TEST(DutyContract, DutyIsThePersonsLastWord) {
  Store& store = this->store();
  const model::Recipient lead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  model::Recipient device = RecipientOf("d1", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  device.curve_public_key = crypto::Sha256("d1");
  ASSERT_TRUE(EnrolNow(store, lead).ok());
  ASSERT_TRUE(EnrolNow(store, device).ok());
  model::Duty away;
  away.away = model::DateRange{model::Date(2026, 3, 2), model::Date(2026, 3, 4)};
  away.weekdays = model::Weekdays(0x3);
  EXPECT_EQ(store.SetDuty({base::RecipientId("nobody"), away, At(5), true, {}}).status().code(),
            Code::kNotFound);
  EXPECT_EQ(store.SetDuty({device.id, away, At(5), true, {}}).status().code(),
            Code::kFailedPrecondition);
  const NewDuty said{lead.id, away, At(5), true, OneEvent()};
  EXPECT_EQ(store.SetDuty(said).value().duty, away);
  EXPECT_EQ(store.SetDuty(said).value().duty, away) << "again";
  EXPECT_EQ(this->LogSize(), 1u);
  EXPECT_EQ(store.SetDuty({lead.id, {}, At(4), true, OneEvent()}).value().duty, away)
      << "overtaken";
  this->Restart();
  const model::Recipient kept = this->store().GetRecipient(lead.id).value();
  EXPECT_EQ(kept.duty, away);
  EXPECT_EQ(kept.duty_at, At(5));
  EXPECT_EQ(kept.confirmed_at, At(5));
  ASSERT_TRUE(this->store().SetDuty({lead.id, {}, At(60), false, OneEvent()}).ok());
  EXPECT_EQ(this->store().GetRecipient(lead.id)->confirmed_at, At(5)) << "an operator said so";
  ASSERT_TRUE(this->store().Revoke(lead.id, At(61), {}).ok());
  EXPECT_EQ(this->store().SetDuty({lead.id, away, At(62), true, {}}).status().code(),
            Code::kFailedPrecondition);
}

TYPED_TEST(DutyContract, SignsOfLifeAreKeptToWithinAnHour) {
  Store& store = this->store();
  const model::Recipient lead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  model::Recipient device = RecipientOf("d1", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  device.curve_public_key = crypto::Sha256("d1");
  ASSERT_TRUE(EnrolNow(store, lead).ok());
  ASSERT_TRUE(EnrolNow(store, device).ok());
  const auto alive = [&](absl::Time at) {
    const SignOfLife signs[] = {{lead.id, at}, {base::RecipientId("nobody"), at}, {device.id, at}};
    ASSERT_TRUE(store.NoteAlive(signs).ok());
  };
  alive(At(10));
  alive(At(10) + limits::kLinkedWithin - absl::Seconds(1));
  EXPECT_EQ(store.GetRecipient(device.id)->linked_at, At(10));
  EXPECT_EQ(store.GetRecipient(lead.id)->confirmed_at, At(10));
  alive(At(10) + limits::kLinkedWithin);
  alive(At(3));
  EXPECT_EQ(store.GetRecipient(device.id)->linked_at, At(10) + limits::kLinkedWithin);
  EXPECT_FALSE(store.GetRecipient(device.id)->confirmed_at.has_value());
  this->Restart();
  EXPECT_EQ(this->store().GetRecipient(lead.id)->confirmed_at, At(10) + limits::kLinkedWithin);
}

}  // namespace
}  // namespace firstbell::store
