#pragma once

// What a story can do and see, whatever runs it: a whole broker with its schools in this process,
// or the real programs. Each verb of it is one act of a person or a machine.
//
// Threads: one. Errors are what the product answered, or why it could not be asked. An act returns
// when it is done; what it brings about elsewhere may take until patience() has passed.

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "firstbell/v1/delivery_log_service.pb.h"
#include "firstbell/v1/duty.pb.h"
#include "firstbell/v1/enrolment_service.pb.h"
#include "firstbell/v1/incident_service.pb.h"
#include "firstbell/v1/link.pb.h"
#include "firstbell/v1/operator_service.pb.h"
#include "firstbell/v1/policy.pb.h"
#include "firstbell/v1/review_service.pb.h"
#include "tests/scenarios/seen.h"

namespace firstbell::scenarios {

// Where every story begins: a Monday. It can be moved forward only.
inline constexpr std::string_view kStart = "2026-01-05 09:00";

// One of a school's machines, numbered from 1. People keep their keys on the first.
struct Machine {
  base::Urn urn;
  int number = 1;
  friend auto operator<=>(const Machine&, const Machine&) = default;
};

// A named officer of a force.
struct Officer {
  base::ForceCode force;
  base::OfficerId id;
  friend auto operator<=>(const Officer&, const Officer&) = default;
};

// What a person signs of an alert, beyond that they have it.
struct Saying {
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;  // ours, refused, seen, offered …
  v1::RefusalReason refusal = v1::REFUSAL_REASON_UNSPECIFIED;
  base::RecipientId colleague = {};  // who is asked to take it over
  std::string text = {};             // a further concern, to the force's desk
};

class World {
 public:
  virtual ~World() = default;

  // How long something may take that nobody waits for; zero where all is done when an act returns.
  virtual absl::Duration patience() const = 0;
  // Before it is looked at what is *not* there: everything under way has arrived.
  virtual base::Status Settle() = 0;

  // --- Registers, calendars, people ---------------------------------------------------------
  virtual base::Status AddSchool(const v1::School& school) = 0;
  virtual base::Status SetHours(base::Urn urn, const v1::SchoolHours& hours) = 0;
  virtual base::Status AddBankHoliday(const std::string& date) = 0;
  virtual base::Status AddPupil(base::Urn urn, const v1::Pupil& pupil) = 0;
  // Enrols it and switches it on.
  virtual base::Status AddMachine(Machine machine) = 0;
  virtual base::Result<base::RecipientId> AddPerson(base::Urn urn, v1::RecipientRole role,
                                                    const std::string& name) = 0;
  virtual base::Status Revoke(const base::RecipientId& person) = 0;
  // By e-mail. And what a mailbox has got.
  virtual base::Status WakeAt(base::Urn urn, const std::string& mailbox) = 0;
  virtual base::Result<std::vector<std::string>> MailIn(const std::string& mailbox) = 0;
  // Where officers telephone it first.
  virtual base::Status SetDirectLines(base::Urn urn, const v1::DirectLine& line) = 0;
  // Of the school's own, on that machine, which is started again with it.
  virtual base::Status GiveRoll(Machine machine, const v1::Pupil& pupil) = 0;

  // What a force tells whom, in place of what it had said.
  virtual base::Status SetPolicy(const base::ForceCode& force, const v1::Policy& policy) = 0;
  // Of its desk: the policy that is set next names its certificate.
  virtual base::Status MakeDeskKey(const base::ForceCode& force) = 0;

  // --- Time and trouble ---------------------------------------------------------------------
  virtual base::Status SetTime(absl::Time time) = 0;
  // At once, as a power cut stops it: what is not durable is lost.
  virtual base::Status StopBroker() = 0;
  virtual base::Status StartBroker() = 0;
  virtual base::Status SwitchOff(Machine machine) = 0;
  virtual base::Status SwitchOn(Machine machine) = 0;
  // It stands still with its connection open, and goes on where it stood.
  virtual base::Status Hang(Machine machine) = 0;
  virtual base::Status GoOn(Machine machine) = 0;

  // --- The force ----------------------------------------------------------------------------
  virtual base::Result<v1::IncidentAnswer> Report(const base::ForceCode& force,
                                                  const v1::Incident& incident) = 0;
  // None of the children named: all of them.
  virtual base::Status Withdraw(const base::ForceCode& force, const base::Reference& reference,
                                const std::vector<std::string>& children,
                                v1::WithdrawalReason reason) = 0;
  virtual base::Result<std::vector<v1::NoticeStatus>> Notices(const base::ForceCode& force,
                                                              const base::Reference& reference) = 0;

  // What it is told of its children at review.
  virtual base::Result<std::vector<v1::ReviewStatus>> Reviews(const base::ForceCode& force,
                                                              const base::Reference& reference) = 0;

  // --- The force's review desk --------------------------------------------------------------
  virtual base::Result<std::vector<v1::CaseSummary>> Cases(const Officer& officer) = 0;
  virtual base::Result<v1::GetCaseResponse> LookAt(const Officer& officer,
                                                   const v1::GetCaseRequest& which) = 0;
  virtual base::Status Decide(const Officer& officer, const v1::DecideCaseRequest& decision) = 0;
  // The force's call list, and what came of a call that stands on it.
  virtual base::Result<std::vector<v1::Call>> Calls(const Officer& officer) = 0;
  virtual base::Status RecordCall(const Officer& officer, const v1::Call& call,
                                  v1::CallOutcome outcome, v1::Arrival child) = 0;
  // What the school has said back of that alert, opened with the desk's key, as JSON.
  virtual base::Result<std::string> Replies(const Officer& officer, const v1::Call& call) = 0;

  // --- The school ---------------------------------------------------------------------------
  virtual base::Result<SeenInbox> Inbox(Machine machine) = 0;
  // What the person reads, as JSON.
  virtual base::Result<std::string> Open(base::Urn urn, const base::RecipientId& person,
                                         const base::AlertId& alert) = 0;
  // `handed_to` is empty, or the colleague who accepted.
  virtual base::Status Acknowledge(base::Urn urn, const base::RecipientId& person,
                                   const base::AlertId& alert,
                                   const base::RecipientId& handed_to) = 0;
  virtual base::Status Say(base::Urn urn, const base::RecipientId& person,
                           const base::AlertId& alert, const Saying& saying) = 0;
  // When they are there.
  virtual base::Status SayDuty(base::Urn urn, const base::RecipientId& person,
                               const v1::Duty& duty) = 0;

  // --- The auditor --------------------------------------------------------------------------
  virtual base::Result<std::vector<v1::Delivery>> Deliveries() = 0;
  // Recomputes the log's root from its entries and opens each commitment.
  virtual base::Status VerifyLog() = 0;

  // --- The end ------------------------------------------------------------------------------
  // Stops everything and holds what was kept against itself. Nothing else is called after it.
  virtual base::Status Finish() = 0;
  // What the machines said, for whoever reads a failure; empty where it stands on standard error.
  virtual std::string Logs() = 0;
};

}  // namespace firstbell::scenarios
