#include "broker/audit/event_encoding.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

namespace {

// Beyond it a number is not exact in JSON as RFC 8785 reads it.
constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;

std::string FormatInstant(absl::Time at) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E6SZ", at, absl::UTCTimeZone());
}

}  // namespace

std::string EncodeEvent(const model::Event& event) {
  // nlohmann's object is a std::map: keys come out in byte order, which for ASCII keys is RFC
  // 8785's.
  nlohmann::json object(event.texts());
  for (const auto& [field, number] : event.numbers()) {
    FB_CHECK(-kLargestInteger <= number && number <= kLargestInteger);
    FB_CHECK(!object.contains(field));
    object[field] = number;
  }
  FB_CHECK(!object.contains("v") && !object.contains("kind") && !object.contains("at"));
  object["v"] = 1;
  object["kind"] = std::string(model::Word(event.kind()));
  object["at"] = FormatInstant(event.at());
  // Ids are ASCII. Should one ever not be, a replaced character still makes a valid leaf, where an
  // exception would end the broker.
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string EntryOf(std::string_view event, std::string_view salt) {
  FB_CHECK(salt.size() == kSaltBytes);
  return std::string(1, kEntryVersion) + crypto::HmacSha256(salt, event);
}

base::Status CheckEntry(std::string_view entry, std::string_view event, std::string_view salt) {
  if (entry.empty() || entry.front() != kEntryVersion) {
    return base::DataLoss("the log entry is not of version 1");
  }
  if (salt.size() != kSaltBytes) return base::DataLoss("the event's salt is not 32 bytes");
  if (!crypto::ConstantTimeEqual(entry, EntryOf(event, salt))) {
    return base::DataLoss("the log entry does not commit to the event that is kept for it");
  }
  return base::OkStatus();
}

}  // namespace firstbell::audit
