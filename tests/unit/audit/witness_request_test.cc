#include "broker/audit/witness_request.h"

#include <gtest/gtest.h>

#include "broker/audit/checkpoint.h"
#include "broker/audit/proof.h"
#include "broker/base/bytes.h"
#include "tests/unit/audit/slow_tree.h"

namespace firstbell::audit {
namespace {

using base::Code;

// Of the specification (C2SP tlog-witness).
const std::string kCheckpoint =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— example.com/behind-the-sofa "
    "opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/"
    "V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=\n";
const std::string kBody =
    "old 20852014\n"
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
    "\n" +
    kCheckpoint;

TEST(WitnessRequest, OfTheSpecificationIsReadAndWritten) {
  const auto request = ParseWitnessRequest(kBody);
  ASSERT_TRUE(request.ok()) << request.status();
  EXPECT_EQ(request->old_size, 20'852'014u);
  ASSERT_EQ(request->proof.size(), 4u);
  EXPECT_EQ(base::Base64Encode(request->proof[3]), "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=");
  EXPECT_EQ(request->checkpoint, kCheckpoint);
  EXPECT_EQ(FormatWitnessRequest(*request), kBody);
}

TEST(WitnessRequest, OfTheFirstCheckpointHasNoProof) {
  const WitnessRequest first{0, {}, kCheckpoint};
  EXPECT_EQ(FormatWitnessRequest(first), "old 0\n\n" + kCheckpoint);
  EXPECT_EQ(ParseWitnessRequest("old 0\n\n" + kCheckpoint).value(), first);
}

TEST(WitnessRequest, CarriesAProofThatHolds) {
  const crypto::Ed25519Key key = crypto::Ed25519Key::Generate();
  const KnownLog log(20);
  const std::string text = CheckpointText({"log.example", 20, log.Root(20)});
  const WitnessRequest request{7, ConsistencyProof(7, 20, log.Nodes(20)).value(),
                               FormatNote({text, {SignNote(text, "log.example", key)}})};
  const WitnessRequest read = ParseWitnessRequest(FormatWitnessRequest(request)).value();
  EXPECT_EQ(read, request);
  EXPECT_TRUE(CheckConsistency(7, log.Root(7), 20, log.Root(20), read.proof).ok());
}

TEST(WitnessRequest, WhatIsNoneIsRefused) {
  const std::string hash = base::Base64Encode(std::string(32, 'h')) + "\n";
  std::string many;
  for (std::size_t i = 0; i < kMostProofHashes; ++i) many += hash;
  ASSERT_TRUE(ParseWitnessRequest("old 20852163\n\n" + kCheckpoint).ok());
  ASSERT_TRUE(ParseWitnessRequest("old 5\n" + many + "\n" + kCheckpoint).ok());
  for (const std::string& bad : {std::string(),
                                 std::string("old 5\n"),
                                 std::string("old 5\n\n"),
                                 "old 5\n" + hash,
                                 "old 5\n" + hash + "\n",
                                 "old 5\n" + kCheckpoint,
                                 "old 5\n\n\n" + kCheckpoint,
                                 "\n" + kCheckpoint,
                                 kCheckpoint,
                                 "old\n\n" + kCheckpoint,
                                 "old \n\n" + kCheckpoint,
                                 "old  5\n\n" + kCheckpoint,
                                 "old 05\n\n" + kCheckpoint,
                                 "old -5\n\n" + kCheckpoint,
                                 "old 5 \n\n" + kCheckpoint,
                                 "Old 5\n\n" + kCheckpoint,
                                 "old 5\r\n\n" + kCheckpoint,
                                 "old 5\nAAAA\n\n" + kCheckpoint,
                                 "old 5\n" + many + hash + "\n" + kCheckpoint,
                                 "old 20852164\n\n" + kCheckpoint,
                                 "old 5\n\n" + kCheckpoint + "\n",
                                 "old 5\n\n" + kCheckpoint.substr(0, kCheckpoint.size() - 1),
                                 std::string("old 5\n\nexample.com\n1\n")}) {
    EXPECT_EQ(ParseWitnessRequest(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

TEST(KnownSize, IsOneLine) {
  EXPECT_EQ(FormatKnownSize(20'852'014), "20852014\n");
  EXPECT_EQ(ParseKnownSize("20852014\n").value(), 20'852'014u);
  EXPECT_EQ(ParseKnownSize("0\n").value(), 0u);
  for (const std::string_view bad : {"", "\n", "5", "05\n", "5\n\n", "5\nmore", " 5\n", "5\r\n",
                                     "-5\n", "9223372036854775808\n"}) {
    EXPECT_EQ(ParseKnownSize(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

}  // namespace
}  // namespace firstbell::audit
