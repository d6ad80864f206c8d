#pragma once

// How many calls of one kind, streams above all, each caller has open, and all together: nobody may
// take the room of all others.

#include <map>
#include <memory>
#include <string>

#include "broker/base/mutex.h"
#include "broker/base/status.h"

namespace firstbell::server {

// Threads: safe. A resource; it outlives its tickets.
class OpenStreams {
 public:
  struct Bounds {
    std::size_t of_one;
    std::size_t of_all;
  };
  // Gives the room back when it is destroyed.
  class Ticket {
   public:
    Ticket(OpenStreams& streams, std::string caller)
        : streams_(streams), caller_(std::move(caller)) {}
    ~Ticket() { streams_.GiveBack(caller_); }
    Ticket(const Ticket&) = delete;
    Ticket& operator=(const Ticket&) = delete;

   private:
    OpenStreams& streams_;
    const std::string caller_;
  };

  explicit OpenStreams(Bounds bounds) : bounds_(bounds) {}
  OpenStreams(const OpenStreams&) = delete;
  OpenStreams& operator=(const OpenStreams&) = delete;

  // ResourceExhausted: this caller, or all of them, have as many open as is served.
  base::Result<std::unique_ptr<Ticket>> Take(const std::string& caller);

 private:
  void GiveBack(const std::string& caller);

  const Bounds bounds_;
  base::Mutex mutex_;
  std::map<std::string, std::size_t> open_ ABSL_GUARDED_BY(mutex_);  // none that is 0
  std::size_t of_all_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace firstbell::server
