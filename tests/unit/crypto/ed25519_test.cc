#include "broker/crypto/ed25519.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/key.h"
#include "tests/support/openssl_command.h"
#include "tests/support/temp_directory.h"

namespace firstbell::crypto {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string FromHex(std::string_view hex) {
  return base::HexDecode(hex).value();
}

std::string AsPem(std::string_view der) {
  return "-----BEGIN PRIVATE KEY-----\n" + base::Base64Encode(der) +
         "\n-----END PRIVATE KEY-----\n";
}

// RFC 8410 section 7: a PKCS#8 around the seed.
std::string PemOfSeed(std::string_view seed) {
  return AsPem(FromHex("302e020100300506032b657004220420") + std::string(seed));
}

struct Vector {
  std::string name, seed, public_key, message, signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
const Vector kVectors[] = {
    {"1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"}};

TEST(Ed25519, SignsAsRfc8032Does) {
  for (const Vector& v : kVectors) {
    const auto key = Ed25519Key::FromPem(PemOfSeed(FromHex(v.seed)));
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(base::HexEncode(key->PublicKey()), v.public_key) << "test " << v.name;
    EXPECT_EQ(base::HexEncode(key->Sign(FromHex(v.message))), v.signature) << "test " << v.name;
    EXPECT_TRUE(
        VerifyEd25519(FromHex(v.public_key), FromHex(v.message), FromHex(v.signature)).ok());
  }
}

TEST(Ed25519, EveryFlippedBitIsRefused) {
  const Vector& v = kVectors[2];
  const std::string key = FromHex(v.public_key), signature = FromHex(v.signature),
                    message = FromHex(v.message);
  const auto flipped = [](std::string bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
    return bytes;
  };
  for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
    EXPECT_EQ(VerifyEd25519(key, message, flipped(signature, bit)).code(), Code::kPermissionDenied)
        << bit;
  }
  for (std::size_t bit = 0; bit < message.size() * 8; ++bit) {
    EXPECT_EQ(VerifyEd25519(key, flipped(message, bit), signature).code(), Code::kPermissionDenied)
        << bit;
  }
  for (std::size_t bit = 0; bit < key.size() * 8; ++bit) {
    EXPECT_EQ(VerifyEd25519(flipped(key, bit), message, signature).code(), Code::kPermissionDenied)
        << bit;
  }
}

// The half S plus the group's order L: the same equation, another 64 bytes (RFC 8032 section
// 5.1.7 refuses it).
TEST(Ed25519, ASecondSignatureOfTheSameEquationIsRefused) {
  const std::string order =
      FromHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  std::string signature = FromHex(kVectors[0].signature);
  int carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    const int sum = static_cast<unsigned char>(signature[32 + i]) +
                    static_cast<unsigned char>(order[i]) + carry;
    signature[32 + i] = static_cast<char>(sum);
    carry = sum >> 8;
  }
  ASSERT_EQ(carry, 0);
  EXPECT_EQ(VerifyEd25519(FromHex(kVectors[0].public_key), "", signature).code(),
            Code::kPermissionDenied);
}

TEST(Ed25519, OtherLengthsAreRefused) {
  const Ed25519Key key = Ed25519Key::Generate();
  const std::string signature = key.Sign("text"), public_key = key.PublicKey();
  ASSERT_TRUE(VerifyEd25519(public_key, "text", signature).ok());
  const auto code = [](std::string_view by, std::string_view text, std::string_view signed_as) {
    return VerifyEd25519(by, text, signed_as).code();
  };
  EXPECT_EQ(code("", "text", signature), Code::kPermissionDenied);
  EXPECT_EQ(code(public_key + "x", "text", signature), Code::kPermissionDenied);
  EXPECT_EQ(code(public_key.substr(1), "text", signature), Code::kPermissionDenied);
  EXPECT_EQ(code(public_key, "text", ""), Code::kPermissionDenied);
  EXPECT_EQ(code(public_key, "text", signature + '\0'), Code::kPermissionDenied);
  EXPECT_EQ(code(public_key, "text", signature.substr(0, 63)), Code::kPermissionDenied);
  EXPECT_EQ(code(Ed25519Key::Generate().PublicKey(), "text", signature), Code::kPermissionDenied);
}

TEST(Ed25519, GoesThroughPemWhichTheOpensslProgramReads) {
  const support::TempDirectory directory;
  const Ed25519Key key = Ed25519Key::Generate();
  EXPECT_THAT(key.ToPem(), StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  const auto again = Ed25519Key::FromPem(key.ToPem());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->PublicKey(), key.PublicKey());
  EXPECT_EQ(again->Sign("text"), key.Sign("text"));
  const std::string file = directory.File("key.pem");
  ASSERT_TRUE(base::WriteFileDurably(file, key.ToPem(), base::kOwnerOnly).ok());
  const auto shown = support::Openssl({"pkey", "-in", file, "-noout", "-text"});
  EXPECT_THAT(shown.output, HasSubstr("ED25519 Private-Key"));
}

TEST(Ed25519, ReadsAKeyThatTheOpensslProgramMade) {
  const support::TempDirectory directory;
  const std::string file = directory.File("key.pem");
  const auto made = support::Openssl({"genpkey", "-algorithm", "ed25519", "-out", file});
  ASSERT_EQ(made.exit_code, 0) << made.output;
  const auto key = Ed25519Key::FromPem(base::ReadFile(file).value());
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->ToPem(), base::ReadFile(file).value());
}

TEST(Ed25519, SaysWhatIsNoKey) {
  const std::string pem = Ed25519Key::Generate().ToPem();
  const std::string der = FromHex("302e020100300506032b657004220420") + std::string(32, 'k');
  ASSERT_TRUE(Ed25519Key::FromPem(AsPem(der)).ok());
  const std::string bad[] = {"",
                             "not PEM",
                             pem.substr(0, 60),
                             pem.substr(0, pem.size() - 30),
                             AsPem("AAAA"),
                             AsPem(der + "x"),
                             AsPem(der.substr(0, der.size() - 1)),
                             "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                             PrivateKey::Generate().ToPem(),
                             PrivateKey::Generate().ToPem(base::Secret("a passphrase"))};
  for (const std::string& text : bad) {
    const base::Status status = Ed25519Key::FromPem(text).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    EXPECT_THAT(std::string(base::Message(status)), HasSubstr("BEGIN PRIVATE KEY"));
  }
}

}  // namespace
}  // namespace firstbell::crypto
