#pragma once

// Outcomes, reasons and refusals as a force's people read them. Pure; any thread.

#include <cstdint>
#include <string>

#include "broker/base/status.h"
#include "clients/console/local_time.h"
#include "firstbell/v1/incident_service.pb.h"

namespace firstbell::control {

// Why a child was not placed by machine, as a clause.
std::string_view Sentence(v1::Reason reason);

// Why an officer decided so, as a clause.
std::string_view Sentence(v1::DecisionReason reason);

// Why a force took something back, and why a school does not have a child, as a clause.
std::string_view Sentence(v1::WithdrawalReason reason);
std::string_view Sentence(v1::RefusalReason reason);

// One line for each child: reference, child_ref, outcome, then when or why.
std::string Describe(const v1::IncidentAnswer& answer, const console::LocalTime& london);
// "INV-1, revision 1, taken on Tue 3 Mar 2026 02:10" and a line break.
std::string Heading(const v1::IncidentAnswer& answer, const console::LocalTime& london);

// A line for each text that may name another child; empty: none.
std::string Warnings(const v1::IncidentAnswer& answer);

// False where the broker said nothing, or what became of it is not known: the same again may
// succeed.
bool IsRefusal(const base::Status& status);
// "line 3: refused: …", or "no answer: …", with a line for each faulty field. No line break at the
// end.
std::string Refusal(std::uint64_t line, const base::Status& status);
// The same as one JSON object with "line" and "error".
std::string RefusalJson(std::uint64_t line, const base::Status& status);

}  // namespace firstbell::control
