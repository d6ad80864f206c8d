#pragma once

// The options of `inbox reply`, and the text that it sends.

#include <filesystem>
#include <string>

#include "broker/base/status.h"
#include "clients/console/app.h"
#include "clients/school/reply.h"

namespace firstbell::school {

struct ReplyOptions {
  std::string about, text;
  std::filesystem::path text_file;  // "-": standard input
};

inline constexpr char kReplyWhat[] =
    "Say something back to the force's desk about an alert that you have opened: about the child's "
    "attendance, a further concern, or that they are to call. It is sealed here to the desk alone: "
    "neither the broker nor this machine can read it afterwards, and it is kept nowhere here; keep "
    "what you need of it in your own record. It is no emergency call: in danger, dial 999";
inline constexpr char kReplyExamples[] =
    "  firstbell-school inbox reply 3f7kq2mz attendance \"Here since 8:40, had breakfast.\"\n"
    "  firstbell-school inbox reply 3f7kq2mz concern --state DIR\n"
    "  firstbell-school inbox reply 3f7kq2mz call --text-file reply.txt --state DIR\n"
    "\n"
    "A text on the command line can be read by everybody on this machine while the command runs:\n"
    "where others use it, leave the text out and type it when you are asked.\n";

// After the alert's own options.
void AddReplyOptions(CLI::App& command, ReplyOptions& options);

// From the command line, the file, or the terminal, and checked. A UsageError: text and file, or
// neither where nobody can be asked.
base::Result<std::string> ReadReplyText(console::App& app, const ReplyOptions& options);

}  // namespace firstbell::school
