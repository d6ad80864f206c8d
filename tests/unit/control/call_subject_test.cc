#include "clients/control/call_subject.h"

#include <gtest/gtest.h>

#include <string>

namespace firstbell::control {
namespace {

v1::Call CallOf(v1::CallAbout about, std::uint32_t replies = 0) {
  v1::Call call;
  call.set_about(about);
  call.set_revision(3);
  call.set_calls(2);
  call.set_replies(replies);
  return call;
}

TEST(CallSubject, ReadsBackFromWhatIsPrinted) {
  for (const v1::CallAbout about :
       {v1::CALL_ABOUT_ALERT, v1::CALL_ABOUT_ARRIVAL, v1::CALL_ABOUT_ABSENCE,
        v1::CALL_ABOUT_UNREADY, v1::CALL_ABOUT_REPLY}) {
    for (const std::uint32_t replies : {0U, 4U}) {
      if (about == v1::CALL_ABOUT_REPLY && replies == 0) continue;
      v1::RecordCallRequest read, set;
      const v1::Call call = CallOf(about, replies);
      ASSERT_TRUE(ReadSubject(SubjectText(call), read).ok()) << SubjectText(call);
      SetSubject(call, set);
      EXPECT_EQ(read.SerializeAsString(), set.SerializeAsString());
    }
  }
  EXPECT_EQ(SubjectText(CallOf(v1::CALL_ABOUT_REPLY, 4)), "reply-3-2-4");
  EXPECT_EQ(SubjectText(v1::Call()), "") << "of a broker that does not say";
}

TEST(CallSubject, IsNothingElse) {
  v1::RecordCallRequest request;
  for (const char* const text : {"", "-", "alert", "alert-1", "alert-1-", "alert-0-0", "alert-x-0",
                                 "alert-1-0-", "alert-1-0-0", "alert-1-0-2-3", "nothing-1-0",
                                 "alert--1-0", "alert-99999999999-0", "reply-1-0", "reply-1-0-0"}) {
    EXPECT_EQ(ReadSubject(text, request).code(), base::Code::kInvalidArgument) << text;
  }
  EXPECT_EQ(request.revision(), 0U);
}

}  // namespace
}  // namespace firstbell::control
