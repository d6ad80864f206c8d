#include "broker/server/metrics_listener.h"

#include <httplib.h>

#include <atomic>
#include <charconv>
#include <thread>

#include "broker/base/limits.h"

namespace firstbell::server {
namespace {

constexpr char kMetricsType[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr char kText[] = "text/plain; charset=utf-8";
constexpr int kUnavailable = 503;
constexpr time_t kSeconds = 2;  // for a request to come and its answer to be taken
constexpr std::size_t kRequestBytes = 1024;

base::Result<std::pair<std::string, int>> HostAndPort(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  int port = 0;
  const char* const end = address.data() + address.size();
  const bool whole = colon != std::string::npos &&
                     std::from_chars(address.data() + colon + 1, end, port).ptr == end;
  if (!whole || port <= 0 || port > 65535) {
    return base::InvalidArgument("listen.metrics: " + address + " is no address like " +
                                 "127.0.0.1:7445");
  }
  std::string host = address.substr(0, colon);
  if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
  return std::make_pair(host, port);
}

// One address, one listener: httplib would share it with another that asks for the same.
void OnlyReuseAddress(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

}  // namespace

struct MetricsListener::Parts {
  explicit Parts(Answers what) : answers(std::move(what)) {
    http.new_task_queue = [] { return new httplib::ThreadPool(limits::kMetricsThreads); };
    http.set_socket_options(OnlyReuseAddress);
    http.set_read_timeout(kSeconds);
    http.set_write_timeout(kSeconds);
    http.set_keep_alive_max_count(1);
    http.set_keep_alive_timeout(kSeconds);  // for the first byte, too
    http.set_payload_max_length(kRequestBytes);
    http.Get("/metrics", [this](const httplib::Request&, httplib::Response& response) {
      response.set_content(answers.metrics(), kMetricsType);
    });
    http.Get("/healthz", [this](const httplib::Request&, httplib::Response& response) {
      const std::string why = answers.why_not();
      if (!why.empty()) response.status = kUnavailable;
      response.set_content((why.empty() ? "serving" : why) + "\n", kText);
    });
  }

  const Answers answers;
  httplib::Server http;
  std::atomic<bool> ended{false};
  std::thread thread;
};

base::Result<std::unique_ptr<MetricsListener>> MetricsListener::Start(const std::string& address,
                                                                      Answers answers) {
  FB_ASSIGN_OR_RETURN(const auto where, HostAndPort(address));
  auto parts = std::make_unique<Parts>(std::move(answers));
  if (!parts->http.bind_to_port(where.first, where.second)) {
    return base::FailedPrecondition("listen.metrics: cannot listen at " + address +
                                    ": is the address taken?");
  }
  parts->thread = std::thread([&parts = *parts] {
    parts.http.listen_after_bind();
    parts.ended = true;
  });
  return std::unique_ptr<MetricsListener>(new MetricsListener(std::move(parts)));
}

MetricsListener::MetricsListener(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

MetricsListener::~MetricsListener() {
  // It cannot be stopped before it has begun.
  while (!parts_->http.is_running() && !parts_->ended) std::this_thread::yield();
  parts_->http.stop();
  parts_->thread.join();
}

}  // namespace firstbell::server
