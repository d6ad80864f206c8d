#pragma once

// Checks a delivery log: the checkpoint's signatures, every entry in its place, every commitment
// that can be opened, and that the RFC 6962 root over the entries is the one that was signed; all
// of it, or what has come since the newest checkpoint that was verified before, from which the log
// must have grown. Threads: one call at a time.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "broker/base/status.h"
#include "clients/audit/closed.h"
#include "clients/audit/log_source.h"
#include "clients/audit/trust.h"

namespace firstbell::audit_client {

struct Verified {
  v1::Checkpoint checkpoint;
  std::optional<Trusted> trusted;  // what may be trusted from now on; nothing: it does not fit
  std::uint64_t first = 0;         // of the entries that were read
  std::uint64_t entries = 0;       // read
  std::uint64_t opened = 0;        // of which the event was shown and fits
  ClosedEntries closed;            // of which it was not: the hash alone counted
  std::size_t witnesses = 0;       // that the auditor's policy names
  std::size_t cosigned = 0;        // of which so many have signed, as was checked
  bool key_first_seen = false;     // the log's key is known from the log alone
  std::string mismatch;            // where and what does not fit; empty: all does
  // Of a log that has not grown from what was verified before: both checkpoints, to be kept.
  std::optional<Contradiction> contradiction;
};

enum class Extent { kWhole, kSinceTrusted };

// `known`: what this auditor knows of the log of that origin; the log is shown it, too. An error
// means that it could not be checked: no key of the log is known, say. A log that does not fit is a
// result.
base::Result<Verified> Verify(
    LogSource& source, const Trust& trust,
    const std::function<base::Result<std::optional<Trusted>>(const std::string& origin)>& known,
    Extent extent, const std::function<void(double)>& progress);

// In plain words, what was checked and what not; several lines.
std::string Describe(const Verified& verified);
// {"verified":…,"origin":…,"size":…,"rootSha256":…,…} and a line break.
std::string VerifiedJson(const Verified& verified);

}  // namespace firstbell::audit_client
