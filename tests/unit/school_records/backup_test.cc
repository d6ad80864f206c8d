// What a school can have again from nobody is copied whole, and only a whole copy is put back.

#include "clients/school/records/backup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "broker/base/file.h"
#include "broker/crypto/random.h"
#include "clients/school/identity.h"
#include "clients/school/records/key_ring.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/school/invented_broker.h"

namespace firstbell::school_records {
namespace {

using base::Code;
using link::kNight;
using school::Enrol;
using school::InventedBroker;
using school::MakePrivateDirectory;
using school::StateDirectory;
using school::UnlockedPerson;
using testing::HasSubstr;

const base::Secret kPassphrase("correct horse battery");

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Enrol(old_, broker_.Code(v1::RECIPIENT_ROLE_DEVICE), base::Secret(), broker_).ok());
    ASSERT_TRUE(Enrol(old_, broker_.Code(v1::RECIPIENT_ROLE_LEAD), kPassphrase, broker_).ok());
    ASSERT_TRUE(
        Enrol(fresh_, broker_.Code(v1::RECIPIENT_ROLE_DEVICE), base::Secret(), broker_).ok());
    const UnlockedPerson lead = Lead(old_);
    const auto store = RecordStore::Open(old_.Records()).value();
    const Ring ring = KeyRing(*store).MakeFirst(lead, kNight).value();
    Draft draft{.id = RecordId(crypto::RandomId()), .child = child_, .at = kNight};
    draft.body.mutable_concern()->set_text("needle");
    ASSERT_TRUE(store->Add(ring, {lead.identity.id, lead.signer.key}, draft).ok());
  }
  static UnlockedPerson Lead(const StateDirectory& state) {
    const school::PersonIdentity person =
        school::FindPerson(school::ListPeople(state).value(), "").value();
    return school::Unlock(state, person, kPassphrase).value();
  }
  base::Status Make() { return MakeBackup(old_, link::kSchool, backup_, kNight).status(); }

  support::TempDirectory directory_;
  InventedBroker broker_;
  const ChildId child_{crypto::RandomId()};
  const StateDirectory old_ = StateDirectory::OpenOrMake(directory_.path() / "old").value();
  const StateDirectory fresh_ = StateDirectory::OpenOrMake(directory_.path() / "fresh").value();
  const std::filesystem::path backup_ = directory_.path() / "backup";
};

TEST_F(BackupTest, PeopleSignInOnAnotherMachineAndReadWhatWasWritten) {
  ASSERT_TRUE(Make().ok());
  const auto restored = Restore(backup_, fresh_, link::kSchool);
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->people, 1u);
  EXPECT_EQ(restored->at, kNight);
  const auto store = RecordStore::Open(fresh_.Records()).value();
  EXPECT_TRUE(store->Verify().ok());
  const Ring ring = KeyRing(*store).Open(Lead(fresh_)).value();
  const auto rows = store->ByChild(ring, child_, {}, {.limit = 10});
  EXPECT_EQ(rows->rows.at(0).said.concern().text(), "needle");
}

TEST_F(BackupTest, ItIsForItsOwnerAndNothingInItReads) {
  ASSERT_TRUE(Make().ok());
  EXPECT_EQ(std::filesystem::status(backup_).permissions(), std::filesystem::perms::owner_all);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(backup_)) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(entry.status().permissions(), base::kOwnerOnly) << entry.path();
    const std::string bytes = base::ReadFile(entry.path()).value();
    EXPECT_THAT(bytes, testing::Not(HasSubstr("needle"))) << entry.path();
    EXPECT_THAT(bytes, testing::Not(HasSubstr("BEGIN PRIVATE KEY"))) << entry.path();
  }
  EXPECT_FALSE(std::filesystem::exists(backup_ / "device"));
}

TEST_F(BackupTest, WhatIsThereIsNotWrittenOver) {
  ASSERT_TRUE(Make().ok());
  EXPECT_EQ(Make().code(), Code::kAlreadyExists);
  EXPECT_EQ(Restore(backup_, old_, link::kSchool).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(Restore(backup_, fresh_, base::Urn(100002)).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(CheckBackup(directory_.path() / "none").status().code(), Code::kNotFound);
}

TEST_F(BackupTest, RecordsOfManyYearsComeBackToo) {
  {
    const auto database = school::Database::Open(old_.Records()).value();
    ASSERT_TRUE(database->Execute("CREATE TABLE years (of BLOB)").ok());
    ASSERT_TRUE(database->Execute("INSERT INTO years VALUES (zeroblob(80000000))").ok());
  }
  ASSERT_TRUE(Make().ok());
  EXPECT_TRUE(Restore(backup_, fresh_, link::kSchool).ok());
}

// The way back that the message names.
TEST_F(BackupTest, RecordsThatDoNotOpenAreMovedAwayAndPutBack) {
  ASSERT_TRUE(Make().ok());
  ASSERT_TRUE(
      base::WriteFileDurably(fresh_.Records(), std::string(4096, 'x'), base::kOwnerOnly).ok());
  const base::Status damaged = Restore(backup_, fresh_, link::kSchool).status();
  EXPECT_EQ(damaged.code(), Code::kDataLoss);
  EXPECT_THAT(std::string(base::Message(damaged)), HasSubstr("records.sqlite"));
  std::filesystem::rename(fresh_.Records(), directory_.path() / "aside");
  EXPECT_TRUE(Restore(backup_, fresh_, link::kSchool).ok());
}

TEST_F(BackupTest, CheckingWritesNothingBesideIt) {
  ASSERT_TRUE(Make().ok());
  const auto files = [&] {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(backup_)) {
      names.insert(entry.path().string());
    }
    return names;
  };
  const auto before = files();
  ASSERT_TRUE(CheckBackup(backup_).ok());
  EXPECT_EQ(files(), before) << "it may lie where nobody writes";
}

TEST_F(BackupTest, OneThatWasCutShortIsBegunAgain) {
  std::filesystem::create_directories(backup_.string() + ".part/people/half");
  ASSERT_TRUE(Make().ok());
  EXPECT_FALSE(std::filesystem::exists(backup_.string() + ".part"));
  ASSERT_TRUE(MakePrivateDirectory(fresh_.Pending("restored-half")).ok());
  ASSERT_TRUE(Restore(backup_, fresh_, link::kSchool).ok());
}

TEST_F(BackupTest, WhatIsAlteredMissingOrTooMuchIsFoundAndNotPutBack) {
  ASSERT_TRUE(Make().ok());
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(backup_)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  ASSERT_GE(files.size(), 7u);
  for (const auto& path : files) {
    const std::string whole = base::ReadFile(path).value();
    std::string altered = whole;
    altered[altered.size() / 2] = static_cast<char>(altered[altered.size() / 2] ^ 1);
    ASSERT_TRUE(base::WriteFileDurably(path, altered, base::kOwnerOnly).ok());
    EXPECT_FALSE(CheckBackup(backup_).ok()) << path;
    EXPECT_FALSE(Restore(backup_, fresh_, link::kSchool).ok()) << path;
    std::filesystem::remove(path);
    EXPECT_FALSE(CheckBackup(backup_).ok()) << path;
    ASSERT_TRUE(base::WriteFileDurably(path, whole, base::kOwnerOnly).ok());
  }
  ASSERT_TRUE(CheckBackup(backup_).ok());
  ASSERT_TRUE(base::WriteFileDurably(backup_ / "more", "x", base::kOwnerOnly).ok());
  EXPECT_EQ(CheckBackup(backup_).status().code(), Code::kDataLoss);
  EXPECT_FALSE(std::filesystem::exists(fresh_.Records())) << "nothing was put back";
}

}  // namespace
}  // namespace firstbell::school_records
