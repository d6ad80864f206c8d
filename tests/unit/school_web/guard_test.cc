// Who may speak to the page at all.

#include "clients/school/web/guard.h"

#include <gtest/gtest.h>

namespace firstbell::school::web {
namespace {

const GuardPolicy kPolicy{{1000}, "127.0.0.1:7470"};

Request Get() {
  Request request;
  request.method = "GET";
  request.path = "/";
  request.host = "127.0.0.1:7470";
  request.user = 1000;
  return request;
}

Request Post() {
  Request request = Get();
  request.method = "POST";
  request.origin = "http://127.0.0.1:7470";
  request.content_type = "application/x-www-form-urlencoded";
  return request;
}

int StatusOf(const Request& request) {
  const auto refusal = Judge(request, kPolicy);
  return refusal ? refusal->status : 200;
}

TEST(Guard, OurOwnBrowserMayComeAndSendForms) {
  EXPECT_EQ(StatusOf(Get()), 200);
  EXPECT_EQ(StatusOf(Post()), 200);
  Request with_charset = Post();
  with_charset.content_type += "; charset=UTF-8";
  EXPECT_EQ(StatusOf(with_charset), 200);
}

TEST(Guard, AnotherUserOfTheMachineMayNot) {
  for (const std::optional<uid_t> user :
       {std::optional<uid_t>(1001), std::optional<uid_t>(0), std::optional<uid_t>()}) {
    Request request = Get();
    request.user = user;
    EXPECT_EQ(StatusOf(request), 403);
  }
}

TEST(Guard, ANameThatWasReboundIsNotThisPage) {
  for (const char* const host :
       {"evil.example:7470", "127.0.0.1", "127.0.0.1:7471", "localhost:7470",
        "127.0.0.1:7470.evil.example", "", "[::1]:7470"}) {
    Request request = Get();
    request.host = host;
    EXPECT_EQ(StatusOf(request), 421) << host;
  }
}

TEST(Guard, AFormOfAnotherPageIsRefused) {
  for (const char* const origin : {"http://evil.example", "null", "", "https://127.0.0.1:7470",
                                   "http://127.0.0.1:7471", "http://127.0.0.1:7470/"}) {
    Request request = Post();
    request.origin = origin;
    EXPECT_EQ(StatusOf(request), 403) << origin;
  }
}

TEST(Guard, OnlyFormsArePosted) {
  for (const char* const type : {"application/json", "text/plain", "", "multipart/form-data",
                                 "application/x-www-form-urlencodedx"}) {
    Request request = Post();
    request.content_type = type;
    EXPECT_EQ(StatusOf(request), 415) << type;
  }
}

TEST(Guard, APostOfWhichNotAllCameIsRefused) {
  Request request = Post();
  request.whole = false;
  EXPECT_EQ(StatusOf(request), 413);
  request.user = 1001;
  EXPECT_EQ(StatusOf(request), 403) << "whoever it is of comes first";
}

TEST(Guard, OtherMethodsAreNone) {
  for (const char* const method : {"PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "get"}) {
    Request request = Post();
    request.method = method;
    EXPECT_EQ(StatusOf(request), 405) << method;
  }
}

}  // namespace
}  // namespace firstbell::school::web
