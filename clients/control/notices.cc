#include "clients/control/notices.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "broker/model/alert.h"
#include "clients/control/words.h"

namespace firstbell::control {
namespace {

using Stub = v1::IncidentService::Stub;

constexpr std::string_view kLate = "LATE";

// Tells each state of each alert once, and each outcome of each child, also over several
// connections.
class Once {
 public:
  bool IsNew(const v1::NoticeStatus& notice) {
    auto& last = told_[notice.alert_id()];
    const bool same = last.state() == notice.state() && last.late() == notice.late() &&
                      last.revision() == notice.revision();
    if (same) return false;
    last = notice;
    return true;
  }
  bool IsNew(const v1::ReviewStatus& review) {
    return std::exchange(reviews_[review.child_ref()], review.outcome()) != review.outcome();
  }

 private:
  std::map<std::string, v1::NoticeStatus> told_;
  std::map<std::string, v1::ChildOutcome> reviews_;
};

base::Status WatchOnce(Stub& stub, const std::string& reference,
                       const std::function<void(const v1::WatchIncidentResponse&)>& each) {
  grpc::ClientContext context;
  v1::WatchIncidentRequest request;
  request.set_reference(reference);
  const auto stream = stub.WatchIncident(&context, request);
  for (v1::WatchIncidentResponse response; stream->Read(&response);) each(response);
  return console::FromGrpc(stream->Finish());
}

}  // namespace

base::Result<console::Listed> ListAll(Stub& stub, v1::ListIncidentsRequest request,
                                      std::uint64_t limit,
                                      const std::function<void(const v1::IncidentStatus&)>& each) {
  return console::ListPages(
      std::move(request), limit,
      [&](const v1::ListIncidentsRequest& page) {
        return console::Call(stub, &Stub::ListIncidents, page);
      },
      [](const v1::ListIncidentsResponse& page) -> auto& { return page.incidents(); }, each);
}

base::Status WatchAll(Stub& stub, const std::string& reference, const console::Retry& retry,
                      const WatchSink& sink) {
  Once once;
  int failures = 0;
  bool reached = false;
  while (true) {
    const base::Status status = WatchOnce(stub, reference, [&](const auto& response) {
      failures = 0;
      reached = true;
      if (response.has_review()) {
        if (once.IsNew(response.review())) sink.review(response.review());
      } else if (once.IsNew(response.notice())) {
        sink.notice(response.notice());
      }
    });
    if (status.code() != base::Code::kUnavailable) return status;
    if (++failures >= retry.attempts && !reached) return status;
    console::Pause(retry, failures);
  }
}

NoticeTable::NoticeTable(console::LocalTime london)
    : london_(london),
      table_({"REFERENCE", "CHILD", "STATE", "SINCE", "SHOWN FROM", "DEADLINE", ""}) {}

void NoticeTable::Add(const v1::IncidentStatus& incident) {
  const std::string& reference = incident.answer().reference();
  std::set<std::string> with_notice;
  for (const v1::NoticeStatus& notice : incident.notices()) {
    with_notice.insert(notice.child_ref());
    AddNotice(reference, notice);
  }
  std::map<std::string, const v1::ReviewStatus*> decided;
  for (const v1::ReviewStatus& review : incident.reviews()) {
    if (review.has_decided_at()) decided[review.child_ref()] = &review;
  }
  for (const v1::ChildAnswer& child : incident.answer().children()) {
    if (with_notice.contains(child.child_ref())) continue;
    const auto review = decided.find(child.child_ref());
    review == decided.end() ? AddChild(reference, child) : AddDecided(reference, *review->second);
  }
}

void NoticeTable::AddNotice(const std::string& reference, const v1::NoticeStatus& notice) {
  table_.Add({reference, notice.child_ref(), std::string(model::Word(notice.state())),
              london_.Format(notice.changed_at()), london_.Format(notice.show_from()),
              london_.Format(notice.deadline()), std::string(notice.late() ? kLate : "")});
}

void NoticeTable::AddChild(const std::string& reference, const v1::ChildAnswer& child) {
  table_.Add({reference, child.child_ref(), std::string(model::Word(child.outcome())), "", "", "",
              std::string(Sentence(child.reason()))});
}

void NoticeTable::AddDecided(const std::string& reference, const v1::ReviewStatus& review) {
  table_.Add({reference, review.child_ref(), std::string(model::Word(review.outcome())),
              london_.Format(review.decided_at()), "", "", std::string(Sentence(review.reason()))});
}

std::string ChangeLine(const v1::NoticeStatus& notice, const console::LocalTime& london) {
  std::string line = london.FormatSeconds(notice.changed_at()) + "  " +
                     console::Printable(notice.child_ref()) + "  " +
                     std::string(model::Word(notice.state()));
  if (notice.revision() > 1) line += "  revision " + std::to_string(notice.revision());
  if (notice.late()) line.append("  ").append(kLate);
  return line + "\n";
}

std::string ChangeLine(const v1::ReviewStatus& review, const console::LocalTime& london) {
  const std::string child = console::Printable(review.child_ref()) + "  ";
  if (!review.has_decided_at()) {
    return child + "at_review  waits for an officer of the force: firstbell-control review\n";
  }
  std::string line = london.FormatSeconds(review.decided_at()) + "  " + child;
  if (review.outcome() == v1::CHILD_OUTCOME_ACCEPTED) return line + "placed by an officer\n";
  line.append(model::Word(review.outcome())).append("  ").append(Sentence(review.reason()));
  return line + "\n";
}

}  // namespace firstbell::control
