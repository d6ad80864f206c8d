#include "broker/review/refusal.h"

#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "tests/support/invented.h"

namespace firstbell::review {
namespace {

using namespace support;

model::Receipt Said(v1::ReceiptKind kind, absl::Time at, std::uint32_t sealing = 1) {
  model::Receipt receipt;
  receipt.sealing = sealing;
  receipt.kind = kind;
  receipt.signer = base::RecipientId(
      kind == v1::RECEIPT_KIND_RECEIVED || kind == v1::RECEIPT_KIND_ERASED ? "machine" : "ada");
  receipt.at = receipt.recorded_at = at;
  return receipt;
}

model::Receipt Refused(absl::Time at) {
  model::Receipt receipt = Said(v1::RECEIPT_KIND_REFUSED, at);
  v1::ReceiptStatement statement;
  statement.mutable_new_school()->set_name("Oak Hill Academy");
  statement.mutable_new_school()->set_town("Leeds");
  statement.mutable_new_school()->set_urn(100002);
  v1::Receipt wire;
  wire.set_statement(statement.SerializeAsString());
  receipt.wire = wire.SerializeAsString();
  return receipt;
}

model::Alert RefusedAt(absl::Time at) {
  model::Alert alert;
  alert.urn = kPrimary;
  alert.state = v1::ALERT_STATE_REDIRECTED;
  alert.changed_at = at;
  alert.refused = v1::REFUSAL_REASON_LEFT;
  return alert;
}

TEST(RefusalTest, SaysWhatTheSchoolSaidAndWhereItThinksTheChildIs) {
  const v1::SchoolRefusal refusal =
      RefusalOf(RefusedAt(kWindow), SchoolOf(kPrimary),
                {Said(v1::RECEIPT_KIND_RECEIVED, kNight), Refused(kWindow)});
  EXPECT_EQ(refusal.school().urn(), kPrimary.value());
  EXPECT_EQ(refusal.reason(), v1::REFUSAL_REASON_LEFT);
  EXPECT_EQ(model::FromWire(refusal.refused_at()), kWindow);
  EXPECT_EQ(refusal.new_school(), "Oak Hill Academy, Leeds, URN 100002");
  EXPECT_FALSE(refusal.hasty());
  EXPECT_FALSE(refusal.has_breach_since());
  EXPECT_FALSE(refusal.erased()) << "the machine has not said so";
}

TEST(RefusalTest, ThreeSecondsAfterOpeningItIsHasty) {
  const auto hasty = [](absl::Duration after) {
    return RefusalOf(RefusedAt(kWindow + after), SchoolOf(kPrimary),
                     {Said(v1::RECEIPT_KIND_OPENED, kWindow), Refused(kWindow + after)})
        .hasty();
  };
  EXPECT_TRUE(hasty(limits::kHastyAnswer - absl::Milliseconds(1)));
  EXPECT_FALSE(hasty(limits::kHastyAnswer));
}

TEST(RefusalTest, ABreachIsToBeReportedWithinThreeDays) {
  model::Alert alert = RefusedAt(kWindow);
  alert.breach_at = kWindow;
  const v1::SchoolRefusal refusal = RefusalOf(alert, SchoolOf(kPrimary), {Refused(kWindow)});
  EXPECT_EQ(model::FromWire(refusal.breach_since()), kWindow);
  EXPECT_EQ(model::FromWire(refusal.report_by()), kWindow + limits::kReportBreach);
}

TEST(RefusalTest, IsErasedOnceEveryMachineHasSaidSoOfItsNewestCopy) {
  std::vector<model::Receipt> receipts = {
      Said(v1::RECEIPT_KIND_RECEIVED, kNight, 1), Said(v1::RECEIPT_KIND_RECEIVED, kNight, 2),
      Refused(kWindow), Said(v1::RECEIPT_KIND_ERASED, kWindow, 1)};
  EXPECT_FALSE(RefusalOf(RefusedAt(kWindow), SchoolOf(kPrimary), receipts).erased());
  receipts.push_back(Said(v1::RECEIPT_KIND_ERASED, kWindow, 2));
  EXPECT_TRUE(RefusalOf(RefusedAt(kWindow), SchoolOf(kPrimary), receipts).erased());
}

}  // namespace
}  // namespace firstbell::review
