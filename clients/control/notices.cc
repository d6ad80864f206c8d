#include "clients/control/notices.h"

#include <algorithm>
#include <map>
#include <set>

#include "broker/model/alert.h"
#include "clients/control/words.h"

namespace firstbell::control {
namespace {

using Stub = v1::IncidentService::Stub;

constexpr std::string_view kLate = "LATE";

// Tells each state of each alert once, also over several connections.
class Once {
 public:
  bool IsNew(const v1::NoticeStatus& notice) {
    auto& last = told_[notice.alert_id()];
    if (last.state() == notice.state() && last.late() == notice.late()) return false;
    last = notice;
    return true;
  }

 private:
  std::map<std::string, v1::NoticeStatus> told_;
};

base::Status WatchOnce(Stub& stub, const std::string& reference,
                       const std::function<void(const v1::NoticeStatus&)>& each) {
  grpc::ClientContext context;
  v1::WatchIncidentRequest request;
  request.set_reference(reference);
  const auto stream = stub.WatchIncident(&context, request);
  for (v1::WatchIncidentResponse response; stream->Read(&response);) each(response.notice());
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
                      const std::function<void(const v1::NoticeStatus&)>& each) {
  Once once;
  int failures = 0;
  bool reached = false;
  while (true) {
    const base::Status status = WatchOnce(stub, reference, [&](const v1::NoticeStatus& notice) {
      failures = 0;
      reached = true;
      if (once.IsNew(notice)) each(notice);
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
  for (const v1::ChildAnswer& child : incident.answer().children()) {
    if (!with_notice.contains(child.child_ref())) AddChild(reference, child);
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

std::string ChangeLine(const v1::NoticeStatus& notice, const console::LocalTime& london) {
  std::string line = london.FormatSeconds(notice.changed_at()) + "  " +
                     console::Printable(notice.child_ref()) + "  " +
                     std::string(model::Word(notice.state()));
  if (notice.late()) line.append("  ").append(kLate);
  return line + "\n";
}

}  // namespace firstbell::control
