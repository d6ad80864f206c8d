// One flipped byte in each kind of file, and a last write torn at each of its bytes: what is
// damaged is refused in words or does no harm; nothing that was answered goes silently; mended, all
// is back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "broker/base/file.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "clients/school/identity.h"
#include "clients/school/local_store.h"
#include "tests/fault/town.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"

namespace firstbell::fault {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSamples = 40;  // of each file

std::string Bytes(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void Overwrite(const fs::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
}

void Copy(const fs::path& from, const fs::path& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
  fs::remove(to / "LOCK");
}

// Each of `count` positions spread over a file, the first and the last among them.
std::vector<std::size_t> Spread(std::size_t size, std::size_t count) {
  std::vector<std::size_t> all;
  if (size == 0) return all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(i * (size - 1) / (count - 1));
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// CURRENT, MANIFEST, OPTIONS, sst, log …; empty where a damaged one cannot matter.
std::string KindOf(const fs::path& file) {
  const std::string name = file.filename().string();
  if (name == "LOCK" || name == "LOG" || name.starts_with("LOG.")) return "";
  if (file.has_extension()) return file.extension().string();
  return name.substr(0, name.find('-'));
}

base::Status ReadAll(const fs::path& directory, std::uint64_t& size) {
  auto store = store::RocksDbStore::Open(directory, {});
  FB_RETURN_IF_ERROR(store.status());
  FB_RETURN_IF_ERROR((*store)->Verify({}));
  FB_ASSIGN_OR_RETURN(size, (*store)->LogSize());
  return base::OkStatus();
}

model::Event EventAt(int minute) {
  return model::Event(model::EventKind::kBrokerInitialised, support::kNight + absl::Minutes(minute))
      .WithWord("clock", "simulated");
}

class StoreFiles : public testing::Test {
 protected:
  // With tables (opening writes what the log held) and a log of several writes.
  StoreFiles() {
    Open();
    EXPECT_TRUE(store_->Initialise({"examplebury.example/log", true}, {}).ok());
    EXPECT_TRUE(support::Seed(*store_).ok());
    Open();
    for (int minute = 0; minute < 5; ++minute) {
      EXPECT_TRUE(store_->AppendEvents({EventAt(minute)}).ok());
    }
  }
  void Open() {
    store_.reset();
    store_ = store::RocksDbStore::Open(whole_, {}).value();
  }
  fs::path Log(const fs::path& directory) const {
    fs::path newest;
    for (const auto& file : fs::directory_iterator(directory)) {
      if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
    }
    return newest;
  }

  support::TempDirectory temp_;
  const fs::path whole_ = temp_.path() / "whole", hurt_ = temp_.path() / "hurt";
  std::unique_ptr<store::RocksDbStore> store_;
};

TEST_F(StoreFiles, AFlippedByteIsRefusedOrHarmlessAndMendingBringsAllBack) {
  const std::uint64_t head = store_->LogSize().value();
  store_.reset();  // nothing moves files while they are copied
  std::set<std::string> kinds;
  for (const auto& file : fs::directory_iterator(whole_)) {
    const std::string kind = KindOf(file.path());
    if (kind.empty()) continue;
    kinds.insert(kind);
    for (const std::size_t at : Spread(fs::file_size(file.path()), kSamples)) {
      SCOPED_TRACE(kind + " at " + std::to_string(at));
      Copy(whole_, hurt_);
      const fs::path target = hurt_ / file.path().filename();
      const std::string right = Bytes(target);
      std::string wrong = right;
      wrong[at] = static_cast<char>(wrong[at] ^ 0x10);
      Overwrite(target, wrong);
      std::uint64_t found = 0;
      const base::Status read = ReadAll(hurt_, found);
      if (read.ok()) {
        EXPECT_EQ(found, head) << "something was lost without a word";
        continue;
      }
      EXPECT_THAT(std::string(base::Message(read)), testing::HasSubstr("restore"));
      // A damaged MANIFEST can read as a shorter one; RocksDB then removes the files that it no
      // longer names, and only the whole backup, which the message asks for, brings them back.
      kind == "MANIFEST" ? Copy(whole_, hurt_) : Overwrite(target, right);
      const base::Status mended = ReadAll(hurt_, found);
      EXPECT_TRUE(mended.ok()) << mended;
      EXPECT_EQ(found, head);
    }
  }
  EXPECT_THAT(kinds, testing::IsSupersetOf({".log", ".sst", "MANIFEST", "CURRENT", "OPTIONS"}));
}

// The write that a power cut interrupts was not answered. Everything before it stands.
TEST_F(StoreFiles, ALastWriteTornAtAnyByteIsAsIfItHadNotBeen) {
  const std::uint64_t before = store_->LogSize().value();
  const auto from = fs::file_size(Log(whole_));
  const std::string mark = Bytes(whole_ / "synced");
  ASSERT_TRUE(store_->AppendEvents({EventAt(9)}).ok());
  const auto to = fs::file_size(Log(whole_));
  for (auto size = from; size < to; ++size) {
    Copy(whole_, hurt_);
    fs::resize_file(Log(hurt_), size);
    std::uint64_t found = 0;
    EXPECT_FALSE(ReadAll(hurt_, found).ok()) << "an answered write is gone without a word";
    Overwrite(hurt_ / "synced", mark);  // as it was when the write was under way
    const base::Status read = ReadAll(hurt_, found);
    EXPECT_TRUE(read.ok()) << size << ": " << read;
    EXPECT_EQ(found, before) << size;
  }
}

// Every byte: a key that loads is the right one.
TEST(KeyFiles, AFlippedByteIsRefusedOrHarmless) {
  const support::Installation installation;
  const registry::Keyring& right = installation.keys();
  for (const auto& file : fs::directory_iterator(installation.directory().keys)) {
    if (!file.is_regular_file()) continue;
    const std::string bytes = Bytes(file.path());
    for (const std::size_t at : Spread(bytes.size(), 400)) {
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(wrong[at] ^ 0x02);
      Overwrite(file.path(), wrong);
      const auto loaded = registry::LoadKeys(installation.directory());
      const bool same = loaded.ok() && loaded->root == right.root &&
                        loaded->issuing.certificate == right.issuing.certificate &&
                        loaded->issuing.key.PublicKey() == right.issuing.key.PublicKey() &&
                        loaded->envelope.PublicKey() == right.envelope.PublicKey() &&
                        loaded->curve_public == right.curve_public;
      EXPECT_TRUE(!loaded.ok() || same) << file.path().filename() << " at " << at;
      EXPECT_TRUE(loaded.ok() || !loaded.status().message().empty());
    }
    Overwrite(file.path(), bytes);
    EXPECT_TRUE(registry::LoadKeys(installation.directory()).ok());
  }
}

// A person wrote it: a changed digit is another setting. But no byte ends in a crash, and what does
// not read names its line.
TEST(Settings, AFlippedByteNamesItsLineOrReadsAsASetting) {
  const support::Installation installation;
  const fs::path path = installation.directory().config();
  const std::string bytes = Bytes(path);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string wrong = bytes;
    wrong[at] = static_cast<char>(wrong[at] ^ 0x80);
    Overwrite(path, wrong);
    const auto config = registry::ReadConfig(path);
    if (!config.ok()) {
      EXPECT_THAT(std::string(base::Message(config.status())), testing::HasSubstr("line "));
    }
  }
}

class SchoolFiles : public testing::Test {
 protected:
  SchoolFiles() {
    town_.SetClock(absl::CivilHour(2026, 3, 3, 10));
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(town_.Submit("FB-" + std::to_string(i)).ok());
    }
    const auto store = school::LocalStore::Open(state_ / "store.sqlite").value();
    EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] {
      const auto shown = store->ShownAlerts();
      return shown.ok() && shown->size() == 3 && *store->CountUnanswered() == 0;
    }));
    town_.KillMachine(0);
  }
  base::Status Check(std::vector<school::HeldAlert>& alerts) const {
    FB_ASSIGN_OR_RETURN(const auto store, school::LocalStore::Open(hurt_ / "store.sqlite"));
    FB_RETURN_IF_ERROR(store->Verify());
    FB_ASSIGN_OR_RETURN(alerts, store->ShownAlerts());
    return base::OkStatus();
  }

  Town town_{1};
  const fs::path state_ = town_.StateOf(0);
  support::TempDirectory temp_;
  const fs::path hurt_ = temp_.path() / "hurt";
};

TEST_F(SchoolFiles, AFlippedByteInTheStoreNeverChangesAMorning) {
  // Everything in the database file itself: SQLite's log has checksums of its own.
  school::LocalStore::Open(state_ / "store.sqlite").value().reset();
  Copy(state_, hurt_);
  std::vector<school::HeldAlert> right, found;
  ASSERT_TRUE(Check(right).ok());
  const std::string bytes = Bytes(state_ / "store.sqlite");
  std::size_t refused = 0;
  for (const std::size_t at : Spread(bytes.size(), 600)) {
    Copy(state_, hurt_);
    std::string wrong = bytes;
    wrong[at] = static_cast<char>(wrong[at] ^ 0x04);
    Overwrite(hurt_ / "store.sqlite", wrong);
    const base::Status checked = Check(found);
    refused += checked.ok() ? 0 : 1;
    if (!checked.ok()) continue;
    ASSERT_EQ(found.size(), right.size()) << at;
    for (std::size_t i = 0; i < right.size(); ++i) {
      EXPECT_EQ(found[i].newest, right[i].newest) << at;
      EXPECT_EQ(found[i].show_from, right[i].show_from) << at;
      EXPECT_EQ(found[i].deadline, right[i].deadline) << at;
      EXPECT_EQ(found[i].shown_at, right[i].shown_at) << at;
    }
  }
  EXPECT_GT(refused, 0U);
}

// The broker has its receipts; that is no reason to keep from the machine what it says it has not.
TEST_F(SchoolFiles, AMachineThatLostItsStoreGetsWhatIsOpenAgain) {
  for (const std::string suffix : {"", "-wal", "-shm"}) {
    fs::remove(state_ / ("store.sqlite" + suffix));
  }
  town_.SwitchOn(0);
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] {
    const auto store = school::LocalStore::Open(state_ / "store.sqlite");
    const auto shown = store.ok() ? (*store)->ShownAlerts() : store.status();
    return shown.ok() && shown->size() == 3;
  }));
}

TEST_F(SchoolFiles, AFlippedByteInAKeyIsRefusedInWords) {
  const auto state = school::StateDirectory::Open(state_).value();
  const auto person = school::FindPerson(school::ListPeople(state).value(), "").value();
  const base::Secret passphrase(kPassphrase);
  const auto right = school::Unlock(state, person, passphrase).value();
  const std::string signing_key = right.signer.key.PublicKey();
  const std::string opening_key = right.opening_key.PublicKey();
  const std::string device_key = school::LoadDevice(state)->signer.key.PublicKey();
  for (const fs::path& file :
       {state.Device() / school::kSigningKeyFile, state.Person(person.id) / school::kOpeningKeyFile,
        state.Person(person.id) / school::kSigningKeyFile}) {
    const std::string bytes = Bytes(file);
    for (const std::size_t at : Spread(bytes.size(), 24)) {
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(wrong[at] ^ 0x02);
      Overwrite(file, wrong);
      const auto device = school::LoadDevice(state);
      const auto unlocked = school::Unlock(state, person, passphrase);
      EXPECT_TRUE(!device.ok() || device->signer.key.PublicKey() == device_key);
      EXPECT_TRUE(!unlocked.ok() || (unlocked->signer.key.PublicKey() == signing_key &&
                                     unlocked->opening_key.PublicKey() == opening_key));
    }
    Overwrite(file, bytes);
    EXPECT_TRUE(school::LoadDevice(state).ok());
    EXPECT_TRUE(school::Unlock(state, person, passphrase).ok());
  }
}

}  // namespace
}  // namespace firstbell::fault
