#include "broker/sealing/vault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "broker/base/file.h"
#include "broker/crypto/aead.h"
#include "tests/support/temp_directory.h"

namespace firstbell::sealing {
namespace {

namespace fs = std::filesystem;
using base::Code;

const model::Date kDay(2026, 3, 3);
constexpr std::string_view kText("canonical\0 incident", 19);

class VaultTest : public ::testing::Test {
 protected:
  // A restart of the broker.
  void Restart() { vault_ = Vault::Open(keys_).value(); }
  std::string Seal(model::Date day = kDay) {
    return vault_->Seal(kText, "incident-1", day).value();
  }
  Code Opening(std::string_view sealed, std::string_view context = "incident-1") {
    return vault_->Open(sealed, context).status().code();
  }

  support::TempDirectory directory_;
  const fs::path keys_ = directory_.path() / "keys";
  const fs::path key_file_ = keys_ / "2026-03-03.key";
  std::unique_ptr<Vault> vault_ = Vault::Open(keys_).value();
};

TEST_F(VaultTest, OpensWhatItSealedAlsoAfterARestart) {
  const std::string sealed = Seal();
  EXPECT_EQ(vault_->Open(sealed, "incident-1").value().Reveal(), kText);
  Restart();
  EXPECT_EQ(vault_->Open(sealed, "incident-1").value().Reveal(), kText);
  EXPECT_EQ(vault_->Open(Seal(), "incident-1").value().Reveal(), kText);
  EXPECT_EQ(sealed.find("canonical"), std::string::npos);
}

TEST_F(VaultTest, LiesAsFormatsSays) {
  const std::string sealed = Seal();
  EXPECT_EQ(sealed.substr(0, 11),
            "\x01"
            "2026-03-03");
  EXPECT_EQ(sealed.size(), 71 + kText.size() + 28);
  const base::Secret day_key(base::ReadSecretFile(key_file_).value().Reveal().substr(0, 32));
  const std::string head = sealed.substr(0, 11);
  const base::Secret data_key =
      crypto::AeadOpen(day_key, sealed.substr(11, 60),
                       std::string("firstbell/vault-key/v1\0", 23) + head + "incident-1")
          .value();
  EXPECT_EQ(crypto::AeadOpen(data_key, sealed.substr(71),
                             std::string("firstbell/vault-content/v1\0", 27) + head + "incident-1")
                .value()
                .Reveal(),
            kText);
}

TEST_F(VaultTest, TheKeyIsOnDiskForItsOwnerAloneBeforeItIsUsed) {
  EXPECT_TRUE(fs::is_empty(keys_));
  Seal();
  EXPECT_EQ(fs::status(keys_).permissions(), base::kOwnerOnlyDirectory);
  EXPECT_EQ(fs::status(key_file_).permissions(), base::kOwnerOnly);
  EXPECT_EQ(fs::file_size(key_file_), 40U);
  // Where it cannot be made durable, nothing is sealed.
  fs::create_directory(keys_ / "2026-03-04.key");
  EXPECT_FALSE(vault_->Seal(kText, "incident-1", kDay + 1).ok());
}

TEST_F(VaultTest, EveryDayHasItsOwnKey) {
  const std::string today = Seal(kDay);
  const std::string tomorrow = Seal(kDay + 1);
  ASSERT_TRUE(vault_->Destroy(kDay).ok());
  EXPECT_EQ(Opening(today), Code::kNotFound);
  EXPECT_EQ(Opening(tomorrow), Code::kOk);
}

TEST_F(VaultTest, ADestroyedDayStaysDestroyed) {
  const std::string sealed = Seal();
  ASSERT_TRUE(vault_->Destroy(kDay).ok());
  EXPECT_FALSE(fs::exists(key_file_));
  EXPECT_TRUE(vault_->Destroy(kDay).ok());  // again
  Restart();
  EXPECT_EQ(Opening(sealed), Code::kNotFound);
  EXPECT_FALSE(fs::exists(key_file_));  // opening makes no key
}

// A crash between overwriting a key and removing it.
TEST_F(VaultTest, AHalfErasedKeyIsNeverUsed) {
  const std::string sealed = Seal();
  ASSERT_TRUE(base::WriteFileDurably(key_file_, std::string(40, '\0'), base::kOwnerOnly).ok());
  Restart();
  EXPECT_EQ(Opening(sealed), Code::kNotFound);
  EXPECT_EQ(vault_->Seal(kText, "incident-1", kDay).status().code(), Code::kNotFound);
  EXPECT_TRUE(vault_->Destroy(kDay).ok());
  EXPECT_FALSE(fs::exists(key_file_));
}

TEST_F(VaultTest, RefusesAnotherContext) {
  const std::string sealed = Seal();
  for (const std::string_view other : {"incident-2", "", "incident-1 "}) {
    EXPECT_EQ(Opening(sealed, other), Code::kDataLoss) << other;
  }
}

TEST_F(VaultTest, RefusesEveryFlippedByteAndEveryCut) {
  const std::string sealed = Seal();
  Seal(kDay + 1);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string altered = sealed;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    // Another day's name finds another key or none.
    const Code code = Opening(altered);
    EXPECT_TRUE(code == Code::kDataLoss || (i >= 1 && i < 11 && code == Code::kNotFound)) << i;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(Opening(sealed.substr(0, size)), Code::kDataLoss) << size;
  }
}

TEST_F(VaultTest, ADayPutInAnothersPlaceIsRefused) {
  Seal(kDay + 1);
  std::string moved = Seal(kDay);
  moved.replace(1, 10, "2026-03-04");
  EXPECT_EQ(Opening(moved), Code::kDataLoss);
}

TEST_F(VaultTest, DamagedOrOpenKeysAreSaid) {
  const std::string sealed = Seal();
  ASSERT_TRUE(base::WriteFileDurably(key_file_, "short", base::kOwnerOnly).ok());
  Restart();
  EXPECT_EQ(Opening(sealed), Code::kDataLoss);
  fs::permissions(key_file_, base::kOwnerOnly | fs::perms::group_read);
  EXPECT_EQ(Opening(sealed), Code::kFailedPrecondition);
}

// Sealed under it, new content would be lost for good once the right key is back.
TEST_F(VaultTest, AKeyWithAFlippedBitIsNeverUsed) {
  const std::string sealed = Seal();
  const std::string key(base::ReadSecretFile(key_file_).value().Reveal());
  for (std::size_t i = 0; i < key.size(); ++i) {
    std::string altered = key;
    altered[i] = static_cast<char>(altered[i] ^ 4);
    ASSERT_TRUE(base::WriteFileDurably(key_file_, altered, base::kOwnerOnly).ok());
    Restart();
    EXPECT_EQ(Opening(sealed), Code::kDataLoss) << i;
    EXPECT_EQ(vault_->Seal(kText, "incident-2", kDay).status().code(), Code::kDataLoss) << i;
  }
  ASSERT_TRUE(base::WriteFileDurably(key_file_, key, base::kOwnerOnly).ok());
  Restart();
  EXPECT_EQ(Opening(sealed), Code::kOk);
}

TEST_F(VaultTest, ADirectoryOpenToOthersIsRefused) {
  fs::permissions(keys_, fs::perms::owner_all | fs::perms::others_read);
  EXPECT_EQ(Vault::Open(keys_).status().code(), Code::kFailedPrecondition);
}

TEST_F(VaultTest, AMissingVolumeDoesNotLookLikeErasure) {
  const std::string sealed = Seal();
  Restart();
  fs::rename(keys_, directory_.path() / "elsewhere");
  EXPECT_EQ(Opening(sealed), Code::kUnavailable);
  EXPECT_FALSE(vault_->Seal(kText, "incident-1", kDay).ok());
  fs::rename(directory_.path() / "elsewhere", keys_);
  EXPECT_EQ(Opening(sealed), Code::kOk);
}

TEST_F(VaultTest, ThreadsAgreeOnADaysKey) {
  std::vector<std::string> sealed(8);
  {
    std::vector<std::thread> threads;
    for (std::string& each : sealed) threads.emplace_back([&] { each = Seal(); });
    for (std::thread& thread : threads) thread.join();
  }
  Restart();
  for (const std::string& each : sealed) EXPECT_EQ(Opening(each), Code::kOk);
}

}  // namespace
}  // namespace firstbell::sealing
