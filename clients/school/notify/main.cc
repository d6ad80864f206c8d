// firstbell-notify: runs in a person's desktop session, and tells them that something waits in the
// page of firstbell-school on this machine. What waits it neither knows nor says.

#include <httplib.h>
#include <libnotify/notify.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <thread>

#include "broker/base/clock.h"
#include "clients/console/app.h"
#include "clients/school/notify/notice.h"

namespace firstbell::school {
namespace {

using console::Exit;

constexpr std::chrono::seconds kLookEvery(5);
constexpr time_t kPatienceSeconds = 3;

std::atomic<bool> stop_requested{false};

// One notification of this desktop, which the next takes the place of.
class DesktopNotice {
 public:
  DesktopNotice() { ready_ = notify_init("Firstbell") != FALSE; }
  DesktopNotice(const DesktopNotice&) = delete;
  DesktopNotice& operator=(const DesktopNotice&) = delete;
  ~DesktopNotice() {
    if (notice_ != nullptr) g_object_unref(notice_);
    if (ready_) notify_uninit();
  }

  base::Status Show(const std::string& text, const std::string& where) {
    if (!ready_) return base::FailedPrecondition("this session has no notifications");
    if (notice_ == nullptr) notice_ = notify_notification_new("Firstbell", nullptr, nullptr);
    notify_notification_update(notice_, "Firstbell", (text + "\n" + where).c_str(),
                               "dialog-information");
    notify_notification_set_urgency(notice_, NOTIFY_URGENCY_CRITICAL);
    notify_notification_set_hint(notice_, "sound-name",
                                 g_variant_new_string("message-new-instant"));
    GError* error = nullptr;
    if (notify_notification_show(notice_, &error) != FALSE) return base::OkStatus();
    const std::string why = error == nullptr ? "unknown" : error->message;
    g_clear_error(&error);
    return base::Unavailable("this desktop shows no notification: " + why);
  }

 private:
  bool ready_ = false;
  NotifyNotification* notice_ = nullptr;
};

class Program {
 public:
  Program()
      : app_({.name = "firstbell-notify",
              .version = FIRSTBELL_VERSION,
              .what = "Tells the people at this desktop that something waits in Firstbell, and no "
                      "more.",
              .examples = "  firstbell-notify watch\n  firstbell-notify test\n"},
             std::cout, std::cerr) {
    app_.Setting(port_, "--port", "school.port", "Where firstbell-school serves its page (7470)");
    app_.Command("watch",
                 "Until it is ended: one notification when something new waits, and every "
                 "ten minutes for as long as anything does",
                 "  firstbell-notify watch --port 7470\n", [this] { return Watch(); });
    app_.Command("test", "Show a notification, to see and hear whether this desktop does",
                 "  firstbell-notify test\n", [this] { return Test(); });
  }
  int Main(int argc, const char* const* argv) { return app_.Main(argc, argv); }

 private:
  std::string Address() const { return "http://127.0.0.1:" + port_; }

  base::Result<Pulse> Ask() const {
    httplib::Client client(Address());
    client.set_connection_timeout(kPatienceSeconds);
    client.set_read_timeout(kPatienceSeconds);
    const auto answer = client.Get("/pulse");
    if (!answer)
      return base::Unavailable("nothing answers at " + Address() + ": does firstbell-school run?");
    if (answer->status != 200) {
      return base::PermissionDenied(
          "the page at " + Address() +
          " does not answer to this user: name them with --users of firstbell-school run");
    }
    return ParsePulse(answer->body);
  }

  base::Result<Exit> Test() {
    DesktopNotice notice;
    FB_RETURN_IF_ERROR(notice.Show("This is a test.", Address() + "/"));
    app_.out() << "Shown. If you neither saw nor heard it, look at this desktop's settings.\n";
    return Exit::kDone;
  }

  // What is amiss is said once, and looked at again: the daemon may start later than the desktop.
  base::Result<Exit> Watch() {
    DesktopNotice notice;
    NoticeWatch watch;
    const base::SystemClock clock;
    std::string said;
    while (!stop_requested) {
      auto pulse = Ask();
      base::Status status = pulse.status();
      if (pulse.ok()) {
        const auto text = watch.Look(*pulse, clock.Now());
        if (text) status = notice.Show(*text, Address() + "/");
      }
      const std::string trouble(base::Message(status));
      if (!status.ok() && trouble != said) std::cerr << trouble << std::endl;
      said = trouble;
      for (auto left = kLookEvery * 5; left.count() > 0 && !stop_requested;
           left -= std::chrono::seconds(1)) {
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
      }
    }
    return Exit::kDone;
  }

  console::App app_;
  std::string port_ = "7470";
};

void StopOnSignals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_requested = true; };
  sigemptyset(&action.sa_mask);
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

}  // namespace
}  // namespace firstbell::school

int main(int argc, char** argv) {
  firstbell::school::StopOnSignals();
  firstbell::school::Program program;
  return program.Main(argc, argv);
}
