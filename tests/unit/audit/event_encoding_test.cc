#include "broker/audit/event_encoding.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

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

// The vectors of proto/FORMATS.md, which were computed by other code.
constexpr char kEvent[] =
    R"({"alert":"000g40r40m30e209185gr38e1w","at":"2026-03-03T02:10:00.000000Z",)"
    R"("force":"examplebury","kind":"alert.sealed","people":2,"sealing":1,"urn":100001,"v":1})";
constexpr char kWithoutNames[] =
    R"({"alert":"p-e15fpggx1h6x5xzj","at":"2026-03-03T02:10:00.000000Z",)"
    R"("force":"examplebury","kind":"alert.sealed","names_sha256":)"
    R"("1c89321aae8d893696035aa2e3213aeb621bb1c40eaba94144d8cd88ef4ba8e2",)"
    R"("people":2,"sealing":1,"v":1})";
constexpr char kEntry[] = "027de0d29ec16ac33eeaa8ed8af0f79506c02c9e4905078aa28d2213f40124229b";

std::string VectorSalt() {
  std::string salt;
  for (char byte = 0; byte < 32; ++byte) salt.push_back(byte);
  return salt;
}

TEST(LogEntry, IsThatOfTheFormat) {
  EXPECT_EQ(base::HexEncode(EntryOf(kEvent, VectorSalt())), kEntry);
  const auto shown = WithoutNames(EntryOf(kEvent, VectorSalt()), kEvent, VectorSalt());
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->event, kWithoutNames);
}

TEST(LogEntry, IsTheSameMadeInOneStep) {
  const std::string salt(32, 's');
  const Committed committed = Commit(SomeEvent(), salt);
  EXPECT_EQ(committed.event, EncodeEvent(SomeEvent()));
  EXPECT_EQ(committed.entry, EntryOf(committed.event, salt));
}

TEST(LogEntry, BindsTheEventAndHidesIt) {
  const std::string event = EncodeEvent(SomeEvent());
  const std::string salt(32, 's'), other_salt(32, 't');
  const std::string entry = EntryOf(event, salt);
  EXPECT_TRUE(CheckEntry(entry, event, salt).ok());
  EXPECT_NE(entry, EntryOf(event, other_salt)) << "the same event twice must not look the same";
  EXPECT_EQ(CheckEntry(entry, event + " ", salt).code(), base::Code::kDataLoss)
      << "of several texts that say the same it commits to one";
  EXPECT_EQ(CheckEntry(entry, event, other_salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry(entry.substr(0, 32), event, salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry("", event, salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry(entry, event, "").code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckEntry("\x03" + entry.substr(1), event, salt).code(), base::Code::kDataLoss);
}

TEST(LogEntry, WhatIsNestedIsNoEvent) {
  const std::string salt(32, 's');
  const std::string deep = R"({"a":)" + std::string(300'000, '[') + std::string(300'000, ']') + "}";
  EXPECT_EQ(CheckEntry(EntryOf(deep, salt), deep, salt).code(), base::Code::kDataLoss);
}

TEST(LogEntry, OfVersionOneOpensAsAWholeAlone) {
  const std::string event = EncodeEvent(SomeEvent()), salt(32, 's');
  const std::string entry = "\x01" + crypto::HmacSha256(salt, event);
  EXPECT_TRUE(CheckEntry(entry, event, salt).ok());
  EXPECT_TRUE(absl::IsNotFound(WithoutNames(entry, event, salt).status()));
  EXPECT_EQ(CheckWithoutNames(entry, {event, salt}).code(), base::Code::kDataLoss);
}

TEST(LogEntry, WithoutNamesNothingOfThemIsShownAndItIsCheckedAllTheSame) {
  Event named = SomeEvent();
  named.With(base::OfficerId("7001"))
      .With(base::AuthorityCode("845"))
      .With(base::IncidentId("0123456789abcdefghjkmnpqrt"))
      .With(base::RecipientId("0123456789abcdefghjkmnpqrv"));
  const std::string event = EncodeEvent(named), salt(32, 's');
  const std::string entry = EntryOf(event, salt);
  const Opening shown = WithoutNames(entry, event, salt).value();
  EXPECT_TRUE(CheckWithoutNames(entry, shown).ok());
  EXPECT_NE(shown.salt, salt);
  for (const std::string name : {"100123", "7001", "845", "0123456789abcdefghjkmnpq"}) {
    EXPECT_EQ(shown.event.find(name), std::string::npos) << name;
  }
  EXPECT_NE(shown.event.find(PseudonymOf("0123456789abcdefghjkmnpqrs")), std::string::npos);
  EXPECT_NE(shown.event.find("west-yorkshire"), std::string::npos);
  // Neither opening passes for the other.
  EXPECT_EQ(CheckEntry(entry, shown.event, shown.salt).code(), base::Code::kDataLoss);
  EXPECT_EQ(CheckWithoutNames(entry, {event, salt}).code(), base::Code::kDataLoss);
}

// Otherwise whoever guesses a school's URN could try it.
TEST(LogEntry, TheNamesDigestIsOfThisEventAlone) {
  const std::string event = EncodeEvent(SomeEvent());
  const auto digest = [&](char salt) {
    const std::string bytes(32, salt);
    const Opening shown = WithoutNames(EntryOf(event, bytes), event, bytes).value();
    return nlohmann::json::parse(shown.event).at("names_sha256").get<std::string>();
  };
  EXPECT_NE(digest('a'), digest('b'));
}

TEST(LogEntry, AnyBitOfAnOpeningThatChangesIsFound) {
  const std::string event = EncodeEvent(SomeEvent()), salt(32, 's');
  const std::string entry = EntryOf(event, salt);
  const Opening shown = WithoutNames(entry, event, salt).value();
  const auto flipped = [](std::string bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    return bytes;
  };
  for (std::size_t bit = 0; bit < event.size() * 8; ++bit) {
    EXPECT_FALSE(CheckEntry(entry, flipped(event, bit), salt).ok()) << bit;
  }
  for (std::size_t bit = 0; bit < shown.event.size() * 8; ++bit) {
    EXPECT_FALSE(CheckWithoutNames(entry, {flipped(shown.event, bit), shown.salt}).ok()) << bit;
  }
  for (std::size_t bit = 0; bit < salt.size() * 8; ++bit) {
    EXPECT_FALSE(CheckEntry(entry, event, flipped(salt, bit)).ok());
    EXPECT_FALSE(CheckWithoutNames(entry, {shown.event, flipped(shown.salt, bit)}).ok());
  }
}

}  // namespace
}  // namespace firstbell::audit
