#include "broker/sealing/envelope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "broker/sealing/cms.h"
#include "broker/sealing/identity_probe.h"
#include "broker/sealing/receipt.h"
#include "tests/unit/sealing/people.h"

namespace firstbell::sealing {
namespace {

using base::Code;

class EnvelopeTest : public ::testing::Test {
 protected:
  EnvelopeTest() {
    content_.set_alert_id(alert_.id.value());
    content_.set_urn(alert_.urn.value());
    content_.set_revision(alert_.revision);
    content_.set_force("examplebury");
    content_.set_nature("an invented night");
  }
  v1::SealedEnvelope Seal() const {
    const std::vector<model::Recipient> people = {lead_.AsRecipient(), deputy_.AsRecipient()};
    v1::SealedEnvelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(
        SealAlert(alert_, content_, People::Of(people).value(), broker_, kNow)->envelope));
    return envelope;
  }
  Code Verdict(const v1::SealedEnvelope& envelope) const {
    return VerifyEnvelope(envelope, broker_.PublicKey()).status().code();
  }
  base::Result<v1::AlertContent> OpenBy(const Person& person,
                                        const v1::SealedEnvelope& envelope) const {
    return OpenEnvelope(envelope, broker_.PublicKey(), person.key, person.certificate);
  }
  // The broker itself signs another header: what only a mistake of ours could send.
  v1::SealedEnvelope Resigned(v1::SealedEnvelope envelope,
                              const std::function<void(v1::EnvelopeHeader&)>& change) const {
    v1::EnvelopeHeader header;
    EXPECT_TRUE(header.ParseFromString(envelope.header()));
    change(header);
    envelope.set_header(header.SerializeAsString());
    envelope.set_signature(broker_.Sign(std::string(kEnvelopeContext) + envelope.header()));
    return envelope;
  }
  v1::SealedEnvelope WithCiphertext(v1::SealedEnvelope envelope, std::string ciphertext) const {
    envelope.set_ciphertext(std::move(ciphertext));
    const std::string digest = crypto::Sha256(envelope.ciphertext());
    return Resigned(envelope, [&](auto& header) { header.set_ciphertext_sha256(digest); });
  }

  const Person lead_;
  const Person deputy_;
  const Person stranger_;
  const crypto::PrivateKey broker_ = crypto::PrivateKey::Generate();
  model::Alert alert_{.id = base::AlertId(crypto::RandomId()),
                      .urn = base::Urn(100001),
                      .revision = 3,
                      .sealing = 6,
                      .show_from = kNow + absl::Hours(5),
                      .deadline = kNow + absl::Hours(6)};
  v1::AlertContent content_;
};

TEST_F(EnvelopeTest, SaysWhatItCarries) {
  const std::vector<model::Recipient> people = {lead_.AsRecipient(), deputy_.AsRecipient()};
  const model::Sealing sealing =
      SealAlert(alert_, content_, People::Of(people).value(), broker_, kNow).value();
  v1::SealedEnvelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(sealing.envelope));
  const v1::EnvelopeHeader header = VerifyEnvelope(envelope, broker_.PublicKey()).value();

  EXPECT_EQ(header.alert_id(), alert_.id.value());
  EXPECT_EQ(header.urn(), 100001U);
  EXPECT_EQ(header.revision(), 3U);
  EXPECT_EQ(header.sealing(), 7U);
  EXPECT_EQ(model::FromWire(header.show_from()), alert_.show_from);
  EXPECT_EQ(model::FromWire(header.deadline()), alert_.deadline);
  EXPECT_EQ(model::FromWire(header.expires_at()), alert_.deadline + limits::kSealingLife)
      << "one that is sealed before a long holiday can be read after it";
  EXPECT_EQ(header.part(), v1::PART_WHOLE);
  std::vector<std::string> ids = {lead_.id.value(), deputy_.id.value()};
  std::sort(ids.begin(), ids.end());
  EXPECT_THAT(header.recipient_ids(), ::testing::ElementsAreArray(ids));

  EXPECT_EQ(sealing.alert_id, alert_.id);
  EXPECT_EQ(sealing.number, 7U);
  EXPECT_EQ(sealing.revision, 3U);
  EXPECT_EQ(sealing.sealed_at, kNow);
  EXPECT_EQ(sealing.show_from, alert_.show_from);
  EXPECT_EQ(sealing.deadline, alert_.deadline);
  EXPECT_TRUE(std::is_sorted(sealing.people.begin(), sealing.people.end()));
  EXPECT_EQ(sealing.ciphertext_sha256, crypto::Sha256(envelope.ciphertext()));
  EXPECT_EQ(header.ciphertext_sha256(), sealing.ciphertext_sha256);
}

TEST_F(EnvelopeTest, ItsPeopleOpenItAndNobodyElse) {
  const v1::SealedEnvelope envelope = Seal();
  for (const Person* person : {&lead_, &deputy_}) {
    EXPECT_EQ(OpenBy(*person, envelope)->SerializeAsString(), content_.SerializeAsString());
  }
  EXPECT_EQ(OpenBy(stranger_, envelope).status().code(), Code::kPermissionDenied);
}

TEST_F(EnvelopeTest, TheCiphertextHidesTheContent) {
  const v1::SealedEnvelope envelope = Seal();
  EXPECT_EQ(envelope.SerializeAsString().find("invented night"), std::string::npos);
}

TEST_F(EnvelopeTest, IsNotSealedToNobody) {
  const auto code = [&](const std::vector<model::Recipient>& people) {
    return People::Of(people).status().code();
  };
  EXPECT_EQ(code({}), Code::kFailedPrecondition);
  model::Recipient revoked = lead_.AsRecipient();
  revoked.revoked_at = kNow;
  EXPECT_EQ(code({deputy_.AsRecipient(), revoked}), Code::kFailedPrecondition);
  model::Recipient device = lead_.AsRecipient();
  device.opening_certificate.clear();
  EXPECT_EQ(code({device}), Code::kFailedPrecondition);
}

TEST_F(EnvelopeTest, EveryFlippedByteIsRefused) {
  const v1::SealedEnvelope genuine = Seal();
  const auto refuse = [&](std::string* field, const v1::SealedEnvelope& envelope, Code expected) {
    for (std::size_t i = 0; i < field->size(); ++i) {
      (*field)[i] = static_cast<char>((*field)[i] ^ 1);
      EXPECT_EQ(Verdict(envelope), expected) << i;
      (*field)[i] = static_cast<char>((*field)[i] ^ 1);
    }
    EXPECT_EQ(Verdict(envelope), Code::kOk);
  };
  v1::SealedEnvelope envelope = genuine;
  refuse(envelope.mutable_header(), envelope, Code::kPermissionDenied);
  refuse(envelope.mutable_signature(), envelope, Code::kPermissionDenied);
  refuse(envelope.mutable_ciphertext(), envelope, Code::kDataLoss);
}

TEST_F(EnvelopeTest, ForgedAndEmptyOnesAreRefused) {
  const v1::SealedEnvelope genuine = Seal();
  EXPECT_EQ(VerifyEnvelope(genuine, stranger_.key.PublicKey()).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Verdict(v1::SealedEnvelope()), Code::kPermissionDenied);
  v1::SealedEnvelope forged = genuine;
  forged.set_signature(stranger_.key.Sign(std::string(kEnvelopeContext) + forged.header()));
  EXPECT_EQ(Verdict(forged), Code::kPermissionDenied);
}

// The broker's signature over the same bytes in another role is none over an envelope.
TEST_F(EnvelopeTest, ASignatureFromAnotherContextIsRefused) {
  v1::SealedEnvelope envelope = Seal();
  envelope.set_signature(broker_.Sign(envelope.header()));
  EXPECT_EQ(Verdict(envelope), Code::kPermissionDenied);
  envelope.set_signature(broker_.Sign(std::string(kReceiptContext) + envelope.header()));
  EXPECT_EQ(Verdict(envelope), Code::kPermissionDenied);
}

TEST_F(EnvelopeTest, PartsOfTwoEnvelopesDoNotMix) {
  const v1::SealedEnvelope first = Seal();
  v1::SealedEnvelope mixed = Seal();
  mixed.set_ciphertext(first.ciphertext());
  EXPECT_EQ(Verdict(mixed), Code::kDataLoss);
  mixed.set_header(first.header());
  EXPECT_EQ(Verdict(mixed), Code::kPermissionDenied);
}

TEST_F(EnvelopeTest, EveryFieldOfTheHeaderIsChecked) {
  const std::vector<std::function<void(v1::EnvelopeHeader&)>> faults = {
      [](auto& header) { header.clear_alert_id(); },
      [](auto& header) { header.set_alert_id("../../etc"); },
      [](auto& header) { header.set_urn(99999); },
      [](auto& header) { header.clear_revision(); },
      [](auto& header) { header.clear_sealing(); },
      [](auto& header) { header.clear_recipient_ids(); },
      [](auto& header) { header.set_recipient_ids(0, "nobody"); },
      [](auto& header) { header.add_recipient_ids(header.recipient_ids(1)); },
      [](auto& header) { header.mutable_recipient_ids()->SwapElements(0, 1); },
      [](auto& header) { header.clear_show_from(); },
      [](auto& header) { header.clear_deadline(); },
      [](auto& header) { header.clear_expires_at(); },
      [](auto& header) { header.clear_part(); },
      [](auto& header) { header.set_part(v1::PART_UNSPECIFIED); }};
  const v1::SealedEnvelope genuine = Seal();
  EXPECT_EQ(Verdict(Resigned(genuine, [](auto&) {})), Code::kOk);
  for (std::size_t i = 0; i < faults.size(); ++i) {
    EXPECT_EQ(Verdict(Resigned(genuine, faults[i])), Code::kInvalidArgument) << i;
  }
  EXPECT_EQ(Verdict(Resigned(genuine, [](auto& h) { h.clear_ciphertext_sha256(); })),
            Code::kDataLoss);
  v1::SealedEnvelope no_header = genuine;
  no_header.set_header("\xff");
  no_header.set_signature(broker_.Sign(std::string(kEnvelopeContext) + "\xff"));
  EXPECT_EQ(Verdict(no_header), Code::kInvalidArgument);
}

TEST_F(EnvelopeTest, AnotherAlertInsideIsRefused) {
  const v1::SealedEnvelope genuine = Seal();
  const std::vector<std::function<void(v1::AlertContent&)>> lies = {
      [](auto& content) { content.set_alert_id(crypto::RandomId()); },
      [](auto& content) { content.set_urn(100002); },
      [](auto& content) { content.set_revision(2); }, [](auto& content) { content.Clear(); }};
  for (std::size_t i = 0; i < lies.size(); ++i) {
    v1::AlertContent inside = content_;
    lies[i](inside);
    const std::string other = SealTo({lead_.certificate}, inside.SerializeAsString()).value();
    const v1::SealedEnvelope envelope = WithCiphertext(genuine, other);
    EXPECT_EQ(Verdict(envelope), Code::kOk);
    EXPECT_EQ(OpenBy(lead_, envelope).status().code(), Code::kDataLoss) << i;
  }
}

TEST_F(EnvelopeTest, SignedNonsenseInsideIsRefused) {
  const v1::SealedEnvelope genuine = Seal();
  EXPECT_EQ(Verdict(WithCiphertext(genuine, "not a sealed message")), Code::kFailedPrecondition);
  const std::string nonsense = SealTo({lead_.certificate}, "\xff\xff").value();
  EXPECT_EQ(OpenBy(lead_, WithCiphertext(genuine, nonsense)).status().code(), Code::kDataLoss);
}

TEST_F(EnvelopeTest, AProbeGoesWithWhatASchoolIsAskedAndWithNothingElse) {
  v1::Child& child = *content_.mutable_child();
  child.mutable_name()->set_given_names("Robin");
  child.mutable_name()->set_family_name("Example");
  child.set_date_of_birth("2018-09-02");
  EXPECT_FALSE(VerifyEnvelope(Seal(), broker_.PublicKey())->has_probe());
  alert_.ours.asked = true;
  const auto header = VerifyEnvelope(Seal(), broker_.PublicKey()).value();
  EXPECT_EQ(header.part(), v1::PART_IDENTITY);
  EXPECT_TRUE(IsOf(header.probe(), *IdentityTextOf(child)));
  child.clear_date_of_birth();
  EXPECT_FALSE(VerifyEnvelope(Seal(), broker_.PublicKey())->has_probe());
}

TEST_F(EnvelopeTest, AProbeOfAnotherShapeIsMalformed) {
  const auto resigned = Resigned(Seal(), [](auto& header) {
    header.mutable_probe()->set_salt(std::string(16, 's'));
    header.mutable_probe()->set_key("short");
  });
  EXPECT_EQ(Verdict(resigned), Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::sealing
