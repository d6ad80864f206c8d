#include "clients/control/call_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/model/text.h"

namespace firstbell::control {
namespace {

using testing::HasSubstr;
using testing::Not;

const console::LocalTime kLondon = console::LocalTime::London().value();
const absl::Time kDeadline = absl::FromUnixSeconds(1772527500);  // 08:45

v1::Call Waiting() {
  v1::Call call;
  call.set_alert_id("06f1h9t2m4qzv8c3k7w5x0y1ra");
  call.set_reference("INV-1");
  call.set_child_ref("C1");
  call.mutable_school()->set_urn(100001);
  call.mutable_school()->set_name("Elm Park\x1b[2J");
  call.mutable_school()->set_town("Leeds");
  call.mutable_school()->set_telephone("01632 960123");
  call.set_state(v1::ALERT_STATE_SHOWN);
  *call.mutable_deadline() = model::ToWire(kDeadline);
  call.set_code_of_officer("1234");
  call.set_code_of_school("5678");
  call.set_people(2);
  call.set_devices(1);
  call.set_minutes_left(20);
  call.set_about(v1::CALL_ABOUT_ALERT);
  call.set_revision(1);
  return call;
}

TEST(CallText, SaysHowManyMinutesAreLeft) {
  v1::Call call = Waiting();
  EXPECT_EQ(MinutesLeft(call), "20 min");
  call.set_minutes_left(65);
  EXPECT_EQ(MinutesLeft(call), "1 h 5 min");
  call.set_late(true);
  EXPECT_EQ(MinutesLeft(call), "late");
}

TEST(CallText, ARowNamesWhomToTelephone) {
  CallTable table(kLondon);
  v1::Call call = Waiting();
  table.Add(call);
  call.set_people(0);
  call.set_calls(2);
  call.set_last(v1::CALL_OUTCOME_CALL_AGAIN);
  call.set_last_by("wren");
  *call.mutable_call_again_at() = model::ToWire(kDeadline);
  call.mutable_school()->clear_telephone();
  table.Add(call);
  const std::string text = table.ToString();
  EXPECT_THAT(text, HasSubstr("20 min  Elm Park?[2J, Leeds  01632 960123"));
  EXPECT_THAT(text, HasSubstr("none yet"));
  EXPECT_THAT(text, HasSubstr("no number in the register"));
  EXPECT_THAT(text, HasSubstr("not enrolled"));
  EXPECT_THAT(text, HasSubstr("2, last call again by wren at Tue 3 Mar 2026 08:45"));
}

TEST(CallText, TheScriptAsksForTheCodeBeforeAnything) {
  const std::string script = Script(Waiting(), kLondon);
  EXPECT_THAT(script, HasSubstr("01632 960123"));
  EXPECT_THAT(script, HasSubstr("20 min left"));
  EXPECT_THAT(script, HasSubstr("no voicemail"));
  EXPECT_THAT(script, HasSubstr("is 1234."));
  EXPECT_THAT(script, HasSubstr("must be 5678"));
  EXPECT_THAT(script, Not(HasSubstr("INV-1"))) << "not before the code agrees";
}

TEST(CallText, DirectLinesComeBeforeTheRegistersNumber) {
  v1::Call call = Waiting();
  for (const auto& [name, telephone] :
       {std::pair("A. Person, DSL", "01632 960124"), std::pair("B. Person", "01632 960125")}) {
    v1::DirectLine& line = *call.add_direct_lines();
    line.set_name(name);
    line.set_telephone(telephone);
  }
  CallTable table(kLondon);
  table.Add(call);
  EXPECT_THAT(table.ToString(), HasSubstr("Leeds  01632 960124"));
  EXPECT_THAT(Script(call, kLondon),
              HasSubstr("  first A. Person, DSL: 01632 960124\n  then B. Person: 01632 960125\n"
                        "  then the school's number in the register: 01632 960123\n"));
}

TEST(CallText, WhatTheSchoolHasSaidIsReadBeforeAnybodyTelephones) {
  v1::Call call = Waiting();
  call.set_replies(2);
  CallTable table(kLondon);
  table.Add(call);
  EXPECT_THAT(table.ToString(), HasSubstr("alert, reply"));
  call.set_about(v1::CALL_ABOUT_REPLY);
  table.Add(call);
  EXPECT_THAT(table.ToString(), HasSubstr("reply from school"));
  const std::string script = Script(call, kLondon);
  EXPECT_THAT(script, HasSubstr("has sent 2 replies"));
  EXPECT_THAT(script, HasSubstr("calls replies 06f1h9t2m4qzv8c3k7w5x0y1ra --key DIR"));
  EXPECT_THAT(script, HasSubstr("--of reply-1-0-2 acknowledged\n   once what it says is dealt"));
}

TEST(CallText, WhereNobodyIsEnrolledTheNumberIsTheProof) {
  v1::Call call = Waiting();
  call.set_people(0);
  call.clear_code_of_officer();
  call.set_late(true);
  const std::string script = Script(call, kLondon);
  EXPECT_THAT(script, HasSubstr("there is no code"));
  EXPECT_THAT(script, HasSubstr("that has passed"));
  EXPECT_THAT(script, HasSubstr("INV-1"));
}

TEST(CallText, AsksWhetherTheChildHasCome) {
  v1::Call call = Waiting();
  call.set_about(v1::CALL_ABOUT_ARRIVAL);
  EXPECT_THAT(Script(call, kLondon), HasSubstr("Has the child come to school"));
  EXPECT_THAT(Script(call, kLondon), HasSubstr("--child seen | late | absent"));
  call.set_about(v1::CALL_ABOUT_ABSENCE);
  EXPECT_THAT(Script(call, kLondon), HasSubstr("Decide about its welfare"));
}

TEST(CallText, TheSheetNamesEachSchoolOnceAndWhy) {
  v1::Call first = Waiting();
  first.set_about(v1::CALL_ABOUT_UNREADY);
  first.add_unready(v1::UNREADY_NO_LINK);
  first.add_unready(v1::UNREADY_NOBODY_ON_DUTY);
  v1::Call second = first;
  second.set_alert_id("16f1h9t2m4qzv8c3k7w5x0y1ra");
  const std::string sheet = Sheet({Waiting(), first, second}, kLondon);
  EXPECT_THAT(sheet, HasSubstr("before the morning: 1."));
  EXPECT_THAT(sheet, HasSubstr("no machine linked since its last school day; everybody is away"));
  EXPECT_THAT(sheet, HasSubstr("calls record 06f1h9t2m4qzv8c3k7w5x0y1ra"));
  EXPECT_THAT(sheet, HasSubstr("calls record 16f1h9t2m4qzv8c3k7w5x0y1ra --of unready-1-0\n"));
  EXPECT_THAT(sheet, Not(HasSubstr("\x1b")));
  EXPECT_THAT(sheet, Not(HasSubstr("INV-1"))) << "it is printed: no reference of the force's own";
  EXPECT_THAT(Sheet({Waiting()}, kLondon), HasSubstr("Every school is ready"));
  EXPECT_THAT(Script(first, kLondon), HasSubstr("switch your machine on"));
}

v1::Call NobodyLeft(v1::NobodyLeft ask_for) {
  v1::Call call = Waiting();
  call.set_people(0);
  call.clear_code_of_officer();
  call.add_not_to("Ms Invented");
  call.set_ask_for(ask_for);
  return call;
}

TEST(CallText, WhereNobodyIsLeftTheHeadIsAskedForAndNobodyElse) {
  const std::string script = Script(NobodyLeft(v1::NOBODY_LEFT_HEAD), kLondon);
  EXPECT_THAT(script, HasSubstr("DO NOT SPEAK TO Ms Invented"));
  EXPECT_THAT(script, HasSubstr("May I speak to the head?"));
  EXPECT_THAT(script, HasSubstr("01632 960123"));
  EXPECT_THAT(script, HasSubstr("there is no code"));
  EXPECT_THAT(script, Not(HasSubstr("a deputy")));
  EXPECT_THAT(script, Not(HasSubstr("Offer to enrol")));
}

TEST(CallText, OrTheTrustOrTheAuthorityAndNotTheSchool) {
  for (const auto& [ask_for, whom] :
       {std::pair(v1::NOBODY_LEFT_TRUST, "its trust"),
        std::pair(v1::NOBODY_LEFT_AUTHORITY, "its local authority")}) {
    const std::string script = Script(NobodyLeft(ask_for), kLondon);
    EXPECT_THAT(script, HasSubstr(std::string("telephone ") + whom));
    EXPECT_THAT(script, HasSubstr("not the school"));
    EXPECT_THAT(script, Not(HasSubstr("01632 960123"))) << "who answers there may be that person";
    CallTable table(kLondon);
    table.Add(NobodyLeft(ask_for));
    EXPECT_THAT(table.ToString(), HasSubstr(std::string("not the school: ") + whom));
    EXPECT_THAT(table.ToString(), HasSubstr("nobody left"));
  }
}

}  // namespace
}  // namespace firstbell::control
