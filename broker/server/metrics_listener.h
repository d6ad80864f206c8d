#pragma once

// HTTP for those who watch the broker: /metrics in Prometheus' text format, /healthz that says why
// it does not serve. Nothing there is secret or personal, and nobody is asked who they are: listen
// on the loopback, or on a network for operators alone.

#include <functional>
#include <memory>
#include <string>

#include "broker/base/status.h"

namespace firstbell::server {

// Threads: its own. A resource; what it asks outlives it.
class MetricsListener {
 public:
  struct Answers {
    std::function<std::string()> metrics;
    std::function<std::string()> why_not;  // empty: it serves
  };

  // `address` is host:port. InvalidArgument: it is none. FailedPrecondition: it is taken.
  static base::Result<std::unique_ptr<MetricsListener>> Start(const std::string& address,
                                                              Answers answers);
  ~MetricsListener();
  MetricsListener(const MetricsListener&) = delete;
  MetricsListener& operator=(const MetricsListener&) = delete;

 private:
  struct Parts;
  explicit MetricsListener(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace firstbell::server
