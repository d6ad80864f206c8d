#pragma once

// Many devices' ends of the school link in one thread: a bare DEALER under CURVE each, without a
// routing id, watched by one epoll. What the frames mean is its user's affair.
//
// Threads: one. A resource: FB_CHECKs that it gets its sockets; each takes two file descriptors.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/crypto/curve.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::support {

// A device's first words.
v1::LinkMessage HelloOf(const std::string& device_id);

// Raises the soft limit as far as it goes; what it is then.
std::size_t RaiseDescriptorLimit();

class DeviceCrowd {
 public:
  // `address` as "tcp://host:port"; `server_key` 32 bytes.
  DeviceCrowd(std::string address, std::string server_key);
  ~DeviceCrowd();
  DeviceCrowd(const DeviceCrowd&) = delete;
  DeviceCrowd& operator=(const DeviceCrowd&) = delete;

  // Switches a device on. Its index counts up from 0.
  std::size_t Add(const crypto::CurveKeys& keys);
  std::size_t size() const { return sockets_.size(); }
  // Its handshake is done: what is sent now goes out.
  bool Connected(std::size_t device) const;
  // Queued; false where it could not be.
  bool Send(std::size_t device, std::string_view frame);
  // Hands on every frame that is there, or comes within `patience`.
  using OnFrame = std::function<void(std::size_t device, std::string_view frame)>;
  void Receive(absl::Duration patience, const OnFrame& on_frame);

 private:
  void Drain(std::size_t device, const OnFrame& on_frame);

  const std::string address_, server_key_;
  void* const context_;
  const int epoll_;
  std::vector<void*> sockets_;
  // Sent to since they were last read: sending may have swallowed the sign of a frame that came.
  std::vector<std::size_t> sent_to_;
};

}  // namespace firstbell::support
