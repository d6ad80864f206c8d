#pragma once

// Deliveries into a file, as CSV or JSON lines. Threads: one call at a time.

#include <cstdint>
#include <filesystem>

#include "broker/base/status.h"
#include "clients/audit/answer.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

enum class ExportFormat { kCsv, kJsonLines };
enum class Beginning { kNew, kResume };

struct Exported {
  std::uint64_t rows = 0;  // of the file, header not counted
};

// Page after page, each durable in the file before the place where it ended is noted beside it, in
// "<file>.resume"; that goes once all is there. A resumed export begins where the note says, and
// cuts off what was written after it; with another filter than before it is refused.
// AlreadyExists: the file is there, and it is not to be resumed. FailedPrecondition: it cannot be,
// or there are too few for the scope; then there is no file. Unavailable: it ended before the last
// page. DataLoss: the file or the note beside it is not as it was left. Others: `check`'s, of a
// page that is then not written.
base::Result<Exported> Export(v1::DeliveryLogService::Stub& stub, v1::ListDeliveriesRequest request,
                              ExportFormat format, const std::filesystem::path& file,
                              Beginning beginning, const CheckPage& check);

// One line, without its line break; the header's where `delivery` is null.
std::string CsvLine(const v1::Delivery* delivery);

}  // namespace firstbell::audit_client
