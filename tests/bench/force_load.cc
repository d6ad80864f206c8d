#include "tests/bench/force_load.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "broker/base/mutex.h"
#include "broker/base/status.h"

namespace firstbell::bench {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

bool IsPlaced(const v1::IncidentAnswer& answer) {
  const auto& children = answer.children();
  return !children.empty() &&
         std::all_of(children.begin(), children.end(), [](const v1::ChildAnswer& child) {
           return child.outcome() == v1::CHILD_OUTCOME_ACCEPTED;
         });
}

// Calls under way: each that ends begins the next.
class Window {
 public:
  Window(const Channels& channels, const Requests& requests)
      : requests_(requests), took_ms_(requests.size()), left_(requests.size()) {
    for (const auto& channel : channels) stubs_.push_back(v1::IncidentService::NewStub(channel));
  }

  Load Run(std::size_t in_flight) {
    const auto start = Clock::now();
    for (std::size_t i = 0; i < std::min(in_flight, requests_.size()); ++i) Begin();
    {
      base::MutexLock lock(mutex_);
      while (left_ > 0) changed_.Wait(mutex_);
    }
    const double seconds = SecondsSince(start);
    std::sort(took_ms_.begin(), took_ms_.end());
    return {seconds, took_ms_[took_ms_.size() / 2], took_ms_[took_ms_.size() * 99 / 100], placed_};
  }

 private:
  struct Call {
    std::size_t index = 0;
    Clock::time_point start;
    grpc::ClientContext context;
    v1::SubmitIncidentResponse response;
  };

  void Begin() {
    const std::size_t index = next_++;
    if (index >= requests_.size()) return;
    auto* const call = new Call{index, Clock::now(), {}, {}};
    stubs_[index % stubs_.size()]->async()->SubmitIncident(
        &call->context, &requests_[index], &call->response,
        [this, call](const grpc::Status& status) {
          FB_CHECK(status.ok());
          if (IsPlaced(call->response.answer())) ++placed_;
          End(std::unique_ptr<Call>(call));
        });
  }

  void End(std::unique_ptr<Call> call) {
    took_ms_[call->index] = SecondsSince(call->start) * 1000;
    call.reset();
    Begin();
    base::MutexLock lock(mutex_);
    if (--left_ == 0) changed_.NotifyAll();
  }

  const Requests& requests_;
  std::vector<std::unique_ptr<v1::IncidentService::Stub>> stubs_;
  std::vector<double> took_ms_;  // each by its own call alone
  std::atomic<std::size_t> next_{0}, placed_{0};
  base::Mutex mutex_;
  base::CondVar changed_;
  std::size_t left_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

Load SubmitAll(const Channels& channels, const Requests& requests, std::size_t in_flight) {
  return Window(channels, requests).Run(in_flight);
}

Load StreamAll(const std::shared_ptr<grpc::Channel>& channel, const Requests& requests,
               std::size_t in_flight) {
  grpc::ClientContext context;
  const auto stream = v1::IncidentService::NewStub(channel)->SubmitIncidents(&context);
  base::Mutex mutex;
  base::CondVar room;
  std::size_t under_way = 0, placed = 0;
  const auto start = Clock::now();
  std::thread reading([&] {
    v1::SubmitIncidentsResponse response;
    for (std::size_t i = 0; i < requests.size(); ++i) {
      FB_CHECK(stream->Read(&response));
      FB_CHECK(response.outcome_case() != v1::SubmitIncidentsResponse::kErrorStatus);
      if (IsPlaced(response.answer())) ++placed;
      base::MutexLock lock(mutex);
      --under_way;
      room.NotifyOne();
    }
  });
  v1::SubmitIncidentsRequest request;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    {
      base::MutexLock lock(mutex);
      while (under_way >= in_flight) room.Wait(mutex);
      ++under_way;
    }
    request.set_sequence(i);
    *request.mutable_incident() = requests[i].incident();
    FB_CHECK(stream->Write(request));
  }
  stream->WritesDone();
  reading.join();
  const double seconds = SecondsSince(start);
  FB_CHECK(stream->Finish().ok());
  return {seconds, 0, 0, placed};
}

}  // namespace firstbell::bench
