#include "broker/audit/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/cosignature.h"
#include "broker/audit/merkle.h"
#include "broker/base/bytes.h"

namespace firstbell::audit {
namespace {

using base::Code;
using ::testing::HasSubstr;

constexpr std::string_view kRoot = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";

// Of the specification (C2SP tlog-checkpoint).
const std::string kText = "example.com/behind-the-sofa\n20852163\n" + std::string(kRoot) + "\n";
const std::string kNote = kText +
                          "\n— example.com/behind-the-sofa "
                          "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
                          "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

TEST(Checkpoint, OfTheSpecificationIsReadAndWritten) {
  const SignedCheckpoint opened = ParseSignedCheckpoint(kNote).value();
  EXPECT_EQ(opened.checkpoint.origin, "example.com/behind-the-sofa");
  EXPECT_EQ(opened.checkpoint.size, 20'852'163u);
  EXPECT_EQ(base::Base64Encode(opened.checkpoint.root), kRoot);
  EXPECT_EQ(CheckpointText(opened.checkpoint), kText);
  EXPECT_EQ(opened.note.text, kText);
  EXPECT_EQ(FormatNote(opened.note), kNote);
}

std::string Text(std::string_view origin, std::string_view size, std::string_view root) {
  return std::string(origin) + "\n" + std::string(size) + "\n" + std::string(root) + "\n";
}

TEST(Checkpoint, WhatIsNoneIsRefused) {
  ASSERT_TRUE(ParseCheckpointText(Text("a", "5", kRoot)).ok());
  ASSERT_TRUE(ParseCheckpointText(Text("go.sum database tree", "5", kRoot)).ok());
  ASSERT_TRUE(ParseCheckpointText(Text(std::string(255, 'o'), "9223372036854775807", kRoot)).ok());
  const std::string good = Text("a", "5", kRoot);
  for (const std::string& bad : {std::string(),
                                 std::string("\n"),
                                 good.substr(0, good.size() - 1),
                                 good.substr(2),
                                 "\n" + good,
                                 good + "\n",
                                 Text("", "5", kRoot),
                                 Text("a\tb", "5", kRoot),
                                 Text("a\r", "5", kRoot),
                                 Text("a\xFF", "5", kRoot),
                                 Text(std::string(256, 'o'), "5", kRoot),
                                 Text("a", "", kRoot),
                                 Text("a", "05", kRoot),
                                 Text("a", "00", kRoot),
                                 Text("a", "+5", kRoot),
                                 Text("a", "-5", kRoot),
                                 Text("a", "5 ", kRoot),
                                 Text("a", "0x5", kRoot),
                                 Text("a", "5.0", kRoot),
                                 Text("a", "9223372036854775808", kRoot),
                                 Text("a", "18446744073709551621", kRoot),
                                 Text("a", "10000000000000000000000005", kRoot),
                                 Text("a", "5", ""),
                                 Text("a", "5", "AAAA"),
                                 Text("a", "5", std::string(kRoot) + " "),
                                 Text("a", "5", base::Base64Encode(std::string(31, 'h'))),
                                 Text("a", "5", base::Base64Encode(std::string(33, 'h'))),
                                 Text("a", "5", std::string(42, 'A') + "B="),
                                 Text("a", "0", kRoot)}) {
    EXPECT_EQ(ParseCheckpointText(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

TEST(Checkpoint, ExtensionLinesAreRefusedByName) {
  const base::Status status = ParseCheckpointText(Text("a", "5", kRoot) + "more\n").status();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(std::string(base::Message(status)), HasSubstr("extension lines"));
}

TEST(Checkpoint, OfNothingHasTheRootOfNothing) {
  const Checkpoint empty{"a", 0, EmptyRoot()};
  EXPECT_EQ(CheckpointText(empty), "a\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n");
  EXPECT_EQ(ParseCheckpointText(CheckpointText(empty)).value(), empty);
}

TEST(Origin, IsAKeysName) {
  for (const std::string& good : {std::string("a"), std::string("rome.example/log"),
                                  std::string("caf\u00E9.example"), std::string(255, 'o')}) {
    EXPECT_TRUE(ValidOrigin(good)) << good;
  }
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a+b"), std::string("a\nb"),
        std::string("a\tb"), std::string("a\x7F"), std::string("a\u00A0"), std::string("a\u2028"),
        std::string("a\xFF"), std::string(256, 'o'), std::string("a\0", 2)}) {
    EXPECT_FALSE(ValidOrigin(bad)) << bad;
  }
}

// --- Opening ---------------------------------------------------------------------------------

class OpenCheckpointTest : public ::testing::Test {
 protected:
  static VerifierKey LogKey(const std::string& name, const crypto::Ed25519Key& key) {
    return {name, KeyKind::kLog, key.PublicKey()};
  }
  std::string SignedBy(const std::vector<NoteSignature>& signatures) const {
    return FormatNote({text_, signatures});
  }
  base::Code Open(const std::vector<NoteSignature>& signatures,
                  const std::vector<VerifierKey>& keys) const {
    return OpenCheckpoint(SignedBy(signatures), keys).status().code();
  }

  const crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  const crypto::Ed25519Key next_ = crypto::Ed25519Key::Generate();
  const Checkpoint checkpoint_{"log.example", 5, std::string(32, 'r')};
  const std::string text_ = CheckpointText(checkpoint_);
  const NoteSignature signature_ = SignNote(text_, "log.example", key_);
};

TEST_F(OpenCheckpointTest, ByTheLogsKey) {
  const auto opened = OpenCheckpoint(SignedBy({signature_}), {LogKey("log.example", key_)});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->checkpoint, checkpoint_);
}

TEST_F(OpenCheckpointTest, ByOneOfTwoKeysWhileTheyAreChanged) {
  const std::vector<VerifierKey> both = {LogKey("log.example", key_), LogKey("log.example", next_)};
  const NoteSignature next = SignNote(text_, "log.example", next_);
  EXPECT_EQ(Open({signature_}, both), Code::kOk);
  EXPECT_EQ(Open({next}, both), Code::kOk);
  EXPECT_EQ(Open({signature_, next}, both), Code::kOk);
  EXPECT_EQ(Open({next}, {both[0]}), Code::kPermissionDenied);
  const NoteSignature wrong{next.name, next.key_id, signature_.signature};
  EXPECT_EQ(Open({signature_, wrong}, both), Code::kPermissionDenied);
  EXPECT_EQ(Open({signature_, wrong}, {both[0]}), Code::kOk) << "a key that is not known";
}

TEST_F(OpenCheckpointTest, NotByNobody) {
  EXPECT_EQ(Open({signature_}, {}), Code::kPermissionDenied);
  EXPECT_EQ(Open({signature_}, {LogKey("log.example", next_)}), Code::kPermissionDenied);
}

TEST_F(OpenCheckpointTest, NotByAKeyOfAnotherName) {
  const NoteSignature other = SignNote(text_, "other.example", key_);
  EXPECT_EQ(Open({other}, {LogKey("other.example", key_)}), Code::kPermissionDenied);
  EXPECT_EQ(Open({other, signature_}, {LogKey("other.example", key_), LogKey("log.example", key_)}),
            Code::kOk);
}

TEST_F(OpenCheckpointTest, NotByAWitness) {
  const VerifierKey witness{"log.example", KeyKind::kWitness, key_.PublicKey()};
  const NoteSignature cosigned = Cosign(text_, "log.example", key_, absl::FromUnixSeconds(5));
  EXPECT_EQ(Open({cosigned}, {witness}), Code::kPermissionDenied);
  EXPECT_EQ(Open({signature_, cosigned}, {LogKey("log.example", key_)}), Code::kOk);
}

TEST_F(OpenCheckpointTest, NotWhatIsNoCheckpoint) {
  const std::string text = "log.example\nfive\n";
  const Note note{text, {SignNote(text, "log.example", key_)}};
  EXPECT_EQ(OpenCheckpoint(FormatNote(note), {LogKey("log.example", key_)}).status().code(),
            Code::kInvalidArgument);
  EXPECT_EQ(OpenCheckpoint(text_, {LogKey("log.example", key_)}).status().code(),
            Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::audit
