// A passphrase opens a cover, the cover opens the keys; the recovery on paper stands in for it.

#include "clients/school/key_cover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "broker/base/file.h"
#include "tests/support/temp_directory.h"

namespace firstbell::school {
namespace {

using base::Code;
using base::Secret;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

const Secret kPassphrase("four words of a lead");

class KeyCoverTest : public testing::Test {
 protected:
  std::string Text(const Secret& secret) const { return std::string(secret.Reveal()); }
  base::Result<Secret> Open(const Secret& passphrase) {
    return OpenCover(directory_.path(), passphrase);
  }
  void Rewrite(const std::string& from, const std::string& to) {
    std::string text = base::ReadFile(directory_.path() / kCoverFile).value();
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
    ASSERT_TRUE(
        base::WriteFileDurably(directory_.path() / kCoverFile, text, base::kOwnerOnly).ok());
  }

  support::TempDirectory directory_;
  const Secret recovery_ = NewRecovery();
};

TEST_F(KeyCoverTest, OpensWithItsPassphraseAlone) {
  EXPECT_EQ(Open(kPassphrase).status().code(), Code::kNotFound);
  ASSERT_TRUE(WriteCover(directory_.path(), recovery_, kPassphrase).ok());
  EXPECT_EQ(Text(Open(kPassphrase).value()), Text(recovery_));
  EXPECT_EQ(Open(Secret("four words of a Lead")).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(Open(Secret()).status().code(), Code::kPermissionDenied);
}

TEST_F(KeyCoverTest, AnotherPassphraseTakesThePlaceOfTheFirst) {
  ASSERT_TRUE(WriteCover(directory_.path(), recovery_, kPassphrase).ok());
  ASSERT_TRUE(WriteCover(directory_.path(), recovery_, Secret("other words of hers")).ok());
  EXPECT_EQ(Open(kPassphrase).status().code(), Code::kPermissionDenied);
  EXPECT_EQ(Text(Open(Secret("other words of hers")).value()), Text(recovery_));
}

TEST_F(KeyCoverTest, ItIsForItsOwnerAndHoldsNeither) {
  ASSERT_TRUE(WriteCover(directory_.path(), recovery_, kPassphrase).ok());
  const auto path = directory_.path() / kCoverFile;
  EXPECT_EQ(std::filesystem::status(path).permissions(), base::kOwnerOnly);
  const std::string text = base::ReadFile(path).value();
  EXPECT_THAT(text, Not(HasSubstr(Text(recovery_))));
  EXPECT_THAT(text, Not(HasSubstr(Text(kPassphrase))));
}

TEST_F(KeyCoverTest, WhatIsDamagedIsSaidToBe) {
  ASSERT_TRUE(WriteCover(directory_.path(), recovery_, kPassphrase).ok());
  const std::string whole = base::ReadFile(directory_.path() / kCoverFile).value();
  for (const auto& [from, to] :
       std::map<std::string, std::string>{{"\"version\": 1", "\"version\": 2"},
                                          {"\"memory_kib\": 65536", "\"memory_kib\": 4294967296"},
                                          {"\"memory_kib\": 65536", "\"memory_kib\": 999999999"},
                                          {"\"passes\": 3", "\"passes\": 0"},
                                          {"\"salt\": \"", "\"salt\": \"zz"},
                                          {"{", "["}}) {
    Rewrite(from, to);
    EXPECT_EQ(Open(kPassphrase).status().code(), Code::kDataLoss) << from << to;
    ASSERT_TRUE(
        base::WriteFileDurably(directory_.path() / kCoverFile, whole, base::kOwnerOnly).ok());
  }
  EXPECT_TRUE(Open(kPassphrase).ok());
}

TEST_F(KeyCoverTest, ARecoveryIsForgivenHowItIsTyped) {
  EXPECT_THAT(Text(recovery_), MatchesRegex("([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}"));
  EXPECT_NE(Text(NewRecovery()), Text(recovery_));
  std::string typed = " ";
  for (const char c : recovery_.Reveal()) {
    typed += c == '-' ? ' ' : c == '0' ? 'o' : c == '1' ? 'l' : static_cast<char>(std::tolower(c));
  }
  EXPECT_EQ(Text(ParseRecovery(Secret(typed + "\n")).value()), Text(recovery_));
}

TEST_F(KeyCoverTest, AWrongCharacterIsFound) {
  const std::string right = Text(recovery_);
  for (std::size_t at = 0; at < right.size(); ++at) {
    if (right[at] == '-') continue;
    std::string wrong = right;
    wrong[at] = right[at] == '7' ? '8' : '7';
    const auto parsed = ParseRecovery(Secret(wrong));
    EXPECT_EQ(parsed.status().code(), Code::kInvalidArgument) << at;
    EXPECT_THAT(std::string(base::Message(parsed.status())), Not(HasSubstr(wrong.substr(0, 4))));
  }
  for (const std::string& wrong : {std::string(), right.substr(1), right + "7", right + right,
                                   right.substr(0, right.size() - 1) + "U"}) {
    EXPECT_EQ(ParseRecovery(Secret(wrong)).status().code(), Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace firstbell::school
