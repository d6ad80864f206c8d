#include "broker/crypto/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/file.h"
#include "tests/support/openssl_command.h"
#include "tests/support/temp_directory.h"

namespace firstbell::crypto {
namespace {

using base::Code;
using base::Secret;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class KeyTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(base::WriteFileDurably(directory_.File(name), bytes, base::kOwnerOnly).ok());
    return directory_.File(name);
  }
  std::string Read(const std::string& name) {
    return base::ReadFile(directory_.File(name)).value();
  }

  const PrivateKey key_ = PrivateKey::Generate();
  support::TempDirectory directory_;
};

TEST_F(KeyTest, SignsAndVerifies) {
  const std::string signature = key_.Sign("a statement");
  EXPECT_TRUE(VerifySignature(key_.PublicKey(), "a statement", signature).ok());
  EXPECT_TRUE(VerifySignature(key_.PublicKey(), "", key_.Sign("")).ok());
}

TEST_F(KeyTest, RefusesForgeries) {
  const std::string signature = key_.Sign("a statement");
  const auto code = [&](std::string_view message, std::string_view by) {
    return VerifySignature(key_.PublicKey(), message, by).code();
  };
  EXPECT_EQ(code("another statement", signature), Code::kPermissionDenied);
  EXPECT_EQ(code("a statement", PrivateKey::Generate().Sign("a statement")),
            Code::kPermissionDenied);
  EXPECT_EQ(code("a statement", ""), Code::kPermissionDenied);
  EXPECT_EQ(code("a statement", signature + '\0'), Code::kPermissionDenied);
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string altered = signature;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_EQ(code("a statement", altered), Code::kPermissionDenied) << i;
  }
}

TEST_F(KeyTest, VerifiesOnlyUnderAP256Key) {
  const std::string signature = key_.Sign("a statement");
  const auto code = [&](std::string_view public_key) {
    return VerifySignature(public_key, "a statement", signature).code();
  };
  EXPECT_EQ(code(""), Code::kInvalidArgument);
  EXPECT_EQ(code("not a key"), Code::kInvalidArgument);
  EXPECT_EQ(code(key_.PublicKey() + "x"), Code::kInvalidArgument);
  EXPECT_EQ(code(key_.PublicKey().substr(1)), Code::kInvalidArgument);
  for (const std::string curve : {"P-384", "secp256k1"}) {
    const auto made =
        support::Openssl({"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve,
                          "-out", directory_.File("other.pem")});
    ASSERT_EQ(made.exit_code, 0) << made.output;
    ASSERT_EQ(support::Openssl({"pkey", "-in", directory_.File("other.pem"), "-pubout", "-outform",
                                "DER", "-out", directory_.File("other.der")})
                  .exit_code,
              0);
    EXPECT_EQ(code(Read("other.der")), Code::kInvalidArgument) << curve;
    EXPECT_EQ(PrivateKey::FromPem(Read("other.pem"), Secret()).status().code(),
              Code::kInvalidArgument)
        << curve;
  }
}

TEST_F(KeyTest, GoesThroughPemInTheClear) {
  const std::string pem = key_.ToPem();
  EXPECT_THAT(pem, StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(PrivateKey::FromPem(pem, Secret()).value().PublicKey(), key_.PublicKey());
  const auto read = support::Openssl({"pkey", "-in", Write("key.pem", pem), "-noout", "-text"});
  EXPECT_EQ(read.exit_code, 0) << read.output;
  EXPECT_THAT(read.output, HasSubstr("NIST CURVE: P-256"));
}

TEST_F(KeyTest, GoesThroughPemUnderAPassphrase) {
  const Secret passphrase("correct horse, Pfau & fünf");
  const std::string pem = key_.ToPem(passphrase);
  EXPECT_THAT(pem, StartsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  EXPECT_EQ(PrivateKey::FromPem(pem, passphrase).value().PublicKey(), key_.PublicKey());
  EXPECT_NE(key_.ToPem(passphrase), pem);  // a salt of its own
  EXPECT_EQ(PrivateKey::FromPem(pem, Secret("wrong")).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(PrivateKey::FromPem(pem, Secret()).status().code(), Code::kPermissionDenied);
}

TEST_F(KeyTest, TheOpensslProgramReadsAnEncryptedKey) {
  const std::string file = Write("key.pem", key_.ToPem(Secret("a passphrase")));
  const auto right =
      support::Openssl({"pkey", "-in", file, "-passin", "pass:a passphrase", "-pubout", "-outform",
                        "DER", "-out", directory_.File("public.der")});
  ASSERT_EQ(right.exit_code, 0) << right.output;
  EXPECT_EQ(Read("public.der"), key_.PublicKey());
  EXPECT_NE(support::Openssl({"pkey", "-in", file, "-passin", "pass:wrong", "-noout"}).exit_code,
            0);
  const auto shape = support::Openssl({"asn1parse", "-in", file});
  EXPECT_THAT(shape.output, HasSubstr("scrypt"));
  EXPECT_THAT(shape.output, HasSubstr("aes-256-cbc"));
}

TEST_F(KeyTest, ReadsAKeyThatTheOpensslProgramEncrypted) {
  const auto made = support::Openssl({"genpkey", "-algorithm", "EC", "-pkeyopt",
                                      "ec_paramgen_curve:P-256", "-aes-256-cbc", "-pass",
                                      "pass:theirs", "-out", directory_.File("key.pem")});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  EXPECT_TRUE(PrivateKey::FromPem(Read("key.pem"), Secret("theirs")).ok());
  EXPECT_EQ(PrivateKey::FromPem(Read("key.pem"), Secret("ours")).status().code(),
            Code::kPermissionDenied);
}

TEST_F(KeyTest, SaysWhatIsNoKey) {
  const std::string pem = key_.ToPem();
  const std::string bad[] = {"",
                             "not PEM",
                             pem.substr(0, 60),
                             pem.substr(0, pem.size() - 30),
                             "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                             "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                             "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
                             "-----END ENCRYPTED PRIVATE KEY-----\n"};
  for (const std::string& text : bad) {
    const base::Status status = PrivateKey::FromPem(text, Secret("secret words")).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_THAT(std::string(base::Message(status)), Not(HasSubstr("secret words")));
  }
}

}  // namespace
}  // namespace firstbell::crypto
