// Enrolling, with an invented broker behind the port; no network.

#include "clients/school/enrol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/sealing/envelope.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/identity.h"
#include "clients/school/key_cover.h"
#include "tests/support/openssl_command.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_school.h"
#include "tests/unit/school/invented_broker.h"

namespace firstbell::school {
namespace {

using base::Code;
using link::kNight;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const base::Secret kPassphrase("correct horse battery");

class EnrolTest : public testing::Test {
 protected:
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolmentCode& code,
                                        const base::Secret& passphrase = kPassphrase) {
    return school::Enrol(state_, code, passphrase, broker_);
  }
  PersonIdentity Lead() const { return FindPerson(ListPeople(state_).value(), "").value(); }
  base::Code Unlocks(const base::Secret& passphrase) const {
    return Unlock(state_, Lead(), passphrase).status().code();
  }

  bool PendingIsEmpty() const {
    return !std::filesystem::exists(state_.path() / "pending") ||
           std::filesystem::is_empty(state_.path() / "pending");
  }

  support::TempDirectory directory_;
  StateDirectory state_ = StateDirectory::OpenOrMake(directory_.path() / "new" / "state").value();
  InventedBroker broker_;
  const v1::EnrolmentCode device_code_ = broker_.Code(v1::RECIPIENT_ROLE_DEVICE);
  const v1::EnrolmentCode lead_code_ = broker_.Code(v1::RECIPIENT_ROLE_LEAD);
};

// No program of ours stands between a school and what it was sent: with the files that enrolment
// left, and the person's recovery code, `openssl cms -decrypt` opens an alert out of the frame that
// was pushed.
TEST_F(EnrolTest, TheOpensslProgramOpensAPushedAlertWithTheFilesThatAreKept) {
  ASSERT_TRUE(Enrol(device_code_).ok());
  const auto enrolled = Enrol(lead_code_);
  ASSERT_TRUE(enrolled.ok()) << enrolled.status();
  model::Recipient lead;
  lead.id = base::RecipientId(enrolled->recipient_id());
  lead.role = v1::RECIPIENT_ROLE_LEAD;
  lead.opening_certificate = enrolled->opening_certificate();
  const link::InventedSchool invented;
  const model::Alert alert = invented.Alert(link::NewAlertId(), 1, 1);
  const v1::AlertContent content = invented.Content(alert);
  const auto people = sealing::People::Of({&lead, 1}).value();
  const auto sealing = sealing::SealAlert(alert, content, people, broker_.envelope_key, kNight);
  ASSERT_TRUE(sealing.ok()) << sealing.status();
  v1::SealedEnvelope envelope;
  ASSERT_TRUE(envelope.ParseFromString(sealing->envelope));
  v1::LinkMessage captured;
  ASSERT_TRUE(captured.ParseFromString(link::PushFrame(envelope)));

  const std::string ciphertext = directory_.File("ciphertext.der"), opened = directory_.File("out");
  ASSERT_TRUE(
      base::WriteFileDurably(ciphertext, captured.push().envelope().ciphertext(), base::kOwnerOnly)
          .ok());
  const std::filesystem::path kept = state_.Person(lead.id);
  const auto decrypt = [&](const std::string& passphrase) {
    return support::Openssl({"cms", "-decrypt", "-inform", "DER", "-in", ciphertext, "-inkey",
                             kept / kOpeningKeyFile, "-recip", kept / kOpeningCertificateFile,
                             "-passin", "pass:" + passphrase, "-binary", "-out", opened});
  };
  EXPECT_NE(decrypt("not hers").exit_code, 0);
  const base::Secret recovery = RecoveryOf(state_, Lead(), kPassphrase).value();
  const auto result = decrypt(std::string(recovery.Reveal()));
  ASSERT_EQ(result.exit_code, 0) << result.output;
  v1::AlertContent read;
  ASSERT_TRUE(read.ParseFromString(base::ReadFile(opened).value()));
  EXPECT_EQ(read.SerializeAsString(), content.SerializeAsString());
  EXPECT_EQ(read.child().name().given_names(), "Robin");
}

TEST_F(EnrolTest, ADeviceAndThenAPerson) {
  const auto device = Enrol(device_code_);
  ASSERT_TRUE(device.ok()) << device.status();
  EXPECT_EQ(broker_.seen[0].curve_public_key().size(), 32u);
  EXPECT_THAT(broker_.seen[0].opening_request(), IsEmpty());
  const DeviceIdentity identity = LoadDevice(state_).value();
  EXPECT_EQ(identity.signer.id.value(), device->recipient_id());
  EXPECT_EQ(identity.curve.public_key, broker_.seen[0].curve_public_key());
  EXPECT_EQ(identity.school_name, "Example Primary");

  const auto lead = Enrol(lead_code_);
  ASSERT_TRUE(lead.ok()) << lead.status();
  const PersonIdentity person = FindPerson(ListPeople(state_).value(), "").value();
  EXPECT_EQ(person.id.value(), lead->recipient_id());
  EXPECT_EQ(person.role, v1::RECIPIENT_ROLE_LEAD);
  const UnlockedPerson unlocked = Unlock(state_, person, kPassphrase).value();
  EXPECT_EQ(crypto::ReadCertificate(person.opening_certificate)->public_key,
            unlocked.opening_key.PublicKey());
  EXPECT_EQ(Unlock(state_, person, base::Secret("wrong passphrase")).status().code(),
            Code::kPermissionDenied);
  EXPECT_TRUE(PendingIsEmpty());
}

TEST_F(EnrolTest, KeysAreForTheirOwnerAlone) {
  ASSERT_TRUE(Enrol(device_code_).ok());
  ASSERT_TRUE(Enrol(lead_code_).ok());
  const auto person = state_.Person(FindPerson(ListPeople(state_).value(), "")->id);
  for (const auto& [path, mode] :
       std::map<std::filesystem::path, unsigned>{{state_.path(), 0700u},
                                                 {state_.Device(), 0700u},
                                                 {state_.Device() / kCurveFile, 0600u},
                                                 {state_.Device() / kSigningKeyFile, 0600u},
                                                 {person, 0700u},
                                                 {person / kOpeningKeyFile, 0600u},
                                                 {person / kSigningKeyFile, 0600u}}) {
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0) << path;
    EXPECT_EQ(facts.st_mode & 0777, mode) << path;
  }
  EXPECT_THAT(*base::ReadFile(person / kOpeningKeyFile), HasSubstr("ENCRYPTED"));
}

TEST_F(EnrolTest, AnotherPassphraseIsChosenByTheFirstOrByTheRecovery) {
  ASSERT_TRUE(Enrol(device_code_).ok());
  ASSERT_TRUE(Enrol(lead_code_).ok());
  const base::Secret recovery = RecoveryOf(state_, Lead(), kPassphrase).value();
  const base::Secret second("words of the spring"), third("words of the autumn");

  EXPECT_EQ(ChangePassphrase(state_, Lead(), second, third).code(), Code::kPermissionDenied);
  EXPECT_EQ(ChangePassphrase(state_, Lead(), kPassphrase, base::Secret("short")).code(),
            Code::kInvalidArgument);
  EXPECT_EQ(Unlocks(kPassphrase), Code::kOk);
  ASSERT_TRUE(ChangePassphrase(state_, Lead(), kPassphrase, second).ok());
  EXPECT_EQ(Unlocks(kPassphrase), Code::kPermissionDenied);
  EXPECT_EQ(Unlocks(second), Code::kOk);

  EXPECT_EQ(Recover(state_, Lead(), NewRecovery(), third).code(), Code::kPermissionDenied);
  EXPECT_EQ(Recover(state_, Lead(), base::Secret("none"), third).code(), Code::kInvalidArgument);
  EXPECT_EQ(Unlocks(second), Code::kOk);
  ASSERT_TRUE(Recover(state_, Lead(), recovery, third).ok());
  EXPECT_EQ(Unlocks(second), Code::kPermissionDenied);
  EXPECT_EQ(Unlocks(third), Code::kOk);
  EXPECT_EQ(RecoveryOf(state_, Lead(), third).value().Reveal(), recovery.Reveal());
}

TEST_F(EnrolTest, KeysOfBeforeThereWereCoversOpenAndAreCovered) {
  ASSERT_TRUE(Enrol(device_code_).ok());
  ASSERT_TRUE(Enrol(lead_code_).ok());
  const auto directory = state_.Person(Lead().id);
  const UnlockedPerson lead = Unlock(state_, Lead(), kPassphrase).value();
  const auto put_back = [&](const char* name, const crypto::PrivateKey& key) {
    ASSERT_TRUE(
        base::WriteFileDurably(directory / name, key.ToPem(kPassphrase), base::kOwnerOnly).ok());
  };
  put_back(kOpeningKeyFile, lead.opening_key);
  put_back(kSigningKeyFile, lead.signer.key);
  ASSERT_TRUE(std::filesystem::remove(directory / kCoverFile));
  EXPECT_EQ(Unlocks(kPassphrase), Code::kOk);
  EXPECT_EQ(Unlocks(base::Secret("another passphrase")), Code::kPermissionDenied);
  EXPECT_EQ(Recover(state_, Lead(), NewRecovery(), kPassphrase).code(), Code::kPermissionDenied);

  const base::Secret recovery = RecoveryOf(state_, Lead(), kPassphrase).value();
  EXPECT_EQ(Unlocks(kPassphrase), Code::kOk);
  // A crash after the cover, and one after the first of the two files.
  put_back(kSigningKeyFile, lead.signer.key);
  EXPECT_EQ(Unlocks(kPassphrase), Code::kOk);
  put_back(kOpeningKeyFile, lead.opening_key);
  EXPECT_EQ(Unlocks(kPassphrase), Code::kOk);
  const base::Secret second("words of the spring");
  ASSERT_TRUE(ChangePassphrase(state_, Lead(), kPassphrase, second).ok());
  EXPECT_EQ(Unlocks(second), Code::kOk);
  EXPECT_EQ(Unlocks(kPassphrase), Code::kPermissionDenied);
  EXPECT_EQ(RecoveryOf(state_, Lead(), second).value().Reveal(), recovery.Reveal());
}

TEST_F(EnrolTest, AfterALostAnswerTheSameKeysAreOfferedAgain) {
  broker_.fails = base::Unavailable("no answer");
  EXPECT_EQ(Enrol(device_code_).status().code(), Code::kUnavailable);
  EXPECT_FALSE(IsEnrolled(state_).value());
  ASSERT_TRUE(Enrol(device_code_).ok());
  EXPECT_EQ(broker_.seen[0].curve_public_key(), broker_.seen[1].curve_public_key());
  EXPECT_EQ(crypto::CheckSigningRequest(broker_.seen[0].signing_request()).value(),
            crypto::CheckSigningRequest(broker_.seen[1].signing_request()).value());
}

TEST_F(EnrolTest, AnotherPassphraseInTheNextTryMakesNewKeys) {
  ASSERT_TRUE(Enrol(device_code_).ok());
  broker_.fails = base::Unavailable("no answer");
  EXPECT_FALSE(Enrol(lead_code_, base::Secret("mistyped passphrase")).ok());
  ASSERT_TRUE(Enrol(lead_code_).ok());
  EXPECT_TRUE(Unlock(state_, *FindPerson(ListPeople(state_).value(), ""), kPassphrase).ok());
}

TEST_F(EnrolTest, ARefusedCodeLeavesNothingThatBlocksANewOne) {
  broker_.fails = base::PermissionDenied("unknown, used or expired");
  EXPECT_EQ(Enrol(device_code_).status().code(), Code::kPermissionDenied);
  EXPECT_TRUE(PendingIsEmpty());
  EXPECT_TRUE(Enrol(broker_.Code(v1::RECIPIENT_ROLE_DEVICE)).ok());
}

TEST_F(EnrolTest, WhatDoesNotFitIsRefusedBeforeTheCodeIsSpent) {
  EXPECT_THAT(base::Message(Enrol(lead_code_).status()), HasSubstr("device is not enrolled yet"));
  ASSERT_TRUE(Enrol(device_code_).ok());
  broker_.seen.clear();
  EXPECT_EQ(Enrol(broker_.Code(v1::RECIPIENT_ROLE_DEVICE)).status().code(),
            Code::kFailedPrecondition);
  EXPECT_THAT(base::Message(Enrol(broker_.Code(v1::RECIPIENT_ROLE_HEAD, 100002)).status()),
              HasSubstr("100002"));
  EXPECT_THAT(base::Message(Enrol(InventedBroker().Code(v1::RECIPIENT_ROLE_HEAD)).status()),
              HasSubstr("another broker"));
  EXPECT_EQ(Enrol(lead_code_, base::Secret("too short")).status().code(), Code::kInvalidArgument);
  EXPECT_THAT(broker_.seen, IsEmpty());
}

TEST_F(EnrolTest, AnAnswerThatDoesNotFitEnrolsNobody) {
  const std::vector<std::function<void(v1::EnrolResponse&)>> spoilers = {
      [](auto& answer) { answer.set_urn(100002); },
      [](auto& answer) { answer.set_role(v1::RECIPIENT_ROLE_HEAD); },
      [](auto& answer) { answer.set_recipient_id("../../somewhere"); },
      [](auto& answer) { answer.set_signing_certificate("not a certificate"); },
      [this](auto& answer) { answer.set_signing_certificate(broker_.root.certificate); },
      [](auto& answer) { answer.clear_chain(); },
      [](auto& answer) { answer.set_chain(0, "another root"); },
      [](auto& answer) { answer.mutable_broker()->set_curve_public_key("short"); },
      [](auto& answer) { answer.mutable_broker()->set_envelope_public_key("no key"); },
      [](auto& answer) { answer.mutable_broker()->set_witness_policy("quorum nobody\n"); },
      [](auto& answer) { answer.mutable_broker()->clear_link_address(); }};
  for (std::size_t i = 0; i < spoilers.size(); ++i) {
    broker_.spoil = spoilers[i];
    EXPECT_EQ(Enrol(device_code_).status().code(), Code::kDataLoss) << i;
    EXPECT_FALSE(IsEnrolled(state_).value()) << i;
  }
}

TEST_F(EnrolTest, TheWitnessesThatAreNamedAreThoseThatCount) {
  const audit::VerifierKey key{"w.example", audit::KeyKind::kWitness,
                               crypto::Ed25519Key::Generate().PublicKey()};
  const std::string policy = "witness w " + key.ToString() + "\nquorum w\n";
  broker_.spoil = [&](auto& answer) { answer.mutable_broker()->set_witness_policy(policy); };
  ASSERT_TRUE(Enrol(device_code_).ok());
  const link::SessionIdentity pinned = SessionIdentityOf(LoadDevice(state_).value(), "0.1.0");
  EXPECT_EQ(pinned.witnesses, audit::TrustPolicy::Parse(policy).value());
  broker_.spoil = [](auto& answer) { answer.mutable_broker()->set_witness_policy(""); };
  ASSERT_TRUE(Enrol(lead_code_).ok());
  EXPECT_EQ(LoadDevice(state_)->witnesses.quorum(), "w") << "a person's enrolment changes nothing";
}

TEST_F(EnrolTest, OneEnrolmentAtATime) {
  const auto held = FileLock::Take(state_.EnrolLock(), "busy");
  ASSERT_TRUE(held.ok());
  EXPECT_TRUE(FileLock::Held(state_.EnrolLock()));
  EXPECT_THAT(base::Message(Enrol(device_code_).status()), HasSubstr("under way"));
}

TEST_F(EnrolTest, ADirectoryThatOthersMayEnterIsRefused) {
  ASSERT_EQ(::chmod(state_.path().c_str(), 0755), 0);
  EXPECT_THAT(base::Message(StateDirectory::Open(state_.path()).status()), HasSubstr("chmod 700"));
  EXPECT_EQ(StateDirectory::Open(directory_.path() / "none").status().code(), Code::kNotFound);
}

TEST_F(EnrolTest, APersonIsFoundByTheBeginningOfTheirId) {
  EXPECT_EQ(FindPerson(ListPeople(state_).value(), "").status().code(), Code::kNotFound);
  ASSERT_TRUE(Enrol(device_code_).ok());
  const std::string first = Enrol(lead_code_)->recipient_id();
  const std::string second = Enrol(broker_.Code(v1::RECIPIENT_ROLE_HEAD))->recipient_id();
  EXPECT_THAT(*ListPeople(state_), SizeIs(2));
  EXPECT_EQ(FindPerson(ListPeople(state_).value(), second)->id.value(), second);
  EXPECT_THAT(base::Message(FindPerson(ListPeople(state_).value(), "").status()), HasSubstr(first));
  EXPECT_EQ(FindPerson(ListPeople(state_).value(), "nobody").status().code(),
            Code::kInvalidArgument);
}

class EnrolmentCodeTest : public testing::Test {
 protected:
  static std::string Text(const v1::EnrolmentCode& code) {
    return "FB1-" + base::Base64UrlEncode(code.SerializeAsString());
  }
  const v1::EnrolmentCode code_ = InventedBroker().Code(v1::RECIPIENT_ROLE_LEAD);
};

TEST_F(EnrolmentCodeTest, IsReadAlsoWhenAMailWrappedIt) {
  std::string text = Text(code_);
  text.insert(20, "\r\n ");
  const auto decoded = DecodeEnrolmentCode("  " + text + "\n");
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(decoded->SerializeAsString(), code_.SerializeAsString());
  EXPECT_EQ(CodeHash(*decoded), CodeHash(code_));
  EXPECT_THAT(CodeHash(code_), SizeIs(16));
}

TEST_F(EnrolmentCodeTest, MistypedOrCutOffIsSaidWithoutRepeatingIt) {
  const std::string text = Text(code_);
  v1::EnrolmentCode no_urn = code_;
  no_urn.set_urn(17);
  v1::EnrolmentCode no_role = code_;
  no_role.clear_role();
  v1::EnrolmentCode no_address = code_;
  no_address.clear_enrolment_address();
  for (const std::string& wrong : {std::string(), std::string("FB1-"), text.substr(4),
                                   "FB2-" + text.substr(4), text.substr(0, text.size() / 2),
                                   text + "!", Text(no_urn), Text(no_role), Text(no_address)}) {
    const auto decoded = DecodeEnrolmentCode(wrong);
    ASSERT_EQ(decoded.status().code(), Code::kInvalidArgument) << wrong;
    EXPECT_THAT(base::Message(decoded.status()), Not(HasSubstr(text.substr(4, 16))));
  }
}

}  // namespace
}  // namespace firstbell::school
