#include "clients/audit/log_source.h"
#include "clients/console/call.h"
#include "clients/console/errors.h"

namespace firstbell::audit_client {

using Stub = v1::DeliveryLogService::Stub;

base::Result<v1::Checkpoint> BrokerLog::GetCheckpoint(const std::string& remembered) {
  v1::GetCheckpointRequest request;
  request.set_remembered(remembered);
  return console::Call(stub_, &Stub::GetCheckpoint, request);
}

base::Status BrokerLog::ReadEntries(std::uint64_t first, std::uint64_t end,
                                    const std::function<bool(const v1::LogEntry&)>& take) {
  if (first >= end) return base::OkStatus();  // a count of 0 would ask for all
  v1::ReadEntriesRequest request;
  request.set_first(first);
  request.set_count(end - first);
  grpc::ClientContext context;
  const auto stream = stub_.ReadEntries(&context, request);
  std::uint64_t left = end - first;
  for (v1::LogEntry entry; stream->Read(&entry); --left) {
    if (left > 0 && take(entry)) continue;
    context.TryCancel();
    [[maybe_unused]] const grpc::Status cancelled = stream->Finish();
    return left > 0 ? base::OkStatus()
                    : base::DataLoss("the broker gives more entries than were asked for");
  }
  return console::FromGrpc(stream->Finish());
}

base::Result<std::vector<std::string>> BrokerLog::Consistency(std::uint64_t old_size,
                                                              std::uint64_t size) {
  v1::GetProofsRequest request;
  request.set_old_size(old_size);
  request.set_size(size);
  FB_ASSIGN_OR_RETURN(const v1::GetProofsResponse response,
                      console::Call(stub_, &Stub::GetProofs, request));
  return std::vector<std::string>(response.consistency().begin(), response.consistency().end());
}

}  // namespace firstbell::audit_client
