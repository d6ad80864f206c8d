#pragma once

// A small HTTP listener of its own: a few paths, read alone, for whoever reaches it. Nobody is
// asked who they are, so nothing that it answers may be secret or personal.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::server {

struct HttpAnswer {
  int status = 200;
  std::string body;
  std::string type = "text/plain; charset=utf-8";
  std::string cache = "no-store";
};

// Threads: its own. A resource; what it asks outlives it.
class HttpListener {
 public:
  struct Route {
    std::string pattern;  // a regular expression of the whole path
    std::function<HttpAnswer(const std::string& path)> answer;
  };
  struct Options {
    std::string setting;  // as errors name it: "listen.metrics"
    std::string address;  // host:port
    std::size_t threads = 2;
    int requests_a_connection = 1;
  };

  // InvalidArgument: the address is none. FailedPrecondition: it is taken.
  static base::Result<std::unique_ptr<HttpListener>> Start(const Options& options,
                                                           std::vector<Route> routes);
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

 private:
  struct Parts;
  explicit HttpListener(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace firstbell::server
