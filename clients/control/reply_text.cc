#include "clients/control/reply_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/model/text.h"
#include "clients/console/output.h"
#include "clients/control/call_subject.h"

namespace firstbell::control {
namespace {

// A word that a later version sends is read as the widest of ours.
std::string_view About(v1::ReplyAbout about) {
  switch (about) {
    case v1::REPLY_ABOUT_ATTENDANCE:
      return "attendance";
    case v1::REPLY_ABOUT_CALL:
      return "please call";
    default:
      return "a further concern";
  }
}

std::string_view Word(v1::ReplyAbout about) {
  switch (about) {
    case v1::REPLY_ABOUT_ATTENDANCE:
      return "attendance";
    case v1::REPLY_ABOUT_CALL:
      return "call";
    default:
      return "concern";
  }
}

// So that no line of it passes for one of ours.
std::string Indented(std::string_view text) {
  std::string out = "  ";
  for (const char c : console::Printable(text)) {
    out += c;
    if (c == '\n') out += "  ";
  }
  return out + "\n";
}

// On one line.
std::string OneLine(std::string_view text) {
  std::string line = console::Printable(text);
  for (char& c : line) c = c == '\n' ? ' ' : c;
  return line;
}

}  // namespace

std::string ReplyText(const OpenedReply& reply, const console::LocalTime& london) {
  const std::string when = london.Format(reply.sealed.at());
  if (!reply.reply.ok()) {
    return when + "  by " + console::Printable(reply.sealed.by()) + "\n" +
           Indented("cannot be opened: " + std::string(base::Message(reply.reply.status()))) + "\n";
  }
  const v1::Reply& said = *reply.reply;
  return when + "  " + OneLine(said.from()) + "  " + std::string(About(said.about())) + "\n" +
         Indented(said.text()) + "\n";
}

std::string ReplyJson(const OpenedReply& reply) {
  nlohmann::ordered_json json = {
      {"at", absl::FormatTime(absl::RFC3339_full, model::FromWire(reply.sealed.at()),
                              absl::UTCTimeZone())},
      {"by", reply.sealed.by()}};
  if (reply.reply.ok()) {
    json["from"] = reply.reply->from();
    json["about"] = Word(reply.reply->about());
    json["text"] = reply.reply->text();
  } else {
    json["error"] = base::Message(reply.reply.status());
  }
  return json.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
}

std::string RepliesEnd(const v1::Call& call, const v1::GetRepliesResponse& replies) {
  const auto count = static_cast<std::uint32_t>(replies.replies_size());
  if (count == 0) return "The school has said nothing back about this alert.\n";
  std::string text;
  if (replies.earlier() > 0) {
    text += "Not shown: " + std::to_string(replies.earlier()) + " earlier, dealt with.\n";
  }
  if (replies.later() > 0) {
    text += "Not shown: " + std::to_string(replies.later()) +
            " later, which come once these are dealt with.\n";
  }
  if (call.about() != v1::CALL_ABOUT_REPLY) return text;
  v1::Call shown = call;  // what was not shown is not dealt with
  shown.set_replies(std::min(call.replies(), count));
  return text + "Once it is dealt with: firstbell-control calls record " + call.alert_id() +
         " acknowledged --of " + SubjectText(shown) + "\n";
}

}  // namespace firstbell::control
