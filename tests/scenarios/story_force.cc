#include <algorithm>

#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "clients/console/output.h"
#include "tests/scenarios/story.h"

namespace firstbell::scenarios {
namespace {

std::string Spaced(std::string_view word) {
  std::string text(word);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string Describe(const v1::ChildAnswer& answer) {
  return Spaced(model::Word(answer.outcome())) + ", " + Spaced(model::Word(answer.reason()));
}

std::string Describe(std::string_view state, bool late) {
  return std::string(state) + (late ? ", late" : ", not late");
}

}  // namespace

base::Status Story::Report(const std::string& force, const std::string& reference,
                           const std::string& children) {
  FB_ASSIGN_OR_RETURN(const auto named, ReadChildren(children));
  Reported reported{
      base::ForceCode(force), IncidentOf(reference, named, now_ - absl::Minutes(30)), {}};
  FB_ASSIGN_OR_RETURN(reported.answer, world_.Report(reported.force, reported.incident));
  told_.push_back(console::ToJson(reported.answer));
  reports_[{force, reference}] = std::move(reported);
  order_.emplace_back(force, reference);
  return base::OkStatus();
}

// The next revision; a child of the same given name keeps its child_ref.
base::Status Story::Correct(const std::string& force, const std::string& reference,
                            const std::string& children) {
  const auto found = reports_.find({force, reference});
  if (found == reports_.end()) return base::InvalidArgument("the force never reported that");
  Reported& reported = found->second;
  FB_ASSIGN_OR_RETURN(const auto named, ReadChildren(children));
  v1::Incident corrected = IncidentOf(reference, named, now_ - absl::Minutes(30));
  *corrected.mutable_occurred_at() = reported.incident.occurred_at();
  corrected.set_revision(std::max(reported.incident.revision(), 1U) + 1);
  int further = reported.incident.children_size();
  for (v1::Child& child : *corrected.mutable_children()) {
    child.set_child_ref("");
    for (const v1::Child& before : reported.incident.children()) {
      const bool same = before.name().given_names() == child.name().given_names();
      if (same) child.set_child_ref(before.child_ref());
    }
    if (child.child_ref().empty()) child.set_child_ref("C" + std::to_string(++further));
  }
  FB_ASSIGN_OR_RETURN(reported.answer, world_.Report(reported.force, corrected));
  reported.incident = corrected;
  told_.push_back(console::ToJson(reported.answer));
  return base::OkStatus();
}

base::Status Story::Withdraw(const std::string& force, const std::string& reference,
                             const std::string& child, const std::string& reason) {
  std::vector<std::string> children;
  if (!child.empty()) {
    FB_ASSIGN_OR_RETURN(const ChildOf of, FindChild(child));
    children.push_back(of.child_ref);
  }
  std::string word = reason;
  std::replace(word.begin(), word.end(), ' ', '_');
  for (int number = 1; number < v1::WithdrawalReason_ARRAYSIZE; ++number) {
    const auto known = static_cast<v1::WithdrawalReason>(number);
    if (model::Word(known) != word) continue;
    return world_.Withdraw(base::ForceCode(force), base::Reference(reference), children, known);
  }
  return base::InvalidArgument("no reason to withdraw: " + reason);
}

base::Status Story::ReportAgain(const std::string& force, const std::string& reference) {
  const auto found = reports_.find({force, reference});
  if (found == reports_.end()) return base::InvalidArgument("the force never reported that");
  const Reported& first = found->second;
  FB_ASSIGN_OR_RETURN(const auto again, world_.Report(first.force, first.incident));
  const std::string before = console::ToJson(first.answer), after = console::ToJson(again);
  return before == after ? base::OkStatus() : Unexpected(before, after);
}

base::Status Story::CannotReport(const std::string& force, const std::string& reference,
                                 const std::string& children, const std::string& text) {
  FB_ASSIGN_OR_RETURN(const auto named, ReadChildren(children));
  const auto incident = IncidentOf(reference, named, now_ - absl::Minutes(30));
  const auto answer = world_.Report(base::ForceCode(force), incident);
  told_.emplace_back(base::Message(answer.status()));
  return FailsWith(answer.status(), text);
}

base::Status Story::Accepted(const std::string& child, const LocalTime& shown,
                             const LocalTime& due) {
  FB_ASSIGN_OR_RETURN(const v1::ChildAnswer answer, AnswerFor(child));
  const std::string shown_date =
      shown.date.empty() ? absl::FormatTime("%Y-%m-%d", now_, london_) : shown.date;
  const std::string due_date = due.date.empty() ? shown_date : due.date;
  const std::string expected = "accepted, shown from " + shown_date + " " + shown.time +
                               ", deadline " + due_date + " " + due.time;
  if (answer.outcome() != v1::CHILD_OUTCOME_ACCEPTED) {
    return Unexpected(expected, Describe(answer));
  }
  const std::string actual = "accepted, shown from " + Local(model::FromWire(answer.show_from())) +
                             ", deadline " + Local(model::FromWire(answer.deadline()));
  return actual == expected ? base::OkStatus() : Unexpected(expected, actual);
}

base::Status Story::NotPlaced(const std::string& child, const std::string& outcome,
                              const std::string& reason) {
  FB_ASSIGN_OR_RETURN(const v1::ChildAnswer answer, AnswerFor(child));
  const std::string expected = outcome + ", " + reason, actual = Describe(answer);
  return actual == expected ? base::OkStatus() : Unexpected(expected, actual);
}

base::Status Story::NoAnswerNamesASchool() {
  for (const Key& key : order_) {
    const Reported& reported = reports_.at(key);
    FB_ASSIGN_OR_RETURN(const auto notices,
                        world_.Notices(reported.force, base::Reference(key.second)));
    for (const auto& notice : notices) told_.push_back(console::ToJson(notice));
    FB_ASSIGN_OR_RETURN(const auto reviews,
                        world_.Reviews(reported.force, base::Reference(key.second)));
    for (const auto& review : reviews) told_.push_back(console::ToJson(review));
  }
  for (const std::string& words : told_) {
    for (const auto& [name, urn] : schools_) {
      const bool named =
          words.find(name) != std::string::npos || words.find(urn.ToString()) != std::string::npos;
      if (named) return Unexpected("no word of " + name, words);
    }
  }
  return base::OkStatus();
}

base::Status Story::AlertIs(const std::string& child, const std::string& school,
                            const std::string& state, bool late) {
  return Eventually([&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const v1::NoticeStatus notice, NoticeOf(child, school));
    const std::string expected = Describe(state, late);
    const std::string actual = Describe(model::Word(notice.state()), notice.late());
    return actual == expected ? base::OkStatus() : Unexpected(expected, actual);
  });
}

base::Result<Story::ChildOf> Story::FindChild(const std::string& given) const {
  for (auto key = order_.rbegin(); key != order_.rend(); ++key) {
    const Reported& reported = reports_.at(*key);
    for (const v1::Child& child : reported.incident.children()) {
      if (child.name().given_names() == given) return ChildOf{&reported, child.child_ref()};
    }
  }
  return base::InvalidArgument("no report of the story names " + given);
}

base::Result<v1::ChildAnswer> Story::AnswerFor(const std::string& given) const {
  FB_ASSIGN_OR_RETURN(const ChildOf child, FindChild(given));
  for (const v1::ChildAnswer& answer : child.reported->answer.children()) {
    if (answer.child_ref() == child.child_ref) return answer;
  }
  return Unexpected("an answer for " + given, "none");
}

base::Result<std::vector<v1::NoticeStatus>> Story::NoticesOf(const std::string& given) {
  FB_ASSIGN_OR_RETURN(const ChildOf child, FindChild(given));
  FB_ASSIGN_OR_RETURN(
      auto notices,
      world_.Notices(child.reported->force, base::Reference(child.reported->incident.reference())));
  for (const auto& notice : notices) told_.push_back(console::ToJson(notice));
  std::erase_if(notices, [&](const v1::NoticeStatus& notice) {
    return notice.child_ref() != child.child_ref;
  });
  return notices;
}

// A force does not learn which school; an auditor does.
base::Result<v1::NoticeStatus> Story::NoticeOf(const std::string& given,
                                               const std::string& school) {
  FB_ASSIGN_OR_RETURN(auto notices, NoticesOf(given));
  if (!school.empty()) {
    FB_ASSIGN_OR_RETURN(const base::Urn urn, SchoolOf(school));
    FB_ASSIGN_OR_RETURN(const auto deliveries, world_.Deliveries());
    std::erase_if(notices, [&](const v1::NoticeStatus& notice) {
      return std::none_of(deliveries.begin(), deliveries.end(), [&](const v1::Delivery& one) {
        return one.alert_id() == notice.alert_id() && base::Urn(one.urn()) == urn;
      });
    });
  }
  if (notices.size() == 1) return notices.front();
  return Unexpected("one alert about " + given, std::to_string(notices.size()));
}

}  // namespace firstbell::scenarios
