#pragma once

// A transport that keeps, in order, what the broker sends to each session. Threads: one.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "broker/dispatch/school_links.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::support {

class SimulatedLink final : public dispatch::LinkTransport {
 public:
  void Send(const dispatch::SessionId& session, std::string frame) override {
    v1::LinkMessage message;
    FB_CHECK(message.ParseFromString(frame));
    if (const auto hook = std::exchange(before_next_, {})) hook();
    sent_[session].push_back(std::move(message));
    frames_[session].push_back(std::move(frame));
  }

  // Runs just before the next frame is on its way: something that happens meanwhile.
  void BeforeNext(std::function<void()> hook) { before_next_ = std::move(hook); }

  // Everything sent to `session` since this was last asked.
  std::vector<v1::LinkMessage> Take(const dispatch::SessionId& session) {
    frames_.erase(session);
    return std::exchange(sent_[session], {});
  }
  // The same as bytes.
  std::vector<std::string> TakeFrames(const dispatch::SessionId& session) {
    sent_.erase(session);
    return std::exchange(frames_[session], {});
  }
  // The same, of it the pushed envelopes alone.
  std::vector<v1::SealedEnvelope> TakePushed(const dispatch::SessionId& session) {
    std::vector<v1::SealedEnvelope> pushed;
    for (const v1::LinkMessage& message : Take(session)) {
      if (message.has_push()) pushed.push_back(message.push().envelope());
    }
    return pushed;
  }

 private:
  std::map<dispatch::SessionId, std::vector<v1::LinkMessage>> sent_;
  std::map<dispatch::SessionId, std::vector<std::string>> frames_;
  std::function<void()> before_next_;
};

}  // namespace firstbell::support
