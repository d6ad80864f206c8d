#pragma once

// What the delivery log says, read as an auditor reads it: entry by entry, each held against its
// event and all against the head. The judge compares it with the store, the machines and its own
// record.
//
// Threads: one.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/audit/merkle.h"
#include "broker/store/store.h"
#include "tests/simulation/evidence.h"

namespace firstbell::simulation {

struct LoggedSealing {
  absl::Time at;
  std::uint32_t number = 0;
  std::size_t rungs = 0;  // climbed before it
  std::uint32_t revision = 1;
  bool whole = true;  // or the child's identity alone
  bool ours = false;  // the school had said by then that it is its pupil
};

struct LoggedClimb {
  absl::Time at;
  std::size_t rung = 0;  // counts from 1
};

// One alert, by its events alone.
struct LoggedAlert {
  base::Urn urn;
  base::ForceCode force;
  int accepted = 0;  // how often
  std::uint32_t revision = 1;
  std::vector<absl::Time> revised;  // when
  absl::Time deadline;              // as it was said last
  bool rescheduled = false, taken_back = false, acknowledged = false;
  bool ours = false;                   // its school said so
  std::uint32_t calls = 0;             // to its school, of what stands
  std::uint32_t replies = 0;           // of its school, that no officer has settled
  std::optional<absl::Time> refused;   // its school: it is not
  std::optional<absl::Time> ended_at;  // for the first time
  std::vector<LoggedSealing> sealings;
  std::vector<LoggedClimb> climbs;
  std::set<Statement> receipts;

  bool ended() const { return taken_back || acknowledged; }
};

class Logged {
 public:
  // All entries that are new, up to the head. What is wrong, in words.
  std::vector<std::string> ReadOn(store::Store& store, const Evidence& evidence);

  const std::map<base::AlertId, LoggedAlert>& alerts() const { return alerts_; }
  const LoggedAlert* Find(const base::AlertId& id) const;
  // Alerts of which the last call read something.
  const std::set<base::AlertId>& touched() const { return touched_; }
  // That have not ended.
  const std::set<base::AlertId>& open() const { return open_; }
  std::uint64_t size() const { return tree_.size(); }
  std::uint64_t sealings() const { return sealings_; }
  std::uint64_t receipts() const { return receipts_; }

 private:
  void Note(const store::LogEntry& entry, const Evidence& evidence);
  void NoteRevision(const base::AlertId& id, absl::Time at, std::uint32_t revision,
                    absl::Time deadline, LoggedAlert& alert);
  void NoteCall(const base::AlertId& id, const std::string& about, bool reached, LoggedAlert& alert,
                const Evidence& evidence);
  void NoteReceipt(const std::string& digest, const base::AlertId& id, LoggedAlert& alert,
                   const Evidence& evidence);
  void Wrong(const std::string& what) { wrong_.push_back(what); }

  audit::Frontier tree_;
  std::uint64_t sealings_ = 0, receipts_ = 0;
  std::map<base::AlertId, LoggedAlert> alerts_;
  std::set<base::AlertId> touched_, open_;
  std::vector<std::string> wrong_;
};

}  // namespace firstbell::simulation
