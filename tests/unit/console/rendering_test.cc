#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "broker/model/violations.h"
#include "clients/console/call.h"
#include "clients/console/duty.h"
#include "clients/console/errors.h"
#include "clients/console/local_time.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"
#include "firstbell/v1/incident_service.pb.h"
#include "google/rpc/error_details.pb.h"

namespace firstbell::console {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

grpc::Status WithBadRequest() {
  google::rpc::BadRequest request;
  auto* violation = request.add_field_violations();
  violation->set_field("incident.children[1].date_of_birth");
  violation->set_description("is required, as YYYY-MM-DD");
  violation = request.add_field_violations();
  violation->set_field("incident.reference");
  violation->set_description("is required");
  google::rpc::Status details;
  details.set_code(grpc::INVALID_ARGUMENT);
  details.add_details()->PackFrom(request);
  return {grpc::INVALID_ARGUMENT, "2 fields are wrong", details.SerializeAsString()};
}

TEST(Errors, NameEveryFaultyField) {
  const base::Status status = FromGrpc(WithBadRequest());
  EXPECT_EQ(status.code(), base::Code::kInvalidArgument);
  EXPECT_EQ(model::BadRequestOf(status).field_violations_size(), 2);
  EXPECT_EQ(Explain(status),
            "2 fields are wrong\n"
            "  incident.children[1].date_of_birth: is required, as YYYY-MM-DD\n"
            "  incident.reference: is required");
  EXPECT_EQ(ErrorJson(status), R"({"error":{"code":"INVALID_ARGUMENT","fields":[)"
                               R"({"description":"is required, as YYYY-MM-DD",)"
                               R"("field":"incident.children[1].date_of_birth"},)"
                               R"({"description":"is required","field":"incident.reference"}],)"
                               R"("message":"2 fields are wrong"}})");
}

TEST(Errors, NameNoFieldTwice) {
  model::Violations one;
  one.Add("incident.reference", "is required");
  EXPECT_EQ(Explain(one.ToStatus()), "incident.reference: is required");
  one.Add("incident.revision", "is required");
  EXPECT_EQ(Explain(one.ToStatus()),
            "these fields are wrong:\n  incident.reference: is required\n"
            "  incident.revision: is required");
}

TEST(Errors, SayWhatACodeMeansAlsoWithoutAMessage) {
  EXPECT_THAT(Explain(FromGrpc({grpc::UNAVAILABLE, "connection refused"})),
              HasSubstr("cannot be reached"));
  EXPECT_THAT(Explain(FromGrpc({grpc::UNIMPLEMENTED, ""})), HasSubstr("does not know this call"));
  EXPECT_EQ(Explain(base::NotFound("")), "failed: NOT_FOUND");
  EXPECT_TRUE(FromGrpc(grpc::Status::OK).ok());
}

TEST(Errors, DoNotLetABrokenTrailerOrATerminalEscapeThrough) {
  const base::Status status = FromGrpc({grpc::NOT_FOUND, "no \x1b[31mred\u009b here", "\xff\xff"});
  EXPECT_EQ(status.code(), base::Code::kNotFound);
  EXPECT_EQ(Explain(status), "no ?[31mred? here");
}

TEST(Output, AlignsByCharactersAndKeepsRowsOnOneLine) {
  Table table({"NAME", "TOWN"});
  EXPECT_TRUE(table.empty());
  table.Add({"Zoë", "a\nb"});
  table.Add({"Examplebury", ""});
  EXPECT_EQ(table.ToString(), "NAME         TOWN\nZoë          a b\nExamplebury  \n");
}

TEST(Output, JsonIsOneLineWithTheNamesOfProto3Json) {
  v1::ChildAnswer answer;
  answer.set_child_ref("C1");
  answer.set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
  EXPECT_EQ(ToJson(answer), R"({"childRef":"C1","outcome":"CHILD_OUTCOME_AT_REVIEW"})");
}

TEST(Progress, DrawsABar) {
  EXPECT_EQ(Bar("x", 0), "x [........................................]   0%");
  EXPECT_EQ(Bar("x", 50), "x [####################....................]  50%");
  EXPECT_EQ(Bar("x", 100), "x [########################################] 100%");
}

google::protobuf::Timestamp At(std::int64_t seconds) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  return time;
}

TEST(LocalTime, IsLondonsInWinterAndSummer) {
  const auto london = LocalTime::London();
  ASSERT_TRUE(london.ok()) << london.status();
  EXPECT_EQ(london->Format(At(1772523000)), "Tue 3 Mar 2026 07:30");
  EXPECT_EQ(london->Format(At(1782714600)), "Mon 29 Jun 2026 07:30");
  EXPECT_EQ(london->FormatSeconds(At(1772523005)), "Tue 3 Mar 2026 07:30:05");
}

TEST(LocalTime, ReadsWhatPeopleType) {
  const auto london = LocalTime::London();
  EXPECT_EQ(london->Parse("2026-03-03 07:30", "--from")->seconds(), 1772523000);
  EXPECT_EQ(london->Parse("2026-06-29 07:30", "--from")->seconds(), 1782714600);
  EXPECT_EQ(london->Parse("2026-03-03", "--from")->seconds(), 1772496000);
  EXPECT_EQ(london->Parse("2026-03-03T07:30:00Z", "--from")->seconds(), 1772523000);
  const auto wrong = london->Parse("3 March", "--from");
  EXPECT_THAT(std::string(wrong.status().message()), HasSubstr("--from"));
  EXPECT_THAT(std::string(wrong.status().message()), Not(HasSubstr("3 March")));
}

TEST(Retry, PausesDoubleUpToTheLongest) {
  const Retry retry;
  EXPECT_EQ(PauseAfter(retry, 1, 0.0), absl::Milliseconds(200));
  EXPECT_EQ(PauseAfter(retry, 2, 0.0), absl::Milliseconds(400));
  EXPECT_EQ(PauseAfter(retry, 3, 1.0), absl::Milliseconds(400));
  EXPECT_EQ(PauseAfter(retry, 60, 0.0), absl::Seconds(5));
}

TEST(Retry, OutlastsABrokerThatRestartsAndSaysOnceThatItIsAway) {
  Retry retry;
  absl::Duration waited;
  int told = 0;
  retry.sleep = [&](absl::Duration pause) { waited += pause; };
  retry.away = [&] { ++told; };
  EXPECT_FALSE(Repeat(retry, [] { return base::Unavailable("down"); }).ok());
  EXPECT_GT(waited, absl::Seconds(7));
  EXPECT_EQ(told, 1);
}

TEST(Retry, RepeatsOnlyWhatIsUnavailable) {
  std::vector<absl::Duration> pauses;
  Retry retry;
  retry.attempts = 3;
  retry.sleep = [&](absl::Duration pause) { pauses.push_back(pause); };
  int calls = 0;
  EXPECT_TRUE(Repeat(retry, [&] {
                return ++calls < 3 ? base::Unavailable("down") : base::OkStatus();
              }).ok());
  EXPECT_EQ(calls, 3);
  EXPECT_EQ(pauses.size(), 2u);
  calls = 0;
  const auto down = [&] { return ++calls, base::Unavailable("down"); };
  EXPECT_EQ(Repeat(retry, down).code(), base::Code::kUnavailable);
  EXPECT_EQ(calls, 3);
  calls = 0;
  const auto wrong = [&] { return ++calls, base::InvalidArgument("wrong"); };
  EXPECT_EQ(Repeat(retry, wrong).code(), base::Code::kInvalidArgument);
  EXPECT_EQ(calls, 1);
}

TEST(DutyText, IsReadAndShown) {
  v1::Duty duty;
  EXPECT_EQ(DutyText(duty), "every day");
  *duty.mutable_weekdays() = ParseWeekdays("tue,MON", "DAYS").value();
  EXPECT_EQ(DutyText(duty), "Tue, Mon");
  duty.mutable_away()->set_first("2026-03-02");
  EXPECT_EQ(DutyText(duty), "Tue, Mon; away 2026-03-02");
  duty.mutable_away()->set_last("2026-03-04");
  EXPECT_EQ(DutyText(duty), "Tue, Mon; away 2026-03-02 to 2026-03-04");
  EXPECT_TRUE(ParseWeekdays("every", "DAYS")->empty());
  EXPECT_THAT(base::Message(ParseWeekdays("mon, tue", "DAYS").status()),
              testing::HasSubstr("no spaces"));
}

}  // namespace
}  // namespace firstbell::console
