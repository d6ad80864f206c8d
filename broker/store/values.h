#pragma once

// What the verbs of store.h take and give. Values.

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/ids.h"
#include "broker/base/limits.h"
#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/model/calendar_change.h"
#include "broker/model/event.h"
#include "broker/model/ladder.h"
#include "broker/model/look.h"
#include "broker/model/pupil.h"
#include "broker/model/receipt.h"
#include "broker/model/recipient.h"
#include "broker/model/school.h"
#include "broker/store/wake_up_records.h"

namespace firstbell::store {

using base::Result;
using base::Status;
using Events = std::vector<model::Event>;

// --- What stands in the store -------------------------------------------------------------

// Fixed at initialisation. Simulated and real are never mixed.
struct Identity {
  std::string origin;  // the delivery log's name, for instance "firstbell.example/2026"
  bool simulated = false;
  std::string root_sha256 = {};  // of the authority whose keys belong to it
  friend bool operator==(const Identity&, const Identity&) = default;
};

// One child's part of the answer that the force got.
struct ChildAnswer {
  base::ChildRef child_ref;
  v1::ChildOutcome outcome = v1::CHILD_OUTCOME_UNSPECIFIED;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::optional<absl::Time> show_from;
  std::optional<absl::Time> deadline;
  friend bool operator==(const ChildAnswer&, const ChildAnswer&) = default;
};

struct Incident {
  base::IncidentId id;
  base::ForceCode force;
  base::Reference reference;
  std::uint32_t revision = 1;
  std::string digest;      // model::Incident::Digest, 32 bytes
  std::string content;     // the canonical incident, sealed by the vault; opaque here
  absl::Time accepted_at;  // of the first revision
  // Every child that any revision has named, in the order in which they came: a child's place here
  // stays its own.
  std::vector<ChildAnswer> children;
  std::optional<absl::Time> revised_at = std::nullopt;                 // of a later revision
  v1::WithdrawalReason withdrawn = v1::WITHDRAWAL_REASON_UNSPECIFIED;  // what it took back, and why
  friend bool operator==(const Incident&, const Incident&) = default;
};

// All that accepting one incident brings about.
struct NewIncident {
  Incident incident;
  std::vector<model::Alert> alerts;  // state accepted, sealing 0
  std::vector<model::Case> cases;
  Events events;
};

// One alert as it stood and as it stands from now on.
struct AlertChange {
  model::Alert before, after;
};

// One child's case: in place of the one it had, or its first.
struct CaseChange {
  std::optional<model::Case> before;
  model::Case after;
};

// All that a later revision of an incident brings about.
struct NewRevision {
  Incident incident;                        // as it stands from now on
  std::uint32_t follows = 0;                // the revision that stood
  std::vector<model::Alert> alerts_before;  // all of the incident's, as they stood, in order
  std::vector<AlertChange> changed;
  std::vector<model::Alert> alerts;  // further ones: state accepted, sealing 0
  std::vector<CaseChange> cases;
  Events events;
};

struct Accepted {
  Incident incident;       // as stored: the first answer
  bool was_there = false;  // nothing was written now
};

// A pupil with where matching finds it. What the numbers mean is matching's own.
struct RollEntry {
  model::Pupil pupil;
  std::vector<std::uint64_t> blocks;
  std::uint64_t fingerprint = 0;
  friend bool operator==(const RollEntry&, const RollEntry&) = default;
};

// Pupils of any school that stand in one of the blocks.
struct PupilQuery {
  std::vector<std::uint64_t> blocks;
  // Looked at only where none of those is as promising as `enough`: larger blocks.
  std::vector<std::uint64_t> more_blocks;
  // How promising a fingerprint at a school is; below `least` its pupil is not read. Must not call
  // the store.
  std::function<int(std::uint64_t fingerprint, base::Urn urn)> promise;
  int least = 0;
  int enough = std::numeric_limits<int>::max();
  // Who is farther behind the most promising is not read, but for the first limits::kCandidates.
  int spread = std::numeric_limits<int>::max();
  // The same where somebody is as promising as `enough`, and then the first are no exception.
  int spread_of_enough = std::numeric_limits<int>::max();
};

struct FoundPupils {
  // The most promising first, then by (urn, local id); at most limits::kPupilsCompared.
  std::vector<model::PupilAtSchool> pupils;
  // A block holds more than limits::kPupilsPerBlock: of it, only the first so many were looked at.
  bool cut = false;
  // There were more that would have been read but for limits::kPupilsCompared.
  bool full = false;
};

// One school's roll on its way into a load, and the events that record it.
struct SchoolRoll {
  base::Urn urn;
  std::vector<RollEntry> entries;
  Events events;
};

struct RollLoad {
  // The next roll, of the schools in any order; nothing: there are no more. An error ends the load.
  // May be called by several threads at once, and again after the last. Must not call the store.
  std::function<Result<std::optional<SchoolRoll>>()> next;
  absl::Time now;
  // After the last roll: how much of the index is built, 0 to 1. By one thread at a time. May be
  // empty; must not call the store.
  std::function<void(double built)> progress = {};
};

// What a person of a school says of when they are there, or an operator for them.
struct NewDuty {
  base::RecipientId id;
  model::Duty duty;
  absl::Time at;           // when it was said: what was said last stands
  bool by_person = false;  // who is therefore still there
  Events events;
};

// A device linked, or a person signed.
struct SignOfLife {
  base::RecipientId id;
  absl::Time at;
};

enum class RollMode { kReplace, kOnlyAdd };

struct ImportCounts {
  std::uint32_t added = 0, changed = 0, removed = 0, unchanged = 0;
  friend bool operator==(const ImportCounts&, const ImportCounts&) = default;
};

struct SchoolFacts {
  model::School school;
  std::optional<model::SchoolHours> hours;  // of every weekday of which its year says none
  std::uint32_t pupils = 0;
  std::optional<absl::Time> roll_imported_at;
  model::SchoolYear year = {};  // what it says itself
  model::DirectLines direct_lines = {};
};

// What a sealing's header says of its alert, and when it was made.
struct SealedAs {
  absl::Time show_from, deadline, at;
  std::uint32_t revision = 1;
  v1::Part part = v1::PART_WHOLE;
  base::RecipientId offered_to = {};
  friend bool operator==(const SealedAs&, const SealedAs&) = default;
};

// An alert that has not ended, with what dispatch needs to decide on it.
struct OpenAlert {
  model::Alert alert;
  std::vector<base::RecipientId> sealed_to;  // of the newest sealing; empty: none yet
  std::set<base::RecipientId> received_by;   // devices that hold the newest sealing durably
  std::optional<SealedAs> sealed;            // the newest sealing; nothing: none yet
};

// An alert that was taken back, and the devices of its school that still hold a copy of it, as far
// as their receipts say.
struct LeftBehind {
  model::Alert alert;
  std::set<base::RecipientId> devices;
};

// What became of an alert, as a question about many asks it.
enum class Standing : std::uint32_t {
  kOpen = 0,
  kInTime = 1,  // acknowledged before its deadline
  kLate = 2,    // acknowledged at or after it
  kRedirected = 3,
  kWithdrawn = 4,
};
inline constexpr std::uint32_t kStandings = 5;

struct AlertFilter {
  base::Urn urn;          // empty: any
  base::ForceCode force;  // empty: any
  base::AuthorityCode authority = {};
  std::optional<model::AlertState> state = {};
  std::optional<Standing> standing = {};
  std::optional<std::uint32_t> rung = {};                              // that it has climbed to
  std::optional<absl::Time> accepted_from = {}, accepted_before = {};  // [from, before)
  std::optional<absl::Time> late_at = {};  // only those model::Late at this instant
  // Only those whose newest sealing this device has not received; empty: any.
  base::RecipientId unreceived_by = {};
};

template <typename T>
struct Page {
  std::vector<T> items;
  std::string next;  // pass as `after` for the page that follows; empty: no more
};

struct LogHead {
  std::uint64_t size = 0;
  std::string root;  // RFC 6962 Merkle tree head, 32 bytes
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

// A checkpoint of the log as it was signed: proto/FORMATS.md, "Checkpoint".
struct SignedHead {
  LogHead head;
  std::string note;
  friend bool operator==(const SignedHead&, const SignedHead&) = default;
};

// Of the two that are kept: the newest that the log signed, and the newest that as many witnesses
// as the installation asks for have signed too.
enum class CheckpointKind { kSigned, kWitnessed };

// An auditor's question, and what it takes of what they may ask in a day.
struct NewQuestion {
  std::string auditor_sha256;  // of the certificate's URI
  absl::CivilDay day;          // in London
  std::uint32_t cost = 0, budget = 0;
  Events events;
};

struct LogEntry {
  std::uint64_t position = 0;
  std::string entry;      // the leaf: a version byte and the commitment
  std::string event;      // its encoding (audit::EncodeEvent); empty where erased
  std::string salt;       // 32 bytes; empty where erased
  base::ForceCode force;  // whose scope the event is in; empty: none's
  base::AuthorityCode authority = {};
  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

struct Counts {
  std::uint64_t schools = 0, pupils = 0, devices = 0, people = 0;
  std::uint64_t incidents = 0, alerts = 0, alerts_open = 0, cases = 0;
  std::uint64_t cases_open = 0;  // that nobody has decided
};

// A sealing and the events that record it.
struct NewSealing {
  model::Sealing sealing;
  Events events;
};

// An alert handed to a link, and the events that say so.
struct SentAlert {
  base::AlertId id;
  Events events;
};

// An alert that climbs its ladder from one rung to another, or is looked at again later.
struct NewClimb {
  base::AlertId id;
  std::uint32_t from = 0, to = 0;
  std::optional<absl::Time> climb_at;  // model::Alert's
  bool called = false;                 // its force is to telephone from now on
  Events events;
  std::optional<WakeCall> wake = {};  // its school is to be woken
  bool unready = false;               // before the morning: its people may not hear of it
  // Instead of all that: its school has not said in time whether the child has come.
  bool arrival_overdue = false;
};

// An officer has telephoned a school about an alert.
struct NewCall {
  base::AlertId id;
  base::ForceCode force;
  std::uint32_t calls_before = 0;  // that the officer knew of
  v1::CallOutcome outcome = v1::CALL_OUTCOME_UNSPECIFIED;
  base::OfficerId officer;
  absl::Time at;
  std::optional<absl::Time> again_at;
  Events events;
  v1::Arrival arrival = v1::ARRIVAL_UNSPECIFIED;  // what the school said of the child
  std::uint32_t replies = 0;                      // of the school, that the officer knew of
  // What they knew the call to be about; nothing: whatever stands.
  struct Subject {
    v1::CallAbout about = v1::CALL_ABOUT_UNSPECIFIED;
    std::uint32_t revision = 0;
  };
  std::optional<Subject> subject = {};
};

struct NewReceipt {
  model::Receipt receipt;
  // The events that record it, made in the step from the alert as it stands before and after it.
  // May be empty; must not call the store.
  std::function<Events(const model::Alert& before, const model::Alert& after)> events = {};
};

enum class CaseStanding { kOpen, kDecided };

// All that one officer's decision brings about.
struct NewDecision {
  base::IncidentId incident_id;
  base::ChildRef child_ref;
  model::CaseDecision decision;
  // One for each of its schools that was not told of the child before: state accepted, sealing 0.
  std::vector<model::Alert> alerts;
  // Alerts of the child at other schools, which nobody saw: they become `redirected`.
  std::vector<base::AlertId> ended;
  Events events;
};

struct Decided {
  model::Case value;       // as it stands now
  bool was_there = false;  // it was decided so before; nothing was written now
};

// A child that is placed anew before any school was shown its alert, by machine.
struct Replacement {
  base::IncidentId incident_id;
  base::ChildRef child_ref;
  absl::Time at;
  std::vector<base::AlertId> ended;  // become `redirected`
  std::vector<model::Alert> alerts;  // state accepted, sealing 0
  // In place of the child's case where it has one: it waits, or is decided by machine.
  std::optional<model::Case> review;
  Events events;
};

// One officer's look at a case.
struct NewLook {
  base::ForceCode force;
  base::OfficerId officer;
  // Made in the step from what the officer has looked at so far, and changes it; the events that
  // record it. No events: nothing is written. Must not call the store.
  std::function<Events(model::OfficerLooks& looks)> judge;
};

struct Recorded {
  model::Alert alert;      // after it
  bool was_there = false;  // the same was recorded before; nothing was written now
};

}  // namespace firstbell::store
