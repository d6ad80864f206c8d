#include "broker/audit/note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "tests/unit/audit/slow_tree.h"

namespace firstbell::audit {
namespace {

using base::Code;
using ::testing::HasSubstr;

// The notes of two specifications (C2SP signed-note and tlog-cosignature).
constexpr std::string_view kPoem =
    "Ognuno sta solo sul cuor della terra\n"
    "trafitto da un raggio di sole:\n"
    "\n"
    "ed è subito sera.\n"
    "\n"
    "— quasimodo.example/salvatore "
    "NnugSzTjtVAewIS+Z/iJhUPeFDkO/"
    "5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=\n";
constexpr std::string_view kCosigned =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/"
    "zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBI"
    "fZ+qnA==\n";

// The note of the documentation of Go's sumdb/note, and the two keys that signed it.
constexpr std::string_view kGoText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view kNeumannSigned =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/"
    "SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
constexpr std::string_view kEnochSigned =
    "— EnochRoot "
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/"
    "5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
constexpr std::string_view kNeumann =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kEnoch =
    "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
constexpr std::string_view kSumdb =
    "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";

VerifierKey Key(std::string_view vkey) {
  const auto key = VerifierKey::Parse(vkey);
  EXPECT_TRUE(key.ok()) << key.status();
  return *key;
}

std::string Joined(std::string_view text, std::string_view lines) {
  return std::string(text) + "\n" + std::string(lines);
}

// --- The form --------------------------------------------------------------------------------

TEST(Note, OfTheSpecificationsAreReadAndWritten) {
  const Note poem = ParseNote(kPoem).value();
  EXPECT_THAT(poem.text, ::testing::EndsWith("sole:\n\ned è subito sera.\n"));
  ASSERT_EQ(poem.signatures.size(), 1u);
  EXPECT_EQ(poem.signatures[0].name, "quasimodo.example/salvatore");
  EXPECT_EQ(poem.signatures[0].key_id, 0x367BA04Bu);
  EXPECT_EQ(poem.signatures[0].signature.size(), 64u);
  EXPECT_EQ(FormatNote(poem), kPoem);

  const Note cosigned = ParseNote(kCosigned).value();
  ASSERT_EQ(cosigned.signatures.size(), 2u);
  EXPECT_EQ(cosigned.signatures[0].key_id, 0x033DE0AEu);
  EXPECT_EQ(cosigned.signatures[1].name, "witness.example.com/w1");
  EXPECT_EQ(cosigned.signatures[1].key_id, 0x8D66CF3Fu);
  EXPECT_EQ(cosigned.signatures[1].signature.size(), 72u);
  EXPECT_EQ(FormatNote(cosigned), kCosigned);
}

std::string Line(std::string_view name, std::string_view bytes) {
  return "— " + std::string(name) + " " + base::Base64Encode(bytes) + "\n";
}

TEST(Note, WhatIsNoneIsRefused) {
  const std::string good = Line("a.example", "idid+");
  ASSERT_TRUE(ParseNote("text\n\n" + good).ok());
  ASSERT_TRUE(ParseNote("\n\n" + good).ok()) << "a text of one newline";
  const std::string bad[] = {
      "",
      "\n",
      "text\n",
      "text\n\n",
      good,
      "\n" + good,
      "text\n" + good,
      "text\n \n" + good,
      "text\n\n" + good + "\n",
      "text\n\n" + good.substr(0, good.size() - 1),
      "text\n\n" + good + "more",
      "text\n\n" + good + "more\n",
      "text\n\n" + good + "\nmore\n",
      "text\n\n" + good.substr(3),
      "text\n\n- a.example aWRpZCs=\n",
      "text\n\n– a.example aWRpZCs=\n",
      "text\n\n—a.example aWRpZCs=\n",
      "text\n\n—  a.example aWRpZCs=\n",
      "text\n\n— a.example  aWRpZCs=\n",
      "text\n\n— a.example aWRpZCs= \n",
      "text\n\n— a.example aWRpZCs=\r\n",
      "text\n\n— a.example aWRpZCs\n",
      "text\n\n— a.example aWRpZCt=\n",
      "text\n\n— a.example\n",
      "text\n\n— a.example \n",
      "text\n\n—  aWRpZCs=\n",
      "text\n\n" + Line("a.example", "idid"),
      "text\n\n" + Line("a.example", ""),
      "text\n\n" + Line("a+b", "idid+"),
      "text\n\n" + Line("a\u00A0b", "idid+"),
      "text\n\n" + Line("a\u2003b", "idid+"),
      "text\n\n" + Line("a\u3000", "idid+"),
      "text\n\n" + Line("\u0085", "idid+"),
  };
  for (const std::string& note : bad) {
    EXPECT_EQ(ParseNote(note).status().code(), Code::kInvalidArgument) << note;
  }
}

TEST(Note, ControlCharactersAreRefused) {
  const std::string signature = Line("a.example", "idid+");
  for (char c = 0; c < 0x20; ++c) {
    const bool newline = c == '\n';
    EXPECT_EQ(ParseNote(std::string("te") + c + "xt\n\n" + signature).ok(), newline) << int{c};
    EXPECT_FALSE(ParseNote("text\n\n" + Line(std::string("a") + c, "idid+")).ok()) << int{c};
  }
}

TEST(Note, IsUtf8) {
  const std::string signature = "\n" + Line("\u00E9t\u00E9.example", "idid+");
  for (const std::string_view good :
       {"\x7F", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
        "\xEF\xBF\xBD", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(ParseNote(std::string(good) + "\n" + signature).ok()) << base::HexEncode(good);
  }
  for (const std::string_view bad :
       {"\x80", "\xBF", "\xC0\xAF", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE2\x80",
        "\xE2\x80\x41", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80", "\xF0\x90\x80", "\xFE", "\xFF"}) {
    EXPECT_FALSE(ParseNote(std::string(bad) + "\n" + signature).ok()) << base::HexEncode(bad);
  }
}

TEST(Note, HasItsBounds) {
  std::string lines;
  for (std::size_t i = 0; i < kMostNoteSignatures; ++i) {
    lines += Line("a.example/" + std::to_string(i), std::string(1000, 'x'));
  }
  const auto most = ParseNote("text\n\n" + lines);
  ASSERT_TRUE(most.ok()) << most.status();
  EXPECT_EQ(most->signatures.size(), kMostNoteSignatures);
  EXPECT_THAT(std::string(base::Message(
                  ParseNote("text\n\n" + lines + Line("b.example", "idid+")).status())),
              HasSubstr("64 signatures"));
  const std::string end = "\n\n" + Line("a.example", "idid+");
  EXPECT_TRUE(ParseNote(std::string(kMostNoteBytes - end.size(), 't') + end).ok());
  EXPECT_FALSE(ParseNote(std::string(kMostNoteBytes - end.size() + 1, 't') + end).ok());
}

TEST(Note, SixteenPostQuantumSignaturesFit) {
  std::string lines;
  for (int i = 0; i < 16; ++i) lines += Line("a.example", std::string(5000, 'x'));
  EXPECT_TRUE(ParseNote("text\n\n" + lines).ok());
}

TEST(SignatureLines, AreOneOrMore) {
  const std::string lines = Line("a.example", "idid+") + Line("b.example", "idid-more");
  const auto parsed = ParseSignatureLines(lines);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  EXPECT_EQ(parsed->at(1), (NoteSignature{"b.example", 0x69646964, "-more"}));
  EXPECT_EQ(FormatSignatureLines(*parsed), lines);
  for (const std::string& bad : {std::string(), std::string("\n"), "\n" + lines, lines + "\n",
                                 lines.substr(0, lines.size() - 1)}) {
    EXPECT_EQ(ParseSignatureLines(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

// --- Keys ------------------------------------------------------------------------------------

TEST(VerifierKey, OfOthersAreReadAndWritten) {
  const VerifierKey sumdb = Key(kSumdb);
  EXPECT_EQ(sumdb.name, "sum.golang.org");
  EXPECT_EQ(sumdb.kind, KeyKind::kLog);
  EXPECT_EQ(sumdb.key_id(), 0x033DE0AEu);
  for (const std::string_view vkey : {kSumdb, kNeumann, kEnoch}) {
    EXPECT_EQ(Key(vkey).ToString(), vkey);
  }
}

TEST(VerifierKey, AWitnesssHasAnotherIdThanALogsOfTheSameBytes) {
  const VerifierKey log{"a.example", KeyKind::kLog, std::string(32, 'k')};
  const VerifierKey witness{"a.example", KeyKind::kWitness, std::string(32, 'k')};
  EXPECT_NE(log.key_id(), witness.key_id());
  EXPECT_EQ(Key(witness.ToString()), witness);
  EXPECT_EQ(Key(log.ToString()), log);
}

TEST(VerifierKey, WhatIsNoneIsRefused) {
  const VerifierKey good{"a.example", KeyKind::kLog, std::string(32, 'k')};
  const auto with = [&](std::string name, int kind, std::size_t bytes) {
    return VerifierKey{std::move(name), static_cast<KeyKind>(kind), std::string(bytes, 'k')}
        .ToString();
  };
  ASSERT_TRUE(VerifierKey::Parse(with(std::string(255, 'n'), 1, 32)).ok());
  const std::string vkey = good.ToString();
  std::string upper(kSumdb);
  upper.replace(upper.find("033de0ae"), 8, "033DE0AE");
  for (const std::string& bad : {std::string(),
                                 std::string("a.example"),
                                 std::string("a.example+"),
                                 std::string("a.example+033de0ae"),
                                 std::string("a.example+033de0ae+"),
                                 std::string("++"),
                                 vkey + "=",
                                 vkey + " ",
                                 vkey + "\n",
                                 " " + vkey,
                                 "b" + vkey,
                                 vkey.substr(1),
                                 vkey.substr(0, vkey.size() - 4),
                                 upper,
                                 with("", 1, 32),
                                 with("a b", 1, 32),
                                 with("a\nb", 1, 32),
                                 with("a\u00A0b", 1, 32),
                                 with("a\xFF", 1, 32),
                                 with("a+b", 1, 32),
                                 with(std::string(256, 'n'), 1, 32),
                                 with("a", 1, 31),
                                 with("a", 1, 33),
                                 with("a", 2, 32),
                                 with("a", 6, 1312),
                                 with("a", 0, 32),
                                 with("a", 5, 32)}) {
    EXPECT_EQ(VerifierKey::Parse(bad).status().code(), Code::kInvalidArgument) << bad;
  }
  for (std::size_t i = 0; i < vkey.size(); ++i) {
    std::string altered = vkey;
    altered[i] = altered[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(VerifierKey::Parse(altered).ok()) << altered;
  }
}

// --- Signatures ------------------------------------------------------------------------------

TEST(CheckSignature, HoldsForTheNoteOfGosDocumentation) {
  const Note note =
      ParseNote(Joined(kGoText, std::string(kNeumannSigned) + std::string(kEnochSigned))).value();
  EXPECT_TRUE(CheckSignature(note, Key(kNeumann)).ok());
  EXPECT_TRUE(CheckSignature(note, Key(kEnoch)).ok());
  EXPECT_EQ(CheckSignature(note, Key(kSumdb)).code(), Code::kNotFound);
}

TEST(CheckSignature, EveryAlterationIsRefused) {
  const crypto::Ed25519Key signer = crypto::Ed25519Key::Generate();
  const VerifierKey key{"a.example", KeyKind::kLog, signer.PublicKey()};
  const Note note{"text\n", {SignNote("text\n", "a.example", signer)}};
  ASSERT_TRUE(CheckSignature(note, key).ok());
  EXPECT_EQ(ParseNote(FormatNote(note)).value(), note);
  for (std::size_t bit = 0; bit < 64 * 8; ++bit) {
    Note altered = note;
    altered.signatures[0].signature = Flipped(note.signatures[0].signature, bit);
    EXPECT_EQ(CheckSignature(altered, key).code(), Code::kPermissionDenied) << bit;
  }
  Note altered = note;
  altered.text = "Text\n";
  EXPECT_EQ(CheckSignature(altered, key).code(), Code::kPermissionDenied);
  altered = note;
  altered.signatures[0].signature += 'x';
  EXPECT_EQ(CheckSignature(altered, key).code(), Code::kPermissionDenied);
}

TEST(CheckSignature, OfAnotherNameOrIdAreNobodysBusiness) {
  const crypto::Ed25519Key signer = crypto::Ed25519Key::Generate();
  const VerifierKey key{"a.example", KeyKind::kLog, signer.PublicKey()};
  const NoteSignature good = SignNote("text\n", "a.example", signer);
  const NoteSignature other_name{"b.example", good.key_id, good.signature};
  const NoteSignature other_id{good.name, good.key_id ^ 1, good.signature};
  EXPECT_EQ(CheckSignature({"text\n", {other_name, other_id}}, key).code(), Code::kNotFound);
  EXPECT_TRUE(CheckSignature({"text\n", {other_name, other_id, good}}, key).ok());
}

TEST(CheckSignature, OneThatIsWrongSpoilsARightOne) {
  const crypto::Ed25519Key signer = crypto::Ed25519Key::Generate();
  const VerifierKey key{"a.example", KeyKind::kLog, signer.PublicKey()};
  const NoteSignature good = SignNote("text\n", "a.example", signer);
  const NoteSignature bad{good.name, good.key_id, std::string(64, 'x')};
  EXPECT_EQ(CheckSignature({"text\n", {bad, good}}, key).code(), Code::kPermissionDenied);
  EXPECT_EQ(CheckSignature({"text\n", {good, bad}}, key).code(), Code::kPermissionDenied);
  EXPECT_TRUE(CheckSignature({"text\n", {good, good}}, key).ok());
}

}  // namespace
}  // namespace firstbell::audit
