#pragma once

// A TCP relay on the loopback that can fall silent as a network does whose cable was pulled: what
// was connected stays so, and nothing comes through any more. Threads: one of its own.

#include <atomic>
#include <map>
#include <string>
#include <thread>

namespace firstbell::server {

class SilentProxy {
 public:
  // Relays to `port` of the loopback, coming from the loopback address `from`.
  explicit SilentProxy(int port, const std::string& from = "127.0.0.1");
  ~SilentProxy();
  SilentProxy(const SilentProxy&) = delete;
  SilentProxy& operator=(const SilentProxy&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  void FallSilent() { silent_ = true; }

 private:
  void Run();
  void Accept();
  void Relay(int from);
  void Close(int end);

  const int port_, target_;
  const std::string from_;
  const int listener_;
  std::map<int, int> other_end_;  // by descriptor, both ways
  std::atomic<bool> silent_{false}, stopping_{false};
  std::thread thread_;
};

}  // namespace firstbell::server
