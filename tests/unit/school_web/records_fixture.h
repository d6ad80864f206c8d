#pragma once

// What the school does after an alert, as pages: the lead is signed in, and alerts can be read.

#include <string>

#include "tests/unit/school_web/site_fixture.h"

namespace firstbell::school::web {

class RecordsTest : public SiteTest {
 protected:
  void SetUp() override { SetUpLead(); }

  // The path of the child's page, once the alert was read.
  std::string ReadOne(const base::AlertId& id) {
    Open("/");
    Send(PathOf(id) + "/read", {});
    const Response alert = Open(PathOf(id));
    const std::size_t at = alert.body.find("/child/");
    EXPECT_NE(at, std::string::npos);
    return alert.body.substr(at, alert.body.find('"', at) - at);
  }
  static void Born(v1::AlertContent& content) {
    content.mutable_child()->set_date_of_birth("2017-05-04");
    content.mutable_child()->set_account("a door was broken");
  }
  // What stands after `mark`, up to `end`: of the first.
  static std::string After(const std::string& body, const std::string& mark, char end = '"') {
    const std::size_t at = body.find(mark);
    EXPECT_NE(at, std::string::npos) << mark;
    if (at == std::string::npos) return "";
    const std::size_t from = at + mark.size();
    return body.substr(from, body.find(end, from) - from);
  }
};

}  // namespace firstbell::school::web
