#include "adapters/gias/register.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "adapters/csv/table.h"
#include "adapters/csv/text.h"
#include "broker/base/ids.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::gias {
namespace {

constexpr std::uint64_t kRowsBetweenProgress = 256;

enum class Encoding { kWindows1252, kUtf8 };

// What is wrong with one field of a row.
struct Fault {
  std::string field;
  std::string reason;
};

using Setter = void (*)(v1::School&, std::string);

struct TextColumn {
  std::string_view name;
  Setter set;
};

constexpr std::array kGiasTexts = {
    TextColumn{"EstablishmentName", [](v1::School& s, std::string v) { s.set_name(std::move(v)); }},
    TextColumn{"LA (code)",
               [](v1::School& s, std::string v) { s.set_local_authority_code(std::move(v)); }},
    TextColumn{"LA (name)",
               [](v1::School& s, std::string v) { s.set_local_authority_name(std::move(v)); }},
    TextColumn{"EstablishmentNumber",
               [](v1::School& s, std::string v) { s.set_establishment_number(std::move(v)); }},
    TextColumn{"TypeOfEstablishment (name)",
               [](v1::School& s, std::string v) { s.set_type(std::move(v)); }},
    TextColumn{"PhaseOfEducation (name)",
               [](v1::School& s, std::string v) { s.set_phase(std::move(v)); }},
    TextColumn{"Town", [](v1::School& s, std::string v) { s.set_town(std::move(v)); }},
    TextColumn{"Postcode", [](v1::School& s, std::string v) { s.set_postcode(std::move(v)); }},
    TextColumn{"TelephoneNum", [](v1::School& s, std::string v) { s.set_telephone(std::move(v)); }},
};

constexpr std::array kAllSchoolsTexts = {
    TextColumn{"name", [](v1::School& s, std::string v) { s.set_name(std::move(v)); }},
    TextColumn{"town", [](v1::School& s, std::string v) { s.set_town(std::move(v)); }},
    TextColumn{"postcode", [](v1::School& s, std::string v) { s.set_postcode(std::move(v)); }},
};

constexpr TextColumn kTrust = {
    "Trusts (code)", [](v1::School& s, std::string v) { s.set_trust_code(std::move(v)); }};

constexpr std::string_view kGiasStatus = "EstablishmentStatus (name)";

std::optional<v1::SchoolStatus> StatusOf(std::string_view word) {
  if (word == "Open" || word == "Open, but proposed to close") return v1::SCHOOL_STATUS_OPEN;
  if (word == "Closed") return v1::SCHOOL_STATUS_CLOSED;
  if (word == "Proposed to open") return v1::SCHOOL_STATUS_PROPOSED;
  return std::nullopt;
}

v1::Nation NationOf(base::Urn urn) {
  return urn.value() / 100000 == 4 ? v1::NATION_WALES : v1::NATION_ENGLAND;
}

// One of the two files: which columns mean what.
class Mapping {
 public:
  // InvalidArgument where the header belongs to neither file.
  static base::Result<Mapping> Of(const csv::Table& table, absl::CivilDay today);

  std::optional<Fault> Map(const csv::Row& row, Encoding encoding, v1::School& school) const;
  Encoding EncodingOf(const csv::Table& table) const {
    return is_gias_ && !table.has_utf8_mark() ? Encoding::kWindows1252 : Encoding::kUtf8;
  }
  bool is_gias() const { return is_gias_; }
  bool has_trusts() const { return has_trusts_; }
  std::string_view Urn(const csv::Row& row) const { return csv::Trim(row.fields[urn_]); }

 private:
  base::Status Locate(const csv::Table& table, std::string_view name, std::size_t& column) const;
  std::optional<Fault> MapStatus(const csv::Row& row, v1::School& school) const;
  std::optional<Fault> MapDates(const csv::Row& row, v1::School& school) const;

  bool is_gias_ = false;
  bool has_trusts_ = false;
  absl::CivilDay today_;
  std::size_t urn_ = 0;
  std::size_t status_ = 0;
  std::size_t open_date_ = 0;
  std::size_t close_date_ = 0;
  std::vector<std::pair<std::size_t, TextColumn>> texts_;
};

base::Result<Mapping> Mapping::Of(const csv::Table& table, absl::CivilDay today) {
  Mapping mapping;
  mapping.today_ = today;
  mapping.is_gias_ = table.Find("EstablishmentName").has_value();
  FB_RETURN_IF_ERROR(mapping.Locate(table, "urn", mapping.urn_));
  std::vector<TextColumn> texts;
  if (mapping.is_gias_) {
    texts.assign(kGiasTexts.begin(), kGiasTexts.end());
    FB_RETURN_IF_ERROR(mapping.Locate(table, kGiasStatus, mapping.status_));
  } else {
    texts.assign(kAllSchoolsTexts.begin(), kAllSchoolsTexts.end());
    FB_RETURN_IF_ERROR(mapping.Locate(table, "open_date", mapping.open_date_));
    FB_RETURN_IF_ERROR(mapping.Locate(table, "close_date", mapping.close_date_));
  }
  for (const TextColumn& text : texts) {
    std::size_t column = 0;
    FB_RETURN_IF_ERROR(mapping.Locate(table, text.name, column));
    mapping.texts_.emplace_back(column, text);
  }
  if (const auto trust = mapping.is_gias_ ? table.Find(kTrust.name) : std::nullopt) {
    mapping.has_trusts_ = true;
    mapping.texts_.emplace_back(*trust, kTrust);
  }
  return mapping;
}

base::Status Mapping::Locate(const csv::Table& table, std::string_view name,
                             std::size_t& column) const {
  const std::optional<std::size_t> found = table.Find(name);
  if (!found) {
    return base::InvalidArgument("line 1: the column '" + std::string(name) +
                                 "' is missing; this is neither the register of Get Information "
                                 "About Schools nor the file of all schools");
  }
  column = *found;
  return base::OkStatus();
}

std::optional<Fault> Mapping::Map(const csv::Row& row, Encoding encoding,
                                  v1::School& school) const {
  const base::Result<base::Urn> urn = base::ParseUrn(Urn(row));
  if (!urn.ok()) return Fault{"urn", std::string(base::Message(urn.status()))};
  school.set_urn(urn->value());
  school.set_nation(NationOf(*urn));
  for (const auto& [column, text] : texts_) {
    std::optional<std::string> value = encoding == Encoding::kUtf8
                                           ? std::optional(row.fields[column])
                                           : csv::FromWindows1252(row.fields[column]);
    if (!value)
      return Fault{std::string(text.name), "holds a byte that Windows-1252 does not know"};
    std::string trimmed(csv::Trim(*value));
    if (auto defect = csv::TextDefect(trimmed, limits::kNameBytes, csv::Lines::kOne)) {
      return Fault{std::string(text.name), *defect};
    }
    text.set(school, std::move(trimmed));
  }
  if (school.name().empty()) return Fault{"name", "is empty"};
  return is_gias_ ? MapStatus(row, school) : MapDates(row, school);
}

std::optional<Fault> Mapping::MapStatus(const csv::Row& row, v1::School& school) const {
  const std::optional<v1::SchoolStatus> status = StatusOf(csv::Trim(row.fields[status_]));
  if (!status) {
    return Fault{std::string(kGiasStatus),
                 "is none of Open; Open, but proposed to close; Closed; Proposed to open"};
  }
  school.set_status(*status);
  return std::nullopt;
}

std::optional<Fault> Mapping::MapDates(const csv::Row& row, v1::School& school) const {
  const std::string_view opened = csv::Trim(row.fields[open_date_]);
  const std::string_view closed = csv::Trim(row.fields[close_date_]);
  const std::optional<absl::CivilDay> open = csv::ParseRegisterDate(opened);
  const std::optional<absl::CivilDay> close = csv::ParseRegisterDate(closed);
  if (!opened.empty() && !open) return Fault{"open_date", "is not a date DD-MM-YYYY that exists"};
  if (!closed.empty() && !close) return Fault{"close_date", "is not a date DD-MM-YYYY that exists"};
  school.set_status(v1::SCHOOL_STATUS_OPEN);
  if (open && *open > today_) school.set_status(v1::SCHOOL_STATUS_PROPOSED);
  if (close && *close < today_) school.set_status(v1::SCHOOL_STATUS_CLOSED);
  return std::nullopt;
}

// Maps one row of the right shape and remembers its URN.
std::optional<Fault> Take(const Mapping& mapping, const csv::Row& row, Encoding encoding,
                          std::unordered_set<std::uint32_t>& seen, v1::School& school) {
  if (!row.defect.empty()) return Fault{"", row.defect};
  if (auto fault = mapping.Map(row, encoding, school)) return fault;
  if (!seen.insert(school.urn()).second) return Fault{"urn", "stands in the file twice"};
  return std::nullopt;
}

}  // namespace

base::Result<RegisterTotals> ReadRegister(const std::filesystem::path& path, absl::CivilDay today,
                                          const Sinks& sinks) {
  FB_ASSIGN_OR_RETURN(csv::Table table, csv::Table::Open(path));
  FB_ASSIGN_OR_RETURN(const Mapping mapping, Mapping::Of(table, today));
  const Encoding encoding = mapping.EncodingOf(table);
  std::unordered_set<std::uint32_t> seen;
  RegisterTotals totals;
  totals.empty_is_unknown = !mapping.is_gias();
  totals.trusts_known = mapping.has_trusts();
  csv::Row row;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool found, table.Next(row));
    if (!found) return totals;
    if (++totals.rows % kRowsBetweenProgress == 0 && sinks.progress) {
      sinks.progress(table.fraction());
    }
    v1::School school;
    if (auto fault = Take(mapping, row, encoding, seen, school)) {
      ++totals.rejected;
      const std::string urn = school.urn() == 0 ? "" : std::to_string(school.urn());
      sinks.reject(Reject{row.line, fault->field, fault->reason, urn, ""});
      continue;
    }
    FB_RETURN_IF_ERROR(sinks.school(std::move(school)));
  }
}

}  // namespace firstbell::adapters::gias
