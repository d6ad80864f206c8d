#include "clients/audit/verify.h"

#include <nlohmann/json.hpp>

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/base/bytes.h"
#include "clients/console/call.h"
#include "clients/console/errors.h"
#include "clients/console/output.h"

namespace firstbell::audit_client {
namespace {

using Stub = v1::DeliveryLogService::Stub;

// Takes entries in order and grows the tree over them.
class Checker {
 public:
  explicit Checker(Verified& verified) : verified_(verified) {}

  // False at the first that does not fit.
  bool Take(const v1::LogEntry& entry) {
    const std::string expected = std::to_string(verified_.entries);
    if (entry.position() != verified_.entries) {
      verified_.mismatch = "where entry " + expected + " should stand, the broker gave entry " +
                           std::to_string(entry.position());
      return false;
    }
    if (!Opens(entry)) {
      verified_.mismatch = "entry " + expected + " does not commit to the event shown with it";
      return false;
    }
    tree_.Append(entry.entry());
    ++verified_.entries;
    return true;
  }

  void CompareRoot() {
    const v1::Checkpoint& checkpoint = verified_.checkpoint;
    if (verified_.entries != checkpoint.size()) {
      verified_.mismatch = "the checkpoint speaks of " + std::to_string(checkpoint.size()) +
                           " entries, the broker gave " + std::to_string(verified_.entries);
    } else if (tree_.Root() != checkpoint.root_sha256()) {
      verified_.mismatch =
          "the tree over all entries has another head than the checkpoint: an entry was altered, "
          "or "
          "the checkpoint is not of this log; its head is " +
          base::HexEncode(tree_.Root());
    }
  }

 private:
  bool Opens(const v1::LogEntry& entry) {
    if (entry.event().empty()) return ++verified_.closed != 0;
    if (!audit::CheckEntry(entry.entry(), entry.event(), entry.salt()).ok()) return false;
    return ++verified_.opened != 0;
  }

  Verified& verified_;
  audit::Frontier tree_;
};

// The entries that the checkpoint speaks of, and no later ones.
base::Status ReadEntries(Stub& stub, const v1::Checkpoint& checkpoint,
                         const std::function<bool(const v1::LogEntry&)>& take) {
  if (checkpoint.size() == 0) return base::OkStatus();  // a count of 0 would ask for all
  v1::ReadEntriesRequest request;
  request.set_count(checkpoint.size());
  grpc::ClientContext context;
  const auto stream = stub.ReadEntries(&context, request);
  for (v1::LogEntry entry; stream->Read(&entry);) {
    if (take(entry)) continue;
    context.TryCancel();
    [[maybe_unused]] const grpc::Status cancelled = stream->Finish();
    return base::OkStatus();
  }
  return console::FromGrpc(stream->Finish());
}

}  // namespace

base::Result<Verified> Verify(Stub& stub, const std::function<void(double)>& progress) {
  Verified verified;
  FB_ASSIGN_OR_RETURN(verified.checkpoint,
                      console::Call(stub, &Stub::GetCheckpoint, v1::GetCheckpointRequest()));
  Checker checker(verified);
  const auto size = static_cast<double>(verified.checkpoint.size());
  FB_RETURN_IF_ERROR(ReadEntries(stub, verified.checkpoint, [&](const v1::LogEntry& entry) {
    progress(static_cast<double>(verified.entries) / size);
    return checker.Take(entry);
  }));
  if (verified.mismatch.empty()) checker.CompareRoot();
  return verified;
}

std::string Describe(const Verified& verified) {
  const v1::Checkpoint& checkpoint = verified.checkpoint;
  std::string text = "The delivery log of " + console::Printable(checkpoint.origin()) +
                     (checkpoint.simulated_clock() ? " (simulated clock)" : "") + ", " +
                     std::to_string(checkpoint.size()) + " entries.\n";
  if (!verified.mismatch.empty()) return text + "DOES NOT FIT: " + verified.mismatch + ".\n";
  text +=
      "Every entry stands in its place, and the RFC 6962 tree head over all of them is the "
      "checkpoint's:\n  " +
      base::HexEncode(checkpoint.root_sha256()) + "\n";
  text += std::to_string(verified.opened) + " commitments were opened and fit their events";
  if (verified.closed > 0) {
    text += "; of " + std::to_string(verified.closed) +
            " the event is erased or outside this certificate's scope";
  }
  return text + ".\nNot checked: that others were shown this same head. Keep it and compare.\n";
}

std::string VerifiedJson(const Verified& verified) {
  const v1::Checkpoint& checkpoint = verified.checkpoint;
  nlohmann::ordered_json json;
  json["verified"] = verified.mismatch.empty();
  json["origin"] = checkpoint.origin();
  json["size"] = checkpoint.size();
  json["rootSha256"] = base::HexEncode(checkpoint.root_sha256());
  json["simulatedClock"] = checkpoint.simulated_clock();
  json["opened"] = verified.opened;
  json["closed"] = verified.closed;
  if (!verified.mismatch.empty()) json["mismatch"] = verified.mismatch;
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace firstbell::audit_client
