// Streams that are opened and not read, and more of them than are served: they take no one else's
// room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "google/rpc/status.pb.h"
#include "tests/support/eventually.h"
#include "tests/support/invented.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {
namespace {

using grpc::StatusCode;
using support::IncidentOf;

// More than any reader's windows and buffers take in, so that each stream comes to a stop.
constexpr std::size_t kLongLog = 5000;

void AddALongLog(store::Store& store) {
  const store::Events events(kLongLog, model::Event(model::EventKind::kSchoolHoursSet,
                                                    absl::FromUnixSeconds(1'700'000'000)));
  ASSERT_TRUE(store.AppendEvents(events).ok());
}

// Some auditor's stream of the whole log.
struct Reading {
  explicit Reading(v1::DeliveryLogService::Stub& stub) : stream(stub.ReadEntries(&context, {})) {}
  // Whether it was served; the first entry is all that is read.
  bool Begun() {
    v1::LogEntry entry;
    return stream->Read(&entry);
  }
  Context context;
  const std::unique_ptr<grpc::ClientReader<v1::LogEntry>> stream;
};

class StreamsTest : public testing::Test {
 protected:
  std::unique_ptr<v1::DeliveryLogService::Stub> Auditor(int number) {
    return v1::DeliveryLogService::NewStub(
        broker_.ChannelAs("urn:firstbell:auditor:national:a" + std::to_string(number)));
  }
  grpc::Status Submit(const std::string& reference) {
    v1::SubmitIncidentRequest request;
    *request.mutable_incident() = IncidentOf(reference);
    v1::SubmitIncidentResponse response;
    Context context;
    return force_->SubmitIncident(&context, request, &response);
  }

  RunningBroker broker_{AddALongLog};
  const std::unique_ptr<v1::IncidentService::Stub> force_ =
      v1::IncidentService::NewStub(broker_.ChannelAs(kForceUri));
};

TEST_F(StreamsTest, AuditorsWhoDoNotReadHoldNoWorker) {
  std::vector<std::unique_ptr<v1::DeliveryLogService::Stub>> stubs;
  std::vector<std::unique_ptr<Reading>> unread;
  while (unread.size() < 2 * limits::kWorkers) {
    stubs.push_back(Auditor(static_cast<int>(stubs.size())));
    for (std::size_t i = 0; i < limits::kEntriesReadersPerCaller; ++i) {
      unread.push_back(std::make_unique<Reading>(*stubs.back()));
    }
  }
  for (const auto& one : unread) EXPECT_TRUE(one->Begun());
  EXPECT_TRUE(Submit("R1").ok());

  // Who does read, gets all of it.
  Reading whole(*Auditor(99));
  v1::LogEntry entry;
  std::uint64_t count = 0;
  while (whole.stream->Read(&entry)) EXPECT_EQ(entry.position(), count++);
  EXPECT_TRUE(whole.stream->Finish().ok());
  EXPECT_GT(count, kLongLog);
  for (const auto& one : unread) one->context.TryCancel();
}

TEST_F(StreamsTest, OneAuditorHasSoManyStreamsAndGetsThemBack) {
  const auto stub = Auditor(0);
  std::vector<std::unique_ptr<Reading>> readings;
  for (std::size_t i = 0; i < limits::kEntriesReadersPerCaller; ++i) {
    readings.push_back(std::make_unique<Reading>(*stub));
    EXPECT_TRUE(readings.back()->Begun());
  }
  Reading surplus(*stub);
  EXPECT_FALSE(surplus.Begun());
  EXPECT_EQ(surplus.stream->Finish().error_code(), StatusCode::RESOURCE_EXHAUSTED);
  Reading of_another(*Auditor(1));
  EXPECT_TRUE(of_another.Begun());
  of_another.context.TryCancel();
  readings.front()->context.TryCancel();
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] { return Reading(*stub).Begun(); }));
  for (const auto& one : readings) one->context.TryCancel();
}

// A force's stream of submissions, written and not read.
struct Submitting {
  explicit Submitting(v1::IncidentService::Stub& stub) : stream(stub.SubmitIncidents(&context)) {}
  void Write(const std::string& reference, std::uint64_t sequence) {
    v1::SubmitIncidentsRequest request;
    request.set_sequence(sequence);
    *request.mutable_incident() = IncidentOf(reference);
    EXPECT_TRUE(stream->Write(request));
  }
  Context context;
  const std::unique_ptr<
      grpc::ClientReaderWriter<v1::SubmitIncidentsRequest, v1::SubmitIncidentsResponse>>
      stream;
};

TEST_F(StreamsTest, AllAuditorsTogetherHaveSoManyStreams) {
  constexpr std::size_t kAuditors = limits::kEntriesReaders / limits::kEntriesReadersPerCaller;
  std::vector<std::unique_ptr<v1::DeliveryLogService::Stub>> stubs;
  std::vector<std::unique_ptr<Reading>> readings;
  for (std::size_t auditor = 0; auditor < kAuditors; ++auditor) {
    stubs.push_back(Auditor(static_cast<int>(auditor)));
    for (std::size_t i = 0; i < limits::kEntriesReadersPerCaller; ++i) {
      readings.push_back(std::make_unique<Reading>(*stubs.back()));
    }
  }
  for (const auto& one : readings) EXPECT_TRUE(one->Begun());
  Reading surplus(*Auditor(99));
  EXPECT_FALSE(surplus.Begun());
  EXPECT_EQ(surplus.stream->Finish().error_code(), StatusCode::RESOURCE_EXHAUSTED);
  for (const auto& one : readings) one->context.TryCancel();
}

TEST_F(StreamsTest, WhatThePoolHasNoRoomForIsAnsweredSo) {
  constexpr std::uint64_t kEach = limits::kStreamInFlight;
  broker_.HoldCommits();
  std::vector<std::unique_ptr<v1::IncidentService::Stub>> stubs;
  std::vector<std::unique_ptr<Submitting>> streams;
  for (const auto& uri :
       {kForceUri, kOtherForceUri, std::string_view("urn:firstbell:force:third")}) {
    stubs.push_back(v1::IncidentService::NewStub(broker_.ChannelAs(uri)));
    for (std::size_t i = 0; i < limits::kSubmitStreamsPerCaller; ++i) {
      streams.push_back(std::make_unique<Submitting>(*stubs.back()));
      for (std::uint64_t n = 1; n <= kEach; ++n) {
        streams.back()->Write("S" + std::to_string(streams.size()) + "-" + std::to_string(n), n);
      }
      streams.back()->stream->WritesDone();
    }
  }
  // The last stream came too late for the pool: it is answered while nobody else is.
  v1::SubmitIncidentsResponse response;
  ASSERT_TRUE(streams.back()->stream->Read(&response));
  google::rpc::Status error;
  ASSERT_TRUE(error.ParseFromString(response.error_status()));
  EXPECT_EQ(error.code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(error.details_size(), 1) << "when to try again";
  EXPECT_GT(response.sequence(), 0u);

  broker_.LetCommitsGo();
  std::size_t refused = 1, kept = 0;
  for (const auto& one : streams) {
    while (one->stream->Read(&response)) ++(response.error_status().empty() ? kept : refused);
    EXPECT_TRUE(one->stream->Finish().ok());
  }
  EXPECT_EQ(refused + kept, streams.size() * kEach);
  EXPECT_GE(kept, limits::kQueuedCalls);
  EXPECT_GT(refused, 100u);
}

TEST_F(StreamsTest, AllForcesTogetherHaveSoManyStreamsOfSubmissions) {
  constexpr std::size_t kForces = limits::kSubmitStreams / limits::kSubmitStreamsPerCaller;
  std::vector<std::unique_ptr<v1::IncidentService::Stub>> stubs;
  std::vector<std::unique_ptr<Submitting>> streams;
  const auto connect = [&](std::size_t force) {
    stubs.push_back(v1::IncidentService::NewStub(
        broker_.ChannelAs("urn:firstbell:force:f" + std::to_string(force))));
  };
  v1::SubmitIncidentsResponse response;
  for (std::size_t force = 0; force < kForces; ++force) {
    connect(force);
    for (std::size_t i = 0; i < limits::kSubmitStreamsPerCaller; ++i) {
      streams.push_back(std::make_unique<Submitting>(*stubs.back()));
      streams.back()->Write("R1", 1);
    }
  }
  for (const auto& one : streams) EXPECT_TRUE(one->stream->Read(&response));
  connect(kForces);
  Submitting surplus(*stubs.back());
  EXPECT_FALSE(surplus.stream->Read(&response));
  EXPECT_EQ(surplus.stream->Finish().error_code(), StatusCode::RESOURCE_EXHAUSTED);
  for (const auto& one : streams) one->context.TryCancel();
}

TEST_F(StreamsTest, OneForceHasSoManyStreamsOfSubmissions) {
  std::vector<std::unique_ptr<Submitting>> streams;
  for (std::size_t i = 0; i < limits::kSubmitStreamsPerCaller; ++i) {
    streams.push_back(std::make_unique<Submitting>(*force_));
  }
  v1::SubmitIncidentsResponse response;
  for (const auto& one : streams) one->Write("R1", 1);
  for (const auto& one : streams) EXPECT_TRUE(one->stream->Read(&response));
  Submitting surplus(*force_);
  EXPECT_FALSE(surplus.stream->Read(&response));
  EXPECT_EQ(surplus.stream->Finish().error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(Submit("R2").ok()) << "a single call is none of them";
  for (const auto& one : streams) one->context.TryCancel();
}

}  // namespace
}  // namespace firstbell::server
