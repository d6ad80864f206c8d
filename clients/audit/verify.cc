#include "clients/audit/verify.h"

#include <map>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "broker/audit/tile_builder.h"
#include "broker/base/bytes.h"
#include "clients/audit/altered.h"
#include "clients/audit/opening.h"
#include "clients/console/output.h"

namespace firstbell::audit_client {
namespace {

constexpr std::uint64_t kMark = 65'536;  // the tree is remembered at each so many entries

// Takes entries in order and grows the tree over them.
class Checker {
 public:
  // Tiles are checked where it begins with the first entry. `remembered`: a tree that was verified
  // before, which this one has to come by; null where there is none.
  Checker(LogSource& source, Verified& verified, audit::Frontier from,
          const audit::Checkpoint* remembered)
      : source_(source),
        verified_(verified),
        remembered_(remembered),
        tree_(std::move(from)),
        marks_{tree_} {
    if (tree_.size() == 0) tiles_.emplace(tree_, NothingBegun);
  }

  const audit::Frontier& tree() const { return tiles_ ? tiles_->tree() : tree_; }
  const std::vector<audit::Frontier>& marks() const { return marks_; }
  bool forked() const { return forked_; }  // it did not come by the remembered tree

  // False at the first that does not fit, or where the source fails.
  bool Take(const v1::LogEntry& entry) {
    const std::uint64_t expected = tree().size();
    if (entry.position() != expected) {
      return Mismatch("where entry " + std::to_string(expected) +
                      " should stand, the log gave entry " + std::to_string(entry.position()));
    }
    if (!Opens(entry)) {
      return Mismatch("entry " + std::to_string(expected) +
                      " does not commit to the event shown with it");
    }
    if (expected % kMark == 0 && expected > marks_.back().size()) marks_.push_back(tree());
    tiles_ ? void(status_ = tiles_->Append(entry.entry())) : tree_.Append(entry.entry());
    ++verified_.entries;
    if (status_.ok() && tree().size() % audit::kTileWidth == 0) CheckTiles();
    if (remembered_ != nullptr && tree().size() == remembered_->size) {
      forked_ = tree().Root() != remembered_->root;
    }
    return status_.ok() && verified_.mismatch.empty();
  }

  base::Status Finish() {
    FB_RETURN_IF_ERROR(status_);
    if (verified_.mismatch.empty()) CheckTiles();
    return status_;
  }

 private:
  bool Mismatch(std::string what) {
    verified_.mismatch = std::move(what);
    return false;
  }

  bool Opens(const v1::LogEntry& entry) {
    const bool open = !entry.event().empty();
    if (open && !CheckOpening(entry).ok()) return false;
    verified_.opened += open ? 1 : 0;
    verified_.closed.Take(entry);
    return true;
  }

  static base::Result<std::string> NothingBegun(const audit::TilePlace&) {
    return base::NotFound("no tile had begun");
  }

  void CheckTiles() {
    if (!tiles_) return;
    for (const auto& [place, hashes] : tiles_->tiles()) {
      auto wrong = source_.CheckTile(place.level, place.index, hashes);
      if (!wrong.ok()) status_ = wrong.status();
      if (wrong.ok() && !wrong->empty()) verified_.mismatch = *std::move(wrong);
      if (!status_.ok() || !verified_.mismatch.empty()) return;
    }
    tiles_->ForgetFull();
  }

  LogSource& source_;
  Verified& verified_;
  const audit::Checkpoint* const remembered_;
  audit::Frontier tree_;  // where there are no tiles
  std::optional<audit::TileBuilder> tiles_;
  std::vector<audit::Frontier> marks_;
  base::Status status_;
  bool forked_ = false;
};

std::string Number(std::uint64_t number) {
  return std::to_string(number);
}

// Whether the log is shorter than, or another than, what was verified before.
std::string GoneBack(const Judged& judged, const Trusted& before) {
  const audit::Checkpoint& now = judged.checkpoint.checkpoint;
  if (now.size < before.head.size) {
    return "the log was cut: " + Number(before.head.size) +
           " entries were verified before, and its checkpoint speaks of " + Number(now.size);
  }
  if (now.size == before.head.size && now.root != before.head.root) {
    return "the log has forked: of the " + Number(now.size) +
           " entries that were verified before it has signed another head";
  }
  return "";
}

// What does not fit is a contradiction of what was verified before.
void Contradicts(const Trusted& before, Verified& verified) {
  const auto& changes = verified.checkpoint.log_key_changes();
  verified.contradiction = {verified.checkpoint.origin(),
                            verified.mismatch,
                            before.note,
                            verified.checkpoint.note(),
                            {changes.begin(), changes.end()}};
}

// The log is shown what was verified before, whatever it now says: one that does not bear it out
// must not go on signing. Where it owns up to that, so do we.
base::Status ShowWhatIsKnown(LogSource& source, const Trusted& before, Verified& verified) {
  const auto answer = source.GetCheckpoint(before.note);
  if (!verified.mismatch.empty()) return base::OkStatus();
  if (!absl::IsFailedPrecondition(answer.status())) return answer.status();
  verified.mismatch = "the broker does not bear out what was verified before: " +
                      std::string(base::Message(answer.status()));
  Contradicts(before, verified);
  return base::OkStatus();
}

// After all entries were read: the head must be the signed one.
base::Status CompareHead(LogSource& source, const Checker& checker,
                         const std::optional<Trusted>& before, Verified& verified) {
  const v1::Checkpoint& signed_head = verified.checkpoint;
  if (checker.tree().size() != signed_head.size()) {
    verified.mismatch = "the checkpoint speaks of " + Number(signed_head.size()) +
                        " entries, the log gave " + Number(checker.tree().size());
    return base::OkStatus();
  }
  if (checker.tree().Root() == signed_head.root_sha256()) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const Altered altered, FindAltered(source, signed_head, checker.marks()));
  verified.mismatch = altered.what;
  if (altered.forked) Contradicts(*before, verified);
  return base::OkStatus();
}

// The head as it is signed, against what is known. Nothing where it does not fit, as `verified`
// says.
base::Result<std::optional<Judged>> JudgeHead(LogSource& source, const Trust& trust,
                                              const std::optional<Trusted>& known,
                                              const std::optional<Trusted>& before,
                                              Verified& verified) {
  auto judged = Judge(verified.checkpoint, trust, known);
  if (absl::IsUnauthenticated(judged.status())) return judged.status();
  if (!judged.ok()) {
    verified.mismatch = "its checkpoint: " + std::string(base::Message(judged.status()));
    return std::nullopt;
  }
  verified.key_first_seen = judged->first_seen;
  verified.cosigned = judged->cosigned;
  verified.witnesses = trust.policy.witnesses().size();
  if (before) {
    verified.mismatch = GoneBack(*judged, *before);
    if (!verified.mismatch.empty()) Contradicts(*before, verified);
    FB_RETURN_IF_ERROR(ShowWhatIsKnown(source, *before, verified));
  }
  return verified.mismatch.empty() ? std::optional(*std::move(judged)) : std::nullopt;
}

// Every entry from the trusted tree on, or from the first.
base::Result<audit::Frontier> ReadAll(LogSource& source, const std::optional<Trusted>& before,
                                      Extent extent, const std::function<void(double)>& progress,
                                      Verified& verified) {
  const bool go_on =
      extent == Extent::kSinceTrusted && before && before->edge.size() == before->head.size;
  Checker checker(source, verified, go_on ? before->edge : audit::Frontier(),
                  before ? &before->head : nullptr);
  verified.first = checker.tree().size();
  const std::uint64_t size = verified.checkpoint.size();
  const auto span = static_cast<double>(std::max<std::uint64_t>(size - verified.first, 1));
  FB_RETURN_IF_ERROR(source.ReadEntries(verified.first, size, [&](const v1::LogEntry& entry) {
    progress(static_cast<double>(verified.entries) / span);
    return checker.Take(entry);
  }));
  FB_RETURN_IF_ERROR(checker.Finish());
  if (verified.mismatch.empty()) FB_RETURN_IF_ERROR(CompareHead(source, checker, before, verified));
  if (verified.mismatch.empty() && checker.forked()) {
    verified.mismatch = "the log has forked: its first " + Number(before->head.size) +
                        " entries are not those that were verified before";
    Contradicts(*before, verified);
  }
  if (verified.mismatch.empty()) {
    FB_ASSIGN_OR_RETURN(verified.mismatch, source.CheckOtherFiles());
  }
  return checker.tree();
}

// To a scope that leaves nothing out, what is closed was erased, and the log says so.
std::string DescribeClosed(const ClosedEntries& closed) {
  if (closed.count() == 0) return "";
  const std::string of = "; of " + Number(closed.count());
  if (!closed.of_nation() || closed.too_many()) {
    return of + " the event is erased, outside this certificate's scope, or not in this copy";
  }
  const std::vector<EntryRun> unaccounted = closed.Unaccounted();
  if (unaccounted.empty()) return of + " the event is erased, as the log says itself";
  return of + " the event is not shown, and no erasure in the log names " + Describe(unaccounted) +
         ":\nthese were erased since this checkpoint, or before erasures named what they close; or "
         "are open "
         "to named scopes alone; or are withheld";
}

}  // namespace

base::Result<Verified> Verify(
    LogSource& source, const Trust& trust,
    const std::function<base::Result<std::optional<Trusted>>(const std::string& origin)>& known,
    Extent extent, const std::function<void(double)>& progress) {
  Verified verified;
  FB_ASSIGN_OR_RETURN(verified.checkpoint, source.GetCheckpoint(""));
  FB_ASSIGN_OR_RETURN(const auto remembered, known(verified.checkpoint.origin()));
  // Of a log whose key alone is known there is nothing to compare with.
  const auto before = remembered && !remembered->note.empty() ? remembered : std::nullopt;
  FB_ASSIGN_OR_RETURN(const auto judged, JudgeHead(source, trust, remembered, before, verified));
  if (!judged) return verified;
  FB_ASSIGN_OR_RETURN(audit::Frontier tree, ReadAll(source, before, extent, progress, verified));
  if (!verified.mismatch.empty()) return verified;
  verified.trusted = Trusted{judged->key, verified.checkpoint.note(), std::move(tree),
                             judged->checkpoint.checkpoint, judged->changes};
  return verified;
}

std::string Describe(const Verified& verified) {
  const v1::Checkpoint& checkpoint = verified.checkpoint;
  std::string text = "The delivery log of " + console::Printable(checkpoint.origin()) +
                     (checkpoint.simulated_clock() ? " (simulated clock)" : "") + ", " +
                     Number(checkpoint.size()) + " entries.\n";
  if (!verified.mismatch.empty()) return text + "DOES NOT FIT: " + verified.mismatch + ".\n";
  text += verified.first == 0
              ? "Every entry stands in its place"
              : "It has grown from the " + Number(verified.first) +
                    " entries that were verified before; every further entry stands in its place";
  text += ", and the RFC 6962 tree head over all of them is the signed one:\n  " +
          base::HexEncode(checkpoint.root_sha256()) + "\n";
  text += Number(verified.opened) + " commitments were opened and fit their events";
  text += DescribeClosed(verified.closed) + ".\n";
  if (verified.witnesses > 0) {
    text += Number(verified.cosigned) + " of the " + Number(verified.witnesses) +
            " witnesses of your policy have signed this head too.\n";
  }
  if (verified.key_first_seen) {
    text +=
        "The log's key was seen for the first time. Compare it with what the operator publishes:\n"
        "  " +
        verified.trusted->key.ToString() + "\n";
  }
  if (verified.cosigned == 0) {
    text += "Not checked: that others were shown this same head. Keep it and compare.\n";
  }
  return text;
}

std::string VerifiedJson(const Verified& verified) {
  const v1::Checkpoint& checkpoint = verified.checkpoint;
  nlohmann::ordered_json json;
  json["verified"] = verified.mismatch.empty();
  json["origin"] = checkpoint.origin();
  json["size"] = checkpoint.size();
  json["rootSha256"] = base::HexEncode(checkpoint.root_sha256());
  json["simulatedClock"] = checkpoint.simulated_clock();
  json["from"] = verified.first;
  json["opened"] = verified.opened;
  json["closed"] = verified.closed.count();
  if (verified.closed.of_nation() && !verified.closed.too_many()) {
    auto& unaccounted = json["closedWithoutErasure"] = nlohmann::ordered_json::array();
    for (const EntryRun& run : verified.closed.Unaccounted()) {
      unaccounted.push_back({run.first, run.last});
    }
  }
  json["cosignatures"] = verified.cosigned;
  json["witnesses"] = verified.witnesses;
  if (verified.trusted) json["logKey"] = verified.trusted->key.ToString();
  json["keyFirstSeen"] = verified.key_first_seen;
  if (!verified.mismatch.empty()) json["mismatch"] = verified.mismatch;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace firstbell::audit_client
