#pragma once

// Errors: absl::Status with gRPC's codes, under our own names. This is the one place where
// std::string_view meets Debian's absl, whose string_view is a type of its own.
//
// Messages help the person who reads them: what was wrong, which field or line, what to do. Never
// personal data, never a key.

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace firstbell::base {

using Status = absl::Status;
template <typename T>
using Result = absl::StatusOr<T>;
using Code = absl::StatusCode;

inline absl::string_view View(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view View(absl::string_view text) {
  return {text.data(), text.size()};
}

inline Status OkStatus() {
  return absl::OkStatus();
}
inline Status Error(Code code, std::string_view message) {
  return Status(code, View(message));
}
inline Status InvalidArgument(std::string_view m) {
  return Error(Code::kInvalidArgument, m);
}
inline Status NotFound(std::string_view m) {
  return Error(Code::kNotFound, m);
}
inline Status AlreadyExists(std::string_view m) {
  return Error(Code::kAlreadyExists, m);
}
inline Status PermissionDenied(std::string_view m) {
  return Error(Code::kPermissionDenied, m);
}
inline Status FailedPrecondition(std::string_view m) {
  return Error(Code::kFailedPrecondition, m);
}
inline Status ResourceExhausted(std::string_view m) {
  return Error(Code::kResourceExhausted, m);
}
inline Status Unimplemented(std::string_view m) {
  return Error(Code::kUnimplemented, m);
}
inline Status Unavailable(std::string_view m) {
  return Error(Code::kUnavailable, m);
}
inline Status Unauthenticated(std::string_view m) {
  return Error(Code::kUnauthenticated, m);
}
inline Status DataLoss(std::string_view m) {
  return Error(Code::kDataLoss, m);
}
inline Status Internal(std::string_view m) {
  return Error(Code::kInternal, m);
}
// The outcome of a commit is unclear: stop accepting and recover; never guess.
inline Status Unknown(std::string_view m) {
  return Error(Code::kUnknown, m);
}

inline std::string_view Message(const Status& status) {
  return View(status.message());
}

// The same error with words in front: where it happened, or for whom.
Status Annotate(const Status& status, std::string_view prefix);

// Ends the program with the message. For what only we can do wrong; input never reaches it.
[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace firstbell::base

#define FB_CONCAT_INNER(a, b) a##b
#define FB_CONCAT(a, b) FB_CONCAT_INNER(a, b)

#define FB_CHECK(condition) \
  ((condition) ? (void)0 : ::firstbell::base::CheckFailed(#condition, __FILE__, __LINE__))

// The variables are numbered, so that a lambda in the expression may use these macros too.
#define FB_RETURN_IF_ERROR(expression) \
  FB_RETURN_IF_ERROR_IMPL(FB_CONCAT(fb_status_, __COUNTER__), expression)
#define FB_RETURN_IF_ERROR_IMPL(status, expression)                                   \
  do {                                                                                \
    if (::firstbell::base::Status status = (expression); !status.ok()) return status; \
  } while (false)

#define FB_ASSIGN_OR_RETURN(declaration, expression) \
  FB_ASSIGN_OR_RETURN_IMPL(FB_CONCAT(fb_result_, __COUNTER__), declaration, expression)
#define FB_ASSIGN_OR_RETURN_IMPL(result, declaration, expression) \
  auto result = (expression);                                     \
  if (!result.ok()) return result.status();                       \
  declaration = std::move(result).value()
