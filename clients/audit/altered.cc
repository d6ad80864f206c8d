#include "clients/audit/altered.h"

#include <algorithm>

#include "broker/audit/proof.h"

namespace firstbell::audit_client {
namespace {

// A tree by its head alone.
struct Head {
  std::uint64_t size = 0;
  std::string root;
};

Head HeadOf(const audit::Frontier& tree) {
  return {tree.size(), tree.Root()};
}

// Whether the signed tree has grown from this one. A log that proves nothing has not.
bool Grew(LogSource& source, const v1::Checkpoint& head, const Head& from) {
  if (from.size == 0) return true;
  const auto proof = source.Consistency(from.size, head.size());
  return proof.ok() &&
         audit::CheckConsistency(from.size, from.root, head.size(), head.root_sha256(), *proof)
             .ok();
}

// The trees after each entry of a span, from the one before it on.
base::Result<std::vector<Head>> Step(LogSource& source, audit::Frontier tree, std::uint64_t end) {
  std::vector<Head> heads = {HeadOf(tree)};
  FB_RETURN_IF_ERROR(source.ReadEntries(tree.size(), end, [&](const v1::LogEntry& entry) {
    tree.Append(entry.entry());
    heads.push_back(HeadOf(tree));
    return true;
  }));
  return heads;
}

// The place of the last of them that the signed tree has grown from; the first is taken to be one.
std::size_t LastGood(LogSource& source, const v1::Checkpoint& head, absl::Span<const Head> heads) {
  const auto bad = std::partition_point(heads.begin() + 1, heads.end(),
                                        [&](const Head& one) { return Grew(source, head, one); });
  return static_cast<std::size_t>(bad - heads.begin()) - 1;
}

}  // namespace

base::Result<Altered> FindAltered(LogSource& source, const v1::Checkpoint& signed_head,
                                  absl::Span<const audit::Frontier> marks) {
  const std::string head = "the entries do not give the signed head";
  if (marks.empty()) return Altered{head};
  std::vector<Head> heads;
  for (const audit::Frontier& mark : marks) heads.push_back(HeadOf(mark));
  if (!Grew(source, signed_head, heads.front())) {
    return Altered{"the log has forked: the signed tree has not grown from the " +
                       std::to_string(heads.front().size) + " entries that were verified before",
                   true};
  }
  const std::size_t good = LastGood(source, signed_head, heads);
  const std::uint64_t end = good + 1 < heads.size() ? heads[good + 1].size : signed_head.size();
  FB_ASSIGN_OR_RETURN(const auto steps, Step(source, marks[good], end));
  const std::uint64_t altered = steps[LastGood(source, signed_head, steps)].size;
  return Altered{head + ": the first that was altered, moved or put in is entry " +
                 std::to_string(altered)};
}

}  // namespace firstbell::audit_client
