#include "clients/school/web/connection.h"

#include <netinet/in.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "clients/school/machine_time.h"
#include "clients/school/web/socket_owner.h"

namespace firstbell::school::web {
namespace {

constexpr absl::Duration kLookEvery = absl::Milliseconds(100);  // whether it stops

absl::Duration SinceBoot() {
  return ReadMachineTime().since_boot;
}

// Again, where a signal came in between.
template <typename Call>
ssize_t Uninterrupted(const Call& call) {
  ssize_t done = 0;
  do {
    done = call();
  } while (done < 0 && errno == EINTR);
  return done;
}

using NameOf = int (*)(int socket, sockaddr* address, socklen_t* size);

std::uint16_t PortBy(NameOf name_of, int socket) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (name_of(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  return ntohs(address.sin_port);
}

}  // namespace

Connection::Connection(int socket, const std::atomic<bool>& stopping)
    : socket_(socket), stopping_(stopping), until_(SinceBoot() + kPatience) {}

// A passphrase may have passed.
Connection::~Connection() {
  explicit_bzero(buffer_.data(), buffer_.size());
  ::shutdown(socket_, SHUT_RDWR);
  ::close(socket_);
}

void Connection::HeadIsRead() {
  head_is_read_ = true;
  left_ = kMostReadBytes;
  until_ = SinceBoot() + kPatience;
}

std::optional<uid_t> Connection::Owner() const {
  return OwnerOf(
      {.peer_port = PortBy(::getpeername, socket_), .own_port = PortBy(::getsockname, socket_)});
}

bool Connection::Wait(short events, absl::Duration patience) const {
  const absl::Duration until = SinceBoot() + patience;
  do {
    pollfd waited{.fd = socket_, .events = events, .revents = 0};
    const absl::Duration left =
        std::clamp(until - SinceBoot(), absl::ZeroDuration(), kLookEvery);  // less is for ever
    const int ready = ::poll(&waited, 1, static_cast<int>(absl::ToInt64Milliseconds(left)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  } while (!stopping_ && SinceBoot() < until);
  return false;
}

ssize_t Connection::Fill() {
  if (left_ == 0 || !Wait(POLLIN, until_ - SinceBoot())) return -1;
  const std::size_t most = std::min(buffer_.size(), left_);
  const ssize_t size = Uninterrupted([&] { return ::recv(socket_, buffer_.data(), most, 0); });
  if (size <= 0) return size;
  came_ = true;
  left_ -= static_cast<std::size_t>(size);
  at_ = 0;
  end_ = static_cast<std::size_t>(size);
  return size;
}

ssize_t Connection::read(char* to, std::size_t size) {
  if (at_ == end_) {
    const ssize_t filled = Fill();
    if (filled <= 0) return filled;
  }
  const std::size_t taken = std::min(size, end_ - at_);
  std::copy_n(buffer_.data() + at_, taken, to);
  at_ += taken;
  return static_cast<ssize_t>(taken);
}

ssize_t Connection::write(const char* from, std::size_t size) {
  if (!Wait(POLLOUT, kPatience)) return -1;
  return Uninterrupted([&] { return ::send(socket_, from, size, MSG_NOSIGNAL); });
}

bool Connection::is_readable() const {
  return at_ < end_ || Wait(POLLIN, absl::ZeroDuration());
}

bool Connection::is_writable() const {
  if (!Wait(POLLOUT, kPatience)) return false;
  char next = 0;
  const ssize_t size = ::recv(socket_, &next, 1, MSG_PEEK | MSG_DONTWAIT);
  return size > 0 || (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = PortBy(::getpeername, socket_);
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  ip = "127.0.0.1";
  port = PortBy(::getsockname, socket_);
}

}  // namespace firstbell::school::web
