#include "clients/audit/trust_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "broker/base/file.h"
#include "clients/audit/trust.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::HasSubstr;

class TrustStoreTest : public ::testing::Test {
 protected:
  // The one file that is there.
  std::filesystem::path File() const {
    return std::filesystem::directory_iterator(directory_.path() / "state")->path();
  }
  std::string Text() const {
    std::ifstream file(File());
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void Put(const std::string& text) const { std::ofstream(File()) << text; }

  support::TempDirectory directory_;
  const TrustStore store_{directory_.path() / "state"};
};

TEST_F(TrustStoreTest, WhatIsSavedReadsBack) {
  ServedLog log(21);
  EXPECT_EQ(*store_.Load(kOrigin), std::nullopt);
  const Trusted known = KnownOf(log.source());
  ASSERT_TRUE(store_.Save(known).ok());
  EXPECT_EQ(*store_.Load(kOrigin), known);
  EXPECT_EQ(std::filesystem::status(File()).permissions(), base::kOwnerOnly);
  const TrustStore reopened(directory_.path() / "state");
  EXPECT_EQ(*reopened.Load(kOrigin), known);
  EXPECT_EQ(*store_.Load("elsewhere.example/log"), std::nullopt);
}

// A broker that gives its log another name would otherwise be believed anew.
TEST_F(TrustStoreTest, ALogOfAnotherNameIsNotTakenForANewOneUnlessItIsNamed) {
  constexpr char kElsewhere[] = "elsewhere.example/log";
  ServedLog log(21);
  EXPECT_EQ(*Remembered(store_, kElsewhere, {}), std::nullopt);
  ASSERT_TRUE(store_.Save(KnownOf(log.source())).ok());
  const auto refused = Remembered(store_, kElsewhere, {});
  EXPECT_EQ(refused.status().code(), Code::kPermissionDenied);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("--log-key"));
  EXPECT_TRUE(Remembered(store_, kOrigin, {}).value().has_value());
  const audit::VerifierKey key{kElsewhere, audit::KeyKind::kLog, log->verifier().public_key};
  const auto policy =
      audit::TrustPolicy::Parse("log " + key.ToString() + "\nquorum none\n").value();
  EXPECT_EQ(*Remembered(store_, kElsewhere, {key, audit::TrustPolicy::None()}), std::nullopt);
  EXPECT_EQ(*Remembered(store_, kElsewhere, {std::nullopt, policy}), std::nullopt);
  // A key of another log names that one.
  EXPECT_FALSE(Remembered(store_, kElsewhere, {log->verifier(), audit::TrustPolicy::None()}).ok());
}

TEST_F(TrustStoreTest, ChangesOfTheKeyReadBack) {
  ServedLog log(21);
  log->ChangeKey(Signing::kByBothKeys);
  const Trusted known = KnownOf(log.source());
  ASSERT_EQ(known.changes.size(), 1u);
  ASSERT_TRUE(store_.Save(known).ok());
  EXPECT_EQ(*store_.Load(kOrigin), known);
}

TEST_F(TrustStoreTest, AContradictionIsKeptOnceAndNotWrittenOver) {
  EXPECT_EQ(store_.Kept(kOrigin).value(), std::nullopt);
  const Contradiction found{kOrigin, "forked", "one\n", "two\n", {}};
  const auto file = store_.Keep(found);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(store_.Kept(kOrigin).value(), *file);
  EXPECT_EQ(std::filesystem::status(*file).permissions(), base::kOwnerOnly);
  const std::string text = base::ReadFile(*file).value();
  EXPECT_THAT(text, HasSubstr("\"before\": \"one\\n\""));
  Contradiction again = found;
  again.what = "said otherwise";
  EXPECT_EQ(store_.Keep(again).value(), *file);
  EXPECT_EQ(base::ReadFile(*file).value(), text);
  again.after = "three\n";
  EXPECT_NE(store_.Keep(again).value(), *file);
  EXPECT_EQ(store_.Kept("elsewhere.example/log").value(), std::nullopt);
  EXPECT_FALSE(store_.KnowsOthersAlone(kOrigin).value());  // it is no log that is known
}

TEST_F(TrustStoreTest, AKeyOrAHeadAloneReadBackToo) {
  ServedLog log(21);
  Trusted known = KnownOf(log.source());
  known.edge = audit::Frontier();
  ASSERT_TRUE(store_.Save(known).ok());
  EXPECT_EQ(*store_.Load(kOrigin), known);
  const Trusted key_alone{known.key, {}, {}, {}};
  ASSERT_TRUE(store_.Save(key_alone).ok());
  EXPECT_EQ(*store_.Load(kOrigin), key_alone);
}

TEST_F(TrustStoreTest, ADamagedFileIsRefusedAndSaysWhatToDo) {
  ServedLog log(21);
  ASSERT_TRUE(store_.Save(KnownOf(log.source())).ok());
  const std::string whole = Text();
  for (std::size_t cut = 0; cut + 2 < whole.size(); cut += 7) {
    Put(whole.substr(0, cut));
    const auto loaded = store_.Load(kOrigin);
    ASSERT_EQ(loaded.status().code(), Code::kDataLoss) << cut;
    EXPECT_THAT(std::string(base::Message(loaded.status())), HasSubstr("does not read back"));
  }
}

TEST_F(TrustStoreTest, PartsThatDoNotBelongTogetherAreRefused) {
  ServedLog log(21), other(5);
  const Trusted known = KnownOf(log.source());
  Trusted mixed = known;
  mixed.note = KnownOf(other.source()).note;
  ASSERT_TRUE(store_.Save(mixed).ok());
  EXPECT_EQ(store_.Load(kOrigin).status().code(), Code::kDataLoss);
  mixed = known;
  mixed.edge.Append("one more");
  ASSERT_TRUE(store_.Save(mixed).ok());
  EXPECT_EQ(store_.Load(kOrigin).status().code(), Code::kDataLoss);
  ASSERT_TRUE(store_.Save(known).ok());
  const std::string text = Text();
  Put("{\"key\": 5}");
  EXPECT_EQ(store_.Load(kOrigin).status().code(), Code::kDataLoss);
  Put("[]");
  EXPECT_EQ(store_.Load(kOrigin).status().code(), Code::kDataLoss);
  Put(text);
  EXPECT_EQ(*store_.Load(kOrigin), known);
}

TEST_F(TrustStoreTest, AFileOfAnotherLogIsRefused) {
  ServedLog log(21);
  Trusted known = KnownOf(log.source());
  ASSERT_TRUE(store_.Save(known).ok());
  const std::filesystem::path file = File();
  known.key.name = "elsewhere.example/log";
  std::filesystem::remove(file);
  ASSERT_TRUE(store_.Save(known).ok());
  // Its note is of the log that it was verified for.
  EXPECT_EQ(store_.Load("elsewhere.example/log").status().code(), Code::kDataLoss);
  std::filesystem::rename(File(), file);
  EXPECT_EQ(store_.Load(kOrigin).status().code(), Code::kDataLoss);
}

}  // namespace
}  // namespace firstbell::audit_client
