// The page over a real socket: what every answer carries, and what is refused before a page is
// asked.

#include "clients/school/web/listener.h"

#include <gmock/gmock.h>
#include <grp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/school/invented_broker.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// More than the listener reads of anything, and the kernel keeps in between.
constexpr std::size_t kEndless = 64 * 1024 * 1024;

class ListenerTest : public testing::Test {
 protected:
  std::string Own() const { return "127.0.0.1:" + std::to_string(port_); }
  // What comes back for these bytes, and for as many of the others as are taken, until the other
  // end closes.
  std::string Exchange(const std::string& sent, const std::string& on_and_on = "") const {
    const int socket = Connected();
    bool goes = SendAll(socket, sent);
    std::size_t more = 0;
    while (goes && !on_and_on.empty() && more < kEndless) {
      goes = SendAll(socket, on_and_on);
      more += on_and_on.size();
    }
    EXPECT_LT(more, kEndless) << "it was read without an end";
    const std::string received = ReceiveAll(socket);
    ::close(socket);
    return received;
  }
  int Connected() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    EXPECT_EQ(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return socket;
  }
  static bool SendAll(int socket, const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
      const ssize_t wrote = ::send(socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
      if (wrote <= 0) return false;
      at += static_cast<std::size_t>(wrote);
    }
    return true;
  }
  static std::string ReceiveAll(int socket) {
    std::string received(64 * 1024, '\0');
    std::size_t size = 0;
    ssize_t more = 0;
    while ((more = ::recv(socket, received.data() + size, received.size() - size, 0)) > 0) {
      size += static_cast<std::size_t>(more);
    }
    return received.substr(0, size);
  }
  std::string Get(const std::string& path, const std::string& host) const {
    return Exchange("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }
  std::string Post(const std::string& body, const std::string& origin,
                   const std::string& type = "application/x-www-form-urlencoded") const {
    return Exchange("POST /sign-in HTTP/1.1\r\nHost: " + Own() + "\r\nOrigin: " + origin +
                    "\r\nContent-Type: " + type + "\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
  }

  const int port_ = support::FreePorts(1)[0];
  support::TempDirectory directory_;
  InventedBroker broker_;
  std::unique_ptr<Site> site_ =
      Site::Open({.guard = {{::geteuid()}, Own()}, .state = directory_.path() / "state"}, broker_)
          .value();
  std::unique_ptr<Listener> listener_ = Listener::Start(*site_, port_).value();
};

TEST_F(ListenerTest, EveryAnswerKeepsOthersOut) {
  const std::string page = Get("/", Own());
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(page, HasSubstr("Cache-Control: no-store"));
  EXPECT_THAT(page, HasSubstr("X-Content-Type-Options: nosniff"));
  EXPECT_THAT(page, Not(HasSubstr("http://" + std::string("www."))));
  for (const char* const path : {"/assets/inbox.css", "/assets/none", "/nowhere"}) {
    EXPECT_THAT(Get(path, Own()), HasSubstr("Content-Security-Policy:")) << path;
  }
}

TEST_F(ListenerTest, ANameThatWasReboundToThisMachineIsRefused) {
  EXPECT_THAT(Get("/", "evil.example"), StartsWith("HTTP/1.1 421"));
  EXPECT_THAT(Get("/", "localhost:" + std::to_string(port_)), StartsWith("HTTP/1.1 421"));
}

TEST_F(ListenerTest, AFormOfAnotherOriginIsRefused) {
  EXPECT_THAT(Post("person=x", "http://evil.example"), StartsWith("HTTP/1.1 403"));
  EXPECT_THAT(Post("person=x", "null"), StartsWith("HTTP/1.1 403"));
}

TEST_F(ListenerTest, WhatIsTooLongIsRefused) {
  EXPECT_THAT(Post("x=" + std::string(kMostFormBytes, 'x'), "http://" + Own()),
              StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(Get("/" + std::string(20'000, 'x'), Own()), StartsWith("HTTP/1.1 414"));
}

TEST_F(ListenerTest, WhatIsSentInPartsIsRefused) {
  const std::string part = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  for (const std::string& body : {part + "b\r\n--x--\r\n", part + "cut short", std::string("none"),
                                  part + std::string(kMostFormBytes, 'x') + "\r\n--x--\r\n"}) {
    EXPECT_THAT(Post(body, "http://" + Own(), "multipart/form-data; boundary=x"),
                StartsWith("HTTP/1.1 415"));
  }
}

// What is sent, and what is answered.
struct Endless {
  std::string head, piece, status;
};

TEST_F(ListenerTest, WhatHasNoEndIsRefusedAndOthersAreAnswered) {
  const std::string chunk = "1000\r\n" + std::string(0x1000, 'x') + "\r\n";
  const std::string host = "Host: " + Own() + "\r\n",
                    own = host + "Origin: http://" + Own() + "\r\n";
  const std::string form = "Content-Type: application/x-www-form-urlencoded\r\n";
  const std::string parts = "Content-Type: multipart/form-data; boundary=x\r\n";
  const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
  const std::string long_one = "Content-Length: 1000000000000\r\n\r\n";
  const std::string post = "POST /sign-in HTTP/1.1\r\n";
  const std::vector<Endless> all = {
      {post + own + form + chunked, chunk, "413"},
      {post + own + form + long_one, chunk, "413"},
      {post + own + form + "Content-Encoding: gzip\r\n" + chunked, chunk, "415"},
      {post + own + parts + chunked, chunk, "415"},
      {post + own + parts + chunked + "5\r\n--x\r\n\r\n", chunk, "415"},
      {post + own + parts + long_one, "--x\r\n" + chunk, "415"},
      {post + host + form + chunked, chunk, "403"},
      {post + "Host: evil.example\r\n" + form + chunked, chunk, "421"},
      {"POST /sign%0Ain HTTP/1.1\r\n" + own + form + chunked, chunk, "413"},
      {"POST /sign%0Ain HTTP/1.1\r\n" + own + parts + chunked, chunk, "415"},
      {"GET / HTTP/1.1\r\n" + own + chunked, chunk, "200"},
      {"PUT / HTTP/1.1\r\n" + own + form + chunked, chunk, "405"},
      {"DELETE / HTTP/1.1\r\n" + own + form + chunked, chunk, "405"},
      {"PRI / HTTP/1.1\r\n" + own + form + chunked, chunk, "405"}};
  for (const Endless& one : all) {
    EXPECT_THAT(Exchange(one.head, one.piece), StartsWith("HTTP/1.1 " + one.status)) << one.head;
    EXPECT_THAT(Get("/", Own()), StartsWith("HTTP/1.1 200")) << one.head;
  }
}

TEST_F(ListenerTest, AHeadWithoutAnEndIsNoRequestAndOthersAreAnswered) {
  const std::string line = "X-Line: " + std::string(1000, 'x') + "\r\n";
  EXPECT_THAT(Exchange("GET / HTTP/1.1\r\nHost: " + Own() + "\r\n", line),
              StartsWith("HTTP/1.1 400"));
  EXPECT_EQ(Exchange("GET /", std::string(1000, 'x')), "");
  EXPECT_THAT(Exchange("no request\r\n\r\n"), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Get("/", Own()), StartsWith("HTTP/1.1 200"));
}

TEST_F(ListenerTest, AHeadThatComesTooSlowlyIsNotWaitedFor) {
  const int socket = Connected();
  EXPECT_TRUE(support::Eventually(absl::Seconds(60), [&] { return !SendAll(socket, "x"); }));
  ::close(socket);
}

TEST_F(ListenerTest, AFormThatComesTooSlowlyIsCutShort) {
  const int socket = Connected();
  ASSERT_TRUE(SendAll(socket, "POST /sign-in HTTP/1.1\r\nHost: " + Own() + "\r\nOrigin: http://" +
                                  Own() +
                                  "\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                                  "Content-Length: 100000\r\n\r\n"));
  std::string answer(1, '\0');
  EXPECT_TRUE(support::Eventually(absl::Seconds(60), [&] {
    SendAll(socket, "x");
    return ::recv(socket, answer.data(), answer.size(), MSG_PEEK | MSG_DONTWAIT) > 0;
  }));
  EXPECT_THAT(ReceiveAll(socket), StartsWith("HTTP/1.1 413"));
  ::close(socket);
}

TEST_F(ListenerTest, WhatIsLeftOfABodyIsNoRequest) {
  const std::string hidden = "GET /assets/inbox.css HTTP/1.1\r\nHost: " + Own() + "\r\n\r\n";
  const std::string length = "Content-Length: " + std::to_string(hidden.size()) + "\r\n\r\n";
  const std::string host = " HTTP/1.1\r\nHost: " + Own() + "\r\n";
  const std::string own = "Origin: http://" + Own() + "\r\n";
  for (const std::string& head :
       {"GET /" + host + length, "GET /" + host + "\r\n", "DELETE /" + host + length,
        "POST /lock" + host + length, "POST /lock" + host + own + length,
        "POST /lock" + host + own + "Content-Type: multipart/form-data; boundary=x\r\n" + length,
        "POST /lock" + host + own +
            "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n\r\n"}) {
    const std::string answer = Exchange(head + hidden);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 ")) << head;
    EXPECT_EQ(answer.find("HTTP/1.1 ", 1), std::string::npos) << head;
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n")) << head;
  }
}

TEST_F(ListenerTest, AFormOfTheLengthOfALongReplyIsRead) {
  EXPECT_THAT(Post("text=" + std::string(40'000, 'x'), "http://" + Own()),
              StartsWith("HTTP/1.1 403"));  // nobody is signed in, and it was read to its end
}

TEST_F(ListenerTest, APathLeadsToNoFile) {
  for (const char* const path : {"/assets/../../etc/passwd", "/assets/..%2f..%2fetc%2fpasswd",
                                 "/../../etc/passwd", "/assets/%2e%2e/inbox.scss"}) {
    EXPECT_THAT(Get(path, Own()), Not(HasSubstr("root:"))) << path;
    EXPECT_THAT(Get(path, Own()), Not(StartsWith("HTTP/1.1 200"))) << path;
  }
}

TEST_F(ListenerTest, EventsAreForWhoeverIsSignedIn) {
  EXPECT_THAT(Get("/events", Own()), StartsWith("HTTP/1.1 403"));
}

TEST_F(ListenerTest, ThePortIsItsOwn) {
  const auto second = Listener::Start(*site_, port_);
  EXPECT_EQ(second.status().code(), base::Code::kFailedPrecondition);
  EXPECT_EQ(Listener::Start(*site_, 0).status().code(), base::Code::kInvalidArgument);
}

// Needs to be root, to become somebody else.
TEST_F(ListenerTest, AnotherUserOfThisMachineIsRefused) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can try it as another user";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(2);
    const bool refused = Get("/", Own()).starts_with("HTTP/1.1 403") &&
                         Exchange("").starts_with("HTTP/1.1 403");  // before it says anything
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace firstbell::school::web
