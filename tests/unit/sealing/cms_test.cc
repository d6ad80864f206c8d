#include "broker/sealing/cms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "tests/support/openssl_command.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/sealing/people.h"

namespace firstbell::sealing {
namespace {

using base::Code;
using base::Secret;
using ::testing::HasSubstr;

constexpr std::string_view kText("an account of\r\n the night\0, whole", 33);

class CmsTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(base::WriteFileDurably(directory_.File(name), bytes, base::kOwnerOnly).ok());
    return directory_.File(name);
  }
  std::string Read(const std::string& name) {
    return base::ReadFile(directory_.File(name)).value();
  }
  std::string CertificateFile(const Person& person) {
    return Write("person.pem", crypto::CertificateToPem(person.certificate));
  }
  // What the openssl program seals for `lead_` with these options.
  std::string SealedOutside(std::vector<std::string> options) {
    std::vector<std::string> arguments = {"cms",
                                          "-encrypt",
                                          "-binary",
                                          "-outform",
                                          "DER",
                                          "-in",
                                          Write("plain", kText),
                                          "-out",
                                          directory_.File("outside.der"),
                                          "-recip",
                                          CertificateFile(lead_)};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto sealed = support::Openssl(arguments);
    EXPECT_EQ(sealed.exit_code, 0) << sealed.output;
    return Read("outside.der");
  }
  base::Result<Secret> OpenBy(const Person& person, std::string_view cms) const {
    return Open(cms, person.key, person.certificate);
  }

  const Person lead_;
  const Person deputy_;
  const Person stranger_;
  const std::string sealed_ = SealTo({lead_.certificate, deputy_.certificate}, kText).value();
  support::TempDirectory directory_;
};

TEST_F(CmsTest, EveryRecipientOpensIt) {
  EXPECT_TRUE(CheckAlgorithms(sealed_).ok()) << CheckAlgorithms(sealed_);
  EXPECT_EQ(OpenBy(lead_, sealed_).value().Reveal(), kText);
  EXPECT_EQ(OpenBy(deputy_, sealed_).value().Reveal(), kText);
}

TEST_F(CmsTest, SaysToWhoseKeysItIsSealed) {
  const auto id = [](const Person& person) {
    return crypto::ReadCertificate(person.certificate).value().subject_key_id;
  };
  EXPECT_THAT(RecipientKeyIds(sealed_).value(),
              ::testing::UnorderedElementsAre(id(lead_), id(deputy_)));
  EXPECT_THAT(
      RecipientKeyIds(SealTo({lead_.certificate, lead_.certificate}, kText).value()).value(),
      ::testing::ElementsAre(id(lead_), id(lead_)));
  EXPECT_EQ(RecipientKeyIds(sealed_.substr(1)).status().code(), Code::kFailedPrecondition);
}

TEST_F(CmsTest, NobodyElseOpensIt) {
  EXPECT_EQ(OpenBy(stranger_, sealed_).status().code(), Code::kPermissionDenied);
  // A recipient's certificate without its key, and the other way round.
  EXPECT_EQ(Open(sealed_, stranger_.key, lead_.certificate).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Open(sealed_, lead_.key, stranger_.certificate).status().code(),
            Code::kPermissionDenied);
}

TEST_F(CmsTest, EmptyAndLongTexts) {
  const std::string empty = SealTo({lead_.certificate}, "").value();
  EXPECT_EQ(OpenBy(lead_, empty).value().Reveal(), "");
  const std::string text(limits::kIncidentBytes, 'x');
  EXPECT_EQ(OpenBy(lead_, SealTo({lead_.certificate}, text).value()).value().Reveal(), text);
  EXPECT_EQ(SealTo({lead_.certificate}, std::string(limits::kFrameBytes, 'x')).status().code(),
            Code::kResourceExhausted);
}

TEST_F(CmsTest, AsManyRecipientsAsASchoolMayHave) {
  std::vector<std::string> people(limits::kRecipientsPerSchool, deputy_.certificate);
  people.back() = lead_.certificate;
  const std::string sealed = SealTo(people, kText).value();
  EXPECT_EQ(OpenBy(lead_, sealed).value().Reveal(), kText);
  people.push_back(lead_.certificate);
  EXPECT_EQ(SealTo(people, kText).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(SealTo(std::vector<std::string>(), kText).status().code(), Code::kInvalidArgument);
}

TEST_F(CmsTest, RefusesCertificatesThatCannotReceive) {
  EXPECT_EQ(SealTo({lead_.certificate, "not a certificate"}, kText).status().code(),
            Code::kInvalidArgument);
  const auto made = support::Openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj",
                                      "/CN=x", "-keyout", directory_.File("k.pem"), "-outform",
                                      "DER", "-out", directory_.File("rsa.der")});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  EXPECT_EQ(SealTo({Read("rsa.der")}, kText).status().code(), Code::kInvalidArgument);
}

// --- The openssl program as a witness -------------------------------------------------------

TEST_F(CmsTest, TheOpensslProgramOpensItWithThePersonsKey) {
  const std::string message = Write("ciphertext.der", sealed_);
  const auto opened =
      support::Openssl({"cms", "-decrypt", "-inform", "DER", "-in", message, "-inkey",
                        Write("opening.key", lead_.key.ToPem()), "-recip", CertificateFile(lead_),
                        "-binary", "-out", directory_.File("opened")});
  ASSERT_EQ(opened.exit_code, 0) << opened.output;
  EXPECT_EQ(Read("opened"), kText);
}

TEST_F(CmsTest, TheOpensslProgramOpensItWithAKeyUnderAPassphrase) {
  const std::string key = Write("opening.key", deputy_.key.ToPem(Secret("words of hers")));
  const auto decrypt = [&](const std::string& passphrase) {
    return support::Openssl({"cms", "-decrypt", "-inform", "DER", "-in",
                             Write("ciphertext.der", sealed_), "-inkey", key, "-passin",
                             "pass:" + passphrase, "-recip", CertificateFile(deputy_), "-binary",
                             "-out", directory_.File("opened")});
  };
  EXPECT_NE(decrypt("words of others").exit_code, 0);
  const auto opened = decrypt("words of hers");
  ASSERT_EQ(opened.exit_code, 0) << opened.output;
  EXPECT_EQ(Read("opened"), kText);
}

TEST_F(CmsTest, TheOpensslProgramNamesOurAlgorithms) {
  const auto shape =
      support::Openssl({"asn1parse", "-inform", "DER", "-in", Write("ciphertext.der", sealed_)});
  for (const std::string name : {"id-smime-ct-authEnvelopedData", "id-aes256-wrap", "aes-256-gcm",
                                 "dhSinglePass-stdDH-sha256kdf-scheme"}) {
    EXPECT_THAT(shape.output, HasSubstr(":" + name));
  }
}

TEST_F(CmsTest, OpensWhatTheOpensslProgramSealedAsWeDo) {
  const std::string outside =
      SealedOutside({"-aes-256-gcm", "-keyid", "-keyopt", "ecdh_kdf_md:sha256"});
  EXPECT_TRUE(CheckAlgorithms(outside).ok()) << CheckAlgorithms(outside);
  EXPECT_EQ(OpenBy(lead_, outside).value().Reveal(), kText);
}

// --- What CheckAlgorithms keeps out ---------------------------------------------------------

struct Weaker {
  std::string what;
  std::vector<std::string> options;
  std::string named;  // what the refusal must say
};

TEST_F(CmsTest, RefusesEveryOtherAlgorithmByName) {
  const std::vector<Weaker> all = {
      {"default KDF", {"-aes-256-gcm"}, "dhSinglePass-stdDH-sha1kdf-scheme"},
      {"SHA-1 KDF, as we name recipients",
       {"-aes-256-gcm", "-keyid"},
       "dhSinglePass-stdDH-sha1kdf-scheme"},
      {"SHA-384 KDF",
       {"-aes-256-gcm", "-keyid", "-keyopt", "ecdh_kdf_md:sha384"},
       "dhSinglePass-stdDH-sha384kdf-scheme"},
      {"cofactor ECDH",
       {"-aes-256-gcm", "-keyid", "-keyopt", "ecdh_kdf_md:sha256", "-keyopt",
        "ecdh_cofactor_mode:1"},
       "dhSinglePass-cofactorDH-sha256kdf-scheme"},
      {"AES-128", {"-aes-128-gcm", "-keyid", "-keyopt", "ecdh_kdf_md:sha256"}, "key wrap"},
      {"CBC without authentication",
       {"-aes-256-cbc", "-keyid", "-keyopt", "ecdh_kdf_md:sha256"},
       "pkcs7-envelopedData"},
      {"issuer and serial",
       {"-aes-256-gcm", "-keyopt", "ecdh_kdf_md:sha256"},
       "recipient's key identifier"},
      {"a shared key beside",
       {"-aes-256-gcm", "-keyid", "-keyopt", "ecdh_kdf_md:sha256", "-secretkey",
        std::string(64, '0'), "-secretkeyid", "01"},
       "recipient by key agreement"}};
  for (const Weaker& weaker : all) {
    const std::string outside = SealedOutside(weaker.options);
    const base::Status status = CheckAlgorithms(outside);
    EXPECT_EQ(status.code(), Code::kFailedPrecondition) << weaker.what;
    EXPECT_THAT(std::string(base::Message(status)), HasSubstr(weaker.named)) << weaker.what;
    EXPECT_EQ(OpenBy(lead_, outside).status().code(), Code::kFailedPrecondition) << weaker.what;
  }
}

TEST_F(CmsTest, RefusesIndefiniteLengths) {
  const std::string streamed =
      SealedOutside({"-aes-256-gcm", "-keyid", "-keyopt", "ecdh_kdf_md:sha256", "-stream"});
  EXPECT_EQ(CheckAlgorithms(streamed).code(), Code::kFailedPrecondition);
}

TEST_F(CmsTest, RefusesWhatIsNoMessage) {
  for (const std::string& bad : {std::string(), std::string("text"), std::string(100, '\x30'),
                                 std::string(limits::kFrameBytes + 1, '\0'), sealed_ + "x",
                                 std::string("\x30\x84\xff\xff\xff\xff", 6)}) {
    EXPECT_EQ(CheckAlgorithms(bad).code(), Code::kFailedPrecondition);
  }
  for (std::size_t size = 0; size < sealed_.size(); ++size) {
    EXPECT_EQ(CheckAlgorithms(sealed_.substr(0, size)).code(), Code::kFailedPrecondition) << size;
  }
}

// OpenSSL reads these as the same point, so the message would still open.
TEST_F(CmsTest, RefusesOtherFormsOfTheSamePoint) {
  const std::size_t at = sealed_.find(std::string("\x03\x42\x00\x04", 4)) + 3;
  ASSERT_LT(at, sealed_.size());
  for (const char form : {'\x02', '\x03', '\x06', '\x07'}) {
    std::string altered = sealed_;
    altered[at] = form;
    EXPECT_EQ(CheckAlgorithms(altered).code(), Code::kFailedPrecondition);
  }
}

// Nothing in a message is without protection: with every bit of every byte flipped in turn it
// either has another shape, or is for somebody else, or does not authenticate. The other
// recipient's wrapped key and name alone do not concern this one.
TEST_F(CmsTest, EveryFlippedBitIsRefused) {
  const std::string sealed = SealTo({lead_.certificate}, "short").value();
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string altered = sealed;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << (bit % 8)));
    const base::Result<Secret> opened = OpenBy(lead_, altered);
    ASSERT_FALSE(opened.ok()) << "bit " << bit;
    EXPECT_NE(opened.status().code(), Code::kInternal);
  }
}

}  // namespace
}  // namespace firstbell::sealing
