#pragma once

// The text that an operator hands over: "FB1-" and the unpadded base64url of a v1::EnrolmentCode.
// Pure.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "firstbell/v1/enrolment_service.pb.h"

namespace firstbell::school {

inline constexpr std::string_view kEnrolmentCodePrefix = "FB1-";

// InvalidArgument: mistyped or cut off; never with the code in the message. White space around and
// line breaks within are forgiven. Whether it is still good is for the broker to say, by its own
// clock.
base::Result<v1::EnrolmentCode> DecodeEnrolmentCode(std::string_view text);

// 16 hex digits that name the code's pending keys on disk and say nothing of its secret.
std::string CodeHash(const v1::EnrolmentCode& code);

bool IsDevice(const v1::EnrolmentCode& code);

}  // namespace firstbell::school
