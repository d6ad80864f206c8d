#pragma once

// What a call was about when its officer read the list, as they type it: "alert-1-0",
// "absence-2-1", "reply-1-0-3": what about, which version of the incident, how many calls there had
// been, and how many replies waited. What came of the call settles that, and nothing that came
// since. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::control {

// Empty where the broker did not say: an older one, or of what this program does not know.
std::string SubjectText(const v1::Call& call);
// The same, into the request that records it.
void SetSubject(const v1::Call& call, v1::RecordCallRequest& request);
// InvalidArgument: no subject reads so.
base::Status ReadSubject(std::string_view text, v1::RecordCallRequest& request);

}  // namespace firstbell::control
