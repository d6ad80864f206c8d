// firstbell-admin match: what would be decided of children that somebody looks for, without a
// broker.

#include <cstdio>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/str_join.h"
#include "adapters/csv/text.h"
#include "adapters/question_csv/questions.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/placing/roll_index.h"
#include "broker/registry/broker_clock.h"
#include "broker/registry/config.h"
#include "clients/admin/commands.h"
#include "clients/admin/import_report.h"
#include "clients/admin/local_door.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using adapters::question_csv::Question;
using console::Exit;
using matching::Decision;

struct MatchOptions {
  std::filesystem::path questions, out;
  std::string explain;  // a query_id
};

constexpr std::string_view kHeader =
    "query_id,decision,urn,local_id,bits,margin,reasons,candidates";

std::string Bits(matching::Centibits centibits) {
  char text[24];
  std::snprintf(text, sizeof text, "%.2f", centibits / 100.0);
  return text;
}

// "family name" as family_name, "1 January" as 1_january.
std::string Code(std::string_view words) {
  std::string code = adapters::csv::Lower(words);
  for (char& c : code) {
    if (c == ' ') c = '_';
  }
  return code;
}

std::string_view Outcome(const Decision& decision) {
  if (decision.placed()) return "placed";
  return decision.reason == v1::REASON_NO_MATCH ? "not_on_roll" : "review";
}

// Why not, then how the likeliest pupil agrees, field by field.
std::string Reasons(const Decision& decision) {
  std::vector<std::string> codes;
  if (!decision.placed()) {
    codes.push_back(std::string(model::Word(decision.reason)));
    const std::string doubt(NameOf(decision.judgement.doubt));
    if (decision.judgement.doubt != matching::Doubt::kNone && doubt != codes.front()) {
      codes.push_back(doubt);
    }
  } else if (!decision.candidates.empty()) {
    codes.push_back(std::string(model::Word(v1::REASON_COMPETING_CLAIM)));
  }
  if (!decision.judgement.ranked.empty()) {
    const matching::Evidence& best = decision.judgement.ranked.front().evidence;
    for (std::size_t i = 0; i < matching::kFields; ++i) {
      const auto field = static_cast<matching::Field>(i);
      const matching::Level level = best.at(field).level;
      if (level == matching::Level::kUnknown) continue;
      codes.push_back(Code(NameOf(field)) + "=" + Code(NameOf(level)));
    }
  }
  return absl::StrJoin(codes, " ");
}

std::string RowOf(const std::string& id, const Decision& decision) {
  std::vector<std::string> urns, local_ids, candidates;
  for (const auto& at : decision.registrations) {
    urns.push_back(at.urn.ToString());
    local_ids.push_back(at.pupil.local_id.value());
  }
  for (const auto& candidate : decision.candidates)
    candidates.push_back(candidate.local_id.value());
  const std::vector<std::string> cells = {id,
                                          std::string(Outcome(decision)),
                                          absl::StrJoin(urns, " "),
                                          absl::StrJoin(local_ids, " "),
                                          Bits(decision.judgement.beyond_chance),
                                          Bits(decision.judgement.margin),
                                          Reasons(decision),
                                          absl::StrJoin(candidates, " ")};
  std::string row;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool number = i == 4 || i == 5;  // may begin with a minus, and is no formula
    row += (i == 0 ? "" : ",") + (number ? cells[i] : adapters::csv::Cell(cells[i]));
  }
  return row + "\n";
}

// A table of the evidence for each of the likeliest, field by field, with the sum so far.
void Explain(std::ostream& out, const Question& question, const Decision& decision,
             const matching::Frequencies& frequencies) {
  const matching::Judgement& judgement = decision.judgement;
  out << "Question " << question.id << ": " << Outcome(decision) << ". " << Reasons(decision)
      << "\n"
      << frequencies.pupils() << " pupils were counted; " << judgement.ranked.size()
      << " were compared. " << Bits(judgement.beyond_chance) << " bits beyond chance, "
      << Bits(judgement.margin) << " before the next child.\n";
  const std::size_t shown = std::min(judgement.ranked.size(), limits::kCandidates);
  for (std::size_t i = 0; i < shown; ++i) {
    const matching::Scored& one = judgement.ranked[i];
    const model::PupilAtSchool& at = decision.compared[one.pupil];
    console::Table waterfall({"FIELD", "AGREEMENT", "BITS", "SUM"});
    matching::Centibits sum = 0;
    for (std::size_t field = 0; field < matching::kFields; ++field) {
      const auto which = static_cast<matching::Field>(field);
      const matching::Finding& finding = one.evidence.at(which);
      sum += finding.weight;
      waterfall.Add({std::string(NameOf(which)), std::string(NameOf(finding.level)),
                     Bits(finding.weight), Bits(sum)});
    }
    out << "\n"
        << i + 1 << ". " << at.pupil.local_id.value() << " at " << at.urn.ToString() << "\n"
        << waterfall.ToString();
  }
}

class Matcher {
 public:
  Matcher(store::Store& store, const matching::Rule& rule, model::Date today)
      : index_(store, rule), today_(today) {}

  base::Result<Decision> Decide(const Question& question) {
    model::ChildIdentity child;
    child.given_names = model::PersonText(question.given_names);
    child.family_name = model::PersonText(question.family_name);
    child.address = model::PersonText(question.address);
    child.postcode = model::PersonText(question.postcode);
    if (const auto upn = model::ParseUpn(question.upn)) {
      child.upn = base::Redacted<model::Upn>(*upn);
    }
    matching::Wanted wanted{{matching::Describe(child), {}}, false};
    wanted.heard.child.born = question.date_of_birth;
    wanted.heard.child.age = question.age;
    if (!question.school.empty() || question.urn != 0) {
      FB_ASSIGN_OR_RETURN(wanted.heard.school,
                          index_.SchoolOf(question.school, question.town, base::Urn(question.urn)));
    }
    return index_.Decide(wanted, today_);
  }
  placing::RollIndex& index() { return index_; }

 private:
  placing::RollIndex index_;
  const model::Date today_;
};

// Stands under its name once it is whole; until then, beside it.
class DecisionFile {
 public:
  explicit DecisionFile(std::filesystem::path path)
      : path_(std::move(path)), beside_(path_.string() + ".part") {}
  ~DecisionFile() {
    std::error_code ignored;
    if (file_.is_open()) std::filesystem::remove(beside_, ignored);
  }
  DecisionFile(const DecisionFile&) = delete;
  DecisionFile& operator=(const DecisionFile&) = delete;

  // FailedPrecondition: it would be written over the questions, or cannot be written.
  base::Status Begin(const std::filesystem::path& questions) {
    std::error_code ignored;
    if (std::filesystem::equivalent(path_, questions, ignored)) {
      return base::FailedPrecondition("--out names the questions themselves: name another file");
    }
    file_.open(beside_, std::ios::binary | std::ios::trunc);
    if (!file_) return CannotWrite();
    std::filesystem::permissions(beside_, base::kOwnerOnly, ignored);
    file_ << kHeader << "\n";
    return base::OkStatus();
  }
  void Add(const std::string& row) { file_ << row; }
  base::Status Finish() {
    file_.close();
    std::error_code error;
    if (!file_.fail()) std::filesystem::rename(beside_, path_, error);
    if (!file_.fail() && !error) return base::OkStatus();
    std::filesystem::remove(beside_, error);
    return CannotWrite();
  }

 private:
  base::Status CannotWrite() const {
    return base::FailedPrecondition("'" + path_.filename().string() +
                                    "' cannot be written there: name another file with --out");
  }

  const std::filesystem::path path_, beside_;
  std::ofstream file_;
};

struct Outcomes {
  std::uint64_t placed = 0, review = 0, not_on_roll = 0, cut = 0;

  void Count(const Decision& decision) {
    ++(decision.placed() ? placed : decision.reason == v1::REASON_NO_MATCH ? not_on_roll : review);
    if (decision.judgement.doubt == matching::Doubt::kCut) ++cut;
  }
};

Exit Say(console::App& app, const Outcomes& outcomes, const adapters::Totals& totals) {
  if (app.json()) {
    app.out() << "{\"placed\":" << outcomes.placed << ",\"review\":" << outcomes.review
              << ",\"not_on_roll\":" << outcomes.not_on_roll << ",\"rejected\":" << totals.rejected
              << "}\n";
  } else {
    app.out() << outcomes.placed << " placed, " << outcomes.review << " for the review desk, "
              << outcomes.not_on_roll << " on no roll; " << totals.rejected
              << " rows were not understood\n";
  }
  if (outcomes.cut > 0) {
    app.err() << outcomes.cut << " were not placed because more than " << limits::kPupilsPerBlock
              << " pupils are alike in what was heard\n";
  }
  return totals.rejected == 0 ? Exit::kDone : Exit::kFailed;
}

base::Result<Exit> Match(console::App& app, const Where& where, const MatchOptions& options) {
  if (where.data.empty()) {
    return console::UsageError("match reads a --data directory that no broker has open");
  }
  if (options.out.empty() && options.explain.empty()) {
    return console::UsageError("name the file for the decisions with --out, or one --explain ID");
  }
  const registry::DataDirectory directory = registry::At(where.data, where.keys);
  FB_ASSIGN_OR_RETURN(const auto store, OpenStore(directory));
  FB_ASSIGN_OR_RETURN(const registry::Config config, registry::ReadConfig(directory.config()));
  FB_ASSIGN_OR_RETURN(const auto clock, registry::OpenClock(*store));
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  Matcher matcher(*store, config.rule, absl::ToCivilDay(clock.clock->Now(), london));
  FB_RETURN_IF_ERROR(matcher.index().CountIfStale());
  FB_ASSIGN_OR_RETURN(const auto frequencies, matcher.index().Frequencies());
  DecisionFile out(options.out);
  if (!options.out.empty()) FB_RETURN_IF_ERROR(out.Begin(options.questions));
  Outcomes outcomes;
  bool explained = false;
  console::Progress progress("Matching " + options.questions.filename().string());
  FB_ASSIGN_OR_RETURN(const adapters::Totals totals,
                      adapters::question_csv::ReadQuestions(
                          options.questions,
                          {[&](const Question& question) -> base::Status {
                             const bool explain = question.id == options.explain;
                             if (options.out.empty() && !explain) return base::OkStatus();
                             FB_ASSIGN_OR_RETURN(const Decision decision, matcher.Decide(question));
                             outcomes.Count(decision);
                             if (!options.out.empty()) out.Add(RowOf(question.id, decision));
                             explained |= explain;
                             if (explain) Explain(app.out(), question, decision, *frequencies);
                             return base::OkStatus();
                           },
                           [&](const adapters::Reject& reject) {
                             app.err() << "line " << reject.line << ": " << reject.field << " "
                                       << reject.reason << "\n";
                           },
                           [&](double done) { progress.Update(done); }}));
  progress.Finish();
  if (!options.explain.empty() && !explained) {
    return base::NotFound("no row that can be used has the query_id of --explain");
  }
  if (options.out.empty()) return Exit::kDone;
  FB_RETURN_IF_ERROR(out.Finish());
  return Say(app, outcomes, totals);
}

}  // namespace

void AddMatch(console::App& app, Where& where) {
  const auto options = std::make_shared<MatchOptions>();
  CLI::App& command = app.Command(
      "match", "Say what would be decided of children, to judge a roll before going live",
      "  firstbell-admin match --data DIR --queries queries.csv --out decisions.csv\n"
      "  firstbell-admin match --data DIR --queries queries.csv --explain Q17\n\n"
      "Columns of the questions, in any order: query_id; as far as heard: given_names, "
      "family_name, date_of_birth\n(YYYY-MM-DD), age, address, postcode, upn, school_heard (six "
      "digits, or a name and behind a comma its town).\n"
      "Decisions: placed, review (up to five candidates, best first), not_on_roll; bits beyond "
      "what may agree by\nchance, and before the next child. Several registrations of one child "
      "stand in one row, in the same order.\nDecided by the settings [matching.*] of "
      "DIR/broker.toml, "
      "so that a change of them can be tried first.\nNothing is sent and nothing is logged.\n",
      [&app, &where, options] { return Match(app, where, *options); });
  command.add_option("--queries", options->questions, "The questions, CSV")
      ->required()
      ->check(CLI::ExistingFile);
  command.add_option("--out", options->out,
                     "Where the decisions go, CSV; one that is there is replaced in the end");
  command.add_option("--explain", options->explain,
                     "Show the evidence for the likeliest pupils of this query_id");
}

}  // namespace firstbell::admin
