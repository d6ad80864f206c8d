// firstbell-admin demo-roll: an invented county as files to import.

#include <memory>

#include "clients/admin/commands.h"
#include "clients/console/progress.h"
#include "clients/demo/roll_files.h"

namespace firstbell::admin {
namespace {

using console::Exit;

// Children of school age in a family of the generator, on average.
constexpr double kChildrenOfFamily = 1.37;

struct DemoOptions {
  demo::WantedFiles wanted;
  std::uint64_t pupils = 10'000;
  std::uint64_t seed = 1;
  std::string noise = "moderate";
  std::filesystem::path names;
};

base::Result<Exit> WriteDemoRoll(console::App& app, DemoOptions& options) {
  demo::NamePool names;
  if (!options.names.empty()) {
    auto real = demo::NamePool::Read(options.names);
    if (!real.ok()) return base::Annotate(real.status(), options.names.string());
    names = *std::move(real);
  }
  if (options.noise == "none") options.wanted.noise = {};
  if (options.noise == "harsh") options.wanted.noise = demo::kHarsh;
  options.wanted.noise.school_heard = 0.5;
  const demo::InventedRoll roll(
      {.seed = options.seed,
       .families =
           static_cast<std::uint64_t>(static_cast<double>(options.pupils) / kChildrenOfFamily) + 1},
      names);
  console::Progress progress("Inventing pupils");
  FB_ASSIGN_OR_RETURN(
      const demo::WrittenFiles written,
      demo::WriteRollFiles(roll, options.wanted, [&](double done) { progress.Update(done); }));
  progress.Finish();
  const std::string directory = options.wanted.directory.string();
  if (app.json()) {
    app.out() << R"({"schools":)" << written.schools << R"(,"pupils":)" << written.pupils
              << R"(,"queries":)" << written.queries << "}\n";
    return Exit::kDone;
  }
  app.out() << written.schools << " schools in " << directory << "/schools.csv, " << written.pupils
            << " pupils in " << directory << "/roll.csv";
  if (written.queries > 0) {
    app.out() << ", " << written.queries << " questions in " << directory
              << "/queries.csv with their answers in truth.csv";
  }
  app.out() << "\nNobody in them lives. Import them with\n  firstbell-admin schools import "
            << directory << "/schools.csv --data DIR\n  firstbell-admin roll import " << directory
            << "/roll.csv --data DIR\n";
  return Exit::kDone;
}

}  // namespace

void AddDemoRoll(console::App& app) {
  const auto options = std::make_shared<DemoOptions>();
  CLI::App& command = app.Command(
      "demo-roll", "Invent schools, families and their children, as files to import",
      "  firstbell-admin demo-roll county --pupils 100000\n"
      "  firstbell-admin demo-roll county --pupils 100000 --queries 1000 --noise harsh\n\n"
      "The same seed gives the same people. The questions are what an officer hears of children, "
      "some of whom are\non no roll; truth.csv says who they are.\n",
      [&app, options] { return WriteDemoRoll(app, *options); });
  command.add_option("DIR", options->wanted.directory, "Where the files go")->required();
  command.add_option("--pupils", options->pupils, "About so many (default: 10000)")
      ->check(CLI::Range(1, 20'000'000));
  command.add_option("--seed", options->seed, "Which county (default: 1)");
  command.add_option("--queries", options->wanted.queries, "So many questions (default: none)")
      ->check(CLI::Range(0, 10'000'000));
  command.add_option("--noise", options->noise, "What is misheard: none, moderate, harsh")
      ->check(CLI::IsMember({"none", "moderate", "harsh"}));
  command
      .add_option("--names", options->names,
                  "A folder with ons_babynames_ew_2004_2024.csv.gz and "
                  "ons_uk_surname_freq_sdglinkage.csv, for names as common as they are")
      ->check(CLI::ExistingDirectory);
}

}  // namespace firstbell::admin
