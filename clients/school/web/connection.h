#pragma once

// The bytes of one connection to the page, for cpp-httplib to read a request from: so many of a
// head and so many of what follows it, each within a time, however slowly they come. Threads: one.

#include <httplib.h>
#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <optional>

#include "absl/time/time.h"

namespace firstbell::school::web {

inline constexpr std::size_t kMostHeadBytes = 32 * 1024;
inline constexpr std::size_t kMostReadBytes = 1024 * 1024;  // of a form that is too long
// For a head to come, for what follows it, and for a piece of the answer to be taken.
inline constexpr absl::Duration kPatience = absl::Seconds(5);

class Connection final : public httplib::Stream {
 public:
  // Closes `socket`, which is connected on the loopback. Once `stopping`, nothing more is read.
  Connection(int socket, const std::atomic<bool>& stopping);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // What is read from now on is counted anew.
  void HeadIsRead();
  // Whether something came that no head was read from.
  bool NoHead() const { return came_ && !head_is_read_; }
  // Of the process at the other end. None: it is not known.
  std::optional<uid_t> Owner() const;

  // Negative: no more may come, or none came in time. Nought: the other end has sent all.
  ssize_t read(char* to, std::size_t size) override;
  ssize_t write(const char* from, std::size_t size) override;
  bool is_readable() const override;
  bool is_writable() const override;  // and the other end is still there
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  bool Wait(short events, absl::Duration patience) const;
  ssize_t Fill();

  const int socket_;
  const std::atomic<bool>& stopping_;
  bool came_ = false, head_is_read_ = false;
  std::size_t left_ = kMostHeadBytes;
  absl::Duration until_;  // since boot
  std::array<char, 4096> buffer_{};
  std::size_t at_ = 0, end_ = 0;  // of what is in it
};

}  // namespace firstbell::school::web
