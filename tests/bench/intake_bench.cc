// Accepted incidents: one child, placed, vaulted, logged, synced; over a method that does nothing.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "tests/bench/benches.h"
#include "tests/bench/broker_process.h"
#include "tests/bench/county.h"
#include "tests/bench/force_load.h"
#include "tests/support/free_ports.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kIncidents = 20'000;
constexpr std::size_t kOneByOne = 2'000;
constexpr std::size_t kWarmUp = 2'000;
constexpr std::size_t kInFlight = 64;
constexpr std::size_t kConnections = 4;
constexpr CountySize kCounty = {.schools = 500, .pupils_per_school = 40};

Requests MakeRequests(const std::string& stem, std::size_t count) {
  Requests requests(count);
  for (std::size_t i = 0; i < count; ++i) {
    *requests[i].mutable_incident() =
        IncidentFor(stem + std::to_string(i), i % kCounty.schools, i % kCounty.pupils_per_school);
  }
  return requests;
}

// Median of 4 KiB appended and synced where the store's log lies.
double FdatasyncMs(const std::filesystem::path& directory) {
  const std::string path = (directory / "fdatasync.probe").string();
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  FB_CHECK(file >= 0);
  const std::string piece(4096, 'x');
  std::vector<double> took;
  for (int i = 0; i < 400; ++i) {
    FB_CHECK(::write(file, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size()));
    const auto start = std::chrono::steady_clock::now();
    FB_CHECK(::fdatasync(file) == 0);
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
  }
  ::close(file);
  std::filesystem::remove(path);
  std::sort(took.begin(), took.end());
  return took[took.size() / 2];
}

struct Target {
  Channels channels;
  std::string name;  // of its requests
  bool places = false;
};

struct Figures {
  double unary = 0, stream = 0;  // a second
  double p50_ms = 0;             // one at a time
};

// Of one sample; its requests are new to the target.
Figures Measure(const Setting& setting, const Target& target, int sample) {
  const std::size_t n = setting.Scaled(kIncidents), one_by_one = setting.Scaled(kOneByOne);
  const std::string stem = target.name + std::to_string(sample);
  const Channels first(target.channels.begin(), target.channels.begin() + 1);
  SubmitAll(target.channels, MakeRequests(stem + "w", setting.Scaled(kWarmUp)), kInFlight);
  const Load unary = SubmitAll(target.channels, MakeRequests(stem + "u", n), kInFlight);
  const Load stream = StreamAll(first.front(), MakeRequests(stem + "s", n), kInFlight);
  const Load alone = SubmitAll(first, MakeRequests(stem + "o", one_by_one), 1);
  FB_CHECK(unary.placed + stream.placed + alone.placed == (target.places ? 2 * n + one_by_one : 0));
  return {unary.per_second(n), stream.per_second(n), alone.p50_ms};
}

Figures MedianOf(const std::vector<Figures>& samples) {
  const auto median = [&](double Figures::*figure) {
    std::vector<double> values;
    for (const Figures& sample : samples) values.push_back(sample.*figure);
    return Median(values);
  };
  return {median(&Figures::unary), median(&Figures::stream), median(&Figures::p50_ms)};
}

}  // namespace

std::vector<Row> Intake(const Setting& setting) {
  const County county(kCounty);
  support::Installation installation([&](store::Store& store) { county.Fill(store); });
  LiftQuotas(installation);
  const support::ClientKeys force = installation.KeysFor(support::kForceUri);

  const std::string noop_address = "127.0.0.1:" + std::to_string(support::FreePorts(1)[0]);
  support::Running noop(
      {setting.self.string(), "noop", installation.directory().keys.string(), noop_address},
      installation.directory().root / "noop.log");
  BrokerProcess broker(installation, setting.programs);
  Target ours{{}, "ours-", true}, ceiling{{}, "noop-", false};
  for (std::size_t i = 0; i < kConnections; ++i) {
    ours.channels.push_back(installation.Channel(force));
    ceiling.channels.push_back(installation.ChannelTo(noop_address, force));
  }
  const double fdatasync_ms = FdatasyncMs(installation.directory().root);
  std::vector<Figures> of_noop, of_broker;
  for (int sample = 0; sample < kSamples; ++sample) {
    of_noop.push_back(Measure(setting, ceiling, sample));
    of_broker.push_back(Measure(setting, ours, sample));
  }
  const Figures noop_figures = MedianOf(of_noop), broker_figures = MedianOf(of_broker);
  const std::size_t n = setting.Scaled(kIncidents);
  return {
      {"intake, unary, 64 in flight", "incidents/s", n, broker_figures.unary, noop_figures.unary,
       0.15, 0.35, true,
       "ceiling: a method that does nothing, same request and TLS; medians of samples in turn"},
      {"intake, one stream, 64 in flight", "incidents/s", n, broker_figures.stream,
       noop_figures.stream, 0.2, 0.4, true, "ceiling: a stream that does nothing; medians"},
      {"intake, one at a time, p50", "ms", setting.Scaled(kOneByOne), broker_figures.p50_ms,
       noop_figures.p50_ms + fdatasync_ms, 4, 2, false,
       "peer: the no-op's p50 and one fdatasync; medians"},
  };
}

}  // namespace firstbell::bench
