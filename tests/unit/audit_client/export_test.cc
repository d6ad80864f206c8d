#include "clients/audit/export.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "tests/support/temp_directory.h"
#include "tests/unit/audit_client/fake_log.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kHeader[] =
    "alert,alert_id,force,authority,school,urn,state,late,revision,rung,accepted_at,show_from,"
    "deadline,sent_at,received_at,shown_at,opened_at,acknowledged_at,changed_at,refused,"
    "breach_since,arrival,arrival_due\r\n";

class ExportTest : public ::testing::Test {
 protected:
  ExportTest() {
    for (int i = 0; i < 7; ++i) log_->deliveries.push_back(DeliveryOf(i));
  }
  static v1::Delivery DeliveryOf(int number) {
    v1::Delivery delivery;
    delivery.set_alert("p-" + std::to_string(number));
    delivery.set_force("examplebury");
    delivery.set_school("s-1");
    delivery.set_authority("886");
    delivery.set_state(v1::ALERT_STATE_ACKNOWLEDGED);
    delivery.set_late(number % 2 == 1);
    delivery.set_revision(1);
    delivery.mutable_accepted_at()->set_seconds(1'772'438'400 + number);
    delivery.mutable_deadline()->set_seconds(1'772'442'000);
    delivery.mutable_acknowledged_at()->set_seconds(1'772'441'999);
    delivery.mutable_acknowledged_at()->set_nanos(250'000'000);
    return delivery;
  }
  base::Result<Exported> Run(const std::string& name, Beginning beginning = Beginning::kNew,
                             ExportFormat format = ExportFormat::kCsv,
                             const v1::ListDeliveriesRequest& request = {}) {
    return Export(log_.stub(), request, format, directory_.File(name), beginning,
                  [this](const v1::Checkpoint&) { return page_; });
  }
  std::string Content(const std::string& name) const {
    std::ifstream file(directory_.File(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void Put(const std::string& name, const std::string& text) const {
    std::ofstream(directory_.File(name), std::ios::binary) << text;
  }
  bool Exists(const std::string& name) const {
    return std::filesystem::exists(directory_.File(name));
  }
  // Breaks off after so many pages.
  void BreakOff(const std::string& name, std::size_t pages) {
    log_->pages_left = pages;
    EXPECT_EQ(Run(name).status().code(), Code::kUnavailable);
    log_->pages_left = SIZE_MAX;
  }

  support::TempDirectory directory_;
  ServedLog log_{21};
  base::Status page_ = base::OkStatus();  // what every page is judged to be
};

TEST_F(ExportTest, OfPagesThatDoNotPassThereIsNoFile) {
  page_ = base::DataLoss("the log has forked");
  EXPECT_EQ(Run("out.csv").status().code(), base::Code::kDataLoss);
  EXPECT_FALSE(Exists("out.csv"));
}

TEST_F(ExportTest, CsvHasAHeaderAndARowForEach) {
  const auto exported = Run("all.csv");
  ASSERT_TRUE(exported.ok()) << exported.status();
  EXPECT_EQ(exported->rows, 7u);
  const std::string text = Content("all.csv");
  EXPECT_THAT(text, StartsWith(std::string(kHeader) +
                               "p-0,,examplebury,886,s-1,,acknowledged,no,1,0,"
                               "2026-03-02T08:00:00.000Z,,2026-03-02T09:00:00.000Z,,,,,"
                               "2026-03-02T08:59:59.250Z,,,,,\r\np-1,"));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\r'), 8);
  EXPECT_EQ(std::count(text.begin(), text.end(), ','), 8 * 22);
  EXPECT_FALSE(Exists("all.csv.resume"));
}

TEST_F(ExportTest, AFieldThatABrokerMadeUpStaysOneField) {
  v1::Delivery delivery = DeliveryOf(0);
  delivery.set_force("a,\"b\"\r\nc");
  EXPECT_THAT(CsvLine(&delivery), StartsWith("p-0,,\"a,\"\"b\"\"\r\nc\",886,"));
}

TEST_F(ExportTest, JsonLinesAreOneDeliveryEach) {
  ASSERT_TRUE(Run("all.jsonl", Beginning::kNew, ExportFormat::kJsonLines).ok());
  std::ifstream file(directory_.File("all.jsonl"));
  std::size_t rows = 0;
  for (std::string line; std::getline(file, line); ++rows) {
    v1::Delivery delivery;
    ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(line, &delivery).ok()) << line;
    EXPECT_EQ(delivery.SerializeAsString(), log_->deliveries.at(rows).SerializeAsString());
  }
  EXPECT_EQ(rows, 7u);
}

TEST_F(ExportTest, OneThatBrokeOffGoesOnToTheSameBytes) {
  ASSERT_TRUE(Run("whole").ok());
  for (std::size_t pages = 0; pages < 4; ++pages) {
    const std::string name = std::to_string(pages);
    BreakOff(name, pages);
    EXPECT_NE(Content(name), Content("whole"));
    const auto resumed = Run(name, Beginning::kResume);
    ASSERT_TRUE(resumed.ok()) << resumed.status();
    EXPECT_EQ(resumed->rows, 7u);
    EXPECT_EQ(Content(name), Content("whole"));
    EXPECT_FALSE(Exists(name + ".resume"));
  }
}

// Rows were written, and the place after them was not noted any more.
TEST_F(ExportTest, WhatWasWrittenAfterTheNotedPlaceIsCutOff) {
  ASSERT_TRUE(Run("whole").ok());
  BreakOff("torn", 2);
  Put("torn", Content("torn") + "p-4,,exampleb");
  ASSERT_TRUE(Run("torn", Beginning::kResume).ok());
  EXPECT_EQ(Content("torn"), Content("whole"));
}

TEST_F(ExportTest, OneThatBreaksOffAgainGoesOnAgain) {
  ASSERT_TRUE(Run("whole").ok());
  BreakOff("often", 1);
  for (int times = 0; times < 3; ++times) {
    log_->pages_left = times == 1 ? 0 : 1;
    EXPECT_EQ(Run("often", Beginning::kResume).status().code(), Code::kUnavailable);
  }
  log_->pages_left = SIZE_MAX;
  ASSERT_TRUE(Run("often", Beginning::kResume).ok());
  EXPECT_EQ(Content("often"), Content("whole"));
}

TEST_F(ExportTest, AnotherFilterOrFormatIsAnotherExport) {
  BreakOff("part", 1);
  const std::string before = Content("part");
  v1::ListDeliveriesRequest late;
  late.set_late_only(true);
  EXPECT_EQ(Run("part", Beginning::kResume, ExportFormat::kCsv, late).status().code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(Run("part", Beginning::kResume, ExportFormat::kJsonLines).status().code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(Content("part"), before);
  EXPECT_TRUE(Run("part", Beginning::kResume).ok());
}

TEST_F(ExportTest, AFileThatIsThereIsNotWrittenOver) {
  Put("mine", "mine");
  EXPECT_EQ(Run("mine").status().code(), Code::kAlreadyExists);
  EXPECT_EQ(Content("mine"), "mine");
  EXPECT_EQ(Run("mine", Beginning::kResume).status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(Content("mine"), "mine");
}

TEST_F(ExportTest, AFileThatIsGoneOrShorterIsNotFilledUp) {
  BreakOff("part", 2);
  Put("part", "short");
  EXPECT_EQ(Run("part", Beginning::kResume).status().code(), Code::kDataLoss);
  EXPECT_EQ(Content("part"), "short");
  std::filesystem::remove(directory_.File("part"));
  EXPECT_FALSE(Run("part", Beginning::kResume).ok());
  EXPECT_FALSE(Exists("part"));
  // Begun anew, the old note counts no more.
  BreakOff("part", 0);
  ASSERT_TRUE(Run("part", Beginning::kResume).ok());
  ASSERT_TRUE(Run("whole").ok());
  EXPECT_EQ(Content("part"), Content("whole"));
}

TEST_F(ExportTest, ADamagedNoteIsRefused) {
  BreakOff("part", 2);
  for (const char* note : {"", "[]", "{}", R"({"asked":5,"token":"2","bytes":3,"rows":2})",
                           R"({"asked":"a","token":"2","bytes":-3,"rows":2})"}) {
    Put("part.resume", note);
    EXPECT_EQ(Run("part", Beginning::kResume).status().code(), Code::kDataLoss) << note;
  }
}

TEST_F(ExportTest, TooFewForTheScopeLeaveNoFile) {
  log_->withheld = true;
  const auto exported = Run("few");
  EXPECT_EQ(exported.status().code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(exported.status())), HasSubstr("fewer than five"));
  EXPECT_FALSE(Exists("few"));
  EXPECT_FALSE(Exists("few.resume"));
}

}  // namespace
}  // namespace firstbell::audit_client
