// The socket against a real ROUTER in this process, over the loopback.

#include "clients/link/curve_dealer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zmq.h>

#include "clients/link/curve_keys.h"

namespace firstbell::link {
namespace {

using Kind = LinkEvent::Kind;
constexpr absl::Duration kPatience = absl::Seconds(30);

// A broker's end: CURVE server, any client admitted; or none, where it asks a ZAP handler that says
// no.
class Router {
 public:
  enum class Admits { kAll, kNobody };

  Router(const CurvePair& keys, int port, Admits admits = Admits::kAll) {
    if (admits == Admits::kNobody) {
      zap_ = zmq_socket(context_, ZMQ_REP);
      EXPECT_EQ(zmq_bind(zap_, "inproc://zeromq.zap.01"), 0);
    }
    const int one = 1;
    const int zero = 0;
    zmq_setsockopt(socket_, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(socket_, ZMQ_CURVE_SERVER, &one, sizeof one);
    zmq_setsockopt(socket_, ZMQ_CURVE_SECRETKEY, keys.secret_key.Reveal().data(), kCurveKeyBytes);
    const std::string address = "tcp://127.0.0.1:" + (port == 0 ? "*" : std::to_string(port));
    EXPECT_EQ(zmq_bind(socket_, address.c_str()), 0) << zmq_strerror(errno);
  }
  ~Router() {
    if (zap_ != nullptr) zmq_close(zap_);
    zmq_close(socket_);
    zmq_ctx_term(context_);
  }
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  std::string Address() const {
    char text[256];
    std::size_t size = sizeof text;
    EXPECT_EQ(zmq_getsockopt(socket_, ZMQ_LAST_ENDPOINT, text, &size), 0);
    return text;
  }
  int Port() const { return std::stoi(Address().substr(Address().rfind(':') + 1)); }

  // (routing id, frame); empty where nothing has come.
  std::pair<std::string, std::string> Receive() {
    std::string parts[2];
    for (std::string& part : parts) {
      char bytes[256];
      const int size = zmq_recv(socket_, bytes, sizeof bytes, ZMQ_DONTWAIT);
      if (size < 0) return {};
      part.assign(bytes, static_cast<std::size_t>(size));
    }
    return {parts[0], parts[1]};
  }
  void Send(const std::string& to, const std::string& frame) {
    zmq_send(socket_, to.data(), to.size(), ZMQ_SNDMORE);
    zmq_send(socket_, frame.data(), frame.size(), 0);
  }
  // Answers one request for admission, where one has come.
  void Refuse() {
    std::string id;
    char bytes[256];
    for (int part = 0, more = 1; more != 0; ++part) {
      const int size = zmq_recv(zap_, bytes, sizeof bytes, ZMQ_DONTWAIT);
      if (size < 0) return;
      if (part == 1) id.assign(bytes, static_cast<std::size_t>(size));
      std::size_t option = sizeof more;
      zmq_getsockopt(zap_, ZMQ_RCVMORE, &more, &option);
    }
    const std::string answer[] = {"1.0", id, "400", "unknown key", "", ""};
    for (std::size_t i = 0; i < 6; ++i) {
      zmq_send(zap_, answer[i].data(), answer[i].size(), i < 5 ? ZMQ_SNDMORE : 0);
    }
  }

 private:
  void* context_ = zmq_ctx_new();
  void* socket_ = zmq_socket(context_, ZMQ_ROUTER);
  void* zap_ = nullptr;
};

// The next event of a kind, with `meanwhile` between the looks; none when patience ends.
std::optional<LinkEvent> Await(
    CurveDealer& dealer, Kind kind, const std::function<void()>& meanwhile = [] {}) {
  const absl::Time end = absl::Now() + kPatience;
  while (absl::Now() < end) {
    meanwhile();
    const auto events = dealer.Wait(absl::Milliseconds(20));
    EXPECT_TRUE(events.ok());
    for (const LinkEvent& event : *events) {
      if (event.kind == kind) return event;
    }
  }
  return std::nullopt;
}

class CurveDealerTest : public testing::Test {
 protected:
  std::unique_ptr<CurveDealer> Dial(const std::string& address) {
    return CurveDealer::Connect({address, server_.public_key, GenerateCurvePair()}).value();
  }
  const CurvePair server_ = GenerateCurvePair();
};

TEST_F(CurveDealerTest, CarriesFramesBothWaysAndComesBackAfterTheBrokerDid) {
  auto router = std::make_unique<Router>(server_, 0);
  const int port = router->Port();
  const auto dealer = Dial(router->Address());
  dealer->Send({"lost: the link is not up yet"});
  ASSERT_TRUE(Await(*dealer, Kind::kUp));
  dealer->Send({"hello"});
  std::pair<std::string, std::string> got;
  const auto answer = [&] {
    if (auto next = router->Receive(); !next.first.empty()) {
      got = next;
      router->Send(next.first, "welcome");
    }
  };
  const auto frame = Await(*dealer, Kind::kFrame, answer);
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->text, "welcome");
  EXPECT_EQ(got.second, "hello");
  EXPECT_EQ(got.first.at(0), '\0');  // the router's own choice: the client set no routing id

  router.reset();
  ASSERT_TRUE(Await(*dealer, Kind::kDown));
  dealer->Send({"lost: the link is down"});
  router = std::make_unique<Router>(server_, port);
  ASSERT_TRUE(Await(*dealer, Kind::kUp));
  dealer->Send({"hello again"});
  ASSERT_TRUE(Await(*dealer, Kind::kFrame, answer));
  EXPECT_EQ(got.second, "hello again");
}

TEST_F(CurveDealerTest, ARefusedKeyIsSaid) {
  Router router(server_, 0, Router::Admits::kNobody);
  const auto dealer = Dial(router.Address());
  const auto refused = Await(*dealer, Kind::kRefused, [&] { router.Refuse(); });
  ASSERT_TRUE(refused);
  EXPECT_THAT(refused->text, testing::HasSubstr("does not know this device's key"));
}

TEST_F(CurveDealerTest, WrongKeysAndAddressesAreErrorsAtOnce) {
  const auto bad_key = CurveDealer::Connect({"tcp://127.0.0.1:1", "short", GenerateCurvePair()});
  EXPECT_EQ(bad_key.status().code(), base::Code::kInvalidArgument);
  const auto bad_address =
      CurveDealer::Connect({"not an address", server_.public_key, GenerateCurvePair()});
  EXPECT_EQ(bad_address.status().code(), base::Code::kInvalidArgument);
}

TEST(CurveKeys, ThePairFollowsFromItsSecret) {
  const CurvePair pair = GenerateCurvePair();
  EXPECT_EQ(pair.public_key.size(), kCurveKeyBytes);
  EXPECT_EQ(CurvePairOf(pair.secret_key)->public_key, pair.public_key);
  EXPECT_NE(GenerateCurvePair().public_key, pair.public_key);
  EXPECT_FALSE(CurvePairOf(base::Secret("short")).ok());
}

}  // namespace
}  // namespace firstbell::link
