#include "broker/audit/key_change.h"

#include <gtest/gtest.h>

namespace firstbell::audit {
namespace {

constexpr char kLog[] = "firstbell.example/log";

class KeyChainTest : public ::testing::Test {
 protected:
  VerifierKey KeyOf(std::size_t at) const { return {kLog, KeyKind::kLog, keys_[at].PublicKey()}; }
  std::string Change(std::size_t from, std::size_t to) const {
    return SignKeyChange({KeyOf(from), KeyOf(to)}, keys_[from], keys_[to]);
  }
  const std::vector<crypto::Ed25519Key> keys_ = [] {
    std::vector<crypto::Ed25519Key> keys;
    for (int i = 0; i < 4; ++i) keys.push_back(crypto::Ed25519Key::Generate());
    return keys;
  }();
};

TEST_F(KeyChainTest, FromAnyOfItsKeysTheChainIsTheSame) {
  const std::vector<std::string> notes = {Change(0, 1), Change(1, 2), Change(2, 3)};
  for (std::size_t known = 0; known < 4; ++known) {
    const KeyChain chain = ChainOf(KeyOf(known), notes).value();
    EXPECT_EQ(chain.keys, (std::vector<VerifierKey>{KeyOf(0), KeyOf(1), KeyOf(2), KeyOf(3)}));
    EXPECT_EQ(chain.notes, notes);
    EXPECT_EQ(chain.known, known);
    EXPECT_EQ(chain.Since().size(), 4 - known);
    EXPECT_EQ(chain.Since().front(), KeyOf(known));
    EXPECT_EQ(FollowKeyChanges(KeyOf(known), notes).value().size(), 4 - known);
  }
}

TEST_F(KeyChainTest, NotesThatComeTwiceOrBelongElsewhereArePassedOver) {
  const std::vector<std::string> notes = {Change(1, 2), Change(0, 3), Change(1, 2)};
  const KeyChain chain = ChainOf(KeyOf(2), notes).value();
  EXPECT_EQ(chain.keys, (std::vector<VerifierKey>{KeyOf(1), KeyOf(2)}));
  EXPECT_EQ(chain.notes, (std::vector<std::string>{Change(1, 2)}));
  EXPECT_FALSE(chain.Has(KeyOf(0)));
}

TEST_F(KeyChainTest, ARingOfChangesHasAnEnd) {
  const std::vector<std::string> notes = {Change(0, 1), Change(1, 0), Change(0, 1)};
  EXPECT_EQ(ChainOf(KeyOf(0), notes).value().keys.size(), 2u);
  EXPECT_EQ(ChainOf(KeyOf(1), notes).value().keys.size(), 2u);
}

TEST_F(KeyChainTest, AnotherLogsNoteAndOneOfOneKeyAreErrors) {
  const VerifierKey elsewhere{"elsewhere.example", KeyKind::kLog, keys_[0].PublicKey()};
  const std::vector<std::string> notes = {Change(0, 1)};
  EXPECT_EQ(ChainOf(elsewhere, notes).status().code(), base::Code::kInvalidArgument);
  std::string half = notes[0];
  half.resize(half.rfind("\xE2\x80\x94 "));
  EXPECT_EQ(ChainOf(KeyOf(0), std::vector<std::string>{half}).status().code(),
            base::Code::kPermissionDenied);
}

}  // namespace
}  // namespace firstbell::audit
