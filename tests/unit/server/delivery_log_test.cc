// The delivery log of a running broker: signed in its turns, read over HTTP by anyone, and refused
// where its data is an old copy.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include "broker/audit/checkpoint.h"
#include "broker/audit/merkle.h"
#include "broker/audit/tile.h"
#include "broker/base/limits.h"
#include "broker/registry/log_keys.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

namespace fs = std::filesystem;
using support::Eventually;
using testing::HasSubstr;

const absl::Duration kPatience = 20 * limits::kIntegrateEvery;

class DeliveryLogTest : public testing::Test {
 protected:
  DeliveryLogTest() {
    registry::Config config = broker_.config();
    config.log_listen = "127.0.0.1:" + std::to_string(port_);
    broker_.Restart(config);
  }
  httplib::Result Get(const std::string& path) {
    return httplib::Client("127.0.0.1", port_).Get(path);
  }
  v1::Checkpoint Newest() {
    Context context;
    v1::Checkpoint checkpoint;
    const auto stub = v1::DeliveryLogService::NewStub(broker_.ChannelAs(kAuditorUri));
    EXPECT_TRUE(stub->GetCheckpoint(&context, {}, &checkpoint).ok());
    return checkpoint;
  }
  static std::string Origin(const std::string& vkey) {
    return audit::VerifierKey::Parse(vkey).value().name;
  }
  // Signed, with at least so many entries.
  bool Grows(std::uint64_t size) {
    return Eventually(kPatience, [&] { return Newest().size() >= size; });
  }

  const int port_ = support::FreePorts(1)[0];
  RunningBroker broker_;
};

TEST_F(DeliveryLogTest, IsSignedSoonAndAnyoneMayRecomputeItOverHttp) {
  const std::uint64_t before = Newest().size();
  for (int i = 0; i < 30; ++i) {
    ASSERT_TRUE(broker_.Submit(support::IncidentOf("R" + std::to_string(i))).ok());
  }
  ASSERT_TRUE(Grows(before + 60));
  const auto answer = Get("/checkpoint");
  ASSERT_TRUE(answer && answer->status == 200);
  EXPECT_THAT(answer->get_header_value("Content-Type"), HasSubstr("text/plain"));
  const auto key = audit::VerifierKey::Parse(Newest().log_key()).value();
  const auto checkpoint =
      audit::OpenCheckpoint(answer->body, absl::MakeConstSpan(&key, 1)).value().checkpoint;
  ASSERT_LT(checkpoint.size, 256u);
  const int width = static_cast<int>(checkpoint.size);
  const auto bundle = Get("/" + audit::BundlePath(0, width));
  ASSERT_TRUE(bundle && bundle->status == 200);
  EXPECT_THAT(bundle->get_header_value("Cache-Control"), HasSubstr("immutable"));
  audit::Frontier tree;
  std::string hashes;
  const auto entries = audit::DecodeBundle(bundle->body, checkpoint.size).value();
  for (const std::string& entry : entries) {
    tree.Append(entry);
    hashes += audit::LeafHash(entry);
  }
  EXPECT_EQ(tree.Root(), checkpoint.root);
  EXPECT_EQ(Get("/" + audit::TilePath({0, 0, width}))->body, hashes);
}

TEST_F(DeliveryLogTest, IsReadAloneAndHasNoOtherFiles) {
  for (const std::string path : {"/", "/tile/0/000", "/tile/0/../../log.key", "/log.key",
                                 "/checkpoint/", "/tile/entries/x000/000"}) {
    const auto answer = Get(path);
    ASSERT_TRUE(answer) << path;
    EXPECT_EQ(answer->status, 404) << path;
  }
  const auto posted = httplib::Client("127.0.0.1", port_).Post("/checkpoint", "x", "text/plain");
  ASSERT_TRUE(posted);
  EXPECT_EQ(posted->status, 404);
}

TEST_F(DeliveryLogTest, MoreReadersThanThreadsAreAllAnswered) {
  std::vector<std::unique_ptr<httplib::Client>> clients;
  for (std::size_t i = 0; i < 2 * limits::kLogListenerThreads; ++i) {
    clients.push_back(std::make_unique<httplib::Client>("127.0.0.1", port_));
    const auto answer = clients.back()->Get("/checkpoint");
    EXPECT_TRUE(answer && answer->status == 200);
  }
}

TEST_F(DeliveryLogTest, ARestoredOldCopyOfTheDataIsRefused) {
  broker_.End();
  const fs::path data = broker_.directory().store(), copy = data.string() + ".copy";
  fs::copy(data, copy, fs::copy_options::recursive);
  broker_.Adopt(broker_.StartAgain().value());
  ASSERT_TRUE(broker_.Submit(support::IncidentOf("R1")).ok());
  const std::uint64_t before = Newest().size();
  ASSERT_TRUE(Grows(before + 1));
  broker_.End();
  fs::remove_all(data);
  fs::rename(copy, data);
  const auto refused = broker_.StartAgain();
  EXPECT_EQ(refused.status().code(), base::Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("old copy"));
}

TEST_F(DeliveryLogTest, WithoutItsKeyNothingIsSignedByAnother) {
  ASSERT_TRUE(broker_.Submit(support::IncidentOf("R1")).ok());
  ASSERT_TRUE(Grows(1));
  broker_.End();
  fs::remove(broker_.directory().keys / "log.key");
  EXPECT_EQ(broker_.StartAgain().status().code(), base::Code::kNotFound);
}

TEST_F(DeliveryLogTest, WithoutItsMemoryOfWhatWasSignedNothingIsSignedEither) {
  broker_.End();
  fs::remove(broker_.directory().keys / "log.head");
  const auto refused = broker_.StartAgain();
  EXPECT_EQ(refused.status().code(), base::Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(refused.status())), HasSubstr("log.head"));
}

// Somebody has another history, signed by the same key.
TEST_F(DeliveryLogTest, OnceItWasContradictedItDeliversUntilItStopsAndStartsNoMore) {
  const v1::Checkpoint ours = Newest();
  const auto keys = registry::LoadLogKeys(broker_.directory()).value();
  audit::Note other{audit::CheckpointText({ours.origin(), ours.size(), std::string(32, 'r')}), {}};
  other.signatures.push_back(audit::SignNote(other.text, ours.origin(), keys.signing.front()));
  v1::GetCheckpointRequest request;
  request.set_remembered(audit::FormatNote(other));
  Context context;
  v1::Checkpoint answer;
  const auto stub = v1::DeliveryLogService::NewStub(broker_.ChannelAs(kAuditorUri));
  EXPECT_EQ(stub->GetCheckpoint(&context, request, &answer).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(broker_.Submit(support::IncidentOf("R1")).ok());
  broker_.End();
  EXPECT_EQ(broker_.StartAgain().status().code(), base::Code::kFailedPrecondition);
}

TEST_F(DeliveryLogTest, AChangedKeySignsBesideTheOneBefore) {
  const std::string before = Newest().log_key();
  broker_.End();
  ASSERT_TRUE(registry::AddLogKey(broker_.directory(), Origin(before)).ok());
  broker_.Adopt(broker_.StartAgain().value());
  const v1::Checkpoint checkpoint = Newest();
  EXPECT_NE(checkpoint.log_key(), before);
  ASSERT_EQ(checkpoint.log_key_changes_size(), 1);
  const auto signed_head = audit::ParseSignedCheckpoint(checkpoint.note()).value();
  for (const std::string& key : {before, checkpoint.log_key()}) {
    EXPECT_TRUE(
        audit::CheckSignature(signed_head.note, audit::VerifierKey::Parse(key).value()).ok());
  }
  EXPECT_EQ(registry::AddLogKey(broker_.directory(), Origin(before)).status().code(),
            base::Code::kFailedPrecondition);
  broker_.End();
  ASSERT_TRUE(registry::RetireLogKey(broker_.directory()).ok());
  broker_.Adopt(broker_.StartAgain().value());
  EXPECT_EQ(audit::ParseSignedCheckpoint(Newest().note())->note.signatures.size(), 1u);
}

}  // namespace
}  // namespace firstbell::server
