#include "clients/control/call_subject.h"

#include <optional>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "broker/model/alert.h"

namespace firstbell::control {
namespace {

std::optional<v1::CallAbout> AboutOf(std::string_view word) {
  for (int number = 1; number < v1::CallAbout_ARRAYSIZE; ++number) {
    const auto about = static_cast<v1::CallAbout>(number);
    if (model::Word(about) == word) return about;
  }
  return std::nullopt;
}

}  // namespace

std::string SubjectText(const v1::Call& call) {
  if (call.revision() == 0 || !v1::CallAbout_IsValid(call.about())) return "";
  std::string text =
      absl::StrCat(base::View(model::Word(call.about())), "-", call.revision(), "-", call.calls());
  if (call.replies() > 0) absl::StrAppend(&text, "-", call.replies());
  return text;
}

void SetSubject(const v1::Call& call, v1::RecordCallRequest& request) {
  request.set_about(call.about());
  request.set_revision(call.revision());
  request.set_calls(call.calls());
  request.set_replies(call.replies());
}

base::Status ReadSubject(std::string_view text, v1::RecordCallRequest& request) {
  const std::vector<std::string> parts = absl::StrSplit(base::View(text), '-');
  const auto about = AboutOf(parts.front());
  std::uint32_t revision = 0, calls = 0, replies = 0;
  bool read = about && (parts.size() == 3 || parts.size() == 4) &&
              absl::SimpleAtoi(parts[1], &revision) && revision > 0 &&
              absl::SimpleAtoi(parts[2], &calls);
  if (read && parts.size() == 4) read = absl::SimpleAtoi(parts[3], &replies) && replies > 0;
  if (!read || (about == v1::CALL_ABOUT_REPLY && replies == 0)) {
    return base::InvalidArgument(
        "--of takes what `calls show` printed there, for instance alert-1-0 or reply-1-0-2");
  }
  request.set_about(*about);
  request.set_revision(revision);
  request.set_calls(calls);
  request.set_replies(replies);
  return base::OkStatus();
}

}  // namespace firstbell::control
