#include "broker/audit/trust_policy.h"

#include <algorithm>

#include "broker/audit/lines.h"

namespace firstbell::audit {

namespace {

constexpr std::string_view kNone = "none";

std::vector<VerifierKey> KeysOf(const std::vector<PolicyLog>& logs) {
  std::vector<VerifierKey> keys;
  for (const PolicyLog& log : logs) keys.push_back(log.key);
  return keys;
}

}  // namespace

bool TrustPolicy::QuorumMet(const std::set<std::string>& witnesses) const {
  if (quorum_ == kNone) return true;
  std::set<std::string> witnessing;
  for (const PolicyWitness& each : witnesses_) {
    if (witnesses.contains(each.name)) witnessing.insert(each.name);
  }
  // A group stands after its members, so that one pass is enough.
  for (const PolicyGroup& group : groups_) {
    const auto count = std::count_if(group.members.begin(), group.members.end(),
                                     [&](const auto& name) { return witnessing.contains(name); });
    if (static_cast<std::size_t>(count) >= group.threshold) witnessing.insert(group.name);
  }
  return witnessing.contains(quorum_);
}

std::string TrustPolicy::Missing(const std::set<std::string>& witnesses) const {
  std::set<std::string> counts{quorum_};
  for (auto group = groups_.rbegin(); group != groups_.rend(); ++group) {
    if (counts.contains(group->name)) counts.insert(group->members.begin(), group->members.end());
  }
  std::string names;
  for (const PolicyWitness& each : witnesses_) {
    if (!counts.contains(each.name) || witnesses.contains(each.name)) continue;
    names += (names.empty() ? "" : ", ") + each.name;
  }
  return names;
}

std::set<std::string> TrustPolicy::WitnessesOf(const SignedCheckpoint& checkpoint) const {
  std::set<std::string> names;
  for (const PolicyWitness& each : witnesses_) {
    if (CheckSignature(checkpoint.note, each.key).ok()) names.insert(each.name);
  }
  return names;
}

base::Status TrustPolicy::Check(const SignedCheckpoint& checkpoint) const {
  if (!logs_.empty()) FB_RETURN_IF_ERROR(CheckLogSignature(checkpoint, KeysOf(logs_)));
  return CheckWitnesses(checkpoint);
}

base::Status TrustPolicy::CheckWitnesses(const SignedCheckpoint& checkpoint) const {
  std::set<std::string> cosigned;
  for (const PolicyWitness& each : witnesses_) {
    const base::Status status = CheckSignature(checkpoint.note, each.key);
    if (status.code() == base::Code::kNotFound) continue;
    FB_RETURN_IF_ERROR(status);
    cosigned.insert(each.name);
  }
  if (QuorumMet(cosigned)) return base::OkStatus();
  return base::FailedPrecondition("too few witnesses have cosigned the checkpoint for the quorum " +
                                  quorum_ + "; missing: " + Missing(cosigned));
}

// Reads a policy line by line, each by what its first word says.
class PolicyReader {
 public:
  base::Status ReadLine(std::string_view line);
  base::Result<TrustPolicy> Finish() &&;

 private:
  using Words = std::vector<std::string>;
  base::Status ReadLog(const Words& words);
  base::Status ReadWitness(const Words& words);
  base::Status ReadGroup(const Words& words);
  base::Status ReadQuorum(const Words& words);
  base::Status Define(const std::string& name);
  base::Status MakeMember(const std::string& name);

  TrustPolicy policy_;
  bool has_quorum_ = false;
  std::set<std::string> names_;    // of witnesses and groups
  std::set<std::string> members_;  // that stand in a group
};

namespace {

bool IsPolicyText(std::string_view line) {
  return std::all_of(line.begin(), line.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

std::vector<std::string> WordsOf(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    line.remove_prefix(std::min(line.size(), line.find_first_not_of(" \t")));
    if (line.empty()) return words;
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    words.emplace_back(word);
    line.remove_prefix(word.size());
  }
}

base::Status Limited(std::size_t count, std::size_t most, std::string_view what) {
  if (count < most) return base::OkStatus();
  return base::InvalidArgument("there are more than " + std::to_string(most) + " " +
                               std::string(what));
}

base::Result<VerifierKey> ParseKey(const std::string& vkey, KeyKind kind) {
  FB_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(vkey));
  if (key.kind == kind) return key;
  return base::InvalidArgument(kind == KeyKind::kLog
                                   ? "this is a witness's key (type 04), where a log's is needed"
                                   : "this is a log's key (type 01), where a witness's is needed");
}

// Two keys are one where the bytes are, under whatever names.
template <typename Known>
base::Status CheckNewKey(const std::vector<Known>& known, const VerifierKey& key) {
  for (const Known& each : known) {
    if (each.key.public_key != key.public_key) continue;
    return base::InvalidArgument("this key stands in the policy already, as " + each.key.name);
  }
  return base::OkStatus();
}

base::Result<std::size_t> ParseThreshold(const std::string& word, std::size_t members) {
  if (word == "any") return std::size_t{1};
  if (word == "all") return members;
  const base::Result<std::uint64_t> number = ParseDecimal(word);
  if (number.ok() && 1 <= *number && *number <= members) return static_cast<std::size_t>(*number);
  return base::InvalidArgument("a group's threshold is \"any\", \"all\" or a number from 1 to " +
                               std::to_string(members) + ", the number of its members");
}

}  // namespace

base::Status PolicyReader::ReadLine(std::string_view line) {
  if (!IsPolicyText(line)) {
    return base::InvalidArgument(
        "a control character: tabs alone are allowed, and lines end as on Unix");
  }
  const Words words = WordsOf(line);
  if (words.empty() || words[0].starts_with('#')) return base::OkStatus();
  if (words[0] == "log") return ReadLog(words);
  if (words[0] == "witness") return ReadWitness(words);
  if (words[0] == "group") return ReadGroup(words);
  if (words[0] == "quorum") return ReadQuorum(words);
  return base::InvalidArgument(
      "begins with none of the words \"log\", \"witness\", \"group\" and \"quorum\"");
}

base::Status PolicyReader::ReadLog(const Words& words) {
  if (words.size() < 2 || words.size() > 3) {
    return base::InvalidArgument("a log is \"log <vkey> [<url>]\"");
  }
  FB_RETURN_IF_ERROR(Limited(policy_.logs_.size(), kMostPolicyLogs, "logs"));
  FB_ASSIGN_OR_RETURN(VerifierKey key, ParseKey(words[1], KeyKind::kLog));
  FB_RETURN_IF_ERROR(CheckNewKey(policy_.logs_, key));
  policy_.logs_.push_back({std::move(key), words.size() > 2 ? words[2] : ""});
  return base::OkStatus();
}

base::Status PolicyReader::ReadWitness(const Words& words) {
  if (words.size() < 3 || words.size() > 4) {
    return base::InvalidArgument("a witness is \"witness <name> <vkey> [<url>]\"");
  }
  FB_RETURN_IF_ERROR(Limited(policy_.witnesses_.size(), kMostPolicyWitnesses, "witnesses"));
  FB_RETURN_IF_ERROR(Define(words[1]));
  FB_ASSIGN_OR_RETURN(VerifierKey key, ParseKey(words[2], KeyKind::kWitness));
  FB_RETURN_IF_ERROR(CheckNewKey(policy_.witnesses_, key));
  policy_.witnesses_.push_back({words[1], std::move(key), words.size() > 3 ? words[3] : ""});
  return base::OkStatus();
}

base::Status PolicyReader::ReadGroup(const Words& words) {
  if (words.size() < 4) {
    return base::InvalidArgument("a group is \"group <name> any|all|<number> <member>…\"");
  }
  FB_RETURN_IF_ERROR(Limited(policy_.groups_.size(), kMostPolicyGroups, "groups"));
  PolicyGroup group{words[1], 0, {words.begin() + 3, words.end()}};
  FB_ASSIGN_OR_RETURN(group.threshold, ParseThreshold(words[2], group.members.size()));
  for (const std::string& member : group.members) FB_RETURN_IF_ERROR(MakeMember(member));
  FB_RETURN_IF_ERROR(Define(group.name));
  policy_.groups_.push_back(std::move(group));
  return base::OkStatus();
}

base::Status PolicyReader::ReadQuorum(const Words& words) {
  if (words.size() != 2) return base::InvalidArgument("a quorum is \"quorum <name>\"");
  if (has_quorum_) return base::InvalidArgument("a second quorum: a policy has one alone");
  if (words[1] != kNone && !names_.contains(words[1])) {
    return base::InvalidArgument("no line before defines the quorum's name " + words[1]);
  }
  policy_.quorum_ = words[1];
  has_quorum_ = true;
  return base::OkStatus();
}

base::Status PolicyReader::Define(const std::string& name) {
  if (name == kNone) return base::InvalidArgument("the name \"none\" is reserved for the quorum");
  if (names_.insert(name).second) return base::OkStatus();
  return base::InvalidArgument("the name " + name + " is taken by a line before");
}

base::Status PolicyReader::MakeMember(const std::string& name) {
  if (!names_.contains(name)) {
    return base::InvalidArgument("no line before defines the member " + name);
  }
  if (members_.insert(name).second) return base::OkStatus();
  return base::InvalidArgument(name + " is a member of a group already; it may count only once");
}

base::Result<TrustPolicy> PolicyReader::Finish() && {
  if (has_quorum_) return std::move(policy_);
  return base::InvalidArgument(
      "the policy has no quorum line; \"quorum none\" asks for no witness");
}

base::Result<TrustPolicy> TrustPolicy::Parse(std::string_view text) {
  if (text.size() > kMostPolicyBytes) {
    return base::InvalidArgument("a policy has at most 256 KiB; this one is longer");
  }
  PolicyReader reader;
  for (int number = 1; !text.empty(); ++number) {
    const base::Result<std::string_view> line = TakeLine(text);
    const base::Status status = line.ok() ? reader.ReadLine(*line) : line.status();
    if (!status.ok()) return base::Annotate(status, "line " + std::to_string(number));
  }
  return std::move(reader).Finish();
}

}  // namespace firstbell::audit
