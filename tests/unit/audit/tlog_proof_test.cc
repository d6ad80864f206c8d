#include "broker/audit/tlog_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/checkpoint.h"
#include "broker/audit/proof.h"
#include "broker/base/bytes.h"
#include "tests/unit/audit/slow_tree.h"

namespace firstbell::audit {
namespace {

using base::Code;
using ::testing::HasSubstr;

class TlogProofTest : public ::testing::Test {
 protected:
  std::string CheckpointAt(std::size_t size) const {
    const std::string text = CheckpointText({"log.example", size, log_.Root(size)});
    return FormatNote({text, {SignNote(text, "log.example", key_)}});
  }
  TlogProof ProofOf(std::size_t index, std::size_t size) const {
    return {index, InclusionProof(index, size, log_.Nodes(size)).value(), CheckpointAt(size), ""};
  }

  const crypto::Ed25519Key key_ = crypto::Ed25519Key::Generate();
  const KnownLog log_{20};
};

TEST_F(TlogProofTest, IsLaidOutAsTheSpecificationSays) {
  TlogProof proof = ProofOf(2, 3);
  const std::string sibling = base::Base64Encode(proof.hashes.at(0));
  EXPECT_EQ(FormatTlogProof(proof),
            "c2sp.org/tlog-proof@v1\nindex 2\n" + sibling + "\n\n" + CheckpointAt(3));
  proof.extra = "age-v1.2.1";
  EXPECT_EQ(FormatTlogProof(proof), "c2sp.org/tlog-proof@v1\nextra YWdlLXYxLjIuMQ==\nindex 2\n" +
                                        sibling + "\n\n" + CheckpointAt(3));
}

TEST_F(TlogProofTest, OfEveryEntryGoesThereAndBackAndHolds) {
  for (std::size_t size = 1; size <= 20; ++size) {
    for (std::size_t index = 0; index < size; ++index) {
      TlogProof proof = ProofOf(index, size);
      if (index % 2 == 1) proof.extra = std::string("\0\n", 2);
      const auto parsed = ParseTlogProof(FormatTlogProof(proof));
      ASSERT_TRUE(parsed.ok()) << parsed.status();
      ASSERT_EQ(*parsed, proof);
      const Checkpoint checkpoint = ParseSignedCheckpoint(parsed->checkpoint)->checkpoint;
      ASSERT_TRUE(
          CheckInclusion(log_.Leaf(index), index, size, parsed->hashes, checkpoint.root).ok());
    }
  }
}

TEST_F(TlogProofTest, WhatIsNoneIsRefused) {
  const std::string header = "c2sp.org/tlog-proof@v1\n";
  const std::string hash = base::Base64Encode(std::string(32, 'h')) + "\n";
  const std::string end = "\n" + CheckpointAt(20);
  ASSERT_TRUE(ParseTlogProof(header + "extra Zg==\nindex 19\n" + hash + hash + end).ok());
  for (const std::string& bad : {std::string(),
                                 header,
                                 header + "index 1\n",
                                 header + "index 1\n" + hash,
                                 header + "index 1\n" + hash + "\n",
                                 header + "index 1\n" + CheckpointAt(20),
                                 header + "index 1\n" + hash + CheckpointAt(20),
                                 "\n" + header + "index 1\n" + end,
                                 "c2sp.org/tlog-proof@v2\nindex 1\n" + end,
                                 "c2sp.org/tlog-proof@v1\r\nindex 1\n" + end,
                                 header + end,
                                 header + "extra Zg==\n" + end,
                                 header + "index 1\nextra Zg==\n" + end,
                                 header + "extra Zg==\nextra Zg==\nindex 1\n" + end,
                                 header + "extra \nindex 1\n" + end,
                                 header + "extra\nindex 1\n" + end,
                                 header + "extra Zg\nindex 1\n" + end,
                                 header + "extra Zh==\nindex 1\n" + end,
                                 header + "extra  Zg==\nindex 1\n" + end,
                                 header + "index\n" + end,
                                 header + "index \n" + end,
                                 header + "index  1\n" + end,
                                 header + "index 01\n" + end,
                                 header + "index -1\n" + end,
                                 header + "index 1 \n" + end,
                                 header + "Index 1\n" + end,
                                 header + "index 20\n" + end,
                                 header + "index 9223372036854775808\n" + end,
                                 header + "index 1\nAAAA\n" + end,
                                 header + "index 1\n " + hash + end,
                                 header + "index 1\n\n" + end,
                                 header + "index 1\n" + end + "more",
                                 header + "index 1\n" + end + "\n"}) {
    EXPECT_EQ(ParseTlogProof(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

TEST_F(TlogProofTest, HasItsBounds) {
  TlogProof proof = ProofOf(0, 20);
  proof.extra = std::string(kMostExtraBytes, 'e');
  proof.hashes.assign(kMostProofHashes, std::string(32, 'h'));
  const std::string most = FormatTlogProof(proof);
  EXPECT_EQ(ParseTlogProof(most).value(), proof);
  const std::string line = base::Base64Encode(proof.hashes[0]) + "\n";
  std::string longer = most;
  longer.insert(most.find(line), line);
  EXPECT_THAT(std::string(base::Message(ParseTlogProof(longer).status())), HasSubstr("63 hashes"));
  const std::string extra = base::Base64Encode(std::string(kMostExtraBytes + 1, 'e'));
  EXPECT_FALSE(
      ParseTlogProof("c2sp.org/tlog-proof@v1\nextra " + extra + "\nindex 0\n\n" + CheckpointAt(20))
          .ok());
}

}  // namespace
}  // namespace firstbell::audit
