#include "clients/school/notify/notice.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace firstbell::school {

base::Result<Pulse> ParsePulse(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto number = [&](const char* name) -> std::optional<std::int64_t> {
    if (!json.is_object()) return std::nullopt;
    const auto found = json.find(name);
    if (found == json.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
  };
  const auto waiting = number("waiting"), newest = number("newest_shown_us");
  if (!waiting || !newest || *waiting < 0 || *waiting > 1'000'000) {
    return base::InvalidArgument("what answers at that port is not Firstbell's page");
  }
  return Pulse{static_cast<std::uint32_t>(*waiting), *newest};
}

std::string PulseText(const Pulse& pulse) {
  return nlohmann::json({{"waiting", pulse.waiting}, {"newest_shown_us", pulse.newest_shown_us}})
             .dump() +
         "\n";
}

std::optional<std::string> NoticeWatch::Look(const Pulse& pulse, absl::Time now) {
  const bool is_new = pulse.newest_shown_us > newest_shown_us_;
  newest_shown_us_ = std::max(newest_shown_us_, pulse.newest_shown_us);
  if (pulse.waiting == 0 || (!is_new && now - said_at_ < kRemindEvery)) return std::nullopt;
  said_at_ = now;
  return is_new ? "Something new waits in Firstbell." : "Something still waits in Firstbell.";
}

}  // namespace firstbell::school
