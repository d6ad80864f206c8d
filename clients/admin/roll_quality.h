#pragma once

// What is wrong or missing on a roll, row by row and between rows, before anyone relies on it.
// Counts and places in the file; never a name. Not thread-safe. Some hundred bytes for each pupil.

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/roll_csv/roll.h"
#include "broker/model/text.h"

namespace firstbell::admin {

// One kind of fault. `lines` are the first few rows that have it.
struct RollFinding {
  std::string code;  // "no_postcode"
  std::string what;  // for people
  std::uint64_t rows = 0;
  std::vector<std::uint64_t> lines;
};

class RollQuality {
 public:
  static constexpr std::size_t kLinesNamed = 5;

  explicit RollQuality(model::Date today) : today_(today) {}

  void Add(const adapters::roll_csv::RollRow& row);
  // A row that an import would reject.
  void AddReject(const adapters::Reject& reject);
  // Of those that have any row, the one that most rows have first. Call once, after the last row.
  std::vector<RollFinding> Findings() const;
  std::uint64_t pupils() const { return pupils_; }
  std::size_t schools() const { return of_school_.size(); }
  // URNs whose rows lack what a child is found by (postcode, UPN) most often, the worst first: at
  // most `most` of them, with the share of pupils that lack either.
  std::vector<std::pair<base::Urn, double>> Poorest(std::size_t most) const;

 private:
  struct School {
    std::uint64_t pupils = 0, poor = 0;
  };
  struct Registration {
    std::uint64_t line = 0;
    base::Urn urn = base::Urn(0);
    std::uint64_t child = 0;  // a hash of names and date of birth
    v1::Enrolment enrolment = v1::ENROLMENT_CURRENT;
  };

  void AddNames(const adapters::roll_csv::RollRow& row);
  void AddBirth(const adapters::roll_csv::RollRow& row, model::Date born);
  void AddHome(const adapters::roll_csv::RollRow& row, School& school);
  void AddUpn(const adapters::roll_csv::RollRow& row, const Registration& registration,
              School& school);
  void AddChild(const Registration& registration);
  void Note(const std::string& code, std::string_view what, std::uint64_t line);
  void Note(const char* code, std::uint64_t line);

  const model::Date today_;
  std::uint64_t pupils_ = 0;
  std::map<std::string, RollFinding, std::less<>> findings_;
  std::map<base::Urn, School> of_school_;
  std::unordered_map<std::string, Registration> by_upn_;      // the first with it
  std::unordered_map<std::uint64_t, Registration> by_child_;  // the first of that name
};

}  // namespace firstbell::admin
