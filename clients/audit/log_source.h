#pragma once

// Where a delivery log is read from: a broker, or a copy of it in a directory. Nothing that it
// answers is to be believed before it was checked. Threads: one call at a time.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/status.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

class LogSource {
 public:
  virtual ~LogSource() = default;

  // The newest that is published. `remembered`: the newest that the caller knows, a signed note, or
  // empty; where it is not borne out, that is the error.
  virtual base::Result<v1::Checkpoint> GetCheckpoint(const std::string& remembered) = 0;
  // Entries of [first, end), in order, until `take` says false; never more of them. DataLoss: it
  // gives an entry too many.
  virtual base::Status ReadEntries(std::uint64_t first, std::uint64_t end,
                                   const std::function<bool(const v1::LogEntry&)>& take) = 0;
  // RFC 6962, of the published tree from one of `old_size` entries.
  virtual base::Result<std::vector<std::string>> Consistency(std::uint64_t old_size,
                                                             std::uint64_t size) = 0;
  // What is wrong with the tile that it keeps there, as far as its tree goes, where it should hold
  // these hashes; empty: nothing, or it keeps none.
  virtual base::Result<std::string> CheckTile(int level, std::uint64_t index,
                                              const std::string& hashes) = 0;
  // What is wrong with the files that it keeps besides, once all entries fit; empty: nothing.
  virtual base::Result<std::string> CheckOtherFiles() { return std::string(); }
};

// `stub` outlives it.
class BrokerLog final : public LogSource {
 public:
  explicit BrokerLog(v1::DeliveryLogService::Stub& stub) : stub_(stub) {}
  base::Result<v1::Checkpoint> GetCheckpoint(const std::string& remembered) override;
  base::Status ReadEntries(std::uint64_t first, std::uint64_t end,
                           const std::function<bool(const v1::LogEntry&)>& take) override;
  base::Result<std::vector<std::string>> Consistency(std::uint64_t old_size,
                                                     std::uint64_t size) override;
  base::Result<std::string> CheckTile(int, std::uint64_t, const std::string&) override {
    return std::string();
  }

 private:
  v1::DeliveryLogService::Stub& stub_;
};

}  // namespace firstbell::audit_client
