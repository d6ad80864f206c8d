#pragma once

// Deliveries as an auditor reads them. Threads: one call at a time.

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "clients/audit/answer.h"
#include "clients/console/listing.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

// The state of a word as the log spells it. A UsageError otherwise.
base::Result<v1::AlertState> StateOf(std::string_view word);

// FailedPrecondition: so few that a scope with pseudonyms is not shown them.
base::Status TooFew();

// Page after page, each checked, newest first, until there are no more or `limit` of them (0: no
// limit).
base::Result<console::Listed> ListAll(v1::DeliveryLogService::Stub& stub,
                                      v1::ListDeliveriesRequest request, std::uint64_t limit,
                                      const CheckPage& check,
                                      const std::function<void(const v1::Delivery&)>& each);

class DeliveryTable {
 public:
  explicit DeliveryTable(console::LocalTime london);
  void Add(const v1::Delivery& delivery);
  std::string ToString() const { return table_.ToString(); }

 private:
  const console::LocalTime london_;
  console::Table table_;
};

// The delivery, then its events, oldest first: position, time, kind and fields; those that no
// checkpoint covers yet are marked. The answer is one that AnswerChecker let through.
std::string Describe(const v1::GetDeliveryResponse& response, const console::LocalTime& london);

}  // namespace firstbell::audit_client
