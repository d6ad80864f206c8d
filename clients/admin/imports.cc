// firstbell-admin schools|roll|bank-holidays import: outside files into the broker.

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/bank_holidays/bank_holidays.h"
#include "adapters/gias/links.h"
#include "adapters/gias/register.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "clients/admin/commands.h"
#include "clients/admin/import_report.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using console::Exit;

absl::CivilDay Today() {
  return absl::ToCivilDay(base::SystemClock().Now(), absl::UTCTimeZone());
}

// --- Schools ------------------------------------------------------------------------------

// A register as it was read, with its links where they were given.
struct Register {
  std::vector<v1::School> schools;
  adapters::gias::RegisterTotals totals;
  std::optional<LinkSums> links;
};

base::Result<Register> ReadRegister(const std::filesystem::path& file,
                                    adapters::RejectFile& rejects, console::Progress& progress) {
  Register read;
  FB_ASSIGN_OR_RETURN(
      read.totals,
      adapters::gias::ReadRegister(file, Today(),
                                   {[&](v1::School school) {
                                      read.schools.push_back(std::move(school));
                                      return base::OkStatus();
                                    },
                                    [&](const adapters::Reject& reject) { rejects.Add(reject); },
                                    [&](double done) { progress.Update(done / 2); }}));
  return read;
}

base::Status AddLinks(const std::filesystem::path& file, adapters::RejectFile& rejects,
                      Register& read) {
  FB_RETURN_IF_ERROR(rejects.Begin());
  FB_ASSIGN_OR_RETURN(
      const adapters::gias::Links links,
      adapters::gias::ReadLinks(
          file, {[&](const adapters::Reject& reject) { rejects.Add(reject); }, {}}));
  for (v1::School& school : read.schools) {
    const auto found = links.predecessors.find(base::Urn(school.urn()));
    if (found == links.predecessors.end()) continue;
    for (const base::Urn urn : found->second) school.add_predecessors(urn.value());
  }
  if (links.predecessors.empty()) {
    return base::InvalidArgument(
        "the file of links has no row that says which school followed which; nothing was changed");
  }
  read.links = LinkSums{links.totals.rows, links.predecessors.size(), links.totals.left_aside,
                        links.totals.rejected};
  return rejects.Finish();
}

// In calls that may each be repeated.
base::Result<Sums> Write(OperatorDoor& door, Register& read, console::Progress& progress) {
  Sums sums;
  sums.links = read.links;
  auto& schools = read.schools;
  for (std::size_t first = 0; first < schools.size(); first += limits::kSchoolsPerImport) {
    const std::size_t end = std::min(schools.size(), first + limits::kSchoolsPerImport);
    v1::ImportSchoolsRequest request;
    request.set_empty_is_unknown(read.totals.empty_is_unknown);
    request.set_trusts_known(read.totals.trusts_known);
    // A row that could not be read may be the one that is known.
    request.set_predecessors_known(read.links && read.links->rejected == 0);
    for (std::size_t i = first; i < end; ++i) *request.add_schools() = std::move(schools[i]);
    FB_ASSIGN_OR_RETURN(const auto response, door.ImportSchools(request));
    sums.Add(response);
    progress.Update(0.5 + 0.5 * static_cast<double>(end) / static_cast<double>(schools.size()));
  }
  return sums;
}

base::Result<Exit> ImportSchools(console::App& app, const Where& where,
                                 const ImportOptions& options) {
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  adapters::RejectFile rejects(options.RejectPath());
  adapters::RejectFile of_links(options.LinksRejectPath(), "--links-rejects");
  FB_RETURN_IF_ERROR(rejects.Begin());
  console::Progress progress("Reading " + options.file.filename().string());
  FB_ASSIGN_OR_RETURN(Register read, ReadRegister(options.file, rejects, progress));
  if (!options.links.empty()) FB_RETURN_IF_ERROR(AddLinks(options.links, of_links, read));
  // The files are whole: from here on they are written.
  FB_ASSIGN_OR_RETURN(const Sums sums, Write(*door, read, progress));
  progress.Finish();
  FB_ASSIGN_OR_RETURN(const Exit exit, Report(app, "Schools", read.totals, sums, rejects));
  if (!sums.links) return exit;
  const Exit exit_of_links = ReportRejects(app, sums.links->rejected, of_links);
  return exit == Exit::kDone ? exit_of_links : exit;
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
  CLI::App& schools = app.Command(
      app.Group("schools", "The register of schools"), "import",
      "Add or replace schools from the register, plain or .gz",
      "  firstbell-admin schools import edubaseallstatefunded.csv.gz --data DIR\n"
      "  firstbell-admin schools import edubaseall.csv --links links_edubasealldata.csv "
      "--data DIR\n\n"
      "With --links, who names a school that was renamed, became an academy or closed may "
      "mean the schools\nthat followed it, too. An import without them leaves those that are "
      "known.\n",
      [&app, &where, options] { return ImportSchools(app, where, *options); });
  AddFile(schools, *options);
  AddRejects(schools, *options);
  schools
      .add_option("--links", options->links,
                  "The register's file of links: which school followed which")
      ->type_name("LINKS")
      ->check(CLI::ExistingFile);
  schools
      .add_option("--links-rejects", options->links_rejects,
                  "Where its rejected rows go (default: LINKS.rejects.csv)")
      ->type_name("FILE");
  CLI::App& rolls = app.Group("roll", "Pupils on roll");
  CLI::App& roll = app.Command(
      rolls, "import", "Replace the rolls of the schools that the file names, each in one step",
      "  firstbell-admin roll import roll.csv --data DIR\n"
      "  firstbell-admin roll import joiners.csv --only-add --broker localhost:7443 "
      "--identity op\n\n"
      "Columns, in any order: urn, local_id, given_names, family_name, date_of_birth "
      "(YYYY-MM-DD);\n"
      "optional: upn, preferred_given_name, former_family_name, address, postcode, "
      "enrolment (current,\n"
      "main, subsidiary, guest), entry_date, leaving_date, protected (yes).\n\n"
      "With --data, into a directory that has no pupil yet and without --only-add, all rolls of "
      "the "
      "file\n"
      "are built at once, in minutes for a country: all of them stand then, or none. Otherwise "
      "each\n"
      "school's roll is a step of its own.\n",
      [&app, &where, options] { return ImportRoll(app, where, *options); });
  AddFile(roll, *options);
  AddRejects(roll, *options);
  roll.add_flag("--only-add", options->only_add, "Add or replace these pupils; leave the others");
  CLI::App& quality = app.Command(
      rolls, "quality", "Say what a roll lacks and what cannot be, before it is imported",
      "  firstbell-admin roll quality roll.csv\n\n"
      "The file is as for import. Lines of the file are named, never a child.\n",
      [&app, options] { return ShowRollQuality(app, options->file); });
  AddFile(quality, *options);
  CLI::App& holidays =
      app.Command(app.Group("bank-holidays", "Bank holidays"), "import",
                  "Replace all bank holidays from gov.uk's bank-holidays.json",
                  "  firstbell-admin bank-holidays import bank-holidays.json --data DIR\n",
                  [&app, &where, options] { return ImportBankHolidays(app, where, *options); });
  AddFile(holidays, *options);
}

}  // namespace firstbell::admin
