#include "clients/control/reply_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/model/text.h"

namespace firstbell::control {
namespace {

using testing::HasSubstr;
using testing::Not;

const console::LocalTime kLondon = console::LocalTime::London().value();

OpenedReply Opened() {
  v1::SealedReply sealed;
  *sealed.mutable_at() = model::ToWire(absl::FromUnixSeconds(1772527800));  // 08:50
  sealed.set_by("06f1h9t2m4qzv8c3k7w5x0y1ra");
  v1::Reply reply;
  reply.set_about(v1::REPLY_ABOUT_CONCERN);
  reply.set_from("A. Larch");
  reply.set_text("An invented worry.");
  return {sealed, reply};
}

TEST(ReplyText, SaysWhenWhoAndWhatAbout) {
  EXPECT_EQ(ReplyText(Opened(), kLondon),
            "Tue 3 Mar 2026 08:50  A. Larch  a further concern\n  An invented worry.\n\n");
  v1::Call call;
  call.set_alert_id("a1");
  v1::GetRepliesResponse replies;
  EXPECT_THAT(RepliesEnd(call, replies), HasSubstr("nothing"));
  for (int i = 0; i < 3; ++i) replies.add_replies();
  EXPECT_EQ(RepliesEnd(call, replies), "") << "it is dealt with";
  call.set_about(v1::CALL_ABOUT_REPLY);
  call.set_revision(1);
  call.set_replies(2);
  EXPECT_THAT(RepliesEnd(call, replies),
              HasSubstr("calls record a1 acknowledged --of reply-1-0-2"));
  call.set_replies(5);
  replies.set_earlier(7);
  replies.set_later(2);
  const std::string end = RepliesEnd(call, replies);
  EXPECT_THAT(end, HasSubstr("7 earlier"));
  EXPECT_THAT(end, HasSubstr("2 later"));
  EXPECT_THAT(end, HasSubstr("--of reply-1-0-3")) << "of those that are shown";
}

TEST(ReplyText, NothingInItPassesForOursOrMovesTheTerminal) {
  OpenedReply reply = Opened();
  reply.reply->set_text("a\x1b[2J\nTue 3 Mar 2026 08:51  B. Ash  please call");
  reply.reply->set_from("A\nB");
  const std::string text = ReplyText(reply, kLondon);
  EXPECT_THAT(text, HasSubstr("\n  a?[2J\n  Tue"));
  EXPECT_THAT(text, HasSubstr("  A B  a further"));
}

TEST(ReplyText, OneThatCannotBeOpenedSaysWhy) {
  OpenedReply reply = Opened();
  reply.reply = base::PermissionDenied("it is sealed to another key");
  EXPECT_THAT(ReplyText(reply, kLondon), HasSubstr("cannot be opened: it is sealed"));
  const auto json = nlohmann::json::parse(ReplyJson(reply));
  EXPECT_EQ(json["error"], "it is sealed to another key");
  EXPECT_FALSE(json.contains("text"));
}

TEST(ReplyText, ForAProgramItIsOneLineOfJson) {
  OpenedReply reply = Opened();
  reply.reply->set_text("two\nlines");
  const std::string line = ReplyJson(reply);
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["at"], "2026-03-03T08:50:00+00:00");
  EXPECT_EQ(json["about"], "concern");
  EXPECT_EQ(json["text"], "two\nlines");
  EXPECT_EQ(json["by"], "06f1h9t2m4qzv8c3k7w5x0y1ra");
}

}  // namespace
}  // namespace firstbell::control
