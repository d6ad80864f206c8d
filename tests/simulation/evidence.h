#pragma once

// What was done to the broker and seen of it, written down as it happens by those who do and see
// it: what the judge holds against store, log and machines. Nothing here is read by the core.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/model/receipt.h"
#include "broker/model/wake_up.h"
#include "firstbell/v1/alert.pb.h"
#include "firstbell/v1/incident_service.pb.h"
#include "firstbell/v1/link.pb.h"
#include "tests/simulation/country.h"

namespace firstbell::simulation {

// A later revision of a report: what it tells of one child is another account.
struct Correction {
  std::uint32_t revision = 0;
  std::string child_ref, account;
};

// One incident that a force reported, as often as it had to.
struct Report {
  base::ForceCode force;
  base::Reference reference;
  v1::Incident wire;
  std::vector<std::optional<PupilIndex>> children;  // nothing: on no roll
  std::vector<absl::Time> attempts;                 // by the broker's clock
  std::optional<v1::IncidentAnswer> answer;         // once it was told OK
  bool withdrawing = false;                         // it has asked to take it back
  bool withdrawn = false;                           // and was told OK
  std::vector<Correction> corrections;              // asked for, oldest first
  bool correcting = false;                          // not told OK of the last of them yet

  // What it tells of a child as of that revision.
  std::string AccountOf(const v1::Child& child, std::uint32_t revision) const {
    std::string account = child.account();
    for (const Correction& one : corrections) {
      if (one.revision <= revision && one.child_ref == child.child_ref()) account = one.account;
    }
    return account;
  }
};

// Who enrolled: a device or a person.
struct Member {
  SchoolIndex school = 0;
  v1::RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
  // By true time: somebody asked that it be revoked; it certainly is.
  absl::Time leaving = absl::InfiniteFuture(), left = absl::InfiniteFuture();
};

// What a device or a person has signed.
struct Statement {
  base::AlertId alert;
  std::uint32_t sealing = 0;
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;
  base::RecipientId signer;
  std::int64_t at = 0;  // in microseconds, as it is written, of what may be said more than once
  friend auto operator<=>(const Statement&, const Statement&) = default;
};
inline Statement StatementOf(const base::AlertId& alert, std::uint32_t sealing,
                             v1::ReceiptKind kind, const base::RecipientId& signer, absl::Time at) {
  return {alert, sealing, kind, signer, model::Repeats(kind) ? absl::ToUnixMicros(at) : 0};
}

// What an officer decided on a child, whether or not the broker answered.
struct HandDecision {
  v1::ChildOutcome outcome = v1::CHILD_OUTCOME_UNSPECIFIED;
  Schools schools;
};

struct Outage {
  absl::Time from, until = absl::InfiniteFuture();
};

// An alert was put before the people of a school.
struct Showing {
  base::AlertId alert;
  SchoolIndex school = 0;
  absl::Time at;
  std::uint32_t sealing = 0;
};

// A person has opened one.
struct Reading {
  base::AlertId alert;
  SchoolIndex school = 0;
  base::RecipientId person;
  v1::Part part = v1::PART_WHOLE;
  v1::AlertContent content;
};

// A call as an officer's list had it: about which version of an alert, and how many there had been.
struct ListedCall {
  base::AlertId alert;
  std::uint32_t revision = 0, calls = 0;
  friend auto operator<=>(const ListedCall&, const ListedCall&) = default;
};

// A wake-up was handed to a mailbox.
struct Woken {
  base::Urn urn;
  std::string address;
  model::WakeUpOccasion occasion;
  absl::Time at;
  bool delivered = false;
  bool needed = false;  // something waited there just then
};

struct Evidence {
  using ChildKey = std::pair<base::Reference, std::string>;  // references are unique in a run

  std::vector<Report> reports;
  std::map<base::Reference, std::size_t> by_reference;
  std::map<base::RecipientId, Member> members;
  std::map<std::string, Statement> said;  // by what the log calls it
  std::vector<Statement> confirmed;       // the broker said that it recorded them; since judged
  std::vector<Showing> shown;             // since judged
  std::vector<Reading> read;              // since judged
  std::vector<Woken> woken;               // since judged
  std::vector<std::size_t> withdrawn;     // reports; since judged
  std::vector<std::size_t> corrected;     // reports; since judged
  // Children whom no school knows, until two have said so, and how many have.
  std::map<PupilIndex, int> unknown;
  // Children whom somebody at a school has said not to be its pupil: its roll is not believed of
  // them.
  std::set<std::pair<PupilIndex, SchoolIndex>> disputed;
  std::map<ChildKey, HandDecision> decided;
  std::map<ListedCall, std::uint32_t> calls;  // that were made; how many replies the list had
  std::vector<Outage> outages;
  std::vector<Outage> clock_behind;         // the broker's wall clock was set back
  std::set<SchoolIndex> calendar_changing;  // an import is on its way
  std::vector<std::string> findings;        // what is wrong, in words

  void Find(absl::Time now, const std::string& what) {
    findings.push_back(absl::FormatTime("%Y-%m-%d %H:%M:%S", now, absl::UTCTimeZone()) + "Z " +
                       what);
  }
};

}  // namespace firstbell::simulation
