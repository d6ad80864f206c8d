#include "broker/inquiry/incident_inquiry.h"

#include <algorithm>
#include <set>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "broker/placing/answer.h"

namespace firstbell::inquiry {
namespace {

constexpr std::size_t kNoticeCharacters = 8;

struct Children {
  std::set<base::ChildRef> reviewed;  // at review as the force was told, or once taken back
  std::set<base::ChildRef> told;      // a notice of theirs stands at a school
};

Children ChildrenOf(const store::Incident& incident, const std::vector<model::Alert>& alerts) {
  Children children;
  for (const store::ChildAnswer& child : incident.children) {
    if (child.outcome == v1::CHILD_OUTCOME_AT_REVIEW) children.reviewed.insert(child.child_ref);
  }
  for (const model::Alert& alert : alerts) {
    (model::TakenBack(alert.state) ? children.reviewed : children.told).insert(alert.child_ref);
  }
  return children;
}

// A case beside a notice is the desk's alone.
bool ForTheForce(const Children& children, const model::Case& value,
                 const store::Incident& incident) {
  if (!children.reviewed.contains(value.child_ref)) return false;
  if (!children.told.contains(value.child_ref)) return true;
  const bool first = std::any_of(
      incident.children.begin(), incident.children.end(), [&](const store::ChildAnswer& child) {
        return child.child_ref == value.child_ref && child.outcome == v1::CHILD_OUTCOME_AT_REVIEW;
      });
  return first && value.decision.has_value();
}

bool AnyAtReview(const v1::IncidentStatus& status) {
  const auto& reviews = status.reviews();
  return std::any_of(reviews.begin(), reviews.end(), [](const v1::ReviewStatus& review) {
    return review.outcome() == v1::CHILD_OUTCOME_AT_REVIEW;
  });
}

bool Open(const v1::NoticeStatus& notice) {
  return !model::Ended(notice.state());
}

bool Wanted(const v1::IncidentStatus& status, v1::ListIncidentsRequest::Filter filter) {
  const auto& notices = status.notices();
  switch (filter) {
    case v1::ListIncidentsRequest::FILTER_OPEN:
      return AnyAtReview(status) || std::any_of(notices.begin(), notices.end(), Open);
    case v1::ListIncidentsRequest::FILTER_AT_REVIEW:
      return AnyAtReview(status);
    case v1::ListIncidentsRequest::FILTER_LATE:
      return std::any_of(notices.begin(), notices.end(),
                         [](const v1::NoticeStatus& notice) { return notice.late(); });
    default:
      return true;
  }
}

}  // namespace

v1::NoticeStatus NoticeOf(const model::Alert& alert, absl::Time now) {
  v1::NoticeStatus notice;
  notice.set_alert_id(alert.id.value());
  notice.set_child_ref(alert.child_ref.value());
  notice.set_state(alert.state);
  *notice.mutable_changed_at() = model::ToWire(alert.changed_at);
  *notice.mutable_show_from() = model::ToWire(alert.show_from);
  *notice.mutable_deadline() = model::ToWire(alert.deadline);
  notice.set_late(model::Late(alert, now));
  notice.set_revision(alert.revision);
  notice.set_arrival(alert.arrival.said);
  if (alert.arrival.due) *notice.mutable_arrival_due() = model::ToWire(*alert.arrival.due);
  return notice;
}

v1::ReviewStatus ReviewOf(const model::Case& value) {
  v1::ReviewStatus review;
  review.set_child_ref(value.child_ref.value());
  review.set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
  if (!value.decision) return review;
  review.set_outcome(value.decision->outcome);
  // Who confirmed a school is the desk's to know.
  if (value.decision->urns.empty()) review.set_reason(value.decision->reason);
  *review.mutable_decided_at() = model::ToWire(value.decision->decided_at);
  return review;
}

base::Result<v1::IncidentStatus> IncidentInquiry::Get(const base::ForceCode& force,
                                                      const base::Reference& reference,
                                                      absl::Time now) {
  const auto incident = store_.GetIncident(force, reference);
  if (absl::IsNotFound(incident.status())) {
    return base::NotFound("your force has submitted no incident under this reference");
  }
  if (!incident.ok()) return incident.status();
  return StatusOf(*incident, now);
}

base::Result<v1::IncidentStatus> IncidentInquiry::OfNotice(const base::ForceCode& force,
                                                           std::string_view notice,
                                                           absl::Time now) {
  const std::string prefix = model::IdPrefixOf(notice);
  if (prefix.size() < kNoticeCharacters) {
    return base::InvalidArgument(
        "notice: give the eight characters that the school has, FB-3F7KQ2MZ");
  }
  // Of another force's it is not even said that there are several.
  FB_ASSIGN_OR_RETURN(auto alerts, store_.AlertsBeginning(prefix, limits::kMaxPageSize));
  std::erase_if(alerts, [&](const model::Alert& alert) { return alert.force != force; });
  if (alerts.empty()) return base::NotFound("your force has no notice of this reference");
  if (alerts.size() > 1) {
    return base::InvalidArgument("notice: several begin so; give more characters");
  }
  FB_ASSIGN_OR_RETURN(const store::Incident incident, store_.GetIncident(alerts[0].incident_id));
  return StatusOf(incident, now);
}

base::Result<v1::ListIncidentsResponse> IncidentInquiry::List(
    const base::ForceCode& force, const v1::ListIncidentsRequest& request, absl::Time now) {
  const std::uint32_t asked =
      request.page_size() == 0 ? limits::kDefaultPageSize : request.page_size();
  const std::size_t wanted = std::min(asked, limits::kMaxPageSize);
  std::optional<absl::Time> from, before;
  if (request.has_accepted_from()) from = model::FromWire(request.accepted_from());
  if (request.has_accepted_before()) before = model::FromWire(request.accepted_before());
  v1::ListIncidentsResponse response;
  std::string after = request.page_token();
  std::size_t looked_at = 0;
  do {
    const std::size_t missing = wanted - static_cast<std::size_t>(response.incidents_size());
    FB_ASSIGN_OR_RETURN(const auto page, store_.ListIncidents(force, from, before, after, missing));
    for (const store::Incident& incident : page.items) {
      FB_ASSIGN_OR_RETURN(v1::IncidentStatus status, StatusOf(incident, now));
      if (Wanted(status, request.filter())) *response.add_incidents() = std::move(status);
    }
    looked_at += page.items.size();
    after = page.next;
  } while (!after.empty() && response.incidents_size() < static_cast<int>(wanted) &&
           looked_at < limits::kMaxPageSize);
  response.set_next_page_token(after);
  return response;
}

base::Result<v1::IncidentStatus> IncidentInquiry::StatusOf(const store::Incident& incident,
                                                           absl::Time now) {
  v1::IncidentStatus status;
  *status.mutable_answer() = placing::AnswerOf(incident);
  FB_ASSIGN_OR_RETURN(auto alerts, store_.AlertsOf(incident.id));
  if (const Children children = ChildrenOf(incident, alerts); !children.reviewed.empty()) {
    FB_ASSIGN_OR_RETURN(const auto cases, store_.CasesOf(incident.id));
    for (const model::Case& value : cases) {
      if (ForTheForce(children, value, incident)) *status.add_reviews() = ReviewOf(value);
    }
    // Once more after the cases: who reads that a child was placed finds its alerts.
    FB_ASSIGN_OR_RETURN(alerts, store_.AlertsOf(incident.id));
  }
  for (const model::Alert& alert : alerts) *status.add_notices() = NoticeOf(alert, now);
  return status;
}

}  // namespace firstbell::inquiry
