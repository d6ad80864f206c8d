#include "clients/admin/direct_lines.h"

#include <memory>
#include <vector>

#include "clients/console/output.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct LineOptions {
  std::string urn;
  std::vector<std::string> lines;
};

base::Result<Exit> Send(console::App& app, const Where& where, const LineOptions& options) {
  v1::SetDirectLinesRequest request;
  FB_ASSIGN_OR_RETURN(const base::Urn urn, base::ParseUrn(options.urn));
  request.set_urn(urn.value());
  for (const std::string& text : options.lines) {
    FB_ASSIGN_OR_RETURN(*request.add_direct_lines(), ParseDirectLine(text));
  }
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  FB_ASSIGN_OR_RETURN(const v1::GetSchoolResponse answer, door->SetDirectLines(request));
  if (app.json()) {
    app.out() << console::ToJson(answer) << "\n";
    return Exit::kDone;
  }
  const v1::School& school = answer.school();
  if (school.direct_lines().empty()) {
    app.out() << "School " << school.urn() << " has no direct lines: officers telephone "
              << (school.telephone().empty() ? "it, and the register has no number"
                                             : console::Printable(school.telephone()))
              << "\n";
    return Exit::kDone;
  }
  app.out() << "School " << school.urn() << " is telephoned in this order:\n";
  for (const v1::DirectLine& line : school.direct_lines()) {
    app.out() << "  " << DirectLineText(line) << "\n";
  }
  if (!school.telephone().empty()) {
    app.out() << "  " << console::Printable(school.telephone()) << ", by the register\n";
  }
  return Exit::kDone;
}

void AddUrn(CLI::App& command, LineOptions& options) {
  command.add_option("URN", options.urn, "Its number in the register")->required();
}

}  // namespace

void AddDirectLines(console::App& app, CLI::App& school, Where& where) {
  CLI::App& group = app.Group(school, "direct-lines",
                              "Telephones that the school's people answer themselves: an officer "
                              "tries them before the number of the register");
  const auto options = std::make_shared<LineOptions>();
  CLI::App& set = app.Command(
      group, "set", "Set a school's direct lines, the first to be tried first; those before go",
      "  firstbell-admin school direct-lines set 100000 \"A. Person, DSL=01632 960123\" \\\n"
      "    \"B. Person, head=01632 960124\" --data DIR\n"
      "\n"
      "An adult in an incident is left out of its calls, where the line's name tells who it is.\n"
      "No import of a register takes them away.\n",
      [&app, &where, options] { return Send(app, where, *options); });
  AddUrn(set, *options);
  set.add_option("LINE", options->lines, "Who answers it, =, and the number; 1 to 8 of them")
      ->required();
  const auto none = std::make_shared<LineOptions>();
  CLI::App& clear = app.Command(group, "clear", "Take a school's direct lines away",
                                "  firstbell-admin school direct-lines clear 100000 --data DIR\n",
                                [&app, &where, none] { return Send(app, where, *none); });
  AddUrn(clear, *none);
}

base::Result<v1::DirectLine> ParseDirectLine(std::string_view text) {
  const std::size_t at = text.rfind('=');
  if (at == std::string_view::npos) {
    return base::InvalidArgument(
        "a direct line is written NAME=NUMBER, for instance \"A. Person, DSL=01632 960123\"");
  }
  v1::DirectLine line;
  line.set_name(std::string(text.substr(0, at)));
  line.set_telephone(std::string(text.substr(at + 1)));
  return line;
}

std::string DirectLineText(const v1::DirectLine& line) {
  return console::Printable(line.telephone()) + ", " + console::Printable(line.name());
}

}  // namespace firstbell::admin
