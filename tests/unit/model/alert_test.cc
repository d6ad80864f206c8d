// Alerts and the receipts that advance them.

#include "broker/model/alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "broker/model/receipt.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'770'000'000);
const std::string kId = "0123456789abcdefghjkmnpqrs";

template <typename Enum>
std::vector<Enum> Values(const google::protobuf::EnumDescriptor* type) {
  std::vector<Enum> values;
  for (int i = 0; i < type->value_count(); ++i) {
    values.push_back(static_cast<Enum>(type->value(i)->number()));
  }
  return values;
}

// The slow obvious twin of Word: the proto's own name without its prefix, in lower case.
template <typename Enum>
void ExpectProtoWords(const google::protobuf::EnumDescriptor* type, std::string_view prefix) {
  for (const Enum value : Values<Enum>(type)) {
    std::string word = type->FindValueByNumber(value)->name().substr(prefix.size());
    std::transform(word.begin(), word.end(), word.begin(), ::tolower);
    EXPECT_EQ(Word(value), word);
  }
  EXPECT_EQ(Word(static_cast<Enum>(99)), "unspecified") << "of a newer wire";
}

TEST(Words, AreThoseOfTheProto) {
  ExpectProtoWords<AlertState>(v1::AlertState_descriptor(), "ALERT_STATE_");
  ExpectProtoWords<v1::ReceiptKind>(v1::ReceiptKind_descriptor(), "RECEIPT_KIND_");
  ExpectProtoWords<v1::Reason>(v1::Reason_descriptor(), "REASON_");
  ExpectProtoWords<v1::ChildOutcome>(v1::ChildOutcome_descriptor(), "CHILD_OUTCOME_");
  ExpectProtoWords<v1::RecipientRole>(v1::RecipientRole_descriptor(), "RECIPIENT_ROLE_");
}

TEST(Advance, ReceiptsInAnyOrderReachTheSameState) {
  std::vector<v1::ReceiptKind> kinds = {v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_SHOWN,
                                        v1::RECEIPT_KIND_OPENED};
  std::sort(kinds.begin(), kinds.end());
  do {
    AlertState state = v1::ALERT_STATE_SENT;
    for (const auto kind : kinds) {
      const AlertState next = Advance(state, kind);
      EXPECT_GE(next, state) << "never back";
      state = next;
    }
    EXPECT_EQ(state, v1::ALERT_STATE_OPENED);
    EXPECT_EQ(Advance(state, v1::RECEIPT_KIND_ACKNOWLEDGED), v1::ALERT_STATE_ACKNOWLEDGED);
  } while (std::next_permutation(kinds.begin(), kinds.end()));
}

TEST(Advance, NothingMovesAnEndedAlert) {
  for (const auto state :
       {v1::ALERT_STATE_ACKNOWLEDGED, v1::ALERT_STATE_REDIRECTED, v1::ALERT_STATE_WITHDRAWN}) {
    EXPECT_TRUE(Ended(state));
    for (const auto kind : Values<v1::ReceiptKind>(v1::ReceiptKind_descriptor())) {
      EXPECT_EQ(Advance(state, kind), state);
    }
  }
}

TEST(Advance, FactsThatAreNoStateMoveNothing) {
  for (const auto kind : {v1::RECEIPT_KIND_ERASED, v1::RECEIPT_KIND_OURS, v1::RECEIPT_KIND_REFUSED,
                          v1::RECEIPT_KIND_UNSPECIFIED, static_cast<v1::ReceiptKind>(99)}) {
    EXPECT_EQ(Advance(v1::ALERT_STATE_RECEIVED, kind), v1::ALERT_STATE_RECEIVED);
  }
}

TEST(Lateness, IsJudgedAtTheDeadlineItself) {
  Alert alert{.deadline = kNow};
  EXPECT_FALSE(Late(alert, kNow - absl::Microseconds(1)));
  EXPECT_TRUE(Late(alert, kNow));
  alert.state = v1::ALERT_STATE_ACKNOWLEDGED;
  alert.acknowledged_at = kNow - absl::Microseconds(1);
  EXPECT_FALSE(Late(alert, kNow + absl::Hours(9))) << "in time stays in time";
  alert.acknowledged_at = kNow;
  EXPECT_TRUE(Late(alert, kNow - absl::Hours(9))) << "late stays late";
}

TEST(Lateness, AWithdrawnAlertIsNotLate) {
  EXPECT_FALSE(Late({.state = v1::ALERT_STATE_WITHDRAWN, .deadline = kNow}, kNow));
  EXPECT_FALSE(Late({.state = v1::ALERT_STATE_REDIRECTED, .deadline = kNow}, kNow));
}

v1::ReceiptStatement Acknowledged() {
  v1::ReceiptStatement statement;
  statement.set_alert_id(kId);
  statement.set_sealing(1);
  statement.set_ciphertext_sha256(std::string(32, 'c'));
  statement.set_kind(v1::RECEIPT_KIND_ACKNOWLEDGED);
  statement.set_signer_id(kId);
  *statement.mutable_at() = ToWire(kNow - absl::Minutes(3));
  return statement;
}

TEST(Receipts, KeepWhatWasStatedAndWhenItCame) {
  v1::ReceiptStatement statement = Acknowledged();
  statement.set_handed_to(kId);
  const auto receipt = ParseReceipt(statement, "evidence", kNow);
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->alert_id.value(), kId);
  EXPECT_EQ(receipt->sealing, 1u);
  EXPECT_EQ(receipt->ciphertext_sha256, std::string(32, 'c'));
  EXPECT_EQ(receipt->kind, v1::RECEIPT_KIND_ACKNOWLEDGED);
  EXPECT_EQ(receipt->signer.value(), kId);
  EXPECT_EQ(receipt->handed_to.value(), kId);
  EXPECT_EQ(receipt->at, kNow - absl::Minutes(3));
  EXPECT_EQ(receipt->recorded_at, kNow);
  EXPECT_EQ(receipt->wire, "evidence");
}

TEST(Receipts, AreRefusedFieldByField) {
  using Break = void (*)(v1::ReceiptStatement&);
  const std::pair<std::string, Break> cases[] = {
      {"alert_id", [](auto& s) { s.set_alert_id("../etc/passwd"); }},
      {"sealing", [](auto& s) { s.set_sealing(0); }},
      {"ciphertext_sha256", [](auto& s) { s.set_ciphertext_sha256(std::string(31, 'c')); }},
      {"kind", [](auto& s) { s.clear_kind(); }},
      {"kind", [](auto& s) { s.set_kind(static_cast<v1::ReceiptKind>(99)); }},
      {"signer_id", [](auto& s) { s.set_signer_id(""); }},
      {"at", [](auto& s) { s.clear_at(); }},
      {"at", [](auto& s) { s.mutable_at()->set_nanos(-1); }},
      {"handed_to", [](auto& s) { s.set_handed_to("Ms Example"); }},
      {"handed_to",
       [](auto& s) {
         s.set_kind(v1::RECEIPT_KIND_OPENED);
         s.set_handed_to(kId);
       }},
  };
  for (const auto& [field, break_it] : cases) {
    v1::ReceiptStatement statement = Acknowledged();
    break_it(statement);
    const auto receipt = ParseReceipt(statement, "", kNow);
    ASSERT_EQ(receipt.status().code(), base::Code::kInvalidArgument) << field;
    const auto request = BadRequestOf(receipt.status());
    ASSERT_EQ(request.field_violations_size(), 1) << field;
    EXPECT_EQ(request.field_violations(0).field(), field);
  }
}

TEST(Receipts, AreSignedByADeviceAPersonOrEither) {
  const std::set<v1::ReceiptKind> device = {v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_SHOWN,
                                            v1::RECEIPT_KIND_ERASED};
  for (const auto kind : Values<v1::ReceiptKind>(v1::ReceiptKind_descriptor())) {
    EXPECT_EQ(SignerOf(kind) == SignerKind::kDevice, device.contains(kind)) << kind;
    EXPECT_EQ(SignerOf(kind) == SignerKind::kEither, kind == v1::RECEIPT_KIND_OURS) << kind;
  }
}

}  // namespace
}  // namespace firstbell::model
