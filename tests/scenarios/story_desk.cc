// What officers of a force do at its review desk, and what the force is told of it.

#include <algorithm>

#include "broker/model/alert.h"
#include "clients/console/output.h"
#include "tests/scenarios/story.h"

namespace firstbell::scenarios {
namespace {

Officer OfficerOf(const std::string& officer, const std::string& force) {
  return {base::ForceCode(force), base::OfficerId(officer)};
}

std::string Spaced(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// "school confirmed"
v1::DecisionReason ReasonOf(const std::string& spaced) {
  for (int number = 1; number < v1::DecisionReason_ARRAYSIZE; ++number) {
    const auto reason = static_cast<v1::DecisionReason>(number);
    if (Spaced(model::Word(reason)) == spaced) return reason;
  }
  return v1::DECISION_REASON_UNSPECIFIED;
}

std::string Describe(const v1::ReviewStatus& review) {
  const bool placed = review.outcome() == v1::CHILD_OUTCOME_ACCEPTED;
  std::string text = placed ? "placed" : Spaced(model::Word(review.outcome()));
  if (review.reason() != v1::DECISION_REASON_UNSPECIFIED) {
    text += ", " + Spaced(model::Word(review.reason()));
  }
  return text;
}

}  // namespace

base::Status Story::HasCases(const std::string& officer, const std::string& force,
                             std::size_t cases) {
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const auto listed, world_.Cases(OfficerOf(officer, force)));
    if (listed.size() == cases) return base::OkStatus();
    return Unexpected(std::to_string(cases) + " cases", std::to_string(listed.size()));
  });
}

base::Status Story::ToTelephone(const std::string& officer, const std::string& force,
                                const std::string& school) {
  FB_RETURN_IF_ERROR(world_.Settle());
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const auto calls, world_.Calls(OfficerOf(officer, force)));
    const std::string seen = calls.empty() ? "nobody" : calls.front().school().name();
    return calls.size() <= 1 && seen == school ? base::OkStatus() : Unexpected(school, seen);
  });
}

base::Result<v1::Call> Story::CallOf(const Officer& officer, const std::string& school) {
  FB_ASSIGN_OR_RETURN(const auto calls, world_.Calls(officer));
  const auto call = std::find_if(calls.begin(), calls.end(), [&](const v1::Call& one) {
    return one.school().name() == school;
  });
  if (call == calls.end()) return Unexpected(school, "not on the call list");
  return *call;
}

base::Status Story::ToTelephoneAt(const std::string& officer, const std::string& force,
                                  const std::string& school, const std::string& number) {
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const v1::Call call, CallOf(OfficerOf(officer, force), school));
    const bool first = call.direct_lines_size() > 0 && call.direct_lines(0).telephone() == number;
    return first ? base::OkStatus() : Unexpected(number, console::ToJson(call));
  });
}

base::Status Story::ReadsReply(const std::string& officer, const std::string& force,
                               const std::string& school, const std::string& text) {
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const v1::Call call, CallOf(OfficerOf(officer, force), school));
    FB_ASSIGN_OR_RETURN(const std::string read, world_.Replies(OfficerOf(officer, force), call));
    if (read.find(text) != std::string::npos) return base::OkStatus();
    return Unexpected("\"" + text + "\"", read);
  });
}

base::Status Story::Telephones(const std::string& officer, const std::string& force,
                               const std::string& school, const CameOfIt& what) {
  FB_ASSIGN_OR_RETURN(const v1::Call call, CallOf(OfficerOf(officer, force), school));
  v1::Arrival child = v1::ARRIVAL_UNSPECIFIED;
  for (const v1::Arrival one : {v1::ARRIVAL_SEEN, v1::ARRIVAL_LATE, v1::ARRIVAL_ABSENT}) {
    if (model::Word(one) == what.second) child = one;
  }
  return world_.RecordCall(
      OfficerOf(officer, force), call,
      what.first == "acknowledged" ? v1::CALL_OUTCOME_ACKNOWLEDGED : v1::CALL_OUTCOME_NOT_REACHED,
      child);
}

base::Status Story::OnTheList(const std::string& officer, const std::string& force,
                              const std::string& school, v1::CallAbout about) {
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const auto calls, world_.Calls(OfficerOf(officer, force)));
    std::string seen;
    for (const v1::Call& call : calls) {
      if (call.school().name() == school && call.about() == about) return base::OkStatus();
      seen += console::ToJson(call) + "\n";
    }
    return Unexpected(school + " for " + v1::CallAbout_Name(about), seen);
  });
}

base::Status Story::IsNotReady(const std::string& officer, const std::string& force,
                               const std::string& school) {
  return OnTheList(officer, force, school, v1::CALL_ABOUT_UNREADY);
}

base::Status Story::HearsOfAbsence(const std::string& officer, const std::string& force,
                                   const std::string& school) {
  return OnTheList(officer, force, school, v1::CALL_ABOUT_ABSENCE);
}

base::Status Story::LooksAt(const std::string& officer, const std::string& force,
                            const std::string& child, const std::string& school) {
  FB_ASSIGN_OR_RETURN(const ChildOf of, FindChild(child));
  v1::GetCaseRequest which;
  which.set_reference(of.reported->incident.reference());
  which.set_child_ref(of.child_ref);
  FB_ASSIGN_OR_RETURN(const auto seen, world_.LookAt(OfficerOf(officer, force), which));
  const auto& candidates = seen.candidates();
  if (school == "nobody") {
    return candidates.empty() ? base::OkStatus()
                              : Unexpected("nobody", console::ToJson(candidates[0]));
  }
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  const bool there = std::any_of(candidates.begin(), candidates.end(), [&](const auto& one) {
    return base::Urn(one.school().urn()) == urn && one.school().name() == school;
  });
  return there ? base::OkStatus() : Unexpected(school, console::ToJson(seen));
}

base::Status Story::Places(const std::string& officer, const std::string& force,
                           const std::string& child, const std::string& school,
                           const std::string& reason) {
  FB_ASSIGN_OR_RETURN(auto decision, DecisionOn(child, v1::CHILD_OUTCOME_ACCEPTED, reason));
  FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
  decision.add_urns(urn.value());
  return world_.Decide(OfficerOf(officer, force), decision);
}

base::Status Story::CannotPlace(const std::string& officer, const std::string& force,
                                const std::string& child, const std::string& school,
                                const std::string& text) {
  return FailsWith(Places(officer, force, child, school, "school confirmed"), text);
}

base::Status Story::Closes(const std::string& officer, const std::string& force,
                           const std::string& how, const std::string& child,
                           const std::string& reason) {
  const auto outcome =
      how == "withholds" ? v1::CHILD_OUTCOME_WITHHELD : v1::CHILD_OUTCOME_UNPLACEABLE;
  FB_ASSIGN_OR_RETURN(const auto decision, DecisionOn(child, outcome, reason));
  return world_.Decide(OfficerOf(officer, force), decision);
}

base::Result<v1::DecideCaseRequest> Story::DecisionOn(const std::string& given,
                                                      v1::ChildOutcome outcome,
                                                      const std::string& reason) const {
  FB_ASSIGN_OR_RETURN(const ChildOf of, FindChild(given));
  v1::DecideCaseRequest decision;
  decision.set_reference(of.reported->incident.reference());
  decision.set_child_ref(of.child_ref);
  decision.set_outcome(outcome);
  decision.set_reason(ReasonOf(reason));
  return decision;
}

base::Status Story::ToldOfDecision(const std::string& child, const std::string& outcome,
                                   const std::string& reason) {
  FB_ASSIGN_OR_RETURN(const ChildOf of, FindChild(child));
  FB_ASSIGN_OR_RETURN(
      const auto reviews,
      world_.Reviews(of.reported->force, base::Reference(of.reported->incident.reference())));
  for (const v1::ReviewStatus& review : reviews) {
    if (review.child_ref() != of.child_ref) continue;
    const std::string expected = reason.empty() ? outcome : outcome + ", " + reason;
    const std::string actual = Describe(review);
    return actual == expected ? base::OkStatus() : Unexpected(expected, actual);
  }
  return Unexpected("a decision about " + child, "none");
}

}  // namespace firstbell::scenarios
