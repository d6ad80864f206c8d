#include "broker/server/open_streams.h"

namespace firstbell::server {

base::Result<std::unique_ptr<OpenStreams::Ticket>> OpenStreams::Take(const std::string& caller) {
  {
    base::MutexLock lock(mutex_);
    const auto found = open_.find(caller);
    if (found != open_.end() && found->second >= bounds_.of_one) {
      return base::ResourceExhausted(
          "you have as many calls of this kind open as one caller may (" +
          std::to_string(bounds_.of_one) + "): end one first");
    }
    if (of_all_ >= bounds_.of_all) {
      return base::ResourceExhausted(
          "the broker serves as many calls of this kind as it can; try again in a moment");
    }
    ++open_[caller];
    ++of_all_;
  }
  return std::make_unique<Ticket>(*this, caller);
}

void OpenStreams::GiveBack(const std::string& caller) {
  base::MutexLock lock(mutex_);
  --of_all_;
  const auto found = open_.find(caller);
  if (--found->second == 0) open_.erase(found);
}

}  // namespace firstbell::server
