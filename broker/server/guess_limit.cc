#include "broker/server/guess_limit.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace firstbell::server {
namespace {

constexpr std::string_view kIpv4 = "ipv4:";
constexpr std::string_view kIpv6 = "ipv6:";

bool TakePrefix(std::string_view& text, std::string_view prefix) {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "[2001:db8::1%eth0]:443", or with gRPC's %5B and %5D for the brackets.
std::string AddressIn(std::string_view text) {
  if (!TakePrefix(text, "%5B")) TakePrefix(text, "[");
  text = text.substr(0, std::min(text.find(']'), text.find('%')));
  return std::string(text);
}

std::string Text(const in6_addr& address) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(AF_INET6, &address, text, sizeof text);
  return text;
}

std::string Ipv6Network(std::string_view text) {
  in6_addr address{};
  if (inet_pton(AF_INET6, AddressIn(text).c_str(), &address) != 1) return "other";
  if (IN6_IS_ADDR_V4MAPPED(&address)) return Text(address).substr(std::strlen("::ffff:"));
  std::fill(std::begin(address.s6_addr) + 8, std::end(address.s6_addr), std::uint8_t{0});
  return Text(address) + "/64";
}

}  // namespace

std::string NetworkOf(std::string_view peer) {
  if (TakePrefix(peer, kIpv4)) return std::string(peer.substr(0, peer.find(':')));
  if (TakePrefix(peer, kIpv6)) return Ipv6Network(peer);
  return "other";
}

base::Status GuessLimit::Attempt(const std::string& network, absl::Time now) {
  base::MutexLock lock(mutex_);
  if (now - minute_started_ >= absl::Minutes(1)) {
    minute_started_ = now;
    of_one_.clear();
    of_all_ = 0;
  }
  const auto found = of_one_.find(network);
  const bool one = found != of_one_.end() && found->second >= bounds_.of_one;
  if (one || of_all_ >= bounds_.of_all) {
    return base::ResourceExhausted(
        one ? "too many wrong enrolment codes came from your network; "
              "wait a minute"
            : "too many wrong enrolment codes were tried; wait a minute");
  }
  ++of_one_[network];
  ++of_all_;
  return base::OkStatus();
}

void GuessLimit::Forgive(const std::string& network) {
  base::MutexLock lock(mutex_);
  const auto found = of_one_.find(network);
  if (found == of_one_.end()) return;  // of a minute that has passed
  if (--found->second == 0) of_one_.erase(found);
  --of_all_;
}

}  // namespace firstbell::server
