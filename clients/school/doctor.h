#pragma once

// What keeps this machine from its work, in words for whoever looks after it: what is blocked (a
// port, a name, a clock, a disk, a certificate), and what to do about it. Content-free.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/school/local_store.h"
#include "clients/school/page_standing.h"
#include "clients/school/state_directory.h"

namespace firstbell::school {

enum class Reach {
  kReached,
  kNoName,    // the broker's name is not resolved
  kRefused,   // an answer came: nobody listens there
  kNoAnswer,  // nothing came back: dropped on the way, or there is no network
};

// What was looked at. `none`: it could not be, or is not there.
struct MachineFacts {
  std::optional<base::Urn> urn;  // none: not enrolled
  std::string broker;            // "broker.example:7444"
  std::optional<Reach> reach;
  bool proxy_configured = false;  // in the environment, which main reads
  std::optional<LinkStanding> link;
  std::optional<absl::Time> heard;
  bool daemon_running = false;
  std::optional<PageStanding> page;
  std::optional<Reach> page_reach;                      // where it is served, and the daemon runs
  base::Status store;                                   // of Verify
  base::Status records;                                 // the same, of records/
  std::optional<std::uint64_t> disk_free_bytes;         // where the state directory lies
  std::optional<std::uint64_t> lockable_bytes;          // of memory; none: without limit
  bool clock_synchronised = false;                      // by a time service, as the kernel says
  std::optional<absl::Duration> clock_ahead_of_broker;  // in this run of the machine
  std::optional<absl::Time> device_certificate_until;
  std::vector<absl::Time> people_certificates_until;
  absl::Time now;
};

enum class Health { kGood, kWarning, kBad };

struct Finding {
  std::string subject;  // "the link to the broker"
  Health health = Health::kGood;
  std::string text;  // how it is; where it is not good, also what to do
};

// Every subject once, in the order in which they depend on each other. Pure.
std::vector<Finding> Judge(const MachineFacts& facts);
Health Worst(const std::vector<Finding>& findings);

// Looks at everything but the environment; takes as long as the broker does to answer, at most
// kReachPatience.
inline constexpr absl::Duration kReachPatience = absl::Seconds(5);
MachineFacts LookAtMachine(const StateDirectory& state);

}  // namespace firstbell::school
