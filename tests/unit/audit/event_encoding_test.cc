#include "broker/audit/event_encoding.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/base/bytes.h"

namespace firstbell::audit {
namespace {

using model::Event;
using model::EventKind;

const absl::Time kNight = absl::FromUnixMicros(1'794'103'800'123'456);  // 2026-11-08T02:10:00Z

Event SomeEvent() {
  return Event(EventKind::kAlertSealed, kNight)
      .With(base::AlertId("0123456789abcdefghjkmnpqrs"))
      .With(base::Urn(100123))
      .With(base::ForceCode("west-yorkshire"))
      .WithNumber("sealing", 2);
}

TEST(EventEncoding, KeysAreSortedAndThereIsNoSpace) {
  const std::string text = EncodeEvent(SomeEvent());
  EXPECT_EQ(text.find(' '), std::string::npos) << text;
  const nlohmann::ordered_json parsed = nlohmann::ordered_json::parse(text);
  std::string before;
  for (const auto& [key, value] : parsed.items()) {
    EXPECT_LT(before, key);
    EXPECT_TRUE(value.is_string() || value.is_number_integer()) << key;
    before = key;
  }
  EXPECT_EQ(parsed["v"], 1);
  EXPECT_EQ(parsed["kind"], "alert.sealed");
  EXPECT_EQ(parsed["at"], "2026-11-08T02:10:00.123456Z");
  EXPECT_EQ(parsed["sealing"], 2);
}

TEST(EventEncoding, TheOrderOfSettingDoesNotShow) {
  Event other(EventKind::kAlertSealed, kNight);
  other.WithNumber("sealing", 2)
      .With(base::ForceCode("west-yorkshire"))
      .With(base::AlertId("0123456789abcdefghjkmnpqrs"))
      .With(base::Urn(100123));
  EXPECT_EQ(EncodeEvent(other), EncodeEvent(SomeEvent()));
}

TEST(EventEncoding, MicrosecondsAreAlwaysWritten) {
  const std::string text = EncodeEvent(Event(EventKind::kClockAdvanced, absl::UnixEpoch()));
  EXPECT_EQ(text, R"({"at":"1970-01-01T00:00:00.000000Z","kind":"clock.advanced","v":1})");
}

// HMAC-SHA-256 of RFC 4231 has no 32-byte key; this value was computed with OpenSSL's command line:
// printf event | openssl dgst -sha256 -mac HMAC -macopt hexkey:0b0b…
TEST(LogEntry, IsTheVersionAndTheHmac) {
  const std::string entry = EntryOf("event", std::string(32, '\x0b'));
  ASSERT_EQ(entry.size(), 33u);
  EXPECT_EQ(base::HexEncode(entry),
            "017fdd2de558577a9220767f22498781d7ce1ec04fa4fcb9dabc67c91cede7e63c");
}

TEST(LogEntry, BindsTheEventAndHidesIt) {
  const std::string event = EncodeEvent(SomeEvent());
  const std::string salt(32, 's'), other_salt(32, 't');
  const std::string entry = EntryOf(event, salt);
  EXPECT_TRUE(CheckEntry(entry, event, salt).ok());
  EXPECT_NE(entry, EntryOf(event, other_salt)) << "the same event twice must not look the same";
  EXPECT_EQ(CheckEntry(entry, event + " ", salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry(entry, event, other_salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry(entry.substr(0, 32), event, salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry("", event, salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry(entry, event, "").code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry("\x02" + entry.substr(1), event, salt).code(), base::Code::kDataLoss);
}

}  // namespace
}  // namespace firstbell::audit
