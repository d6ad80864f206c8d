#include <gmock/gmock.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "clients/audit/deliveries.h"
#include "clients/audit/verify.h"

namespace firstbell::audit_client {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint64_t kEntries = 21;

// A broker with a true log that tests then falsify.
class FakeLog final : public v1::DeliveryLogService::Service {
 public:
  FakeLog() {
    audit::Frontier tree;
    for (std::uint64_t i = 0; i < kEntries; ++i) {
      const model::Event event = model::Event(model::EventKind::kAlertSent, absl::UnixEpoch())
                                     .WithNumber("number", static_cast<std::int64_t>(i));
      v1::LogEntry entry;
      entry.set_position(i);
      entry.set_event(audit::EncodeEvent(event));
      entry.set_salt(std::string(audit::kSaltBytes, static_cast<char>('a' + i)));
      entry.set_entry(audit::EntryOf(entry.event(), entry.salt()));
      tree.Append(entry.entry());
      entries.push_back(entry);
    }
    checkpoint.set_origin("example/2026");
    checkpoint.set_size(kEntries);
    checkpoint.set_root_sha256(tree.Root());
  }

  grpc::Status GetCheckpoint(grpc::ServerContext*, const v1::GetCheckpointRequest*,
                             v1::Checkpoint* out) override {
    *out = checkpoint;
    return grpc::Status::OK;
  }
  grpc::Status ReadEntries(grpc::ServerContext*, const v1::ReadEntriesRequest* request,
                           grpc::ServerWriter<v1::LogEntry>* writer) override {
    for (std::uint64_t i = 0; i < request->count() && i < entries.size(); ++i) {
      writer->Write(entries[i]);
    }
    return grpc::Status::OK;
  }
  grpc::Status ListDeliveries(grpc::ServerContext*, const v1::ListDeliveriesRequest* request,
                              v1::ListDeliveriesResponse* response) override {
    const std::uint64_t page =
        request->page_token().empty() ? 0 : std::stoull(request->page_token());
    for (std::uint32_t i = 0; i < request->page_size(); ++i) response->add_deliveries();
    if (page < 2) response->set_next_page_token(std::to_string(page + 1));
    return grpc::Status::OK;
  }

  std::vector<v1::LogEntry> entries;
  v1::Checkpoint checkpoint;
};

class AuditClientTest : public ::testing::Test {
 protected:
  AuditClientTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&log_);
    server_ = builder.BuildAndStart();
    stub_ = v1::DeliveryLogService::NewStub(server_->InProcessChannel(grpc::ChannelArguments()));
  }
  ~AuditClientTest() override { server_->Shutdown(); }

  Verified VerifyLog() {
    auto verified = Verify(*stub_, [](double) {});
    EXPECT_TRUE(verified.ok()) << verified.status();
    return verified.ok() ? *verified : Verified();
  }

  FakeLog log_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::DeliveryLogService::Stub> stub_;
};

TEST_F(AuditClientTest, ATrueLogFits) {
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.entries, kEntries);
  EXPECT_EQ(verified.opened, kEntries);
  EXPECT_THAT(Describe(verified), HasSubstr("21 commitments were opened and fit their events."));
  EXPECT_THAT(VerifiedJson(verified),
              HasSubstr(R"({"verified":true,"origin":"example/2026","size":21,)"));
}

TEST_F(AuditClientTest, AnEmptyLogFitsTheEmptyHeadAlone) {
  log_.checkpoint.set_size(0);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("another head"));
  log_.checkpoint.set_root_sha256(audit::Frontier().Root());
  EXPECT_THAT(VerifyLog().mismatch, IsEmpty());
}

TEST_F(AuditClientTest, EntriesAfterTheCheckpointAreNoMismatch) {
  log_.entries.push_back(log_.entries.back());
  log_.entries.back().set_position(kEntries);
  EXPECT_THAT(VerifyLog().mismatch, IsEmpty());
}

TEST_F(AuditClientTest, AnErasedEventLeavesTheTreeWholeAndIsCounted) {
  log_.entries[4].clear_event();
  log_.entries[4].clear_salt();
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, IsEmpty());
  EXPECT_EQ(verified.opened, kEntries - 1);
  EXPECT_EQ(verified.closed, 1u);
  EXPECT_THAT(Describe(verified), HasSubstr("of 1 the event is erased or outside"));
}

TEST_F(AuditClientTest, AnAlteredEventIsFoundAtItsPlace) {
  (*log_.entries[7].mutable_event())[10] ^= 1;
  const Verified verified = VerifyLog();
  EXPECT_THAT(verified.mismatch, HasSubstr("entry 7 does not commit"));
  EXPECT_THAT(Describe(verified), HasSubstr("DOES NOT FIT: entry 7"));
  EXPECT_THAT(VerifiedJson(verified), HasSubstr("\"verified\":false"));
}

TEST_F(AuditClientTest, AnEntryAlteredTogetherWithItsEventChangesTheHead) {
  v1::LogEntry& entry = log_.entries[7];
  (*entry.mutable_event())[10] ^= 1;
  entry.set_entry(audit::EntryOf(entry.event(), entry.salt()));
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("another head"));
}

TEST_F(AuditClientTest, AMissingAMovedAndACutOffEntryAreFound) {
  const auto whole = log_.entries;
  log_.entries.erase(log_.entries.begin() + 3);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("where entry 3 should stand"));
  log_.entries = whole;
  std::swap(log_.entries[1], log_.entries[2]);
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("where entry 1 should stand"));
  log_.entries = whole;
  log_.entries.pop_back();
  EXPECT_THAT(VerifyLog().mismatch, HasSubstr("speaks of 21 entries, the broker gave 20"));
}

TEST_F(AuditClientTest, ListsPageAfterPageUpToTheLimit) {
  std::uint64_t seen = 0;
  const auto count = [&](const v1::Delivery&) { ++seen; };
  const auto all = ListAll(*stub_, v1::ListDeliveriesRequest(), 0, count);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(seen, 1500u);
  EXPECT_FALSE(all->more);
  const auto some = ListAll(*stub_, v1::ListDeliveriesRequest(), 10, count);
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(some->count, 10u);
  EXPECT_TRUE(some->more);
}

TEST_F(AuditClientTest, AHistoryMarksTheEventThatDoesNotFit) {
  const auto london = console::LocalTime::London();
  ASSERT_TRUE(london.ok());
  v1::GetDeliveryResponse response;
  response.mutable_delivery()->set_alert_id("a1");
  *response.add_history() = log_.entries[0];
  const std::string fits = Describe(response, *london);
  EXPECT_THAT(fits, HasSubstr("alert.sent"));
  EXPECT_THAT(fits, HasSubstr("number=0"));
  EXPECT_THAT(fits, Not(HasSubstr("DOES NOT FIT")));
  response.mutable_history(0)->set_salt(log_.entries[1].salt());
  EXPECT_THAT(Describe(response, *london), HasSubstr("DOES NOT FIT ITS COMMITMENT"));
}

TEST(StateOf, KnowsTheWordsOfTheLog) {
  EXPECT_EQ(*StateOf("acknowledged"), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_FALSE(StateOf("ACKNOWLEDGED").ok());
  EXPECT_FALSE(StateOf("").ok());
}

}  // namespace
}  // namespace firstbell::audit_client
