// firstbell-admin ladder show|set|clear.

#include <memory>

#include "absl/strings/str_join.h"
#include "clients/admin/commands.h"
#include "clients/admin/ladder_file.h"
#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct LadderOptions {
  std::string force, urn, file;
  bool toml = false;
};

std::string Source(v1::LadderSource source) {
  switch (source) {
    case v1::LADDER_SOURCE_FORCE:
      return "the force's own";
    case v1::LADDER_SOURCE_SCHOOL:
      return "the school's own";
    default:
      return "as shipped";
  }
}

std::string When(const v1::Rung& rung) {
  if (!rung.has_minutes_before()) return "at the notice window";
  if (rung.minutes_before() == 0) return "at the deadline";
  return std::to_string(rung.minutes_before()) + " minutes before the deadline";
}

std::string What(const v1::Rung& rung) {
  if (rung.kind() == v1::RUNG_KIND_CALLS) return "the force is to telephone";
  if (rung.kind() == v1::RUNG_KIND_AUTHORITY) {
    return "the authority hears of one that is unopened";
  }
  std::vector<std::string> who;
  for (const int role : rung.roles()) {
    who.push_back(role == v1::RECIPIENT_ROLE_LEAD     ? "lead"
                  : role == v1::RECIPIENT_ROLE_DEPUTY ? "deputies"
                                                      : "head");
  }
  return "sealed to " + absl::StrJoin(who, ", ");
}

base::Result<std::uint32_t> UrnOf(const LadderOptions& options) {
  if (options.urn.empty()) return 0u;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  return urn.value();
}

base::Result<Exit> Show(console::App& app, const Where& where, const LadderOptions& options) {
  v1::GetLadderRequest request;
  request.set_force(options.force);
  FB_ASSIGN_OR_RETURN(const std::uint32_t urn, UrnOf(options));
  request.set_urn(urn);
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::GetLadderResponse answer, door->GetLadder(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
  } else if (options.toml) {
    app.out() << FormatLadderFile(answer.ladder());
  } else {
    console::Table table({"RUNG", "WHEN", "WHAT"});
    for (const v1::Rung& rung : answer.ladder().rungs()) {
      table.Add({console::Printable(rung.name()), When(rung), What(rung)});
    }
    app.out() << table.ToString() << "\n" << Source(answer.source()) << "\n";
  }
  return Exit::kDone;
}

// `ladder` null: back to what else holds.
base::Result<Exit> Set(console::App& app, const Where& where, const LadderOptions& options,
                       const v1::Ladder* ladder) {
  if (options.force.empty() == options.urn.empty()) {
    return console::UsageError("say whose ladder it is: --force CODE or --school URN");
  }
  v1::SetLadderRequest request;
  if (!options.force.empty()) request.set_force(options.force);
  if (!options.urn.empty()) {
    FB_ASSIGN_OR_RETURN(const std::uint32_t urn, UrnOf(options));
    request.set_urn(urn);
  }
  if (ladder != nullptr) *request.mutable_ladder() = *ladder;
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::SetLadderResponse answer, door->SetLadder(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
  } else {
    app.out() << (ladder != nullptr ? "The ladder is set" : "It has no ladder of its own any more")
              << "; " << answer.alerts_waiting()
              << (answer.alerts_waiting() == 1 ? " alert that waits climbs"
                                               : " alerts that wait climb")
              << " by what holds now\n";
  }
  return Exit::kDone;
}

base::Result<Exit> SetFrom(console::App& app, const Where& where, const LadderOptions& options) {
  FB_ASSIGN_OR_RETURN(const v1::Ladder ladder, ReadLadderFile(options.file));
  return Set(app, where, options, &ladder);
}

void AddScope(CLI::App& command, LadderOptions& options) {
  command.add_option("--force", options.force, "Of this force's alerts")->type_name("CODE");
  command.add_option("--school", options.urn, "Of alerts at this school")->type_name("URN");
}

}  // namespace

void AddLadder(console::App& app, Where& where) {
  const auto options = std::make_shared<LadderOptions>();
  CLI::App& group = app.Group("ladder", "What happens while nobody acknowledges an alert");
  CLI::App& show = app.Command(group, "show", "The rungs of a force's alerts at a school",
                               "  firstbell-admin ladder show --data DIR\n"
                               "  firstbell-admin ladder show --force kent --school 100000 "
                               "--data DIR\n"
                               "  firstbell-admin ladder show --toml --data DIR > ladder.toml\n\n"
                               "A school's own ladder goes before its force's, that before the\n"
                               "one that is shipped.\n",
                               [&app, &where, options] { return Show(app, where, *options); });
  AddScope(show, *options);
  show.add_flag("--toml", options->toml, "As a file for `ladder set`");
  CLI::App& set = app.Command(
      group, "set", "Give a force or a school a ladder of its own",
      "  firstbell-admin ladder set ladder.toml --force kent --data DIR\n"
      "  firstbell-admin ladder set ladder.toml --school 100000 --broker localhost:7443 "
      "--identity op\n\n"
      "ladder.toml names the rungs, lowest first:\n\n"
      "  [[rung]]\n"
      "  name = \"lead\"\n"
      "  people = [\"lead\"]      # lead, deputy, head: who can read it from here on\n\n"
      "  [[rung]]\n"
      "  name = \"deputies\"\n"
      "  people = [\"deputy\"]\n"
      "  minutes_before = 45    # the deadline; without it, at the notice window\n\n"
      "  [[rung]]\n"
      "  name = \"call list\"\n"
      "  calls = true           # the force telephones\n"
      "  minutes_before = 20\n\n"
      "  [[rung]]\n"
      "  name = \"authority\"\n"
      "  authority = true       # hears that it is unopened, and nothing more\n"
      "  minutes_before = 0\n\n"
      "The first rung is of people, at the window. An alert climbs a rung once and never back;\n"
      "one that comes late climbs several at once, an urgent one all but the authority's.\n",
      [&app, &where, options] { return SetFrom(app, where, *options); });
  set.add_option("FILE", options->file, "The file")->required()->check(CLI::ExistingFile);
  AddScope(set, *options);
  CLI::App& clear =
      app.Command(group, "clear", "Take a force's or a school's own ladder back",
                  "  firstbell-admin ladder clear --force kent --data DIR\n",
                  [&app, &where, options] { return Set(app, where, *options, nullptr); });
  AddScope(clear, *options);
}

}  // namespace firstbell::admin
