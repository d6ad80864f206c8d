#pragma once

// A request and its answer, as pages see them: no library's types, no socket. Values.

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace firstbell::school::web {

using Fields = std::multimap<std::string, std::string>;

// A browser tells cookies of one address apart by their names alone: each school's page, on a port
// of its own, has its own, so that somebody can be signed in at several. `host`: 127.0.0.1:7470.
inline std::string SessionCookie(std::string_view host) {
  return "firstbell-" + std::string(host.substr(host.rfind(':') + 1));
}

struct Request {
  std::string method, path;  // the path without its query, decoded
  Fields query, form;
  bool whole = true;  // false: of its form nothing was kept, which was too long or cut short
  std::string host, origin, content_type;
  std::string session;        // the cookie's value; empty where there is none
  std::optional<uid_t> user;  // whose process the connection comes from, where that is known

  // The first of that name; empty where there is none.
  std::string_view Field(const std::string& name) const {
    const auto found = form.find(name);
    return found == form.end() ? std::string_view() : std::string_view(found->second);
  }
};

struct Response {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::string location;    // of a redirection
  std::string set_cookie;  // of the session
  std::string file_name;   // of a file to be kept; names nobody
  bool stream = false;     // events follow for as long as the session lives
};

// To read after something was done: a reload does nothing twice.
inline Response SeeOther(std::string location) {
  Response response;
  response.status = 303;
  response.location = std::move(location);
  return response;
}

}  // namespace firstbell::school::web
