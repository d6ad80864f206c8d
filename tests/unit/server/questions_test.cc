// Questions of forces, auditors and operators, over the whole broker.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using support::IncidentOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class QuestionsTest : public testing::Test {
 protected:
  void Submit(const std::shared_ptr<grpc::Channel>& as, const std::string& reference) {
    v1::SubmitIncidentRequest request;
    *request.mutable_incident() = IncidentOf(reference);
    v1::SubmitIncidentResponse response;
    Context context;
    ASSERT_TRUE(
        v1::IncidentService::NewStub(as)->SubmitIncident(&context, request, &response).ok());
  }
  // What the log says was asked so far, but for the asking for its entries.
  static std::vector<std::string> Asked(v1::DeliveryLogService::Stub& log) {
    Context context;
    const auto entries = log.ReadEntries(&context, {});
    std::vector<std::string> asked;
    for (v1::LogEntry entry; entries->Read(&entry);) {
      const auto event = nlohmann::json::parse(entry.event());
      const std::string question = event.value("question", "");
      if (!question.empty() && question != "read_entries") asked.push_back(question);
    }
    EXPECT_TRUE(entries->Finish().ok());
    return asked;
  }
  // Page by page, newest first; each page has at most two.
  std::vector<std::string> References(const std::shared_ptr<grpc::Channel>& as,
                                      v1::ListIncidentsRequest request) {
    const auto stub = v1::IncidentService::NewStub(as);
    std::vector<std::string> references;
    request.set_page_size(2);
    do {
      v1::ListIncidentsResponse response;
      Context context;
      EXPECT_TRUE(stub->ListIncidents(&context, request, &response).ok());
      EXPECT_LE(response.incidents_size(), 2);
      for (const auto& one : response.incidents()) references.push_back(one.answer().reference());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return references;
  }

  RunningBroker broker_;
  const std::shared_ptr<grpc::Channel> force_ = broker_.ChannelAs(kForceUri);
  const std::unique_ptr<v1::OperatorService::Stub> operator_ =
      v1::OperatorService::NewStub(broker_.ChannelAs(kOperatorUri));
};

TEST_F(QuestionsTest, AForceListsItsOwnIncidentsPageByPageNewestFirst) {
  for (const std::string reference : {"R1", "R2", "R3"}) Submit(force_, reference);
  const auto other = broker_.ChannelAs(kOtherForceUri);
  Submit(other, "T1");
  EXPECT_THAT(References(force_, {}), ElementsAre("R3", "R2", "R1"));
  EXPECT_THAT(References(other, {}), ElementsAre("T1"));
  v1::ListIncidentsRequest at_review;
  at_review.set_filter(v1::ListIncidentsRequest::FILTER_AT_REVIEW);
  EXPECT_THAT(References(force_, at_review), IsEmpty());

  v1::ListIncidentsRequest request;
  request.set_page_token("of my own making");
  v1::ListIncidentsResponse response;
  Context context;
  EXPECT_EQ(v1::IncidentService::NewStub(force_)
                ->ListIncidents(&context, request, &response)
                .error_code(),
            StatusCode::INVALID_ARGUMENT);
}

TEST_F(QuestionsTest, AnAuditorGetsADeliveryWithinTheirScopeAndTheAskingIsLogged) {
  Submit(force_, "R1");
  const auto national = v1::DeliveryLogService::NewStub(broker_.ChannelAs(kAuditorUri));
  Context listing, getting, stranger, asking;
  v1::ListDeliveriesResponse listed;
  ASSERT_TRUE(national->ListDeliveries(&listing, {}, &listed).ok());
  ASSERT_EQ(listed.deliveries_size(), 1);

  v1::GetDeliveryRequest request;
  request.set_alert_id(listed.deliveries(0).alert_id());
  v1::GetDeliveryResponse got;
  ASSERT_TRUE(national->GetDelivery(&getting, request, &got).ok());
  EXPECT_EQ(got.delivery().urn(), support::kPrimary.value());
  ASSERT_EQ(got.history_size(), 1);
  EXPECT_THAT(got.history(0).event(), HasSubstr("alert.accepted"));
  // Salt, signature and hashes are left out: in base64 any two letters come up sooner or later.
  const std::string told = got.delivery().ShortDebugString() + got.history(0).event();
  for (const std::string word : {"Zo", "Brien", "R1"}) EXPECT_THAT(told, Not(HasSubstr(word)));
  const auto of_other = v1::DeliveryLogService::NewStub(
      broker_.ChannelAs("urn:firstbell:auditor:force-otherbury:icl"));
  EXPECT_EQ(of_other->GetDelivery(&stranger, request, &got).error_code(), StatusCode::NOT_FOUND);

  // The stranger's is known as well: it is for whoever audits the auditors. A checkpoint's asking
  // is no event.
  v1::Checkpoint head;
  ASSERT_TRUE(national->GetCheckpoint(&asking, {}, &head).ok());
  const std::vector<std::string> asked = {"list_deliveries", "get_delivery", "get_delivery"};
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] { return Asked(*national) == asked; }))
      << testing::PrintToString(Asked(*national));
}

TEST_F(QuestionsTest, AnOperatorSeesASchoolAndItsNextMorning) {
  broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_LEAD);
  broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  v1::GetSchoolRequest request;
  request.set_urn(support::kPrimary.value());
  v1::GetSchoolResponse school;
  Context context, unknown;
  ASSERT_TRUE(operator_->GetSchool(&context, request, &school).ok());
  EXPECT_EQ(school.school().urn(), support::kPrimary.value());
  EXPECT_EQ(school.people(), 1u);
  EXPECT_EQ(school.devices(), 1u);
  EXPECT_GT(school.pupils(), 0u);
  EXPECT_EQ(school.next_show_from().seconds(), absl::ToUnixSeconds(support::kWindow));
  EXPECT_EQ(school.next_deadline().seconds(), absl::ToUnixSeconds(support::kBell));
  request.set_urn(999'999);
  EXPECT_EQ(operator_->GetSchool(&unknown, request, &school).error_code(), StatusCode::NOT_FOUND);
}

TEST_F(QuestionsTest, AnOperatorListsRecipientsOfOneSchoolOrOfAll) {
  const Enrolled lead = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_LEAD);
  const Enrolled device = broker_.Enrol(support::kPrimary, v1::RECIPIENT_ROLE_DEVICE);
  const Enrolled head = broker_.Enrol(support::kHigh, v1::RECIPIENT_ROLE_HEAD);
  ASSERT_TRUE(broker_.Revoke(device.id).ok());
  std::map<std::string, v1::Recipient> all, of_high;
  const auto list = [&](v1::ListRecipientsRequest request,
                        std::map<std::string, v1::Recipient>& to) {
    do {
      v1::ListRecipientsResponse response;
      Context context;
      ASSERT_TRUE(operator_->ListRecipients(&context, request, &response).ok());
      for (const auto& one : response.recipients()) to[one.recipient_id()] = one;
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
  };
  v1::ListRecipientsRequest request;
  request.set_page_size(1);
  list(request, all);
  EXPECT_THAT(all, SizeIs(3));
  EXPECT_TRUE(all[device.id].has_revoked_at());
  EXPECT_FALSE(all[lead.id].has_revoked_at());
  EXPECT_EQ(all[lead.id].role(), v1::RECIPIENT_ROLE_LEAD);
  request.set_urn(support::kHigh.value());
  list(request, of_high);
  EXPECT_THAT(of_high, SizeIs(1));
  EXPECT_EQ(of_high.begin()->first, head.id);
}

}  // namespace
}  // namespace firstbell::server
