#include "tests/fuzz/targets.h"

#include <algorithm>

namespace firstbell::fuzz {

const std::map<std::string, Target, std::less<>>& Targets() {
  static const auto* const targets = new std::map<std::string, Target, std::less<>>{
      {"bank_holidays", BankHolidays},
      {"broker_config", BrokerConfig},
      {"bundle", Bundle},
      {"calendar_csv", CalendarCsv},
      {"calendar_ics", CalendarIcs},
      {"checkpoint", Checkpoint},
      {"cms", Cms},
      {"duty", Duty},
      {"enrolment_code", EnrolmentCode},
      {"envelope", Envelope},
      {"event_opening", EventOpening},
      {"identity_probe", IdentityProbe},
      {"incident_json", IncidentJson},
      {"incident_message", IncidentMessage},
      {"key_change", KeyChange},
      {"ladder_file", LadderFile},
      {"link_of_broker", LinkOfBroker},
      {"link_of_school", LinkOfSchool},
      {"links_csv", LinksCsv},
      {"log_entry", LogEntry},
      {"note", Note},
      {"policy_file", PolicyFile},
      {"question_csv", QuestionCsv},
      {"receipt", Receipt},
      {"register_csv", RegisterCsv},
      {"reply", Reply},
      {"roll_csv", RollCsv},
      {"school_record", SchoolRecord},
      {"stat_cell", StatCell},
      {"store_keys", StoreKeys},
      {"store_records", StoreRecords},
      {"tile_path", TilePath},
      {"tlog_proof", TlogProof},
      {"trust_policy", TrustPolicy},
  };
  return *targets;
}

std::vector<std::string> Parts(std::string_view input) {
  std::vector<std::string> parts;
  while (input.size() >= 2 && parts.size() < kMostParts) {
    const std::size_t length = static_cast<unsigned char>(input[0]) * std::size_t{256} +
                               static_cast<unsigned char>(input[1]);
    parts.emplace_back(input.substr(2, length));
    input.remove_prefix(std::min(input.size(), length + 2));
  }
  return parts;
}

std::string JoinParts(const std::vector<std::string>& parts) {
  std::string joined;
  for (const std::string& part : parts) {
    joined.push_back(static_cast<char>(part.size() / 256));
    joined.push_back(static_cast<char>(part.size() % 256));
    joined.append(part);
  }
  return joined;
}

}  // namespace firstbell::fuzz
