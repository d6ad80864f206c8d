#include "broker/server/public_listeners.h"

#include "broker/base/limits.h"
#include "broker/base/log.h"

namespace firstbell::server {
namespace {

constexpr char kMetricsType[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr char kOctets[] = "application/octet-stream";
constexpr char kForEver[] = "public, max-age=31536000, immutable";
constexpr char kForNow[] = "no-cache";
constexpr int kNotFound = 404;
constexpr int kUnavailable = 503;
constexpr int kRequestsAConnection = 1000;  // a reader of the whole log asks for many tiles

HttpAnswer OfLog(const inquiry::LogFiles& files, const std::string& path) {
  auto file = files.Read(path.substr(1));
  if (absl::IsNotFound(file.status())) return {.status = kNotFound, .body = "no such file\n"};
  if (!file.ok()) {
    base::LogError("log", "a file of the delivery log cannot be read",
                   {{"why", std::string(base::Message(file.status()))}});
    return {.status = kUnavailable, .body = "try again later\n"};
  }
  HttpAnswer answer{.body = std::move(file->bytes)};
  if (!file->text) answer.type = kOctets;
  answer.cache = file->immutable ? kForEver : kForNow;
  return answer;
}

}  // namespace

base::Result<std::unique_ptr<HttpListener>> ListenForMetrics(const std::string& address,
                                                             HealthAnswers answers) {
  return HttpListener::Start(
      {.setting = "listen.metrics", .address = address, .threads = limits::kMetricsThreads},
      {{"/metrics",
        [metrics = std::move(answers.metrics)](const std::string&) {
          return HttpAnswer{.body = metrics(), .type = kMetricsType};
        }},
       {"/healthz", [why_not = std::move(answers.why_not)](const std::string&) {
          const std::string why = why_not();
          return HttpAnswer{.status = why.empty() ? 200 : kUnavailable,
                            .body = (why.empty() ? "serving" : why) + "\n"};
        }}});
}

base::Result<std::unique_ptr<HttpListener>> ListenForLog(const std::string& address,
                                                         const inquiry::LogFiles& files) {
  return HttpListener::Start({.setting = "listen.log",
                              .address = address,
                              .threads = limits::kLogListenerThreads,
                              .requests_a_connection = kRequestsAConnection},
                             {{"/(checkpoint|tile/.*)",
                               [&files](const std::string& path) { return OfLog(files, path); }}});
}

}  // namespace firstbell::server
