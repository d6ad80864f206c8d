#include "tests/support/program.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "broker/base/file.h"

namespace firstbell::support {
namespace {

constexpr unsigned kLongestRunSeconds = 60;
constexpr int kNotStarted = 127;

void Redirect(const std::filesystem::path& file, int flags, int to) {
  const int opened = ::open(file.c_str(), flags, 0600);
  if (opened < 0 || ::dup2(opened, to) < 0) ::_exit(kNotStarted);
}

// In the child, between fork and exec: no more than calls that may stand there.
[[noreturn]] void Execute(char* const* argv, const std::filesystem::path& out,
                          const std::filesystem::path& err, unsigned seconds) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::alarm(seconds);  // survives the exec; 0: none
  Redirect("/dev/null", O_RDONLY, 0);
  Redirect(out, O_WRONLY | O_CREAT | O_APPEND, 1);
  Redirect(err, O_WRONLY | O_CREAT | O_APPEND, 2);
  ::execv(argv[0], argv);
  ::_exit(kNotStarted);
}

pid_t Spawn(Arguments argv, const std::filesystem::path& out, const std::filesystem::path& err,
            unsigned seconds) {
  std::vector<char*> pointers;
  for (std::string& argument : argv) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) Execute(pointers.data(), out, err, seconds);
  FB_CHECK(child > 0);
  return child;
}

int ExitCode(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string TakeFile(const std::filesystem::path& path) {
  auto text = base::ReadFile(path);
  std::filesystem::remove(path);
  return text.ok() ? *std::move(text) : std::string();
}

}  // namespace

Finished RunToEnd(const Arguments& argv, const std::filesystem::path& scratch) {
  const auto out = scratch / "out", err = scratch / "err";
  int status = 0;
  ::waitpid(Spawn(argv, out, err, kLongestRunSeconds), &status, 0);
  return {ExitCode(status), TakeFile(out), TakeFile(err)};
}

Running::Running(const Arguments& argv, const std::filesystem::path& log)
    : pid_(Spawn(argv, log, log, 0)) {}

Running::~Running() {
  Kill();
}

bool Running::alive() {
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, WNOHANG) == pid_) {
    exit_code_ = ExitCode(status);
    pid_ = 0;
  }
  return pid_ > 0;
}

void Running::Signal(int signal) {
  if (pid_ > 0) ::kill(pid_, signal);
}

void Running::Kill() {
  Signal(SIGKILL);
  if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

int Running::Stop() {
  Signal(SIGTERM);
  int status = 0;
  if (pid_ > 0 && ::waitpid(pid_, &status, 0) == pid_) exit_code_ = ExitCode(status);
  pid_ = 0;
  return exit_code_;
}

}  // namespace firstbell::support
