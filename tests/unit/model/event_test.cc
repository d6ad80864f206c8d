// Events: closed forms are the only way in.

#include "broker/model/event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace firstbell::model {
namespace {

using testing::ElementsAre;
using testing::Pair;

const absl::Time kNow = absl::FromUnixMicros(1'770'000'000'000'001);
const std::string kId = "0123456789abcdefghjkmnpqrs";

Event Any() {
  return Event(EventKind::kAlertSent, kNow);
}

TEST(Events, HoldEachFieldUnderItsStableName) {
  const Event event = Any()
                          .With(base::IncidentId(kId))
                          .With(base::AlertId("a" + kId.substr(1)))
                          .With(base::RecipientId(kId))
                          .With(base::ForceCode("west-yorkshire"))
                          .With(base::OfficerId("officer-7"))
                          .With(base::Urn(123456))
                          .WithWord("state", "sent")
                          .WithNumber("sealing", 2)
                          .WithTime("deadline", kNow)
                          .WithDigest("ciphertext", std::string(32, '\xAB'));
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += "ab";
  EXPECT_THAT(
      event.texts(),
      ElementsAre(Pair("alert", "a" + kId.substr(1)), Pair("ciphertext", hex),
                  Pair("deadline", "2026-02-02T02:40:00.000001Z"), Pair("force", "west-yorkshire"),
                  Pair("incident", kId), Pair("officer", "officer-7"), Pair("recipient", kId),
                  Pair("state", "sent")));
  EXPECT_THAT(event.numbers(), ElementsAre(Pair("sealing", 2), Pair("urn", 123456)));
  EXPECT_EQ(event.alert_id().value(), "a" + kId.substr(1));
  EXPECT_EQ(event.force().value(), "west-yorkshire");
  EXPECT_EQ(event.at(), kNow);
  EXPECT_TRUE(Any().alert_id().empty());
  EXPECT_TRUE(Any().force().empty());
}

TEST(Events, EveryKindHasAWordOfItsOwn) {
  std::set<std::string_view> words;
  const int last = static_cast<int>(EventKind::kBrokerInitialised);
  for (int kind = 0; kind <= last; ++kind) words.insert(Word(static_cast<EventKind>(kind)));
  EXPECT_EQ(words.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_EQ(Word(EventKind::kAlertSealed), "alert.sealed");
}

TEST(Events, PositionsAreWrittenInRuns) {
  const auto written = [](std::vector<std::uint64_t> positions) {
    return Any().WithPositions("positions", positions).texts().at("positions");
  };
  EXPECT_EQ(written({3, 4, 5, 9}), "3-5,9");
  EXPECT_EQ(written({0, 1, 7, 18'446'744'073'709'551'614u}), "0-1,7,18446744073709551614");
  EXPECT_EQ(written({}), "");
}

TEST(EventsDeathTest, FreeTextHasNoWayIn) {
  EXPECT_DEATH(Any().WithWord("reason", "Ada Byrne"), "");
  EXPECT_DEATH(Any().WithWord("reason", ""), "");
  EXPECT_DEATH(Any().With(base::OfficerId("Ada Byrne")), "");
  EXPECT_DEATH(Any().WithWord("reason", std::string(41, 'a')), "");
  EXPECT_DEATH(Any().WithWord("Reason", "sent"), "");
  EXPECT_DEATH(Any().With(base::ForceCode("WY/2026/0001")), "");
  EXPECT_DEATH(Any().With(base::AlertId("Ada Byrne")), "");
  EXPECT_DEATH(Any().WithDigest("key", "short"), "");
  EXPECT_DEATH(Any().WithPositions("positions", std::vector<std::uint64_t>{3, 3}), "");
}

TEST(EventsDeathTest, AFieldOfTheEncodingIsNotOverwritten) {
  for (const auto* field : {"v", "kind", "at", "incident", "alert", "recipient", "force", "urn"}) {
    EXPECT_DEATH(Any().WithNumber(field, 1), "") << field;
  }
}

}  // namespace
}  // namespace firstbell::model
