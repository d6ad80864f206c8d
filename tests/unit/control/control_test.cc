#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "broker/base/mutex.h"
#include "clients/control/notices.h"
#include "clients/control/submit.h"
#include "clients/control/words.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace firstbell::control {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

// A broker that takes every incident on but those whose reference begins with "bad", and whose
// streams and calls can be made to fail a number of times.
class FakeBroker final : public v1::IncidentService::Service {
 public:
  grpc::Status SubmitIncident(grpc::ServerContext*, const v1::SubmitIncidentRequest* request,
                              v1::SubmitIncidentResponse* response) override {
    base::MutexLock lock(mutex_);
    ++unary_calls;
    if (unary_failures-- > 0) return {grpc::UNAVAILABLE, "stopping"};
    if (limited-- > 0) {
      return {grpc::RESOURCE_EXHAUSTED, "too many", TooMany().SerializeAsString()};
    }
    *response->mutable_answer() = AnswerTo(request->incident());
    return grpc::Status::OK;
  }

  grpc::Status SubmitIncidents(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::SubmitIncidentsResponse, v1::SubmitIncidentsRequest>* stream)
      override {
    v1::SubmitIncidentsRequest request;
    int answered = 0;
    while (stream->Read(&request)) {
      base::MutexLock lock(mutex_);
      if (streams_end_after > 0 && answered++ == streams_end_after) {
        // Taken on and durable, but the answer is lost.
        AnswerTo(request.incident());
        return end_with;
      }
      stream->Write(StreamAnswerTo(request));
    }
    return grpc::Status::OK;
  }

  grpc::Status ListIncidents(grpc::ServerContext*, const v1::ListIncidentsRequest* request,
                             v1::ListIncidentsResponse* response) override {
    std::uint64_t next = request->page_token().empty() ? 0 : std::stoull(request->page_token());
    for (std::uint32_t i = 0; i < request->page_size() && next < kListed; ++i, ++next) {
      response->add_incidents()->mutable_answer()->set_reference(std::to_string(next));
    }
    if (next < kListed) response->set_next_page_token(std::to_string(next));
    return grpc::Status::OK;
  }

  grpc::Status WatchIncident(grpc::ServerContext*, const v1::WatchIncidentRequest* request,
                             grpc::ServerWriter<v1::WatchIncidentResponse>* writer) override {
    if (request->reference() == "none") return {grpc::NOT_FOUND, "no such incident"};
    const bool first = watches++ == 0;
    if (!first && watch_failures-- > 0) return {grpc::UNAVAILABLE, "stopping"};
    v1::WatchIncidentResponse response;
    response.mutable_notice()->set_alert_id("a1");
    response.mutable_notice()->set_state(v1::ALERT_STATE_SHOWN);
    writer->Write(response);
    v1::WatchIncidentResponse at_review;
    at_review.mutable_review()->set_child_ref("C2");
    at_review.mutable_review()->set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
    writer->Write(at_review);
    if (first) return {grpc::UNAVAILABLE, "stopping"};
    at_review.mutable_review()->set_outcome(v1::CHILD_OUTCOME_WITHHELD);
    writer->Write(at_review);
    response.mutable_notice()->set_state(v1::ALERT_STATE_ACKNOWLEDGED);
    writer->Write(response);
    return grpc::Status::OK;
  }

  google::rpc::Status TooMany() const {
    google::rpc::RetryInfo info;
    info.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(ask_to_wait));
    google::rpc::Status error;
    error.set_code(grpc::RESOURCE_EXHAUSTED);
    error.set_message("too many");
    error.add_details()->PackFrom(info);
    return error;
  }

  static constexpr std::uint64_t kListed = 1234;
  int unary_calls = 0;
  int unary_failures = 0;
  int streams_end_after = 0;  // 0: they do not
  grpc::Status end_with{grpc::UNAVAILABLE, "stopping"};
  int unavailable_items = 0;  // of a stream, each once
  int limited = 0;            // so many of a stream or calls are asked to wait
  std::string limited_for;    // this one, for ever
  absl::Duration ask_to_wait = absl::Seconds(3);
  int watches = 0;
  int watch_failures = 0;                // after the first
  std::map<std::string, int> submitted;  // how often each reference came

 private:
  v1::IncidentAnswer AnswerTo(const v1::Incident& incident) {
    ++submitted[incident.reference()];
    v1::IncidentAnswer answer;
    answer.set_reference(incident.reference());
    return answer;
  }

  v1::SubmitIncidentsResponse StreamAnswerTo(const v1::SubmitIncidentsRequest& request) {
    v1::SubmitIncidentsResponse response;
    response.set_sequence(request.sequence());
    google::rpc::Status error;
    if (unavailable_items-- > 0) {
      error.set_code(grpc::UNAVAILABLE);
    } else if (limited-- > 0 || request.incident().reference() == limited_for) {
      error = TooMany();
    } else if (request.incident().reference().starts_with("bad")) {
      google::rpc::BadRequest faults;
      faults.add_field_violations()->set_field("incident.children");
      error.set_code(grpc::INVALID_ARGUMENT);
      error.set_message("1 field is wrong");
      error.add_details()->PackFrom(faults);
    } else {
      *response.mutable_answer() = AnswerTo(request.incident());
      return response;
    }
    response.set_error_status(error.SerializeAsString());
    return response;
  }

  base::Mutex mutex_;
};

class ControlTest : public ::testing::Test {
 protected:
  ControlTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&broker_);
    server_ = builder.BuildAndStart();
    stub_ = v1::IncidentService::NewStub(server_->InProcessChannel(grpc::ChannelArguments()));
    retry_.sleep = [this](absl::Duration pause) {
      ++pauses_;
      longest_pause_ = std::max(longest_pause_, pause);
    };
    retry_.longest_asked = absl::Minutes(2);
  }
  ~ControlTest() override { server_->Shutdown(); }

  // Submits, and tells how each ended: "line reference" or "line CODE".
  base::Status Submit(const std::string& text) {
    std::istringstream in(text);
    return SubmitAll(*stub_, in, retry_, [this](const Submission& one) {
      ended_.push_back(std::to_string(one.line) + " " +
                       (one.answer.ok() ? one.answer->reference()
                                        : absl::StatusCodeToString(one.answer.status().code())));
      if (!one.answer.ok()) last_error_ = one.answer.status();
    });
  }

  FakeBroker broker_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::IncidentService::Stub> stub_;
  console::Retry retry_;
  int pauses_ = 0;
  absl::Duration longest_pause_;
  std::vector<std::string> ended_;
  base::Status last_error_;
};

std::string Lines(int count) {
  std::string text;
  for (int i = 1; i <= count; ++i) text += "{\"reference\":\"R" + std::to_string(i) + "\"}\n";
  return text;
}

TEST_F(ControlTest, OneOverManyLinesGoesInOneCall) {
  EXPECT_TRUE(Submit("{\n\"reference\": \"R1\"\n}\n").ok());
  EXPECT_THAT(ended_, ElementsAre("1 R1"));
  EXPECT_EQ(broker_.unary_calls, 1);
}

TEST_F(ControlTest, ACallIsRepeatedWhileTheBrokerIsAway) {
  broker_.unary_failures = 2;
  EXPECT_TRUE(Submit("{\n\"reference\": \"R1\"\n}\n").ok());
  EXPECT_THAT(ended_, ElementsAre("1 R1"));
  EXPECT_EQ(broker_.unary_calls, 3);
  EXPECT_EQ(pauses_, 2);
}

TEST_F(ControlTest, ManyGoThroughTheStreamAndABadOneDoesNotStopTheOthers) {
  EXPECT_TRUE(
      Submit("{\"reference\":\"R1\"}\n{\"reference\":\"bad\"}\n{oops\n{\"reference\":\"R4\"}\n")
          .ok());
  EXPECT_THAT(ended_,
              UnorderedElementsAre("1 R1", "2 INVALID_ARGUMENT", "3 INVALID_ARGUMENT", "4 R4"));
  EXPECT_EQ(broker_.unary_calls, 0);
}

TEST_F(ControlTest, ABrokenStreamIsOpenedAgainAndEachIncidentEndsOnce) {
  broker_.streams_end_after = 7;
  EXPECT_TRUE(Submit(Lines(100)).ok());
  EXPECT_EQ(ended_.size(), 100u);
  EXPECT_EQ(std::set<std::string>(ended_.begin(), ended_.end()).size(), 100u);
  EXPECT_EQ(broker_.submitted.size(), 100u);
  EXPECT_GE(pauses_, 100 / 8);
}

TEST_F(ControlTest, AnIncidentWhoseOutcomeIsUnknownIsSentAgain) {
  broker_.unavailable_items = 1;
  EXPECT_TRUE(Submit(Lines(3)).ok());
  EXPECT_THAT(ended_, UnorderedElementsAre("1 R1", "2 R2", "3 R3"));
  EXPECT_GE(pauses_, 1);
}

TEST_F(ControlTest, MoreThanAWindowOfUnknownOutcomesDoesNotBlock) {
  broker_.unavailable_items = 200;
  retry_.attempts = 1000;
  EXPECT_TRUE(Submit(Lines(50)).ok());
  EXPECT_EQ(ended_.size(), 50u);
}

TEST_F(ControlTest, WhatTheBrokerAsksToWaitWithIsSentAgainThen) {
  broker_.limited = 1;
  EXPECT_TRUE(Submit("{\n\"reference\": \"R1\"\n}\n").ok());
  EXPECT_THAT(ended_, ElementsAre("1 R1"));
  EXPECT_EQ(longest_pause_, broker_.ask_to_wait);
  longest_pause_ = absl::ZeroDuration();
  ended_.clear();
  broker_.limited = 40;
  retry_.attempts = 1000;
  EXPECT_TRUE(Submit(Lines(100)).ok());
  EXPECT_EQ(ended_.size(), 100u);
  EXPECT_EQ(std::set<std::string>(ended_.begin(), ended_.end()).size(), 100u);
  EXPECT_EQ(longest_pause_, broker_.ask_to_wait);
  for (const auto& [reference, times] : broker_.submitted) {
    EXPECT_EQ(times, reference == "R1" ? 2 : 1) << reference;
  }
}

TEST_F(ControlTest, WhatIsHeldBackOutlastsABrokenStream) {
  broker_.limited = 20;
  broker_.streams_end_after = 7;
  retry_.attempts = 1000;
  EXPECT_TRUE(Submit(Lines(100)).ok());
  EXPECT_EQ(std::set<std::string>(ended_.begin(), ended_.end()).size(), 100u);
  EXPECT_EQ(ended_.size(), 100u);
}

TEST_F(ControlTest, AStreamThatMayNotBeOpenedYetIsOpenedLater) {
  broker_.streams_end_after = 1;
  broker_.end_with = {grpc::RESOURCE_EXHAUSTED, "too many", broker_.TooMany().SerializeAsString()};
  EXPECT_TRUE(Submit(Lines(3)).ok());
  EXPECT_THAT(ended_, UnorderedElementsAre("1 R1", "2 R2", "3 R3"));
  EXPECT_EQ(longest_pause_, broker_.ask_to_wait);
}

TEST_F(ControlTest, ALimitForOneKeepsNoAnswerFromTheOthers) {
  broker_.limited_for = "R1";
  EXPECT_EQ(Submit(Lines(3)).code(), base::Code::kResourceExhausted);
  EXPECT_THAT(ended_, ::testing::Contains("1 RESOURCE_EXHAUSTED"));
  EXPECT_THAT(ended_, ::testing::Not(::testing::Contains("2 RESOURCE_EXHAUSTED")));
}

TEST_F(ControlTest, ALongWaitIsToldAndTheOthersGoOn) {
  broker_.limited = 1;
  broker_.ask_to_wait = absl::Hours(3);
  EXPECT_TRUE(Submit(Lines(3)).ok());
  EXPECT_THAT(ended_, UnorderedElementsAre("1 RESOURCE_EXHAUSTED", "2 R2", "3 R3"));
  EXPECT_EQ(pauses_, 0);
}

TEST_F(ControlTest, ALimitThatNeverEndsIsGivenUp) {
  broker_.limited = 1'000'000;
  EXPECT_EQ(Submit(Lines(50)).code(), base::Code::kResourceExhausted);
  EXPECT_THAT(ended_, ::testing::Contains("1 RESOURCE_EXHAUSTED"));
  EXPECT_EQ(pauses_, retry_.attempts - 1);
}

TEST_F(ControlTest, ALostBrokerIsAnErrorAndEveryIncidentIsToldOf) {
  broker_.streams_end_after = 1;
  broker_.end_with = {grpc::PERMISSION_DENIED, "revoked"};
  EXPECT_EQ(Submit(Lines(3)).code(), base::Code::kPermissionDenied);
  EXPECT_THAT(ended_, ::testing::Contains("1 R1"));
  EXPECT_THAT(ended_, ::testing::Contains("2 PERMISSION_DENIED"));
}

TEST_F(ControlTest, ABrokerThatIsNotThereIsTriedAgainAndThenGivenUp) {
  stub_ = v1::IncidentService::NewStub(
      grpc::CreateChannel("unix:/no/such/socket", grpc::InsecureChannelCredentials()));
  EXPECT_EQ(Submit(Lines(1)).code(), base::Code::kUnavailable);
  EXPECT_THAT(ended_, ElementsAre("1 UNAVAILABLE"));
  EXPECT_EQ(pauses_, retry_.attempts - 1);
}

TEST_F(ControlTest, RefusalsNameLineAndFields) {
  EXPECT_TRUE(Submit("{\"reference\":\"R1\"}\n{\"reference\":\"bad\"}\n").ok());
  EXPECT_THAT(Refusal(2, last_error_),
              StartsWith("incident of line 2: refused: 1 field is wrong\n  incident.children: "));
  EXPECT_THAT(RefusalJson(2, last_error_),
              StartsWith(R"({"line":2,"error":{"code":"INVALID_ARGUMENT",)"));
}

TEST_F(ControlTest, ListsPageAfterPageUpToTheLimit) {
  std::uint64_t seen = 0;
  const auto count = [&](const v1::IncidentStatus&) { ++seen; };
  const auto all = ListAll(*stub_, v1::ListIncidentsRequest(), 0, count);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(seen, FakeBroker::kListed);
  EXPECT_FALSE(all->more);
  seen = 0;
  const auto some = ListAll(*stub_, v1::ListIncidentsRequest(), 700, count);
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(seen, 700u);
  EXPECT_TRUE(some->more);
}

TEST_F(ControlTest, ABrokenWatchGoesOnWithoutTellingTwice) {
  std::vector<v1::AlertState> told;
  std::vector<v1::ChildOutcome> decided;
  EXPECT_TRUE(
      WatchAll(*stub_, "R1", retry_,
               {[&](const v1::NoticeStatus& notice) { told.push_back(notice.state()); },
                [&](const v1::ReviewStatus& review) { decided.push_back(review.outcome()); }})
          .ok());
  EXPECT_THAT(told, ElementsAre(v1::ALERT_STATE_SHOWN, v1::ALERT_STATE_ACKNOWLEDGED));
  EXPECT_THAT(decided, ElementsAre(v1::CHILD_OUTCOME_AT_REVIEW, v1::CHILD_OUTCOME_WITHHELD));
  EXPECT_EQ(broker_.watches, 2);
  const auto nothing = [](const auto&) { ADD_FAILURE(); };
  EXPECT_EQ(WatchAll(*stub_, "none", retry_, {nothing, nothing}).code(), base::Code::kNotFound);
}

TEST_F(ControlTest, AWatchThatReachedTheBrokerOnceOutlastsAnyOutage) {
  broker_.watch_failures = 3 * retry_.attempts;
  int told = 0;
  EXPECT_TRUE(WatchAll(*stub_, "R1", retry_,
                       {[&](const v1::NoticeStatus&) { ++told; }, [](const v1::ReviewStatus&) {}})
                  .ok());
  EXPECT_EQ(told, 2);
}

TEST_F(ControlTest, NoAnswerIsNotCalledARefusal) {
  EXPECT_THAT(Refusal(2, base::Unavailable("gone")), StartsWith("incident of line 2: no answer: "));
  EXPECT_FALSE(IsRefusal(base::Unknown("unclear")));
  EXPECT_TRUE(IsRefusal(base::AlreadyExists("other content")));
}

google::protobuf::Timestamp At(std::int64_t seconds) {
  google::protobuf::Timestamp time;
  time.set_seconds(seconds);
  return time;
}

v1::IncidentAnswer TwoChildren() {
  v1::IncidentAnswer answer;
  answer.set_reference("INV-1");
  answer.set_revision(1);
  *answer.mutable_accepted_at() = At(1772503800);
  v1::ChildAnswer* child = answer.add_children();
  child->set_child_ref("C1");
  child->set_outcome(v1::CHILD_OUTCOME_ACCEPTED);
  *child->mutable_show_from() = At(1772523000);
  *child->mutable_deadline() = At(1772527500);
  child = answer.add_children();
  child->set_child_ref("C2");
  child->set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
  child->set_reason(v1::REASON_NOT_CONFIDENT);
  return answer;
}

TEST(Words, SayPerChildWhenOrWhy) {
  const auto london = console::LocalTime::London();
  ASSERT_TRUE(london.ok());
  const std::string text = Describe(TwoChildren(), *london);
  EXPECT_THAT(text, HasSubstr("INV-1  C1  accepted  shown from Tue 3 Mar 2026 07:30, to be "
                              "acknowledged by Tue 3 Mar 2026 08:45\n"));
  EXPECT_THAT(text, HasSubstr("INV-1  C2  at_review  a machine cannot be sure"));
  EXPECT_EQ(Heading(TwoChildren(), *london), "INV-1, revision 1, taken on Tue 3 Mar 2026 02:10\n");
}

TEST(Words, EveryReasonHasItsSentence) {
  std::set<std::string_view> sentences;
  for (int i = v1::Reason_MIN; i <= v1::Reason_MAX; ++i) {
    sentences.insert(Sentence(static_cast<v1::Reason>(i)));
  }
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(v1::Reason_MAX) + 1);
}

TEST(Words, EachReasonOfADecisionHasASentenceOfItsOwn) {
  std::set<std::string_view> sentences;
  for (int i = v1::DecisionReason_MIN; i <= v1::DecisionReason_MAX; ++i) {
    sentences.insert(Sentence(static_cast<v1::DecisionReason>(i)));
  }
  EXPECT_EQ(sentences.size(), static_cast<std::size_t>(v1::DecisionReason_MAX) + 1);
}

TEST(NoticeTable, SaysWhatAnOfficerDecided) {
  const auto london = console::LocalTime::London();
  v1::IncidentStatus status;
  *status.mutable_answer() = TwoChildren();
  v1::ReviewStatus& review = *status.add_reviews();
  review.set_child_ref("C2");
  review.set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
  EXPECT_THAT(ChangeLine(review, *london), StartsWith("C2  at_review  waits for an officer"));
  review.set_outcome(v1::CHILD_OUTCOME_UNPLACEABLE);
  review.set_reason(v1::DECISION_REASON_NO_SCHOOL_FOUND);
  *review.mutable_decided_at() = At(1772523062);
  NoticeTable table(*london);
  table.Add(status);
  EXPECT_THAT(table.ToString(), HasSubstr("C2     unplaceable  Tue 3 Mar 2026 07:31"));
  EXPECT_THAT(table.ToString(), HasSubstr("nobody could say which school"));
  EXPECT_EQ(ChangeLine(review, *london),
            "Tue 3 Mar 2026 07:31:02  C2  unplaceable  nobody could say which school\n");
  review.set_outcome(v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(ChangeLine(review, *london), "Tue 3 Mar 2026 07:31:02  C2  placed by an officer\n");
}

TEST(NoticeTable, HasARowForEachNoticeAndForEachChildWithoutOne) {
  const auto london = console::LocalTime::London();
  v1::IncidentStatus status;
  *status.mutable_answer() = TwoChildren();
  for (const v1::AlertState state : {v1::ALERT_STATE_SHOWN, v1::ALERT_STATE_ACKNOWLEDGED}) {
    v1::NoticeStatus* notice = status.add_notices();
    notice->set_child_ref("C1");
    notice->set_state(state);
    notice->set_late(state == v1::ALERT_STATE_SHOWN);
    *notice->mutable_changed_at() = At(1772523062);
  }
  NoticeTable table(*london);
  table.Add(status);
  const std::string text = table.ToString();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_THAT(text, HasSubstr("LATE"));
  EXPECT_THAT(text, HasSubstr("C2     at_review"));
  EXPECT_EQ(ChangeLine(status.notices(0), *london), "Tue 3 Mar 2026 07:31:02  C1  shown  LATE\n");
}

}  // namespace
}  // namespace firstbell::control
