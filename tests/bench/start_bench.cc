// SIGKILL with many alerts open, until the next process serves.

#include "tests/bench/benches.h"
#include "tests/bench/broker_process.h"
#include "tests/bench/county.h"
#include "tests/bench/force_load.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kOpenAlerts = 100'000;
constexpr std::size_t kInFlight = 64;
constexpr CountySize kCounty = {.schools = 500, .pupils_per_school = 40};

}  // namespace

std::vector<Row> Restart(const Setting& setting) {
  const County county(kCounty);
  support::Installation installation([&](store::Store& store) { county.Fill(store); });
  LiftQuotas(installation);
  BrokerProcess broker(installation, setting.programs);
  const std::size_t n = setting.Scaled(kOpenAlerts);
  Requests requests(n);
  for (std::size_t i = 0; i < n; ++i) {
    *requests[i].mutable_incident() = IncidentFor("open-" + std::to_string(i), i % kCounty.schools,
                                                  i % kCounty.pupils_per_school);
  }
  const Load load = SubmitAll({installation.ChannelAs(support::kForceUri)}, requests, kInFlight);
  FB_CHECK(load.placed == n);
  return {{"restart: SIGKILL to serving",
           "s",
           n,
           broker.KillAndRestart(),
           {},
           3,
           1,
           false,
           "alerts open, taken on by the process that was killed"}};
}

}  // namespace firstbell::bench
