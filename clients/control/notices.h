#pragma once

// What has become of a force's incidents: lists, and changes as they happen. Threads: one call at a
// time.

#include <cstdint>
#include <functional>
#include <string>

#include "broker/base/status.h"
#include "clients/console/call.h"
#include "clients/console/listing.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "firstbell/v1/incident_service.grpc.pb.h"

namespace firstbell::control {

// Page after page, newest first, until there are no more or `limit` of them (0: no limit).
base::Result<console::Listed> ListAll(v1::IncidentService::Stub& stub,
                                      v1::ListIncidentsRequest request, std::uint64_t limit,
                                      const std::function<void(const v1::IncidentStatus&)>& each);

// What each is told of in a watch: one of the two.
struct WatchSink {
  std::function<void(const v1::NoticeStatus&)> notice;
  std::function<void(const v1::ReviewStatus&)> review;
};

// Each notice's state now, and whether each child at review was decided on, then each change, until
// every notice has ended and no child waits at review. A broken watch is begun again, what was told
// already is not told twice: `retry` says for how long where the broker was never reached; once it
// was, for as long as it takes.
base::Status WatchAll(v1::IncidentService::Stub& stub, const std::string& reference,
                      const console::Retry& retry, const WatchSink& sink);

// A row for each notice; one for a child that has none, with the reason.
class NoticeTable {
 public:
  explicit NoticeTable(console::LocalTime london);
  void Add(const v1::IncidentStatus& incident);
  std::string ToString() const { return table_.ToString(); }

 private:
  void AddNotice(const std::string& reference, const v1::NoticeStatus& notice);
  void AddChild(const std::string& reference, const v1::ChildAnswer& child);
  void AddDecided(const std::string& reference, const v1::ReviewStatus& review);

  const console::LocalTime london_;
  console::Table table_;
};

// "Tue 3 Mar 2026 07:31:02  C1  shown" and a line break.
std::string ChangeLine(const v1::NoticeStatus& notice, const console::LocalTime& london);
// The same of a child at review: what an officer decided and when, or that it waits.
std::string ChangeLine(const v1::ReviewStatus& review, const console::LocalTime& london);

}  // namespace firstbell::control
