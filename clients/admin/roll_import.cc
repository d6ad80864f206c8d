// firstbell-admin roll import: each school's roll in one step; the first rolls of a data directory
// all in one.

#include <cctype>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "adapters/roll_csv/roll.h"
#include "broker/model/text.h"
#include "broker/model/upn.h"
#include "clients/admin/import_report.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using console::Exit;

// Every pupil of a file by school, so that each school's roll is one atomic step. A file may name
// schools in any order, so that all of it stands in memory: about half a kilobyte a pupil.
struct Rolls {
  struct School {
    v1::ImportRollRequest request;
    std::vector<std::uint64_t> lines;  // of each pupil
  };
  std::map<base::Urn, School> schools;
  std::uint64_t pupils = 0;
  std::set<std::string> with_rejects;  // URNs as the file has them; "" where one cannot be read

  // A pupil whose row was rejected may be on the roll already: a roll with rejects removes nobody,
  // for a child missing from a roll is a child that nobody is told of.
  bool MayRemove(base::Urn urn) const {
    return !with_rejects.contains("") && !with_rejects.contains(urn.ToString());
  }

  void Add(adapters::roll_csv::RollRow row) {
    School& school = schools[row.urn];
    school.request.set_urn(row.urn.value());
    *school.request.add_pupils() = std::move(row.pupil);
    school.lines.push_back(row.line);
    ++pupils;
  }
};

// A school that is not in the register takes its rows with it, and nobody else's.
void RejectSchool(const Rolls::School& school, std::string_view reason, adapters::Totals& totals,
                  adapters::RejectFile& rejects) {
  for (int i = 0; i < school.request.pupils_size(); ++i) {
    rejects.Add({school.lines[static_cast<std::size_t>(i)], "urn", std::string(reason),
                 std::to_string(school.request.urn()), school.request.pupils(i).local_id()});
    ++totals.rejected;
  }
}

// A UPN that is none is left out and named; its pupil is kept.
void DropBadUpn(adapters::roll_csv::RollRow& row, adapters::RejectFile& rejects) {
  std::string_view why;
  if (row.pupil.upn().empty() || model::ParseUpn(row.pupil.upn(), &why)) return;
  rejects.Add({row.line, "upn",
               "is not one (" + std::string(why) + "); the pupil was kept without it",
               row.urn.ToString(), row.pupil.local_id()});
  row.pupil.clear_upn();
}

// As a postcode is written in Britain: AA9A 9AA, A9A 9AA, A9 9AA, A99 9AA, AA9 9AA or AA99 9AA.
bool IsPostcode(std::string_view text) {
  std::string shape;
  for (const char c : text) {
    if (c == ' ') continue;
    shape += c >= '0' && c <= '9' ? '9' : std::isalpha(static_cast<unsigned char>(c)) ? 'A' : '?';
  }
  static const std::set<std::string, std::less<>> kShapes = {"AA9A9AA", "A9A9AA", "A99AA",
                                                             "A999AA",  "AA99AA", "AA999AA"};
  return kShapes.contains(shape);
}

// The same of a postcode: it could corroborate nothing.
void DropBadPostcode(adapters::roll_csv::RollRow& row, adapters::RejectFile& rejects) {
  if (row.pupil.postcode().empty() || IsPostcode(row.pupil.postcode())) return;
  rejects.Add({row.line, "postcode", "is not one; the pupil was kept without it",
               row.urn.ToString(), row.pupil.local_id()});
  row.pupil.clear_postcode();
}

bool IsFuture(const adapters::roll_csv::RollRow& row, absl::CivilDay today) {
  const auto born = model::ParseDate(row.pupil.date_of_birth());
  return born.has_value() && *born > today;
}

adapters::Reject Unborn(const adapters::roll_csv::RollRow& row) {
  return {row.line, "date_of_birth", "lies in the future", row.urn.ToString(),
          row.pupil.local_id()};
}

// The schools of the file whose rolls lost nobody because of a bad row of theirs.
std::string NobodyRemoved(const Rolls& rolls) {
  constexpr std::size_t kNamed = 10;
  std::string named;
  std::size_t kept = 0;
  for (const auto& [urn, school] : rolls.schools) {
    if (rolls.MayRemove(urn)) continue;
    if (++kept <= kNamed) named += (named.empty() ? "" : ", ") + urn.ToString();
  }
  if (kept == 0) return "";
  if (kept > kNamed) named += " and " + std::to_string(kept - kNamed) + " more";
  return "A row was rejected that may be of " + named + ": nobody was removed from " +
         (kept == 1 ? "that roll.\n" : "those rolls.\n");
}

constexpr std::string_view kNotInRegister = "is not in the register: import the register first";

// What writing rolls goes by, and what it adds to.
struct Writing {
  OperatorDoor& door;
  Rolls& rolls;
  console::Progress& progress;
  adapters::Totals& totals;
  adapters::RejectFile& rejects;
  Sums& sums;
};

base::Status WriteEach(const Writing& to) {
  std::uint64_t written = 0;
  for (auto& [urn, school] : to.rolls.schools) {
    const auto response = to.door.ImportRoll(school.request);
    if (absl::IsNotFound(response.status())) {
      RejectSchool(school, kNotInRegister, to.totals, to.rejects);
    } else if (!response.ok()) {
      return base::Annotate(response.status(),
                            "the roll of " + urn.ToString() + " (those before it are imported)");
    } else {
      to.sums.Add(*response);
    }
    written += static_cast<std::uint64_t>(school.request.pupils_size());
    to.progress.Update(0.5 +
                       0.5 * static_cast<double>(written) / static_cast<double>(to.rolls.pupils));
  }
  return base::OkStatus();
}

// The schools of the register alone, since one that is not in it would refuse them all.
base::Status WriteAtOnce(const Writing& to) {
  for (auto school = to.rolls.schools.begin(); school != to.rolls.schools.end();) {
    v1::GetSchoolRequest request;
    request.set_urn(school->first.value());
    const base::Status known = to.door.GetSchool(request).status();
    if (!known.ok() && !absl::IsNotFound(known)) return known;
    if (!known.ok()) RejectSchool(school->second, kNotInRegister, to.totals, to.rejects);
    school = known.ok() ? std::next(school) : to.rolls.schools.erase(school);
  }
  const auto total = static_cast<double>(to.rolls.schools.size());
  const auto next = [&]() -> std::optional<v1::ImportRollRequest> {
    if (to.rolls.schools.empty()) return std::nullopt;
    auto school = to.rolls.schools.extract(to.rolls.schools.begin());
    to.progress.Update(0.75 - 0.25 * static_cast<double>(to.rolls.schools.size()) / total);
    return std::move(school.mapped().request);
  };
  const auto built = [&](double share) { to.progress.Update(0.75 + 0.25 * share); };
  FB_ASSIGN_OR_RETURN(const auto response, to.door.ImportFirstRolls({next, built}));
  to.sums.Add(response);
  return base::OkStatus();
}

}  // namespace

base::Result<Exit> ImportRoll(console::App& app, const Where& where, const ImportOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  adapters::RejectFile rejects(options.RejectPath());
  FB_RETURN_IF_ERROR(rejects.Begin());
  // The broker's clock, so that a rehearsal is judged by its own time.
  FB_ASSIGN_OR_RETURN(const auto status, door->GetStatus());
  const absl::CivilDay today = absl::ToCivilDay(model::FromWire(status.now()), absl::UTCTimeZone());
  Rolls rolls;
  std::uint64_t unborn = 0;
  console::Progress progress("Reading " + options.file.filename().string());
  FB_ASSIGN_OR_RETURN(adapters::Totals totals,
                      adapters::roll_csv::ReadRoll(
                          options.file, {[&](adapters::roll_csv::RollRow row) {
                                           if (IsFuture(row, today)) {
                                             ++unborn;
                                             rolls.with_rejects.insert(row.urn.ToString());
                                             rejects.Add(Unborn(row));
                                             return base::OkStatus();
                                           }
                                           DropBadUpn(row, rejects);
                                           DropBadPostcode(row, rejects);
                                           rolls.Add(std::move(row));
                                           return base::OkStatus();
                                         },
                                         [&](const adapters::Reject& reject) {
                                           rolls.with_rejects.insert(reject.urn);
                                           rejects.Add(reject);
                                         },
                                         [&](double done) { progress.Update(done / 2); }}));
  totals.rejected += unborn;
  Sums sums;
  for (auto& [urn, school] : rolls.schools) {
    school.request.set_mode(options.only_add || !rolls.MayRemove(urn)
                                ? v1::ImportRollRequest::MODE_ONLY_ADD
                                : v1::ImportRollRequest::MODE_REPLACE);
  }
  const std::string kept = options.only_add ? "" : NobodyRemoved(rolls);
  const bool first = !where.data.empty() && !options.only_add && status.pupils() == 0;
  const Writing to{*door, rolls, progress, totals, rejects, sums};
  FB_RETURN_IF_ERROR(first ? WriteAtOnce(to) : WriteEach(to));
  progress.Finish();
  app.err() << kept;
  return Report(app, "Roll", totals, sums, rejects);
}

}  // namespace firstbell::admin
