#include "clients/school/reply_command.h"

#include <unistd.h>

#include <iostream>
#include <iterator>

#include "broker/base/file.h"
#include "broker/base/limits.h"

namespace firstbell::school {
namespace {

constexpr std::size_t kMostBytes = 64 * 1024;

base::Result<std::string> FromStandardInput() {
  std::string text;
  for (std::istreambuf_iterator<char> at(std::cin), end; at != end; ++at) {
    text += *at;
    if (text.size() > kMostBytes) return base::InvalidArgument("the text is too long");
  }
  return text;
}

base::Result<std::string> FromTerminal(console::App& app) {
  if (::isatty(STDIN_FILENO) == 0) {
    return console::UsageError(
        "give the text, or --text-file FILE: there is no terminal to ask on");
  }
  app.err() << "What does the desk need to know? One line, at most " << limits::kReplyCharacters
            << " characters:\n"
            << std::flush;
  std::string line;
  std::getline(std::cin, line);
  return line;
}

}  // namespace

void AddReplyOptions(CLI::App& command, ReplyOptions& options) {
  command.add_option("about", options.about, "attendance; concern (a further one); call (please)")
      ->required()
      ->check(CLI::IsMember({"attendance", "concern", "call"}));
  CLI::Option* text =
      command.add_option("text", options.text,
                         "What to say, at most " + std::to_string(limits::kReplyCharacters) +
                             " characters; asked for where it is not given");
  command.add_option("--text-file", options.text_file, "The text, from a file; -: standard input")
      ->type_name("FILE")
      ->excludes(text);
}

base::Result<std::string> ReadReplyText(console::App& app, const ReplyOptions& options) {
  if (!options.text.empty()) return CheckReplyText(options.text);
  if (options.text_file.empty()) {
    FB_ASSIGN_OR_RETURN(std::string line, FromTerminal(app));
    return CheckReplyText(std::move(line));
  }
  const bool piped = options.text_file == "-";
  FB_ASSIGN_OR_RETURN(std::string text,
                      piped ? FromStandardInput() : base::ReadFile(options.text_file, kMostBytes));
  return CheckReplyText(std::move(text));
}

}  // namespace firstbell::school
