// hash, scrypt, random, aead.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>

#include "broker/base/bytes.h"
#include "broker/base/ids.h"
#include "broker/crypto/aead.h"
#include "broker/crypto/argon2.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/crypto/scrypt.h"

namespace firstbell::crypto {
namespace {

using base::Code;
using base::HexEncode;
using base::Secret;

// FIPS 180-4 examples.
TEST(Hash, Sha256Vectors) {
  EXPECT_EQ(HexEncode(Sha256("")),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexEncode(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexEncode(Sha256(std::string(1'000'000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Hash, PartsHashAsTheirJoin) {
  EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc"));
  EXPECT_EQ(Sha256({std::string_view("\0a", 2), "b"}), Sha256(std::string_view("\0ab", 3)));
  EXPECT_EQ(Sha256({}), Sha256(""));
}

// By another implementation; the RFC has no vector for these parameters.
TEST(Hash, ScryptVector) {
  EXPECT_EQ(HexEncode(Scrypt("pleaseletmein", "SodiumChloride")),
            "4fba64c9568428969e5cd47c2639181238810058ee82cdc42c1b69c15f006c4a");
}

// By another implementation, libsodium's crypto_pwhash, which takes one lane alone.
TEST(Hash, Argon2idVector) {
  const std::string salt("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16);
  const Argon2Cost cost{.memory_kib = 64 * 1024, .passes = 3, .lanes = 1};
  EXPECT_EQ(
      HexEncode(Argon2id(Secret("correct horse battery staple"), salt, cost).value().Reveal()),
      "0d1a3c6523c8f06e4e0af9c515aa5b5448cfebd6838f2d52c3d8b6ef8ddc3c2e");
}

TEST(Hash, Argon2idRefusesWhatIsOutOfBounds) {
  const std::string salt(kArgon2SaltBytes, 's');
  const auto code = [&](const Argon2Cost& cost, const std::string& with) {
    return Argon2id(Secret("x"), with, cost).status().code();
  };
  const Argon2Cost least{.memory_kib = 8, .passes = 1, .lanes = 1};
  EXPECT_EQ(code(least, salt), Code::kOk);
  EXPECT_EQ(code(least, salt + "s"), Code::kInvalidArgument);
  EXPECT_EQ(code({.memory_kib = 7, .passes = 1, .lanes = 1}, salt), Code::kInvalidArgument);
  EXPECT_EQ(code({.memory_kib = 8, .passes = 1, .lanes = 2}, salt), Code::kInvalidArgument);
  EXPECT_EQ(code({.memory_kib = 8, .passes = 0, .lanes = 1}, salt), Code::kInvalidArgument);
  EXPECT_EQ(code({.memory_kib = 8, .passes = 17, .lanes = 1}, salt), Code::kInvalidArgument);
  EXPECT_EQ(code({.memory_kib = 72, .passes = 1, .lanes = 9}, salt), Code::kInvalidArgument);
  EXPECT_EQ(code({.memory_kib = 256 * 1024 + 1, .passes = 1, .lanes = 1}, salt),
            Code::kInvalidArgument);
}

// RFC 4231, cases 1, 2 and 6.
TEST(Hash, HmacVectors) {
  EXPECT_EQ(HexEncode(HmacSha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HexEncode(HmacSha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexEncode(HmacSha256(std::string(131, '\xaa'),
                                 "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(HexEncode(HmacSha256("", "")),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hash, ConstantTimeEqualIsEquality) {
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_TRUE(ConstantTimeEqual("abc", "abc"));
  EXPECT_FALSE(ConstantTimeEqual("abc", "abd"));
  EXPECT_FALSE(ConstantTimeEqual("abc", "ab"));
  EXPECT_FALSE(ConstantTimeEqual("", "a"));
}

TEST(Random, IsAsLongAsAskedAndNeverTheSame) {
  EXPECT_EQ(RandomBytes(0), "");
  EXPECT_EQ(RandomBytes(1000).size(), 1000U);
  EXPECT_EQ(RandomSecret(32).size(), 32U);
  EXPECT_NE(RandomSecret(32).Reveal(), RandomSecret(32).Reveal());
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    ids.insert(RandomId());
    EXPECT_TRUE(base::IsRandomId(*ids.begin()));
  }
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(Random, AForkedChildIsGivenOtherBytes) {
  RandomBytes(16);  // some are drawn ahead now
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string drawn = RandomBytes(16);
    ::_exit(::write(pipe[1], drawn.data(), drawn.size()) == 16 ? 0 : 1);
  }
  std::string of_child(16, '\0');
  EXPECT_EQ(::read(pipe[0], of_child.data(), of_child.size()), 16);
  EXPECT_NE(of_child, RandomBytes(16));
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

class AeadTest : public ::testing::Test {
 protected:
  const Secret key_ = RandomSecret(kAeadKeyBytes);
};

TEST_F(AeadTest, OpensWhatItSealed) {
  for (const std::size_t size : {0, 1, 15, 16, 17, 100'000}) {
    const std::string plaintext(size, 'p');
    const std::string sealed = AeadSeal(key_, plaintext, "context");
    EXPECT_EQ(sealed.size(), size + kAeadOverhead);
    EXPECT_EQ(AeadOpen(key_, sealed, "context").value().Reveal(), plaintext);
  }
  EXPECT_EQ(AeadOpen(key_, AeadSeal(key_, "p", ""), "").value().Reveal(), "p");
}

// SP 800-38D's test case 15 of the GCM specification: what others sealed opens here.
TEST_F(AeadTest, OpensTheKnownVector) {
  const Secret key(
      base::HexDecode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308").value());
  const std::string sealed = base::HexDecode(
                                 "cafebabefacedbaddecaf888"
                                 "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                                 "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
                                 "b094dac5d93471bdec1a502270e3cc6c")
                                 .value();
  EXPECT_EQ(HexEncode(AeadOpen(key, sealed, "").value().Reveal()),
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255");
}

TEST_F(AeadTest, SealsDifferentlyEachTime) {
  EXPECT_NE(AeadSeal(key_, "same", "context"), AeadSeal(key_, "same", "context"));
}

TEST_F(AeadTest, RefusesEveryFlippedBitAndEveryCut) {
  const std::string sealed = AeadSeal(key_, "an account", "context");
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    std::string altered = sealed;
    altered[i / 8] = static_cast<char>(altered[i / 8] ^ (1 << (i % 8)));
    EXPECT_EQ(AeadOpen(key_, altered, "context").status().code(), Code::kDataLoss) << i;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(AeadOpen(key_, sealed.substr(0, size), "context").status().code(), Code::kDataLoss);
  }
  EXPECT_EQ(AeadOpen(key_, sealed + "x", "context").status().code(), Code::kDataLoss);
}

TEST_F(AeadTest, RefusesAnotherKeyOrContext) {
  const std::string sealed = AeadSeal(key_, "an account", "context");
  EXPECT_EQ(AeadOpen(key_, sealed, "contexT").status().code(), Code::kDataLoss);
  EXPECT_EQ(AeadOpen(key_, sealed, "").status().code(), Code::kDataLoss);
  EXPECT_EQ(AeadOpen(RandomSecret(kAeadKeyBytes), sealed, "context").status().code(),
            Code::kDataLoss);
  EXPECT_EQ(AeadOpen(Secret("short"), sealed, "context").status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace firstbell::crypto
