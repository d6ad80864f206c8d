#include "clients/school/web/listener.h"

#include <httplib.h>

#include <atomic>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "clients/school/web/connection.h"

namespace firstbell::school::web {
namespace {

constexpr char kAddress[] = "127.0.0.1";
constexpr std::size_t kThreads = 4 + kMostStreams;
constexpr char kOwner[] = "REMOTE_USER";  // stands among the headers, as httplib's REMOTE_ADDR does
constexpr char kEveryPath[] = R"([\s\S]*)";  // a dot would leave out what has a line's end in it
constexpr absl::Duration kLookEvery = absl::Seconds(1);
constexpr int kLooksUntilComment = 15;  // so that a connection that is gone is noticed

// Nothing but our own, and nothing in a frame. (With no-referrer a browser says "null" for the
// origin of our own forms.)
constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

std::string CookieNamed(const std::string& header, std::string_view name) {
  for (const auto& pair : absl::StrSplit(base::View(std::string_view(header)), ';')) {
    const std::vector<std::string> parts =
        absl::StrSplit(absl::StripAsciiWhitespace(pair), absl::MaxSplits('=', 1));
    if (parts.size() == 2 && parts[0] == name) return parts[1];
  }
  return "";
}

// A request without its body.
Request HeadOf(const httplib::Request& from, int port) {
  Request request;
  request.method = from.method;
  request.path = from.path;
  request.query = from.params;
  request.host = from.get_header_value("Host");
  request.origin = from.get_header_value("Origin");
  // What is packed is no form of ours: nobody knows how long it is once it is unpacked.
  if (!from.has_header("Content-Encoding")) {
    request.content_type = from.get_header_value("Content-Type");
  }
  request.session =
      CookieNamed(from.get_header_value("Cookie"), SessionCookie(":" + std::to_string(port)));
  uid_t user = 0;
  if (absl::SimpleAtoi(from.get_header_value(kOwner), &user)) request.user = user;
  return request;
}

// What a form says; nothing: more than one can say, or cut short. What is too long is read on for a
// while, and not kept: whoever still sends would be hung up on, and not hear why.
std::optional<std::string> BodyOf(const httplib::Request& request,
                                  const httplib::ContentReader& content) {
  if (request.get_header_value<std::uint64_t>("Content-Length") > kMostReadBytes) {
    return std::nullopt;
  }
  std::string body;
  std::size_t read = 0;
  const bool ended = content([&](const char* bytes, std::size_t size) {
    read += size;
    if (read <= kMostFormBytes) body.append(bytes, size);
    return read <= kMostReadBytes;
  });
  if (ended && read <= kMostFormBytes) return body;
  explicit_bzero(body.data(), body.size());
  return std::nullopt;
}

// One address, one listener: httplib would share it with another that asks for the same.
void OnlyReuseAddress(int socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

// To somebody of whom no request was read.
std::string Plain(const Response& answer) {
  std::string head = "HTTP/1.1 " + std::to_string(answer.status) + " Refused\r\n";
  for (const auto& [name, value] : kHeaders) absl::StrAppend(&head, name, ": ", value, "\r\n");
  absl::StrAppend(&head, "Content-Type: ", answer.type, "\r\nContent-Length: ", answer.body.size(),
                  "\r\nConnection: close\r\n\r\n");
  return head + answer.body;
}

// One request a connection: what is left of a body that was not read is not taken for the next. Of
// a process of another user nothing is read, and it is not waited for.
class Server final : public httplib::Server {
 public:
  Server(Site& site, const std::atomic<bool>& stopping) : site_(site), stopping_(stopping) {}

 private:
  bool process_and_close_socket(socket_t socket) override {
    Connection connection(socket, stopping_);
    const std::optional<uid_t> owner = connection.Owner();
    if (const auto refusal = site_.RefuseUser(owner)) {
      const std::string answer = Plain(*refusal);
      return connection.write(answer.data(), answer.size()) > 0;
    }
    bool closed = false;
    const bool answered = process_request(connection, true, closed, [&](httplib::Request& head) {
      connection.HeadIsRead();
      head.headers.erase(kOwner);
      head.set_header(kOwner, std::to_string(*owner));
    });
    if (connection.NoHead()) site_.LogUnread(owner);
    return answered;
  }

  Site& site_;
  const std::atomic<bool>& stopping_;
};

}  // namespace

struct Listener::Parts {
  using Handled = httplib::Server::HandlerResponse;

  Parts(Site& of, int at) : site(of), port(at), http(of, stopping) {
    http.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
    http.set_socket_options(OnlyReuseAddress);
    http.set_tcp_nodelay(true);  // or an answer's body waits 40 ms for its head to be acknowledged
    http.set_payload_max_length(kMostReadBytes);
    // Comes before httplib reads a body, which it would do to any length: only of a form of our own
    // is it read.
    http.set_pre_routing_handler([this](const httplib::Request& from, httplib::Response& to) {
      const Request head = HeadOf(from, port);
      if (head.method == "POST" && site.MayCome(head)) return Handled::Unhandled;
      Answer(head, to);
      return Handled::Handled;
    });
    http.Post(kEveryPath, [this](const httplib::Request& from, httplib::Response& to,
                                 const httplib::ContentReader& content) {
      Request request = HeadOf(from, port);
      std::optional<std::string> body = BodyOf(from, content);
      request.whole = body.has_value();
      if (body) httplib::detail::parse_query_text(*body, request.form);
      Answer(request, to);
      // A passphrase may be in it.
      for (auto& [name, value] : request.form) explicit_bzero(value.data(), value.size());
      if (body) explicit_bzero(body->data(), body->size());
    });
  }

  void Answer(const Request& request, httplib::Response& to) {
    const Response answer = site.Answer(request);
    for (const auto& [name, value] : kHeaders) to.set_header(name, value);
    to.status = answer.status;
    if (!answer.location.empty()) to.set_header("Location", answer.location);
    if (!answer.set_cookie.empty()) to.set_header("Set-Cookie", answer.set_cookie);
    if (!answer.file_name.empty()) {
      to.set_header("Content-Disposition", "attachment; filename=\"" + answer.file_name + "\"");
    }
    if (answer.stream) return Stream(request.session, to);
    to.set_content(answer.body, answer.type);
  }

  // Says that something changed, never what. Ends when the session does.
  void Stream(const std::string& session, httplib::Response& to) {
    if (++streams > kMostStreams) {
      --streams;
      to.status = 503;
      return;
    }
    // Told at once what it is now: a page may be older by the time that it listens.
    auto seen = std::make_shared<std::uint64_t>(0);
    to.set_chunked_content_provider(
        "text/event-stream",
        [this, session, seen](std::size_t, httplib::DataSink& sink) {
          return NextEvent(session, *seen, sink);
        },
        [this](bool) { --streams; });
  }

  bool NextEvent(const std::string& session, std::uint64_t& seen, httplib::DataSink& sink) {
    for (int look = 0; look < kLooksUntilComment; ++look) {
      if (stopping) return false;
      if (!site.Lives(session)) {
        Write(sink, "event: locked\ndata: 0\n\n");
        sink.done();
        return true;
      }
      const std::uint64_t version = site.Version();
      if (version != seen) {
        seen = version;
        return Write(sink, "event: changed\ndata: " + std::to_string(version) + "\n\n");
      }
      base::MutexLock lock(mutex);
      if (!stopping) wake.WaitFor(mutex, absl::ToChronoMilliseconds(kLookEvery));
    }
    return Write(sink, ": still here\n\n");
  }

  static bool Write(httplib::DataSink& sink, const std::string& text) {
    return sink.write(text.data(), text.size());
  }

  // Keys leave the memory also where nobody asks for a page.
  void Watch() {
    while (!stopping) {
      site.EndSessions();
      base::MutexLock lock(mutex);
      if (!stopping) wake.WaitFor(mutex, absl::ToChronoMilliseconds(kLookEvery));
    }
  }

  void Stop() {
    {
      base::MutexLock lock(mutex);
      stopping = true;
    }
    wake.NotifyAll();
    // It cannot be stopped before it has begun.
    while (!http.is_running() && !ended) std::this_thread::yield();
    http.stop();
    listening.join();
    watching.join();
  }

  Site& site;
  const int port;
  std::atomic<std::size_t> streams{0};
  std::atomic<bool> stopping{false}, ended{false};
  Server http;
  base::Mutex mutex;
  base::CondVar wake;
  std::thread listening, watching;
};

base::Result<std::unique_ptr<Listener>> Listener::Start(Site& site, int port) {
  if (port < 1 || port > 65535) {
    return base::InvalidArgument("the page's port is a number from 1 to 65535");
  }
  auto parts = std::make_unique<Parts>(site, port);
  if (!parts->http.bind_to_port(kAddress, port)) {
    return base::FailedPrecondition(
        "cannot serve the page at http://127.0.0.1:" + std::to_string(port) +
        "/: is the port taken? Give another with --port");
  }
  parts->listening = std::thread([&parts = *parts] {
    parts.http.listen_after_bind();
    parts.ended = true;
  });
  parts->watching = std::thread([&parts = *parts] { parts.Watch(); });
  return std::unique_ptr<Listener>(new Listener(std::move(parts)));
}

Listener::Listener(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Listener::~Listener() {
  parts_->Stop();
}

}  // namespace firstbell::school::web
