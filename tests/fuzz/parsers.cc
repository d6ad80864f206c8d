// Texts and messages that forces and operators hand in.

#include <sstream>

#include "adapters/bank_holidays/bank_holidays.h"
#include "adapters/incident_json/incident_json.h"
#include "broker/base/status.h"
#include "broker/model/incident.h"
#include "broker/registry/config.h"
#include "clients/school/enrolment_code.h"
#include "tests/fuzz/targets.h"
#include "tests/support/invented.h"

namespace firstbell::fuzz {
namespace {

// Whatever was accepted reads back from its canonical form as the same incident.
void CheckIncident(const v1::Incident& wire) {
  const auto incident = model::Incident::Parse(wire, support::kNight);
  if (!incident.ok()) return;
  const std::string canonical = incident->Canonical();
  const auto again = model::Incident::FromCanonical(canonical);
  FB_CHECK(again.ok());
  FB_CHECK(again->Canonical() == canonical);
  FB_CHECK(again->children().size() == incident->children().size());
  const auto normalised = model::Incident::Parse(incident->wire(), support::kNight);
  FB_CHECK(normalised.ok() && normalised->Digest() == incident->Digest());
}

}  // namespace

void IncidentJson(std::string_view input) {
  std::istringstream in{std::string(input)};
  adapters::incident_json::Read(in, [](adapters::incident_json::Item item) {
    if (item.incident.ok()) CheckIncident(*item.incident);
    return base::OkStatus();
  }).IgnoreError();
}

void IncidentMessage(std::string_view input) {
  v1::Incident wire;
  if (wire.ParseFromArray(input.data(), static_cast<int>(input.size()))) CheckIncident(wire);
}

void BankHolidays(std::string_view input) {
  const auto holidays = adapters::bank_holidays::Parse(input);
  if (!holidays.ok()) return;
  for (const v1::BankHoliday& holiday : *holidays) FB_CHECK(v1::Nation_IsValid(holiday.nation()));
}

void EnrolmentCode(std::string_view input) {
  const auto code = school::DecodeEnrolmentCode(input);
  if (!code.ok()) return;
  FB_CHECK(code->secret().size() == 16 && code->root_sha256().size() == 32);
  FB_CHECK(school::CodeHash(*code).size() == 16);
}

void BrokerConfig(std::string_view input) {
  const auto config = registry::ParseConfig(input);
  if (!config.ok()) return;
  const std::string written = registry::FormatConfig(*config);
  const auto again = registry::ParseConfig(written);
  FB_CHECK(again.ok() && registry::FormatConfig(*again) == written);
}

}  // namespace firstbell::fuzz
