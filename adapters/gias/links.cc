#include "adapters/gias/links.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/csv/columns.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::gias {
namespace {

constexpr std::uint64_t kRowsBetweenProgress = 256;

enum class Kind { kNeither, kPredecessor, kSuccessor };

// A row: the school `link` is the predecessor or successor of `school`, or neither.
struct LinkRow {
  base::Urn school, link;
  Kind kind = Kind::kNeither;
};

// "Successor" and "Successor - merged", and no other word that begins so.
bool IsKind(std::string_view type, std::string_view kind) {
  return type.starts_with(kind) &&
         (type.size() == kind.size() || type.substr(kind.size()).starts_with(" - "));
}

std::optional<std::string> SetUrn(base::Urn& urn, std::string_view text) {
  const base::Result<base::Urn> parsed = base::ParseUrn(text);
  if (!parsed.ok()) return std::string(base::Message(parsed.status()));
  urn = *parsed;
  return std::nullopt;
}

std::optional<std::string> SetKind(LinkRow& row, std::string type) {
  if (IsKind(type, "Predecessor")) row.kind = Kind::kPredecessor;
  if (IsKind(type, "Successor")) row.kind = Kind::kSuccessor;
  return std::nullopt;
}

// Names and dates of the links are not read: the register has the names, and who heard a name may
// mean the school before its day as well.
using Column = csv::Column<LinkRow>;
constexpr std::array kColumns = {
    Column{"URN", csv::Need::kRequired, limits::kNameBytes,
           [](LinkRow& row, std::string text) { return SetUrn(row.school, text); }},
    Column{"LinkURN", csv::Need::kRequired, limits::kNameBytes,
           [](LinkRow& row, std::string text) { return SetUrn(row.link, text); }},
    Column{"LinkType", csv::Need::kRequired, limits::kNameBytes, SetKind},
};

base::Status CheckHeader(const csv::Table& table) {
  for (const Column& column : kColumns) {
    if (table.Find(column.name)) continue;
    return base::InvalidArgument("line 1: the column '" + std::string(column.name) +
                                 "' is missing; this is not the register's file of links");
  }
  return base::OkStatus();
}

// The first line that tells of it, and the schools that it followed, in one step.
struct Followed {
  std::uint64_t line = 0;
  std::set<base::Urn> schools;
};
using Relations = std::map<base::Urn, Followed>;

void Relate(const LinkRow& row, std::uint64_t line, Relations& relations) {
  const bool is_later = row.kind == Kind::kPredecessor;
  Followed& followed = relations[is_later ? row.school : row.link];
  if (followed.schools.empty()) followed.line = line;
  followed.schools.insert(is_later ? row.link : row.school);
}

// All that `urn` followed, nearest first; one more than a school may have where they are too many.
std::vector<base::Urn> AllBefore(base::Urn urn, const Relations& relations) {
  std::vector<base::Urn> found = {urn};
  std::set<base::Urn> seen = {urn};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto followed = relations.find(found[i]);
    if (followed == relations.end()) continue;
    for (const base::Urn before : followed->second.schools) {
      if (found.size() > limits::kPredecessorsPerSchool + 1) break;
      if (seen.insert(before).second) found.push_back(before);
    }
  }
  found.erase(found.begin());
  return found;
}

class LinkReader {
 public:
  LinkReader(csv::Table table, const LinkSinks& sinks)
      : table_(std::move(table)), sinks_(sinks), mapping_(table_, kColumns) {}

  base::Result<Links> ReadAll() {
    csv::Row raw;
    while (true) {
      FB_ASSIGN_OR_RETURN(const bool found, table_.Next(raw));
      if (!found) break;
      if (++links_.totals.rows % kRowsBetweenProgress == 0 && sinks_.progress) {
        sinks_.progress(table_.fraction());
      }
      Take(raw);
    }
    for (const auto& [urn, followed] : relations_) Resolve(urn, followed.line);
    return std::move(links_);
  }

 private:
  void Take(const csv::Row& raw) {
    LinkRow row;
    std::vector<csv::Fault> faults = mapping_.Read(raw, row);
    if (faults.empty() && row.school == row.link) faults = {{"LinkURN", "is the school itself"}};
    const std::string urn = row.school.empty() ? "" : row.school.ToString();
    for (const csv::Fault& fault : faults) {
      sinks_.reject(Reject{raw.line, fault.field, fault.reason, urn, ""});
    }
    if (!faults.empty()) {
      ++links_.totals.rejected;
    } else if (row.kind == Kind::kNeither) {
      ++links_.totals.left_aside;
    } else {
      Relate(row, raw.line, relations_);
    }
  }

  void Resolve(base::Urn urn, std::uint64_t line) {
    std::vector<base::Urn> all = AllBefore(urn, relations_);
    if (all.size() > limits::kPredecessorsPerSchool) {
      all.resize(limits::kPredecessorsPerSchool);
      sinks_.reject(Reject{line, "LinkURN",
                           "the school followed more than " + std::to_string(all.size()) +
                               " others, directly or not; the furthest are left out",
                           urn.ToString(), ""});
    }
    links_.predecessors.emplace(urn, std::move(all));
  }

  csv::Table table_;
  const LinkSinks& sinks_;
  const csv::Mapping<LinkRow> mapping_;
  Relations relations_;  // by the later school
  Links links_;
};

}  // namespace

base::Result<Links> ReadLinks(const std::filesystem::path& path, const LinkSinks& sinks) {
  FB_ASSIGN_OR_RETURN(csv::Table table, csv::Table::Open(path));
  FB_RETURN_IF_ERROR(CheckHeader(table));
  return LinkReader(std::move(table), sinks).ReadAll();
}

}  // namespace firstbell::adapters::gias
