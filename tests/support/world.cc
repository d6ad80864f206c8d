#include "tests/support/world.h"

namespace firstbell::support {

World::World()
    : vault(sealing::Vault::Open(directory_.path() / "vault").value()),
      calendar(store, base::LondonTimeZone().value()),
      intake(store, placer, calendar, *vault, sink) {
  FB_CHECK(memory.Initialise({"examplebury.example/log", true}, {}).ok());
  FB_CHECK(Seed(memory).ok());
  FB_CHECK(calendar.Reload().ok());
}

v1::IncidentAnswer World::Submit(const v1::Incident& incident) {
  return intake.Submit(kForce, incident, clock.Now()).value();
}

std::vector<model::Alert> World::AlertsOf(const v1::IncidentAnswer& answer) {
  return memory.AlertsOf(base::IncidentId(answer.incident_id())).value();
}

std::string World::LogText() {
  std::string text;
  const std::uint64_t size = memory.LogSize().value();
  const auto entries = memory.ReadLog(0, size).value();
  for (const store::LogEntry& entry : entries) text += entry.event + "\n";
  return text;
}

}  // namespace firstbell::support
