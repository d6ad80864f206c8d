#include "clients/school/web/refusal_log.h"

#include "broker/base/log.h"

namespace firstbell::school::web {
namespace {

constexpr std::string_view kStop = "school/web";

std::string NameOf(std::optional<uid_t> user) {
  return user ? std::to_string(*user) : "unknown";
}

}  // namespace

void RefusalLog::Note(std::optional<uid_t> user, const std::string& why, absl::Duration now) {
  base::MutexLock lock(mutex_);
  const auto [noted, first] = noted_.try_emplace({user, why}, Noted{now, 0});
  if (!first) {
    ++noted->second.since;
    return;
  }
  base::LogWarning(kStop, "a request was refused", {{"why", why}, {"user", NameOf(user)}});
}

void RefusalLog::Flush(absl::Duration now) {
  base::MutexLock lock(mutex_);
  for (auto at = noted_.begin(); at != noted_.end();) {
    auto& [of, noted] = *at;
    if (now - noted.said < kRefusalsEvery) {
      ++at;
    } else if (noted.since == 0) {
      at = noted_.erase(at);
    } else {
      base::LogWarning(kStop, "more requests were refused",
                       {{"why", of.second},
                        {"user", NameOf(of.first)},
                        {"requests", std::to_string(noted.since)}});
      noted = {now, 0};
      ++at;
    }
  }
}

}  // namespace firstbell::school::web
