#include "tests/bench/report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace firstbell::bench {

double Median(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  return samples[samples.size() / 2];
}

std::string ToJson(const std::vector<Row>& rows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Row& row : rows) {
    nlohmann::ordered_json one = {
        {"what", row.what}, {"n", row.n}, {"ours", row.ours}, {"unit", row.unit}};
    if (row.ceiling) one["ceiling"] = *row.ceiling;
    one["judged"] = row.judged();
    one["floor"] = row.floor;
    one["aim"] = row.aim;
    one["more_is_better"] = row.more_is_better;
    one["note"] = row.note;
    all.push_back(std::move(one));
  }
  return all.dump();
}

}  // namespace firstbell::bench
