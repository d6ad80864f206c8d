#include "broker/server/http_listener.h"

#include <httplib.h>

#include <atomic>
#include <charconv>
#include <thread>
#include <utility>

namespace firstbell::server {
namespace {

constexpr time_t kSeconds = 2;  // for a request to come and its answer to be taken
constexpr std::size_t kRequestBytes = 1024;

base::Result<std::pair<std::string, int>> HostAndPort(const HttpListener::Options& options) {
  const std::string& address = options.address;
  const std::size_t colon = address.rfind(':');
  int port = 0;
  const char* const end = address.data() + address.size();
  const bool whole = colon != std::string::npos &&
                     std::from_chars(address.data() + colon + 1, end, port).ptr == end;
  if (!whole || port <= 0 || port > 65535) {
    return base::InvalidArgument(options.setting + ": " + address +
                                 " is no address like 127.0.0.1:7445");
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

void Answer(const HttpListener::Route& route, const httplib::Request& request,
            httplib::Response& response) {
  const HttpAnswer answer = route.answer(request.path);
  response.status = answer.status;
  response.set_header("Cache-Control", answer.cache);
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_content(answer.body, answer.type);
}

}  // namespace

struct HttpListener::Parts {
  Parts(const Options& options, std::vector<Route> what) : routes(std::move(what)) {
    http.new_task_queue = [threads = options.threads] { return new httplib::ThreadPool(threads); };
    http.set_socket_options(OnlyReuseAddress);
    http.set_read_timeout(kSeconds);
    http.set_write_timeout(kSeconds);
    http.set_keep_alive_max_count(static_cast<std::size_t>(options.requests_a_connection));
    http.set_keep_alive_timeout(kSeconds);  // for the first byte, too
    http.set_payload_max_length(kRequestBytes);
    for (const Route& route : routes) {
      http.Get(route.pattern,
               [&route](const httplib::Request& request, httplib::Response& response) {
                 Answer(route, request, response);
               });
    }
  }

  const std::vector<Route> routes;
  httplib::Server http;
  std::atomic<bool> ended{false};
  std::thread thread;
};

base::Result<std::unique_ptr<HttpListener>> HttpListener::Start(const Options& options,
                                                                std::vector<Route> routes) {
  FB_ASSIGN_OR_RETURN(const auto where, HostAndPort(options));
  auto parts = std::make_unique<Parts>(options, std::move(routes));
  if (!parts->http.bind_to_port(where.first, where.second)) {
    return base::FailedPrecondition(options.setting + ": cannot listen at " + options.address +
                                    ": is the address taken?");
  }
  parts->thread = std::thread([&parts = *parts] {
    parts.http.listen_after_bind();
    parts.ended = true;
  });
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(parts)));
}

HttpListener::HttpListener(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

HttpListener::~HttpListener() {
  // It cannot be stopped before it has begun.
  while (!parts_->http.is_running() && !parts_->ended) std::this_thread::yield();
  parts_->http.stop();
  parts_->thread.join();
}

}  // namespace firstbell::server
