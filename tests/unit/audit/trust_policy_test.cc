#include "broker/audit/trust_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "broker/audit/cosignature.h"

namespace firstbell::audit {
namespace {

using base::Code;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// Keys by name, made when they are first spoken of.
class Keys {
 public:
  const crypto::Ed25519Key& Of(const std::string& name) {
    return keys_.try_emplace(name, crypto::Ed25519Key::Generate()).first->second;
  }
  std::string Log(const std::string& name) {
    return VerifierKey{name, KeyKind::kLog, Of(name).PublicKey()}.ToString();
  }
  std::string Witness(const std::string& name) {
    return VerifierKey{name, KeyKind::kWitness, Of(name).PublicKey()}.ToString();
  }
  // "witness X1 <vkey>" for each, under the key's name "X1.example".
  std::string Witnesses(const std::vector<std::string>& names) {
    std::string lines;
    for (const std::string& name : names) {
      lines += "witness " + name + " " + Witness(name + ".example") + "\n";
    }
    return lines;
  }

 private:
  std::map<std::string, crypto::Ed25519Key> keys_;
};

class TrustPolicyTest : public ::testing::Test {
 protected:
  static TrustPolicy Parsed(const std::string& text) {
    const auto policy = TrustPolicy::Parse(text);
    EXPECT_TRUE(policy.ok()) << policy.status() << "\n" << text;
    return policy.ok() ? *policy : TrustPolicy::None();
  }
  // The message, where it is refused.
  static std::string Refusal(const std::string& text) {
    const base::Status status = TrustPolicy::Parse(text).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << text;
    return std::string(base::Message(status));
  }
  // The policy of the specification (C2SP tlog-policy).
  std::string Example() {
    return "log " + keys_.Log("log.example") + "\n\n" + keys_.Witnesses({"X1", "X2", "X3"}) +
           "group X-witnesses 2 X1 X2 X3\n\n" + keys_.Witnesses({"Y1", "Y2", "Y3"}) +
           "group Y-witnesses any Y1 Y2 Y3\n\n"
           "group X-and-Y all X-witnesses Y-witnesses\n"
           "quorum X-and-Y\n";
  }
  SignedCheckpoint Cosigned(const std::vector<std::string>& witnesses) {
    const Checkpoint checkpoint{"log.example", 5, std::string(32, 'r')};
    const std::string text = CheckpointText(checkpoint);
    Note note{text, {SignNote(text, "log.example", keys_.Of("log.example"))}};
    for (const std::string& each : witnesses) {
      const std::string name = each + ".example";
      note.signatures.push_back(Cosign(text, name, keys_.Of(name), absl::FromUnixSeconds(1)));
    }
    return {checkpoint, note};
  }

  Keys keys_;
};

// --- Reading ---------------------------------------------------------------------------------

TEST_F(TrustPolicyTest, OfTheSpecificationIsRead) {
  const TrustPolicy policy = Parsed(Example());
  ASSERT_EQ(policy.logs().size(), 1u);
  EXPECT_EQ(policy.logs()[0].key.ToString(), keys_.Log("log.example"));
  EXPECT_EQ(policy.logs()[0].url, "");
  ASSERT_EQ(policy.witnesses().size(), 6u);
  EXPECT_EQ(policy.witnesses()[4].name, "Y2");
  EXPECT_EQ(policy.witnesses()[4].key.ToString(), keys_.Witness("Y2.example"));
  ASSERT_EQ(policy.groups().size(), 3u);
  EXPECT_EQ(policy.groups()[0], (PolicyGroup{"X-witnesses", 2, {"X1", "X2", "X3"}}));
  EXPECT_EQ(policy.groups()[1].threshold, 1u);
  EXPECT_EQ(policy.groups()[2].threshold, 2u);
  EXPECT_EQ(policy.quorum(), "X-and-Y");
}

TEST_F(TrustPolicyTest, SpacesTabsCommentsAndUrls) {
  const TrustPolicy policy =
      Parsed("# a comment\n\t # another, caf\u00E9 \xFF\n \t \n\n  log\t" + keys_.Log("a.example") +
             " \t https://a.example/log \t\n\twitness W\u00E9 " + keys_.Witness("w.example") +
             " https://w.example/\nquorum W\u00E9\n#the end\n");
  EXPECT_EQ(policy.logs().at(0).url, "https://a.example/log");
  EXPECT_EQ(policy.witnesses().at(0).name, "W\u00E9");
  EXPECT_EQ(policy.witnesses().at(0).url, "https://w.example/");
}

TEST_F(TrustPolicyTest, NoneAsksForNothing) {
  EXPECT_EQ(Parsed("quorum none\n"), TrustPolicy::None());
  EXPECT_TRUE(TrustPolicy::None().QuorumMet({}));
  EXPECT_TRUE(TrustPolicy::None().Check(Cosigned({})).ok());
  EXPECT_TRUE(Parsed(keys_.Witnesses({"A"}) + "quorum none\n").Check(Cosigned({})).ok());
}

TEST_F(TrustPolicyTest, AnErrorNamesItsLine) {
  const std::string two = keys_.Witnesses({"A", "B"});
  const std::string vkey = keys_.Witness("C.example");
  const std::pair<std::string, std::string> cases[] = {
      {"logs x\n", "begins with none"},
      {"Quorum none\n", "begins with none"},
      {"log\n", "a log is"},
      {"log x\n", "verifier key"},
      {"log " + keys_.Log("l.example") + " url more\n", "a log is"},
      {"log " + vkey + "\n", "witness's key"},
      {"witness\n", "a witness is"},
      {"witness C\n", "a witness is"},
      {"witness C x\n", "verifier key"},
      {"witness C " + vkey + " url more\n", "a witness is"},
      {"witness C " + keys_.Log("l.example") + "\n", "log's key"},
      {"witness A " + vkey + "\n", "taken"},
      {"witness none " + vkey + "\n", "reserved"},
      {"witness C " + keys_.Witness("A.example") + "\n", "already, as A.example"},
      {"group\n", "a group is"},
      {"group G\n", "a group is"},
      {"group G any\n", "a group is"},
      {"group G 0 A B\n", "from 1 to 2"},
      {"group G 3 A B\n", "from 1 to 2"},
      {"group G 01 A B\n", "from 1 to 2"},
      {"group G +1 A B\n", "from 1 to 2"},
      {"group G Any A B\n", "from 1 to 2"},
      {"group G 99999999999999999999 A B\n", "from 1 to 2"},
      {"group A any B\n", "taken"},
      {"group none any A\n", "reserved"},
      {"group G any C\n", "defines the member C"},
      {"group G any G\n", "defines the member G"},
      {"group G any none\n", "defines the member none"},
      {"group G any A A\n", "only once"},
      {"quorum\n", "a quorum is"},
      {"quorum A B\n", "a quorum is"},
      {"quorum C\n", "quorum's name C"},
      {"quorum A # comment\n", "a quorum is"},
      {"quorum none\r\n", "control character"},
      {std::string("quorum\0none\n", 12), "control character"},
      {"# \x7F\n", "control character"},
  };
  for (const auto& [line, what] : cases) {
    EXPECT_THAT(Refusal(two + line + "quorum none\n"),
                AllOf(StartsWith("line 3: "), HasSubstr(what)))
        << line;
  }
}

TEST_F(TrustPolicyTest, ANameMayBeAMemberOnceAlone) {
  const std::string two = keys_.Witnesses({"A", "B"});
  EXPECT_THAT(Refusal(two + "group G any A\ngroup H any A B\nquorum H\n"), StartsWith("line 4: "));
  EXPECT_THAT(Refusal(two + "group G any A\ngroup H any G\ngroup I any G B\nquorum I\n"),
              StartsWith("line 5: "));
}

TEST_F(TrustPolicyTest, OneKeyUnderTwoNamesIsRefused) {
  const std::string key = keys_.Of("a.example").PublicKey();
  const std::string other_witness = VerifierKey{"b.example", KeyKind::kWitness, key}.ToString();
  const std::string other_log = VerifierKey{"b.example", KeyKind::kLog, key}.ToString();
  EXPECT_THAT(Refusal("witness A " + keys_.Witness("a.example") + "\nwitness B " + other_witness +
                      "\nquorum none\n"),
              StartsWith("line 2: "));
  EXPECT_THAT(Refusal("log " + keys_.Log("a.example") + "\nlog " + other_log + "\nquorum none\n"),
              StartsWith("line 2: "));
}

TEST_F(TrustPolicyTest, EndsWithANewline) {
  EXPECT_THAT(Refusal("# all\nquorum none"), AllOf(StartsWith("line 2: "), HasSubstr("complete")));
}

TEST_F(TrustPolicyTest, HasOneQuorum) {
  EXPECT_THAT(Refusal(""), HasSubstr("no quorum"));
  EXPECT_THAT(Refusal("# nothing\n"), HasSubstr("no quorum"));
  EXPECT_THAT(Refusal("quorum none\nquorum none\n"), StartsWith("line 2: a second quorum"));
}

TEST_F(TrustPolicyTest, HasItsBounds) {
  std::string logs, witnesses, groups;
  for (std::size_t i = 0; i <= kMostPolicyLogs; ++i) {
    const std::string name = "n" + std::to_string(i);
    logs += "log " + keys_.Log(name) + "\n";
    witnesses += "witness " + name + " " + keys_.Witness(name) + "\n";
    groups += "group g" + name + " any " + (i == 0 ? "A" : "gn" + std::to_string(i - 1)) + "\n";
  }
  const auto without_last = [](std::string lines) {
    return lines.substr(0, lines.rfind('\n', lines.size() - 2) + 1);
  };
  const std::string a = keys_.Witnesses({"A"}), end = "quorum none\n";
  EXPECT_EQ(Parsed(without_last(logs) + end).logs().size(), kMostPolicyLogs);
  EXPECT_EQ(Parsed(without_last(witnesses) + end).witnesses().size(), kMostPolicyWitnesses);
  EXPECT_EQ(Parsed(a + without_last(groups) + end).groups().size(), kMostPolicyGroups);
  EXPECT_THAT(Refusal(logs + end), StartsWith("line 65: there are more than 64 logs"));
  EXPECT_THAT(Refusal(witnesses + end), StartsWith("line 65: there are more than 64 witnesses"));
  EXPECT_THAT(Refusal(a + groups + end), StartsWith("line 66: there are more than 64 groups"));
  EXPECT_TRUE(TrustPolicy::Parse(std::string(kMostPolicyBytes - end.size(), '\n') + end).ok());
  EXPECT_FALSE(TrustPolicy::Parse(std::string(kMostPolicyBytes, '\n') + end).ok());
}

// --- Deciding --------------------------------------------------------------------------------

TEST_F(TrustPolicyTest, TheQuorumOfTheSpecificationForEverySetOfWitnesses) {
  const TrustPolicy policy = Parsed(Example());
  const std::vector<std::string> names = {"X1", "X2", "X3", "Y1", "Y2", "Y3"};
  for (unsigned bits = 0; bits < 64; ++bits) {
    std::set<std::string> set;
    std::vector<std::string> list;
    int x = 0, y = 0;
    for (unsigned i = 0; i < 6; ++i) {
      if ((bits >> i & 1) == 0) continue;
      set.insert(names[i]);
      list.push_back(names[i]);
      ++(i < 3 ? x : y);
    }
    const bool met = x >= 2 && y >= 1;
    EXPECT_EQ(policy.QuorumMet(set), met) << ::testing::PrintToString(list);
    EXPECT_EQ(policy.Check(Cosigned(list)).code(), met ? Code::kOk : Code::kFailedPrecondition)
        << ::testing::PrintToString(list);
  }
}

TEST_F(TrustPolicyTest, OneWitnessMayBeTheQuorum) {
  const TrustPolicy policy = Parsed(keys_.Witnesses({"A", "B"}) + "quorum A\n");
  EXPECT_TRUE(policy.QuorumMet({"A"}));
  EXPECT_FALSE(policy.QuorumMet({"B"}));
  EXPECT_FALSE(policy.QuorumMet({}));
}

TEST_F(TrustPolicyTest, NamesOfGroupsAndStrangersCountForNothing) {
  const TrustPolicy policy = Parsed(keys_.Witnesses({"A", "B"}) + "group G all A B\nquorum G\n");
  EXPECT_FALSE(policy.QuorumMet({"G"}));
  EXPECT_FALSE(policy.QuorumMet({"A", "C", "none", "A.example", "B.example"}));
  EXPECT_TRUE(policy.QuorumMet({"A", "B", "C"}));
}

TEST_F(TrustPolicyTest, SaysWhichWitnessesOfTheQuorumAreMissing) {
  const std::string three = keys_.Witnesses({"north", "south", "spare"});
  const TrustPolicy policy =
      Parsed(three + "group both all north south\ngroup others any spare\nquorum both\n");
  const base::Status status = policy.Check(Cosigned({"south"}));
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(status)),
              AllOf(HasSubstr("both"), HasSubstr("missing: north"), Not(HasSubstr("south")),
                    Not(HasSubstr("spare"))));
}

TEST_F(TrustPolicyTest, ALogThatIsListedHasToHaveSigned) {
  const std::string a = keys_.Witnesses({"A"});
  const std::string known = "log " + keys_.Log("log.example") + "\n";
  const std::string other = "log " + keys_.Log("other.example") + "\n";
  const SignedCheckpoint checkpoint = Cosigned({"A"});
  EXPECT_TRUE(Parsed(a + known + other + "quorum A\n").Check(checkpoint).ok());
  EXPECT_EQ(Parsed(a + other + "quorum A\n").Check(checkpoint).code(), Code::kPermissionDenied);
  EXPECT_TRUE(Parsed(a + "quorum A\n").Check(checkpoint).ok());
}

TEST_F(TrustPolicyTest, AWitnesssWrongSignatureSpoilsTheCheckpoint) {
  const TrustPolicy policy = Parsed(keys_.Witnesses({"A", "B"}) + "group G any A B\nquorum G\n");
  SignedCheckpoint checkpoint = Cosigned({"A", "B"});
  checkpoint.note.signatures[1].signature[20] ^= 1;
  EXPECT_EQ(policy.Check(checkpoint).code(), Code::kPermissionDenied);
}

// A witness that signs as a log does has said nothing about what it saw.
TEST_F(TrustPolicyTest, APlainSignatureOfAWitnessIsNoCosignature) {
  const TrustPolicy policy = Parsed(keys_.Witnesses({"A"}) + "quorum A\n");
  SignedCheckpoint checkpoint = Cosigned({});
  checkpoint.note.signatures.push_back(
      SignNote(checkpoint.note.text, "A.example", keys_.Of("A.example")));
  EXPECT_EQ(policy.Check(checkpoint).code(), Code::kFailedPrecondition);
}

}  // namespace
}  // namespace firstbell::audit
