// firstbell-school run: the daemon, and the page that it serves to the people on this machine.

#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <csignal>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_split.h"
#include "broker/base/clock.h"
#include "broker/base/log.h"
#include "clients/school/daemon.h"
#include "clients/school/grpc_enrolment.h"
#include "clients/school/page_standing.h"
#include "clients/school/program/program.h"
#include "clients/school/records/record_store.h"
#include "clients/school/web/listener.h"

namespace firstbell::school {
namespace {

constexpr std::chrono::milliseconds kLookForEnrolment(200);
constexpr char kDefaultPort[] = "7470";

std::atomic<bool> stop_requested{false};

void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

// Of that name, or of the daemon itself.
base::Result<std::set<uid_t>> UsersOf(const std::string& names) {
  std::set<uid_t> users = {::geteuid()};
  const std::vector<std::string> each =
      absl::StrSplit(base::View(std::string_view(names)), ',', absl::SkipEmpty());
  for (const std::string& name : each) {
    const passwd* const user = ::getpwnam(name.c_str());
    if (user == nullptr) {
      return console::UsageError("--users: this machine has no user \"" + name + "\"");
    }
    users.insert(user->pw_uid);
  }
  return users;
}

// Nothing: it is no number.
std::optional<int> NumberOf(const std::string& typed) {
  int number = 0;
  const auto [end, error] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
  const bool whole = error == std::errc() && end == typed.data() + typed.size();
  return whole ? std::optional(number) : std::nullopt;
}

// 0: none is served.
base::Result<int> PortOf(const std::string& typed) {
  const auto port = NumberOf(typed);
  if (port && *port >= 0 && *port <= 65535) return *port;
  return console::UsageError("--port: a number from 1 to 65535, or 0 for no page");
}

// Not longer than it is without: keys are in memory for as long.
base::Result<absl::Duration> IdleOf(const std::string& typed) {
  if (typed.empty()) return web::kIdle;
  const int most = static_cast<int>(absl::ToInt64Minutes(web::kIdle));
  const auto minutes = NumberOf(typed);
  if (minutes && *minutes >= 1 && *minutes <= most) return absl::Minutes(*minutes);
  return console::UsageError("--lock-after: a number of minutes from 1 to " + std::to_string(most));
}

base::Status NoPort() {
  return base::FailedPrecondition(
      "the page's port is taken, so that nobody reads alerts in a browser here: give another with "
      "--port");
}

// For `doctor` alone: alerts are kept also where this cannot be.
void SayStanding(const StateDirectory& state, PageStanding standing) {
  const base::Status said = WritePageStanding(state, standing);
  if (!said.ok()) base::LogError("school", std::string(base::Message(said)), {});
}

// Alerts come in and are shown also where what the school wrote down is damaged: that is said, and
// the pages say so.
base::Result<std::unique_ptr<school_records::RecordStore>> OpenRecords(
    const StateDirectory& state) {
  auto records = school_records::RecordStore::Open(state.Records());
  const base::Status whole = records.ok() ? (*records)->Verify().status() : records.status();
  if (!whole.ok()) base::LogError("school", std::string(base::Message(whole)), {});
  return records;
}

}  // namespace

void Program::AddRun() {
  app_.Command(
      "run", "Keep the link to the broker, and show alerts from their window",
      "  firstbell-school run --state DIR\n"
      "  firstbell-school run --state DIR --lock-after 5\n"
      "  firstbell-school run --state DIR --roll /srv/mis/roll.csv\n\n"
      "The people at this machine read alerts at http://127.0.0.1:7470/ (--port; --port 0 serves\n"
      "no page). The page answers to the user that runs this, and to the --users. Where this\n"
      "device is not enrolled yet, the page asks for its code. It locks itself after ten\n"
      "minutes in which nobody did anything, or fewer (--lock-after).\n\n"
      "With --roll, where the police ask whether a child is your pupil and exactly one pupil\n"
      "of the roll has that family name, first given name and date of birth, this machine\n"
      "signs that it is, and what happened is here before anybody comes. In every other case\n"
      "people are asked in the morning. The file is read again when it has changed.\n",
      [this] { return Run(); });
}

// The page, where one is served; what it works with outlives it.
struct Program::ServedPage {
  GrpcEnrolment enrolment;
  std::unique_ptr<web::Site> site;
  std::unique_ptr<web::Listener> listener;
};

// Where only the port that nobody chose is taken, alerts are kept all the same.
base::Result<std::unique_ptr<Program::ServedPage>> Program::ServePage(const StateDirectory& state) {
  FB_ASSIGN_OR_RETURN(const int port, PortOf(port_.empty() ? kDefaultPort : port_));
  if (port == 0) {
    SayStanding(state, {});
    return nullptr;
  }
  FB_ASSIGN_OR_RETURN(std::set<uid_t> users, UsersOf(users_));
  FB_ASSIGN_OR_RETURN(const absl::Duration idle, IdleOf(lock_after_));
  auto page = std::make_unique<ServedPage>();
  const std::string host = "127.0.0.1:" + std::to_string(port);
  FB_ASSIGN_OR_RETURN(
      page->site,
      web::Site::Open({.guard = {std::move(users), host}, .state = state_, .idle = idle},
                      page->enrolment));
  auto listener = web::Listener::Start(*page->site, port);
  SayStanding(state, {.port = port, .served = listener.ok()});
  if (!listener.ok() && !port_.empty()) return listener.status();
  if (!listener.ok()) {
    base::LogError("school", std::string(base::Message(NoPort())), {});
    return nullptr;
  }
  page->listener = *std::move(listener);
  base::LogInfo("school/web", "the page is served", {{"at", "http://" + host + "/"}});
  return page;
}

base::Status Program::AwaitEnrolment(const StateDirectory& state, const ServedPage* page) {
  FB_ASSIGN_OR_RETURN(bool enrolled, IsEnrolled(state));
  if (!enrolled && page == nullptr) return LoadDevice(state).status();
  if (!enrolled) {
    base::LogInfo("school", "this device is not enrolled yet: the page asks for its code", {});
  }
  while (!enrolled && !stop_requested) {
    std::this_thread::sleep_for(kLookForEnrolment);
    FB_ASSIGN_OR_RETURN(enrolled, IsEnrolled(state));
  }
  return base::OkStatus();
}

base::Result<Exit> Program::Run() {
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::OpenOrMake(state_));
  FB_ASSIGN_OR_RETURN(
      const FileLock lock,
      FileLock::Take(state.DaemonLock(), "a daemon runs on this state directory already"));
  base::ConfigureLog(base::LogLevel::kInfo,
                     app_.json() ? base::LogForm::kJson : base::LogForm::kText);
  StopOnSignals();
  FB_ASSIGN_OR_RETURN(const auto page, ServePage(state));
  FB_RETURN_IF_ERROR(AwaitEnrolment(state, page.get()));
  if (stop_requested) return Exit::kDone;
  FB_ASSIGN_OR_RETURN(Desk desk, OpenDesk(state_));
  FB_RETURN_IF_ERROR(desk.store->Verify());
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  DaemonVoice voice(app_.out(), app_.json() ? LineForm::kJson : LineForm::kText, london);
  Daemon daemon(desk.device, FIRSTBELL_VERSION, *desk.store, desk.clock, voice);
  if (!roll_.empty()) daemon.AnswerBy(RollFile(roll_, desk.device.urn, london));
  const auto records = OpenRecords(state);
  daemon.ForgetBy([&](const base::AlertId& alert, absl::Time now) -> base::Status {
    FB_RETURN_IF_ERROR(records.status());
    return (*records)
        ->EraseAlertText(desk.device.signer, alert, v1::ERASURE_REASON_TAKEN_BACK, now)
        .status();
  });
  FB_RETURN_IF_ERROR(daemon.Run(stop_requested));
  return Exit::kDone;
}

}  // namespace firstbell::school
