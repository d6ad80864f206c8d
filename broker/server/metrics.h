#pragma once

// What Prometheus is told: counts, times and sizes. Labels come from closed sets of our own (a
// method, a code, a kind of event, a reason); never a force, a school, an id or a text. What
// happened to incidents, alerts and receipts is counted from the log's own events, once they are
// durable, so that no use case knows of any of this.

#include <memory>
#include <string>
#include <vector>

#include "broker/server/rpc.h"
#include "broker/store/rocksdb/rocksdb_store.h"

namespace firstbell::server {

// Threads: safe. A resource.
class Metrics final : public CallObserver {
 public:
  explicit Metrics(const std::string& version);
  ~Metrics() override;
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void Called(std::string_view method, base::Code code, absl::Duration took) override;
  void Committed(const store::Commit& commit);
  // How something stands now.
  struct Value {
    const char* name;
    const char* help;
    double value;
  };
  // All of it in Prometheus' text format, `now` with it: the same names each time.
  std::string Text(const std::vector<Value>& now);

 private:
  struct Families;
  void Count(const model::Event& event);

  const std::unique_ptr<Families> families_;
};

}  // namespace firstbell::server
