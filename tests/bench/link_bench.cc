// Alerts to schools' machines: until the last *received*, until the last *shown*.

#include <chrono>
#include <fstream>
#include <memory>
#include <utility>

#include "tests/bench/benches.h"
#include "tests/bench/broker_process.h"
#include "tests/bench/county.h"
#include "tests/bench/device_load.h"
#include "tests/bench/raw_router.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kDevices = 5'000;
constexpr std::size_t kAlertsPerDevice = 4;
constexpr double kSwitchedOnWithinSeconds = 30;

using Clock = std::chrono::steady_clock;
using Sealings = std::vector<std::vector<model::Sealing>>;
using Receipts = std::vector<std::vector<v1::Receipt>>;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

CountySize SizeOf(const Setting& setting, std::size_t people) {
  const std::size_t schools = setting.Scaled(kDevices);
  return {schools, kAlertsPerDevice, schools, people};
}

Receipts SignReceived(const County& county, const Sealings& sealings) {
  Receipts receipts(sealings.size());
  for (std::size_t i = 0; i < sealings.size(); ++i) {
    for (const model::Sealing& sealing : sealings[i]) {
      receipts[i].push_back(
          support::ReceiptOf(county.devices()[i], sealing, v1::RECEIPT_KIND_RECEIVED));
    }
  }
  return receipts;
}

std::vector<std::vector<std::string>> FramesOf(const Sealings& sealings) {
  std::vector<std::vector<std::string>> frames(sealings.size());
  for (std::size_t i = 0; i < sealings.size(); ++i) {
    for (const model::Sealing& sealing : sealings[i]) {
      v1::LinkMessage message;
      FB_CHECK(message.mutable_push()->mutable_envelope()->ParseFromString(sealing.envelope));
      frames[i].push_back(message.SerializeAsString());
    }
  }
  return frames;
}

DeviceLoadOptions LoadOptions(const support::Installation& installation) {
  return {.address = installation.config().link_listen,
          .server_key = installation.curve_public(),
          .directory = installation.directory().root / "machines"};
}

// Alerts a second, from the first hello to the last recorded *received*.
double PushThroughBroker(const Setting& setting, const support::Installation& installation,
                         const County& county, const Receipts& receipts) {
  BrokerProcess broker(installation, setting.programs);
  DeviceLoad load(county, LoadOptions(installation), receipts);
  load.Connect();
  const std::size_t count = county.devices().size() * kAlertsPerDevice;
  const auto start = Clock::now();
  load.Greet();
  load.AwaitRecorded(count);
  return static_cast<double>(count) / SecondsSince(start);
}

// The same frames through a bare router, to the last receipt.
double PushRaw(const Setting& setting, const support::Installation& installation,
               const County& county, const Sealings& sealings, const Receipts& receipts) {
  const auto root = installation.directory().root;
  const auto frames = root / "frames", printed = root / "raw.log";
  WriteFrames(frames, FramesOf(sealings));
  const std::string address = "tcp://127.0.0.1:" + std::to_string(support::FreePorts(1)[0]);
  support::Running router({setting.self.string(), "raw", installation.directory().keys.string(),
                           address, frames.string()},
                          printed);
  DeviceLoadOptions options = LoadOptions(installation);
  options.address = address;
  options.hello_by_number = true;
  DeviceLoad load(county, options, receipts);
  load.Connect();
  load.Greet();
  FB_CHECK(support::Eventually(absl::Minutes(10), [&] { return !router.alive(); }));
  double seconds = 0;
  std::ifstream(printed) >> seconds;
  return static_cast<double>(county.devices().size() * kAlertsPerDevice) / seconds;
}

std::unique_ptr<support::Installation> NightIn(const County& county) {
  auto installation =
      std::make_unique<support::Installation>([&](store::Store& store) { county.Fill(store); });
  county.Night(*installation, kAlertsPerDevice);
  return installation;
}

// Alerts a second.
struct Sample {
  double ours = 0, raw = 0;
};

Sample PushSample(const Setting& setting, const County& county) {
  const auto night = NightIn(county);
  const Sealings sealings = county.SealAll(*night);
  const Receipts receipts = SignReceived(county, sealings);
  const double raw = PushRaw(setting, *night, county, sealings, receipts);
  return {PushThroughBroker(setting, *night, county, receipts), raw};
}

// The machines sign as they answer, on both sides: nobody knows the sealings before.
Sample SealAndPushSample(const Setting& setting, const County& county) {
  const auto sealed = NightIn(county);
  const double raw = PushRaw(setting, *sealed, county, county.SealAll(*sealed), {});
  return {PushThroughBroker(setting, *NightIn(county), county, {}), raw};
}

std::vector<Row> Medians(const Setting& setting, const std::string& what, Row bounds,
                         Sample (*take)(const Setting&, const County&)) {
  const County county(SizeOf(setting, 3));
  std::vector<double> ours, raw;
  for (int i = 0; i < kSamples; ++i) {
    const Sample sample = take(setting, county);
    ours.push_back(sample.ours);
    raw.push_back(sample.raw);
  }
  Row row = std::move(bounds);
  row.what = what;
  row.unit = "alerts/s";
  row.n = county.devices().size() * kAlertsPerDevice;
  row.ours = Median(ours);
  row.ceiling = Median(raw);
  row.note = "ceiling: the same frames by a bare CURVE router; medians of " +
             std::to_string(kSamples) + " samples of each, in turn";
  return {row};
}

}  // namespace

std::vector<Row> Push(const Setting& setting) {
  return Medians(setting, "push, sealed before", {.floor = 0.2, .aim = 0.5}, PushSample);
}

std::vector<Row> SealAndPush(const Setting& setting) {
  return Medians(setting, "seal and push, 3 people each", {.floor = 0.06, .aim = 0.1},
                 SealAndPushSample);
}

std::vector<Row> Morning(const Setting& setting) {
  const County county(SizeOf(setting, 3));
  support::Installation installation([&](store::Store& store) { county.Fill(store); });
  county.Night(installation, kAlertsPerDevice);
  BrokerProcess broker(installation, setting.programs);
  DeviceLoadOptions options = LoadOptions(installation);
  options.also_shown = true;
  options.switched_on_within_s = kSwitchedOnWithinSeconds * setting.scale;
  DeviceLoad load(county, options, {});
  load.Connect();
  const auto last_connected = Clock::now();
  load.AwaitRecorded(county.devices().size() * kAlertsPerDevice);
  return {{"morning: last machine on to last alert shown",
           "s",
           county.devices().size(),
           SecondsSince(last_connected),
           {},
           5,
           2,
           false,
           "machines switched on within 30 s, 4 alerts each waiting, unsealed"}};
}

std::vector<Row> Memory(const Setting& setting) {
  const County county({.schools = setting.Scaled(22'000),
                       .pupils_per_school = 5,
                       .linked_schools = setting.Scaled(kDevices),
                       .people_per_linked_school = 1});
  support::Installation installation([&](store::Store& store) { county.Fill(store); });
  BrokerProcess broker(installation, setting.programs);
  DeviceLoad load(county, LoadOptions(installation), {});
  load.Connect();
  load.Greet();
  const auto force = installation.ChannelAs(support::kOperatorUri);
  v1::GetStatusResponse status;
  while (status.linked_devices() < county.devices().size()) {
    support::Context context;
    FB_CHECK(v1::OperatorService::NewStub(force)->GetStatus(&context, {}, &status).ok());
  }
  return {{"memory: resident, 110,000 pupils",
           "MB",
           county.devices().size(),
           broker.ResidentMb(),
           {},
           400,
           250,
           false,
           "22,000 schools, 5,000 links"}};
}

}  // namespace firstbell::bench
