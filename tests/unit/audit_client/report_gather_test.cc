// What a report asks a broker, and makes of the answers.

#include "clients/audit/report_gather.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/event_encoding.h"
#include "broker/base/clock.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void Put(v1::StatisticsRow& row, const std::string& word, std::uint64_t count) {
  (*row.mutable_counts())[word].set_value(count);
}

v1::StatisticsRow Row(std::uint64_t alerts, double before_bell) {
  v1::StatisticsRow row;
  Put(row, "alerts", alerts);
  row.set_before_bell(before_bell);
  return row;
}

class GatherTest : public ::testing::Test {
 protected:
  GatherTest() {
    log_->statistics = [this](const v1::GetStatisticsRequest& request) { return Numbers(request); };
    log_->histories = [this](const std::string&) { return log_->Delivery({0, 5}); };
  }

  v1::GetStatisticsResponse Numbers(const v1::GetStatisticsRequest& request) {
    asked.push_back(request);
    v1::GetStatisticsResponse answer;
    *answer.mutable_total() = total;
    if (request.group_by_size() == 2) {
      *answer.add_rows() = Row(35, 90);
      answer.mutable_rows(0)->set_weekday(7);
      answer.mutable_rows(0)->set_hour(23);
    }
    log_->Grow(1);  // a question is itself an event
    return answer;
  }
  base::Status Gather() {
    checker_.emplace(log_.source(), Trust(), KnownOf(log_.source()));
    data = ReportData();
    data.london = base::LondonTimeZone().value();
    const ReportRequest request{absl::CivilDay(2026, 3, 2), absl::CivilDay(2026, 3, 9), "", ""};
    return GatherReport(
        log_.stub(), &*checker_, request, [](double) {}, data);
  }
  // The reasons of the report as "outcome: reason number".
  std::vector<std::string> Reasons() const {
    std::vector<std::string> told;
    for (const ReasonCount& row : data.reasons) {
      told.push_back(row.outcome + ": " + row.reason + " " +
                     (row.count.rounded ? std::to_string(*row.count.rounded) : "c"));
    }
    return told;
  }
  v1::ListDeliveriesResponse Page(std::size_t late, const std::string& next) {
    v1::ListDeliveriesResponse page;
    for (std::size_t i = 0; i < late; ++i) {
      page.add_deliveries()->set_alert(audit::PseudonymOf(kAlert));
    }
    page.set_next_page_token(next);
    *page.mutable_checkpoint() = log_->checkpoint;
    return page;
  }
  // Late alerts as they come page by page.
  void List(std::vector<std::size_t> pages) {
    log_->lists = [this, pages](const v1::ListDeliveriesRequest& request) {
      const std::size_t at = request.page_token().empty() ? 0 : std::stoul(request.page_token());
      return Page(pages.at(at), at + 1 < pages.size() ? std::to_string(at + 1) : "");
    };
  }

  ServedLog log_{21};
  v1::StatisticsRow total = Row(100, 40);
  std::vector<v1::GetStatisticsRequest> asked;
  std::optional<AnswerChecker> checker_;
  ReportData data;
};

TEST_F(GatherTest, AsksForEachTableOfTheWholePeriod) {
  List({0});
  ASSERT_TRUE(Gather().ok()) << Gather();
  ASSERT_THAT(asked, SizeIs(7));
  for (const auto& request : asked) {
    EXPECT_EQ(request.from(), "2026-03-02");
    EXPECT_EQ(request.before(), "2026-03-09");
  }
  EXPECT_EQ(data.accepted.rounded, 100u);
  EXPECT_EQ(data.last_day, absl::CivilDay(2026, 3, 8));
  ASSERT_THAT(data.by_weekday_and_hour, SizeIs(1));
  EXPECT_EQ(data.by_weekday_and_hour[0], (WeekdayHourCount{absl::Weekday::sunday, 23, Count{35}}));
}

// 12, 7 and 7 are told as 10, 5 and 5; the share of 12 in 26 is not that of 10 in 20.
TEST_F(GatherTest, AShareIsOfTheNumberThatTheBrokerTellsOrOfNone) {
  List({0});
  Put(total, "acknowledged_before_bell", 10);
  Put(total, "acknowledged_late", 5);
  Put(total, "overdue", 5);
  ASSERT_TRUE(Gather().ok());
  EXPECT_FALSE(data.before_bell.whole.counted);
  EXPECT_EQ(data.before_bell.whole.rounded, std::nullopt);
  Put(total, "due", 25);
  ASSERT_TRUE(Gather().ok());
  EXPECT_EQ(data.before_bell.whole.rounded, 25u);
  total.mutable_counts()->erase("due");
  for (const char* word : {"acknowledged_before_bell", "acknowledged_late", "overdue"}) {
    Put(total, word, 0);
  }
  ASSERT_TRUE(Gather().ok());
  EXPECT_EQ(data.before_bell.whole.rounded, 0u);
}

TEST_F(GatherTest, ReasonsTellWhatMachinesAndOfficersDecided) {
  List({0});
  Put(total, "unplaceable_no_match", 20);
  Put(total, "withheld_out_of_scope", 15);
  Put(total, "withheld_closed", 0);
  Put(total, "refused_left", 10);
  Put(total, "review_waits", 30);
  Put(total, "decided_by_officer", 40);
  Put(total, "decided_details_agree", 45);  // placed: neither of the three
  Put(total, "decided_unsafe_to_tell", 5);
  (*total.mutable_counts())["decided_no_school_found"];  // kept back
  ASSERT_TRUE(Gather().ok());
  EXPECT_TRUE(data.cases_counted);
  EXPECT_THAT(
      Reasons(),
      ElementsAre("Unplaceable: No match 20", "Unplaceable, an officer decided: No school found c",
                  "Withheld: Out of scope 15", "Withheld, an officer decided: Unsafe to tell 5",
                  "Refused by the school: Left 10"));
}

TEST_F(GatherTest, WhereNoCaseIsCountedNoneIsSaidToBeMissing) {
  List({0});
  Put(total, "refused_left", 0);
  ASSERT_TRUE(Gather().ok());
  EXPECT_FALSE(data.cases_counted);
  EXPECT_THAT(data.reasons, IsEmpty());
}

TEST_F(GatherTest, AnEmptyPageIsNotTheEndOfTheList) {
  List({0, 0, 3});
  ASSERT_TRUE(Gather().ok()) << Gather();
  EXPECT_THAT(data.late, SizeIs(3));
  EXPECT_FALSE(data.late_more);
  EXPECT_THAT(data.late[0].events, SizeIs(2));
  EXPECT_EQ(data.late[0].events[0].what, "Pushed to the school; no receipt yet");
}

TEST_F(GatherTest, OfMoreLateAlertsThanAreToldItIsSaidThatThereAreMore) {
  List({kLateAlertsTold, 0});
  ASSERT_TRUE(Gather().ok());
  EXPECT_THAT(data.late, SizeIs(kLateAlertsTold));
  EXPECT_FALSE(data.late_more);
  List({kLateAlertsTold, 0, 1});
  ASSERT_TRUE(Gather().ok());
  EXPECT_THAT(data.late, SizeIs(kLateAlertsTold));
  EXPECT_TRUE(data.late_more);
}

TEST_F(GatherTest, TooFewLateAlertsAreNotNone) {
  log_->lists = [this](const v1::ListDeliveriesRequest&) {
    auto page = Page(0, "");
    page.set_withheld(true);
    return page;
  };
  ASSERT_TRUE(Gather().ok());
  EXPECT_TRUE(data.late_withheld);
}

TEST_F(GatherTest, AListWithoutAnEndIsNoList) {
  log_->lists = [this](const v1::ListDeliveriesRequest&) { return Page(0, "on"); };
  EXPECT_EQ(Gather().code(), Code::kDataLoss);
}

TEST_F(GatherTest, EachAnswerRestsOnTheLogThatIsKnown) {
  List({1});
  ASSERT_TRUE(Gather().ok());
  EXPECT_EQ(data.checkpoint.answers_up_to, log_->checkpoint.size());
  log_->statistics = [this](const v1::GetStatisticsRequest& request) {
    if (request.group_by_size() == 2) log_->Fork(3);
    return v1::GetStatisticsResponse();
  };
  EXPECT_EQ(Gather().code(), Code::kDataLoss);
}

TEST_F(GatherTest, AnEventThatWasMadeUpEndsTheReport) {
  List({1});
  log_->histories = [this](const std::string&) {
    auto answer = log_->Delivery({0, 5});
    *answer.mutable_history(1) = log_->MadeUp(5);
    return answer;
  };
  const base::Status status = Gather();
  EXPECT_EQ(status.code(), Code::kDataLoss);
  EXPECT_THAT(std::string(base::Message(status)), HasSubstr("entry 5 is not in the log"));
}

TEST_F(GatherTest, OfALogThatDoesNotFitNothingMoreIsChecked) {
  List({1});
  log_->histories = [this](const std::string&) {
    auto answer = log_->Delivery({0});
    *answer.add_history() = log_->MadeUp(77);
    return answer;
  };
  data.london = base::LondonTimeZone().value();
  const ReportRequest request{absl::CivilDay(2026, 3, 2), absl::CivilDay(2026, 3, 9), "", ""};
  ASSERT_TRUE(GatherReport(
                  log_.stub(), nullptr, request, [](double) {}, data)
                  .ok());
  EXPECT_EQ(data.checkpoint.answers_up_to, std::nullopt);
  EXPECT_THAT(data.late[0].events[1].what, HasSubstr("in no signed checkpoint yet"));
}

std::string Words(const std::string& fields) {
  return EventInWords(R"({"at":"2026-03-03T02:10:00.000000Z",)" + fields + R"(,"v":1})").what;
}

TEST(EventInWords, EachKindHasItsSentence) {
  EXPECT_EQ(Words(R"("kind":"alert.accepted")"), "Taken on, and placed at this school");
  EXPECT_EQ(Words(R"("kind":"alert.sealed","people":1)"), "Sealed to 1 person");
  EXPECT_EQ(Words(R"("kind":"alert.sealed","people":2)"), "Sealed to 2 people");
  EXPECT_EQ(Words(R"("kind":"alert.climbed","to":"call_list")"), "The ladder climbed: call list");
  EXPECT_EQ(Words(R"("kind":"receipt.recorded","receipt":"opened")"), "Opened by a person");
  EXPECT_EQ(Words(R"("kind":"receipt.recorded","receipt":"new_kind")"), "Receipt: new kind");
  EXPECT_EQ(Words(R"("kind":"receipt.refused","reason":"too_late")"),
            "A receipt was refused: too late");
  EXPECT_EQ(Words(R"("kind":"call.recorded","outcome":"told")"), "Telephoned: told");
  EXPECT_EQ(Words(R"("kind":"some.new_kind")"), "some new kind");
}

TEST(EventInWords, TheTimeAndTheRungAreTold) {
  const LateEvent event =
      EventInWords(R"({"at":"2026-03-03T02:10:00.000000Z","kind":"alert.sealed","rung":2,"v":1})");
  EXPECT_EQ(event.at, absl::FromUnixSeconds(1'772'503'800));
  EXPECT_EQ(event.rung, "2");
}

TEST(EventInWords, WhatIsNotOpenHasNeitherTimeNorKind) {
  const LateEvent event = EventInWords("");
  EXPECT_EQ(event.what, "Erased, or outside the scope");
  EXPECT_EQ(event.at, std::nullopt);
}

}  // namespace
}  // namespace firstbell::audit_client
