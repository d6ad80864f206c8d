#include "clients/admin/roll_quality.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/hash/hash.h"
#include "broker/matching/description.h"
#include "broker/model/upn.h"

namespace firstbell::admin {
namespace {

using adapters::roll_csv::RollRow;

constexpr int kOldest = 20, kYoungest = 2;  // of a pupil, in years

// Every kind of fault, and how it is said.
constexpr std::array<std::pair<const char*, const char*>, 14> kWhat = {{
    {"no_forename", "no forename that says who it is (none, or Baby, Unknown and the like)"},
    {"no_family_name", "no family name that says who it is"},
    {"born_first_of_january",
     "born on 1 January: where more than one in 365 are, it was not known"},
    {"born_too_long_ago", "older than twenty years"},
    {"born_too_late", "younger than two years, or not born yet"},
    {"no_upn", "no UPN"},
    {"bad_upn", "a UPN that is none: length, characters or check letter"},
    {"temporary_upn", "a temporary UPN: it says less than a permanent one"},
    {"upn_of_two", "a UPN that a child of another name and birth date has, too"},
    {"no_postcode", "no postcode: nothing says where the child lives"},
    {"bad_postcode", "a postcode that is none"},
    {"no_address", "no address line"},
    {"twice_at_one_school",
     "a child who stands at the same school already, by name and birth date"},
    {"at_two_schools",
     "a name and birth date at two schools, neither row subsidiary or guest: one child, or "
     "namesakes"},
}};

std::string_view WhatOf(std::string_view code) {
  const auto found =
      std::find_if(kWhat.begin(), kWhat.end(), [&](const auto& one) { return code == one.first; });
  return found == kWhat.end() ? "" : found->second;
}

bool IsFirst(v1::Enrolment enrolment) {
  return enrolment != v1::ENROLMENT_SUBSIDIARY && enrolment != v1::ENROLMENT_GUEST;
}

std::uint64_t ChildOf(const v1::Pupil& pupil) {
  return absl::HashOf(matching::PlainWords(pupil.given_names()),
                      matching::ReadFamilyName(pupil.family_name()).whole, pupil.date_of_birth());
}

}  // namespace

void RollQuality::Note(const std::string& code, std::string_view what, std::uint64_t line) {
  auto found = findings_.find(code);
  if (found == findings_.end()) {
    found = findings_.emplace(code, RollFinding{code, std::string(what), 0, {}}).first;
  }
  ++found->second.rows;
  if (found->second.lines.size() < kLinesNamed) found->second.lines.push_back(line);
}

void RollQuality::Note(const char* code, std::uint64_t line) {
  Note(code, WhatOf(code), line);
}

void RollQuality::AddReject(const adapters::Reject& reject) {
  const std::string field = reject.field.empty() ? "row" : reject.field;
  const std::string reason = reject.reason.substr(0, reject.reason.find(','));
  Note("rejected_" + field, "rejected: " + field + " " + reason, reject.line);
}

void RollQuality::Add(const RollRow& row) {
  ++pupils_;
  School& school = of_school_[row.urn];
  ++school.pupils;
  AddNames(row);
  if (const auto born = model::ParseDate(row.pupil.date_of_birth())) AddBirth(row, *born);
  AddHome(row, school);
  const Registration registration{row.line, row.urn, ChildOf(row.pupil), row.pupil.enrolment()};
  AddUpn(row, registration, school);
  AddChild(registration);
}

void RollQuality::AddNames(const RollRow& row) {
  if (matching::GivenWords(row.pupil.given_names()).empty()) Note("no_forename", row.line);
  if (matching::ReadFamilyName(row.pupil.family_name()).whole.empty()) {
    Note("no_family_name", row.line);
  }
}

void RollQuality::AddBirth(const RollRow& row, model::Date born) {
  if (born.month() == 1 && born.day() == 1) Note("born_first_of_january", row.line);
  const auto years_ago = [&](int years) {
    return model::Date(today_.year() - years, today_.month(), today_.day());
  };
  if (born < years_ago(kOldest)) Note("born_too_long_ago", row.line);
  if (born > years_ago(kYoungest)) Note("born_too_late", row.line);
}

void RollQuality::AddHome(const RollRow& row, School& school) {
  if (row.pupil.address().empty()) Note("no_address", row.line);
  if (matching::ReadPostcode(row.pupil.postcode())) return;
  Note(row.pupil.postcode().empty() ? "no_postcode" : "bad_postcode", row.line);
  ++school.poor;
}

void RollQuality::AddUpn(const RollRow& row, const Registration& registration, School& school) {
  const auto upn = model::ParseUpn(row.pupil.upn());
  if (!upn) {
    Note(row.pupil.upn().empty() ? "no_upn" : "bad_upn", row.line);
    if (matching::ReadPostcode(row.pupil.postcode())) ++school.poor;
    return;
  }
  if (upn->temporary()) Note("temporary_upn", row.line);
  const auto [known, is_new] = by_upn_.emplace(upn->value(), registration);
  if (!is_new && known->second.child != registration.child) Note("upn_of_two", row.line);
}

void RollQuality::AddChild(const Registration& registration) {
  const auto [known, is_new] = by_child_.emplace(registration.child, registration);
  if (is_new) return;
  if (known->second.urn == registration.urn) {
    Note("twice_at_one_school", registration.line);
  } else if (IsFirst(known->second.enrolment) && IsFirst(registration.enrolment)) {
    Note("at_two_schools", registration.line);
  }
}

std::vector<RollFinding> RollQuality::Findings() const {
  std::vector<RollFinding> findings;
  for (const auto& [code, finding] : findings_) findings.push_back(finding);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return a.rows > b.rows; });
  return findings;
}

std::vector<std::pair<base::Urn, double>> RollQuality::Poorest(std::size_t most) const {
  std::vector<std::pair<base::Urn, double>> poorest;
  for (const auto& [urn, school] : of_school_) {
    if (school.poor == 0) continue;
    poorest.emplace_back(urn,
                         static_cast<double>(school.poor) / static_cast<double>(school.pupils));
  }
  std::stable_sort(poorest.begin(), poorest.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  poorest.resize(std::min(poorest.size(), most), {base::Urn(0), 0});
  return poorest;
}

}  // namespace firstbell::admin
