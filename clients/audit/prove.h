#pragma once

// Portable receipts: that an event of a delivery is in the log, as a file that anyone can check
// without asking anybody (C2SP tlog-proof). Its extra data opens the entry. Threads: one call at a
// time.

#include <string>
#include <vector>

#include "broker/base/status.h"
#include "clients/audit/trust.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

struct ProofFile {
  std::uint64_t position = 0;
  std::string event;  // JSON, as it was opened
  std::string text;   // of the file
};

// One for each event of the delivery that is in the checkpoint's tree and open to this scope,
// checked before it is given out. `key_changes`: how the log's key came to be the one that signs,
// as they were checked; whoever knows another of those keys can check the proof by them. That the
// checkpoint is signed, and the events are about the alert that was asked for, is the caller's to
// check (answer.h). DataLoss: one does not hold.
base::Result<std::vector<ProofFile>> ProofsOf(const v1::GetDeliveryResponse& delivery,
                                              const std::vector<std::string>& key_changes);

// The log that a proof says it is of; nothing is checked. InvalidArgument.
base::Result<std::string> OriginOf(const std::string& text);

// What a proof shows.
struct Proven {
  std::uint64_t position = 0;
  std::string event;  // JSON
  std::string origin;
  std::uint64_t size = 0;
  std::size_t cosignatures = 0;  // of witnesses that the trust names
  // Signed by a key that was changed since, and by none later: as good as that key was guarded.
  bool by_earlier_key = false;
  friend bool operator==(const Proven&, const Proven&) = default;
};
// Signature, witnesses, inclusion, and that the entry commits to the event in the file. The log's
// key may be any that changes of the key, in the file or known, tie to the one that is known or
// given. InvalidArgument: it is no proof of ours. ChainsOf's errors.
base::Result<Proven> CheckProof(const std::string& text, const Trust& trust,
                                const std::optional<Trusted>& known);

}  // namespace firstbell::audit_client
