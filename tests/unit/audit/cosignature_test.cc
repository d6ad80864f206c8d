#include "broker/audit/cosignature.h"

#include <gtest/gtest.h>

#include "broker/audit/checkpoint.h"
#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "tests/support/openssl_command.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/audit/slow_tree.h"

namespace firstbell::audit {
namespace {

using base::Code;

const absl::Time kAt = absl::FromUnixSeconds(1'679'315'147);

class CosignatureTest : public ::testing::Test {
 protected:
  Code Check(const NoteSignature& signature) const {
    return CheckCosignature(text_, signature, witness_).status().code();
  }

  // Of the specification (C2SP tlog-cosignature).
  const std::string text_ =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  const VerifierKey witness_{"witness.example.com/w1", KeyKind::kWitness, key_.PublicKey()};
  const NoteSignature signature_ = Cosign(text_, witness_.name, key_, kAt);
};

TEST_F(CosignatureTest, SaysWhen) {
  EXPECT_EQ(signature_.name, witness_.name);
  EXPECT_EQ(signature_.key_id, witness_.key_id());
  EXPECT_EQ(CheckCosignature(text_, signature_, witness_).value(), kAt);
  EXPECT_EQ(CheckCosignature(text_, Cosign(text_, witness_.name, key_, kAt + absl::Milliseconds(7)),
                             witness_)
                .value(),
            kAt);
  EXPECT_EQ(CheckCosignature(text_, Cosign(text_, witness_.name, key_, absl::UnixEpoch()), witness_)
                .value(),
            absl::UnixEpoch());
}

// The time of the specification's example stands before its signature, in 8 bytes.
TEST_F(CosignatureTest, IsLaidOutAsTheSpecificationsExample) {
  const std::string example = base::Base64Decode(
                                  "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
                                  "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mb"
                                  "IUBkBIfZ+qnA==")
                                  .value();
  EXPECT_EQ(example.size(), 4 + signature_.signature.size());
  EXPECT_EQ(example.substr(4, 8), signature_.signature.substr(0, 8));
}

TEST_F(CosignatureTest, IsOverTheTextThatTheSpecificationShows) {
  const std::string message = "cosignature/v1\ntime 1679315147\n" + text_;
  EXPECT_EQ(signature_.signature.substr(8), key_.Sign(message));
  const support::TempDirectory directory;
  const auto write = [&](const std::string& name, std::string_view bytes) {
    EXPECT_TRUE(base::WriteFileDurably(directory.File(name), bytes, base::kOwnerOnly).ok());
    return directory.File(name);
  };
  const auto verified = support::Openssl(
      {"pkeyutl", "-verify", "-rawin", "-inkey", write("key.pem", key_.ToPem()), "-in",
       write("message", message), "-sigfile", write("signature", signature_.signature.substr(8))});
  EXPECT_EQ(verified.exit_code, 0) << verified.output;
}

TEST_F(CosignatureTest, EveryFlippedBitIsRefused) {
  for (std::size_t bit = 0; bit < signature_.signature.size() * 8; ++bit) {
    NoteSignature altered = signature_;
    altered.signature = Flipped(altered.signature, bit);
    EXPECT_EQ(Check(altered), Code::kPermissionDenied) << bit;
  }
  EXPECT_EQ(CheckCosignature("x" + text_, signature_, witness_).status().code(),
            Code::kPermissionDenied);
}

TEST_F(CosignatureTest, OtherLengthsAreRefused) {
  for (const std::size_t length : {0u, 7u, 8u, 64u, 71u, 73u}) {
    NoteSignature altered = signature_;
    altered.signature.resize(length);
    EXPECT_EQ(Check(altered), Code::kPermissionDenied) << length;
  }
}

// A time that a signed number cannot hold is refused though it is signed.
TEST_F(CosignatureTest, TimesFrom2To63OnAreRefused) {
  NoteSignature far = signature_;
  far.signature.clear();
  base::AppendU64(far.signature, std::uint64_t{1} << 63);
  far.signature += key_.Sign("cosignature/v1\ntime 9223372036854775808\n" + text_);
  EXPECT_EQ(Check(far), Code::kPermissionDenied);
}

TEST_F(CosignatureTest, ALogsSignatureIsNone) {
  NoteSignature plain = signature_;
  plain.signature = SignNote(text_, witness_.name, key_).signature;
  EXPECT_EQ(Check(plain), Code::kPermissionDenied);
  EXPECT_EQ(Check(SignNote(text_, witness_.name, key_)), Code::kNotFound);
  const VerifierKey as_log{witness_.name, KeyKind::kLog, key_.PublicKey()};
  EXPECT_EQ(CheckCosignature(text_, signature_, as_log).status().code(), Code::kInvalidArgument);
}

TEST_F(CosignatureTest, IsCheckedAmongANotesSignaturesToo) {
  const crypto::Ed25519Key log = crypto::Ed25519Key::Generate();
  Note note{text_, {SignNote(text_, "example.com/behind-the-sofa", log), signature_}};
  EXPECT_TRUE(CheckSignature(note, witness_).ok());
  EXPECT_EQ(ParseNote(FormatNote(note)).value(), note);
  note.signatures[1].signature[5] ^= 1;
  EXPECT_EQ(CheckSignature(note, witness_).code(), Code::kPermissionDenied);
  note.signatures.pop_back();
  EXPECT_EQ(CheckSignature(note, witness_).code(), Code::kNotFound);
}

}  // namespace
}  // namespace firstbell::audit
