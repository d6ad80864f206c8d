#pragma once

// Cases of the review desk as an officer reads them, and reasons as one types them. Pure; any
// thread.

#include <string>
#include <vector>

#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::control {

// "school-confirmed": as it is typed after --reason.
std::string Typed(v1::DecisionReason reason);
// Those that belong to an outcome, in the enum's order.
std::vector<v1::DecisionReason> ReasonsOf(v1::ChildOutcome outcome);
// "  school-confirmed     the school said so", a line each: what --help says.
std::string ReasonLines(v1::ChildOutcome outcome);
// Unspecified where it is none.
v1::DecisionReason ParseReason(const std::string& typed);

// A row for each case.
class CaseTable {
 public:
  explicit CaseTable(console::LocalTime london);
  void Add(const v1::CaseSummary& summary);
  std::string ToString() const { return table_.ToString(); }

 private:
  const console::LocalTime london_;
  console::Table table_;
};

// The child as reported, why it waits and until when, and each candidate.
std::string Describe(const v1::GetCaseResponse& seen, const console::LocalTime& london);
// "INV-1  C1  placed: shown from …, to be acknowledged by …" and a line break.
std::string Describe(const v1::DecideCaseResponse& decided, const console::LocalTime& london);

}  // namespace firstbell::control
