// firstbell-admin schools|roll|bank-holidays import: outside files into the broker.

#include <map>
#include <memory>
#include <set>

#include "adapters/bank_holidays/bank_holidays.h"
#include "adapters/gias/register.h"
#include "adapters/roll_csv/roll.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/model/upn.h"
#include "clients/admin/commands.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct ImportOptions {
  std::filesystem::path file;
  std::filesystem::path rejects;
  bool only_add = false;

  std::filesystem::path RejectPath() const {
    return rejects.empty() ? std::filesystem::path(file.string() + ".rejects.csv") : rejects;
  }
};

// What an import came to, over all its calls.
struct Sums {
  std::uint64_t added = 0, changed = 0, removed = 0, unchanged = 0;

  template <typename Response>
  void Add(const Response& response) {
    added += response.added();
    changed += response.changed();
    unchanged += response.unchanged();
    if constexpr (requires { response.removed(); }) removed += response.removed();
  }
};

// Says what happened; bad rows make the exit code say so too.
base::Result<Exit> Report(console::App& app, std::string_view what, const adapters::Totals& totals,
                          const Sums& sums, adapters::RejectFile& rejects) {
  FB_RETURN_IF_ERROR(rejects.Finish());
  if (app.json()) {
    app.out() << "{\"rows\":" << totals.rows << ",\"added\":" << sums.added
              << ",\"changed\":" << sums.changed << ",\"removed\":" << sums.removed
              << ",\"unchanged\":" << sums.unchanged << ",\"rejected\":" << totals.rejected
              << "}\n";
  } else {
    app.out() << what << ": " << totals.rows << " rows read, " << sums.added << " added, "
              << sums.changed << " changed, " << sums.removed << " removed, " << sums.unchanged
              << " unchanged, " << totals.rejected << " rejected\n";
  }
  if (totals.rejected == 0 && rejects.count() > 0) {
    app.err() << "Some values were left out; " << rejects.path().string() << " names them.\n";
  }
  if (totals.rejected == 0) return Exit::kDone;
  app.err()
      << "Rejected rows are in " << rejects.path().string()
      << ", each with its line, field and reason; the good ones were kept. Mend those rows and "
         "import the file again.\n";
  return Exit::kFailed;
}

absl::CivilDay Today() {
  return absl::ToCivilDay(base::SystemClock().Now(), absl::UTCTimeZone());
}

// --- Schools ------------------------------------------------------------------------------

base::Result<Exit> ImportSchools(console::App& app, const Where& where,
                                 const ImportOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  adapters::RejectFile rejects(options.RejectPath());
  std::vector<v1::School> schools;
  console::Progress progress("Reading " + options.file.filename().string());
  FB_ASSIGN_OR_RETURN(
      const adapters::Totals totals,
      adapters::gias::ReadRegister(options.file, Today(),
                                   {[&](v1::School school) {
                                      schools.push_back(std::move(school));
                                      return base::OkStatus();
                                    },
                                    [&](const adapters::Reject& reject) { rejects.Add(reject); },
                                    [&](double done) { progress.Update(done / 2); }}));
  // The file is whole: from here on it is written, in calls that may each be repeated.
  Sums sums;
  for (std::size_t first = 0; first < schools.size(); first += limits::kSchoolsPerImport) {
    const std::size_t end = std::min(schools.size(), first + limits::kSchoolsPerImport);
    v1::ImportSchoolsRequest request;
    for (std::size_t i = first; i < end; ++i) *request.add_schools() = std::move(schools[i]);
    FB_ASSIGN_OR_RETURN(const auto response, door->ImportSchools(request));
    sums.Add(response);
    progress.Update(0.5 + 0.5 * static_cast<double>(end) / static_cast<double>(schools.size()));
  }
  return Report(app, "Schools", totals, sums, rejects);
}

// --- Rolls --------------------------------------------------------------------------------

// Every pupil of a file by school, so that each school's roll is one atomic step.
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

base::Status WriteRolls(OperatorDoor& door, Rolls& rolls, bool only_add,
                        console::Progress& progress, adapters::Totals& totals,
                        adapters::RejectFile& rejects, Sums& sums) {
  std::uint64_t written = 0;
  for (auto& [urn, school] : rolls.schools) {
    school.request.set_mode(only_add || !rolls.MayRemove(urn)
                                ? v1::ImportRollRequest::MODE_ONLY_ADD
                                : v1::ImportRollRequest::MODE_REPLACE);
    const auto response = door.ImportRoll(school.request);
    if (absl::IsNotFound(response.status())) {
      RejectSchool(school, "is not in the register: import the register first", totals, rejects);
    } else if (!response.ok()) {
      return base::Annotate(response.status(),
                            "the roll of " + urn.ToString() + " (those before it are imported)");
    } else {
      sums.Add(*response);
    }
    written += static_cast<std::uint64_t>(school.request.pupils_size());
    progress.Update(0.5 + 0.5 * static_cast<double>(written) / static_cast<double>(rolls.pupils));
  }
  return base::OkStatus();
}

base::Result<Exit> ImportRoll(console::App& app, const Where& where, const ImportOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  adapters::RejectFile rejects(options.RejectPath());
  Rolls rolls;
  console::Progress progress("Reading " + options.file.filename().string());
  FB_ASSIGN_OR_RETURN(adapters::Totals totals,
                      adapters::roll_csv::ReadRoll(
                          options.file, {[&](adapters::roll_csv::RollRow row) {
                                           DropBadUpn(row, rejects);
                                           rolls.Add(std::move(row));
                                           return base::OkStatus();
                                         },
                                         [&](const adapters::Reject& reject) {
                                           rolls.with_rejects.insert(reject.urn);
                                           rejects.Add(reject);
                                         },
                                         [&](double done) { progress.Update(done / 2); }}));
  Sums sums;
  FB_RETURN_IF_ERROR(WriteRolls(*door, rolls, options.only_add, progress, totals, rejects, sums));
  if (totals.rejected > 0) {
    app.err() << "From the roll of a school with a rejected row nobody was removed.\n";
  }
  return Report(app, "Roll", totals, sums, rejects);
}

// --- Bank holidays ------------------------------------------------------------------------

base::Result<Exit> ImportBankHolidays(console::App& app, const Where& where,
                                      const ImportOptions& options) {
  FB_ASSIGN_OR_RETURN(const std::string json, base::ReadFile(options.file));
  FB_ASSIGN_OR_RETURN(const auto holidays, adapters::bank_holidays::Parse(json));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  v1::ImportBankHolidaysRequest request;
  for (const v1::BankHoliday& holiday : holidays) *request.add_holidays() = holiday;
  FB_ASSIGN_OR_RETURN(const auto response, door->ImportBankHolidays(request));
  if (app.json()) {
    app.out() << console::ToJson(response) << "\n";
    return Exit::kDone;
  }
  app.out() << "Bank holidays: " << response.count() << " days of the nations, "
            << response.first_date() << " to " << response.last_date() << "\n";
  return Exit::kDone;
}

void AddFile(CLI::App& command, ImportOptions& options) {
  command.add_option("FILE", options.file, "The file")->required()->check(CLI::ExistingFile);
}

void AddRejects(CLI::App& command, ImportOptions& options) {
  command
      .add_option("--rejects", options.rejects,
                  "Where rejected rows go (default: FILE.rejects.csv)")
      ->type_name("FILE");
}

}  // namespace

void AddImports(console::App& app, Where& where) {
  const auto options = std::make_shared<ImportOptions>();
  CLI::App& schools =
      app.Command(app.Group("schools", "The register of schools"), "import",
                  "Add or replace schools from the register, plain or .gz",
                  "  firstbell-admin schools import edubaseallstatefunded.csv.gz --data DIR\n",
                  [&app, &where, options] { return ImportSchools(app, where, *options); });
  AddFile(schools, *options);
  AddRejects(schools, *options);
  CLI::App& roll =
      app.Command(app.Group("roll", "Pupils on roll"), "import",
                  "Replace the rolls of the schools that the file names, each in one step",
                  "  firstbell-admin roll import roll.csv --data DIR\n"
                  "  firstbell-admin roll import joiners.csv --only-add --broker localhost:7443 "
                  "--identity op\n\n"
                  "Columns, in any order: urn, local_id, given_names, family_name, date_of_birth "
                  "(YYYY-MM-DD);\n"
                  "optional: upn, preferred_given_name, former_family_name, address, postcode, "
                  "enrolment (current,\n"
                  "main, subsidiary, guest), entry_date, leaving_date, protected (yes).\n",
                  [&app, &where, options] { return ImportRoll(app, where, *options); });
  AddFile(roll, *options);
  AddRejects(roll, *options);
  roll.add_flag("--only-add", options->only_add, "Add or replace these pupils; leave the others");
  CLI::App& holidays =
      app.Command(app.Group("bank-holidays", "Bank holidays"), "import",
                  "Replace all bank holidays from gov.uk's bank-holidays.json",
                  "  firstbell-admin bank-holidays import bank-holidays.json --data DIR\n",
                  [&app, &where, options] { return ImportBankHolidays(app, where, *options); });
  AddFile(holidays, *options);
}

}  // namespace firstbell::admin
