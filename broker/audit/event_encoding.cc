#include "broker/audit/event_encoding.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

#include "absl/time/time.h"
#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

namespace {

using Json = nlohmann::json;

// Beyond it a number is not exact in JSON as RFC 8785 reads it.
constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;
constexpr std::array<const char*, 3> kRandomIds = {"alert", "incident", "recipient"};
constexpr std::array<const char*, 3> kNames = {"authority", "officer", "urn"};
constexpr char kNamesDigest[] = "names_sha256";
constexpr std::string_view kShownLabel = "firstbell/event-shown/v1";
constexpr std::string_view kNamesLabel = "firstbell/event-names/v1";
constexpr std::string_view kPseudonymLabel("firstbell/pseudonym/v1\0", 23);
constexpr std::size_t kPseudonymCharacters = 16;

std::string FormatInstant(absl::Time at) {
  return absl::FormatTime("%E4Y-%m-%dT%H:%M:%E6SZ", at, absl::UTCTimeZone());
}

// Ids are ASCII. Should one ever not be, a replaced character still makes a valid leaf, where an
// exception would end the broker.
std::string Text(const Json& object) {
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// An event without its names, and the digest of those under a key that opens nothing else.
std::string TakeNamesOut(Json event, std::string_view salt) {
  for (const char* field : kRandomIds) {
    const auto id = event.find(field);
    if (id != event.end() && id->is_string()) *id = PseudonymOf(id->get_ref<std::string&>());
  }
  Json names = Json::object();
  for (const char* field : kNames) {
    const auto name = event.find(field);
    if (name == event.end()) continue;
    names[field] = *name;
    event.erase(name);
  }
  if (!names.empty()) {
    const std::string key = crypto::HmacSha256(salt, kNamesLabel);
    event[kNamesDigest] = base::HexEncode(crypto::HmacSha256(key, Text(names)));
  }
  return Text(event);
}

std::string ShownSalt(std::string_view salt) {
  return crypto::HmacSha256(salt, kShownLabel);
}

// An event is a flat object. Nothing: `event` is none; one from elsewhere may be nested so deeply
// that to write it again would exhaust the stack.
std::optional<Json> ParseEvent(std::string_view event) {
  Json object = Json::parse(event, nullptr, false);
  const auto nested = [](const Json& value) { return value.is_structured(); };
  if (!object.is_object() || std::ranges::any_of(object, nested)) return std::nullopt;
  return object;
}

// Empty where `event` is none: no entry commits to that.
std::string Shown(std::string_view event, std::string_view salt) {
  std::optional<Json> object = ParseEvent(event);
  return object ? TakeNamesOut(*std::move(object), salt) : std::string();
}

// Of several texts that say the same, the log commits to one.
bool IsOneForm(std::string_view event) {
  const std::optional<Json> object = ParseEvent(event);
  return object && Text(*object) == event;
}

std::string CommitTo(char version, std::string_view salt, std::string_view text) {
  return std::string(1, version) + crypto::HmacSha256(salt, text);
}

base::Status CheckCommitment(std::string_view entry, std::string_view expected) {
  if (crypto::ConstantTimeEqual(entry, expected)) return base::OkStatus();
  return base::DataLoss("the log entry does not commit to the event that is kept for it");
}

base::Status CheckSalt(std::string_view salt) {
  if (salt.size() == kSaltBytes) return base::OkStatus();
  return base::DataLoss("the event's salt is not 32 bytes");
}

bool IsOfVersion(std::string_view entry, char version) {
  return !entry.empty() && entry.front() == version;
}

}  // namespace

namespace {

Json ObjectOf(const model::Event& event) {
  // nlohmann's object is a std::map: keys come out in byte order, which for ASCII keys is RFC
  // 8785's.
  Json object(event.texts());
  for (const auto& [field, number] : event.numbers()) {
    FB_CHECK(-kLargestInteger <= number && number <= kLargestInteger);
    FB_CHECK(!object.contains(field));
    object[field] = number;
  }
  FB_CHECK(!object.contains("v") && !object.contains("kind") && !object.contains("at"));
  object["v"] = 1;
  object["kind"] = std::string(model::Word(event.kind()));
  object["at"] = FormatInstant(event.at());
  return object;
}

}  // namespace

std::string EncodeEvent(const model::Event& event) {
  return Text(ObjectOf(event));
}

Committed Commit(const model::Event& event, std::string_view salt) {
  FB_CHECK(salt.size() == kSaltBytes);
  Json object = ObjectOf(event);
  std::string text = Text(object);
  return {std::move(text),
          CommitTo(kEntryVersion, ShownSalt(salt), TakeNamesOut(std::move(object), salt))};
}

std::string EntryOf(std::string_view event, std::string_view salt) {
  FB_CHECK(salt.size() == kSaltBytes);
  return CommitTo(kEntryVersion, ShownSalt(salt), Shown(event, salt));
}

base::Result<Opening> WithoutNames(std::string_view entry, std::string_view event,
                                   std::string_view salt) {
  FB_RETURN_IF_ERROR(CheckSalt(salt));
  if (!IsOfVersion(entry, kEntryVersion)) {
    return base::NotFound("the log entry is of version 1, and can be opened as a whole alone");
  }
  return Opening{Shown(event, salt), ShownSalt(salt)};
}

base::Status CheckEntry(std::string_view entry, std::string_view event, std::string_view salt) {
  FB_RETURN_IF_ERROR(CheckSalt(salt));
  if (IsOfVersion(entry, kEntryVersionWhole)) {
    return CheckCommitment(entry, CommitTo(kEntryVersionWhole, salt, event));
  }
  if (!IsOfVersion(entry, kEntryVersion)) {
    return base::DataLoss("the log entry is of no version that this program knows");
  }
  if (!IsOneForm(event)) return base::DataLoss("the event is not in its one byte form");
  return CheckCommitment(entry, EntryOf(event, salt));
}

base::Status CheckWithoutNames(std::string_view entry, const Opening& opening) {
  FB_RETURN_IF_ERROR(CheckSalt(opening.salt));
  if (!IsOfVersion(entry, kEntryVersion)) {
    return base::DataLoss("the log entry is not of version 2");
  }
  return CheckCommitment(entry, CommitTo(kEntryVersion, opening.salt, opening.event));
}

std::string PseudonymOf(std::string_view random_id) {
  const std::string digest = crypto::Sha256({kPseudonymLabel, random_id});
  return "p-" + base::FormatRandomId(digest.substr(0, 16)).substr(0, kPseudonymCharacters);
}

}  // namespace firstbell::audit
