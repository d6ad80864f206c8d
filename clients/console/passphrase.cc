#include "clients/console/passphrase.h"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "broker/base/file.h"

namespace firstbell::console {
namespace {

// The controlling terminal with its echo off until this goes.
class QuietTerminal {
 public:
  QuietTerminal() : fd_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
    if (fd_ < 0 || tcgetattr(fd_, &before_) != 0) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ready_ = tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  ~QuietTerminal() {
    if (ready_) tcsetattr(fd_, TCSAFLUSH, &before_);
    if (fd_ >= 0) close(fd_);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

  bool ready() const { return ready_; }
  void Write(const std::string& text) const {
    [[maybe_unused]] const ssize_t written = write(fd_, text.data(), text.size());
  }
  ssize_t ReadLine(char* buffer, std::size_t size) const { return read(fd_, buffer, size); }

 private:
  const int fd_;
  termios before_{};
  bool ready_ = false;
};

std::string_view WithoutLineBreak(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// What was typed or piped, in a buffer that is wiped.
using Line = std::array<char, 4096>;

base::Secret TakeLine(Line& line, ssize_t size) {
  base::Secret secret(
      WithoutLineBreak({line.data(), size > 0 ? static_cast<std::size_t>(size) : 0}));
  explicit_bzero(line.data(), line.size());
  return secret;
}

// `otherwise`: what to do where there is no terminal.
base::Result<base::Secret> Ask(const std::string& prompt, std::string_view otherwise) {
  const QuietTerminal terminal;
  if (!terminal.ready()) return base::FailedPrecondition(std::string(otherwise));
  terminal.Write(prompt + ": ");
  Line line{};
  const ssize_t size = terminal.ReadLine(line.data(), line.size());
  terminal.Write("\n");
  return TakeLine(line, size);
}

base::Result<base::Secret> AskPassphrase(const std::string& prompt) {
  return Ask(prompt,
             "a passphrase is needed and there is no terminal to ask on: give --passphrase-file");
}

base::Result<base::Secret> FromStandardInput() {
  Line line{};
  std::size_t size = 0;
  ssize_t more = 0;
  while (size < line.size() &&
         (more = read(STDIN_FILENO, line.data() + size, line.size() - size)) > 0) {
    size += static_cast<std::size_t>(more);
  }
  const bool whole = size < line.size();
  base::Secret secret = TakeLine(line, static_cast<ssize_t>(size));
  if (!whole) return base::InvalidArgument("what came by standard input is longer than any code");
  return secret;
}

base::Result<base::Secret> FromFile(const std::filesystem::path& file) {
  FB_ASSIGN_OR_RETURN(const base::Secret whole, base::ReadSecretFile(file));
  return base::Secret(WithoutLineBreak(whole.Reveal()));
}

}  // namespace

base::Result<base::Secret> ReadPassphrase(const std::filesystem::path& file,
                                          const std::string& prompt) {
  FB_ASSIGN_OR_RETURN(base::Secret secret, file.empty() ? AskPassphrase(prompt) : FromFile(file));
  if (secret.empty()) return base::InvalidArgument("the passphrase is empty");
  return secret;
}

base::Status CheckPassphrase(const base::Secret& passphrase) {
  const std::string_view bytes = passphrase.Reveal();
  const auto characters =
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return (c & 0xc0) != 0x80; });
  if (static_cast<std::size_t>(characters) >= kPassphraseCharacters) return base::OkStatus();
  return base::InvalidArgument("the passphrase is too short: it takes at least " +
                               std::to_string(kPassphraseCharacters) +
                               " characters; four or five unrelated words do well");
}

base::Result<base::Secret> NewPassphrase(
    const std::filesystem::path& file, const std::string& prompt,
    const std::function<base::Status(const base::Secret&)>& check) {
  FB_ASSIGN_OR_RETURN(base::Secret secret, ReadPassphrase(file, prompt));
  FB_RETURN_IF_ERROR(check(secret));
  if (!file.empty()) return secret;
  FB_ASSIGN_OR_RETURN(const base::Secret again, AskPassphrase("The same again"));
  if (again.Reveal() != secret.Reveal()) return base::InvalidArgument("the two differ");
  return secret;
}

base::Result<base::Secret> ReadCode(const std::filesystem::path& file, const std::string& prompt) {
  const auto read = [&] {
    if (file == "-") return FromStandardInput();
    if (!file.empty()) return FromFile(file);
    return Ask(prompt,
               "the code is needed and there is no terminal to ask on: give --code-file FILE, or "
               "--code-file - and the code by standard input");
  };
  FB_ASSIGN_OR_RETURN(base::Secret code, read());
  if (code.empty()) return base::InvalidArgument("no code was given");
  return code;
}

}  // namespace firstbell::console
