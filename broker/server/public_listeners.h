#pragma once

// What the broker answers over HTTP to whoever reaches it: /metrics in Prometheus' text format and
// /healthz that says why it does not serve, on a network for operators alone; and the delivery
// log's checkpoint, tiles and entry bundles (C2SP tlog-tiles), which are commitments and may be
// public.

#include <functional>
#include <memory>
#include <string>

#include "broker/inquiry/log_files.h"
#include "broker/server/http_listener.h"

namespace firstbell::server {

struct HealthAnswers {
  std::function<std::string()> metrics;
  std::function<std::string()> why_not;  // empty: it serves
};
base::Result<std::unique_ptr<HttpListener>> ListenForMetrics(const std::string& address,
                                                             HealthAnswers answers);

// `files` outlives it.
base::Result<std::unique_ptr<HttpListener>> ListenForLog(const std::string& address,
                                                         const inquiry::LogFiles& files);

}  // namespace firstbell::server
