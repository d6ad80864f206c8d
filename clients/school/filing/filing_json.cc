#include <nlohmann/json.hpp>

#include "clients/school/filing/filing.h"
#include "clients/school/filing/handed_over.h"

namespace firstbell::school_filing {
namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;

std::string Instant(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

ordered_json FactsJson(const std::vector<FiledFact>& facts) {
  ordered_json list = ordered_json::array();
  for (const FiledFact& fact : facts) list.push_back({{"term", fact.term}, {"text", fact.text}});
  return list;
}

ordered_json EntryJson(const HandedOverEntry& handed_over) {
  const FiledEntry& entry = handed_over.entry;
  ordered_json json = {{"at", Instant(entry.at)},
                       {"by", entry.by},
                       {"heading", entry.heading},
                       {"police", entry.police},
                       {"corrected", entry.corrected}};
  if (!entry.gone.empty()) {
    json["erased"] = entry.gone;
  } else if (handed_over.left_out) {
    json["left_out"] = true;
  } else {
    json["facts"] = FactsJson(entry.facts);
  }
  return json;
}

}  // namespace

std::string FilingJson(const FiledRecord& filed) {
  const HandedOver out = HandOver(filed);
  const FiledRecord& record = out.record;
  ordered_json json = {
      {"format", "firstbell-record"},
      {"version", kVersion},
      {"school", {{"urn", record.urn}, {"name", record.school}}},
      {"child", {{"name", record.child}, {"born", record.born}, {"form", record.form}}},
      {"made", {{"by", record.made_by}, {"at", Instant(record.made_at)}}},
      {"police_text", record.police_text},
      {"entries", ordered_json::array()}};
  for (const HandedOverEntry& entry : out.entries) json["entries"].push_back(EntryJson(entry));
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace firstbell::school_filing
