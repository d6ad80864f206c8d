// The school's inbox: whether a page costs more where a school has had ten thousand alerts, made in
// this process and asked of the daemon that serves it; and what that daemon takes. No broker is
// started: pages work without one.

#include <httplib.h>

#include <algorithm>
#include <chrono>
#include <fstream>

#include "broker/base/file.h"
#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/year_group.h"
#include "clients/school/web/site.h"
#include "tests/bench/benches.h"
#include "tests/support/free_ports.h"
#include "tests/support/program.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/school/invented_broker.h"

namespace firstbell::bench {
namespace {

using namespace school;

constexpr std::size_t kAlerts = 10'000, kActions = 50'000;
constexpr std::size_t kFewAlerts = 100, kFewActions = 2'500;
constexpr std::size_t kOpenAlerts = 5, kAlertsAChild = 10;
constexpr absl::Duration kBetweenAlerts = absl::Hours(4);
constexpr std::size_t kAlertsAYear = 365 * 6;
constexpr std::size_t kFewestChildren = 50;  // so that each list has a whole page
constexpr int kLooks = 60;
constexpr time_t kPatienceSeconds = 60;  // for an answer of the daemon
constexpr double kUntilLocked = 3000;    // milliseconds, until what was in use is given back
constexpr uid_t kUser = 1000;
constexpr char kHost[] = "127.0.0.1:7470";
const base::Secret kPassphrase("correct horse battery");

using Clock = std::chrono::steady_clock;

double MillisecondsSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

// Of the page's forms.
std::string TokenOf(const std::string& page) {
  const std::string mark = "name=\"form\" value=\"";
  const std::size_t found = page.find(mark);
  FB_CHECK(found != std::string::npos);
  const std::size_t at = found + mark.size();
  return page.substr(at, page.find('"', at) - at);
}

// A school's machine with so much in its stores, and its lead signed in.
class Machine {
 public:
  Machine(std::size_t alerts, std::size_t actions) {
    Must(Enrol(state_, broker_.Code(v1::RECIPIENT_ROLE_DEVICE), base::Secret(), broker_));
    Must(Enrol(state_, broker_.Code(v1::RECIPIENT_ROLE_LEAD), kPassphrase, broker_));
    lead_.emplace(
        Unlock(state_, FindPerson(ListPeople(state_).value(), "").value(), kPassphrase).value());
    FillAlerts(alerts);
    FillRecords(std::max(alerts / kAlertsAChild, kFewestChildren), actions);
    opened_.clear();
    site_ = web::Site::Open({.guard = {{kUser}, kHost}, .state = state_.path()}, broker_).value();
    SignIn();
  }

  // The median of a page, in milliseconds.
  double Page(const std::string& path, web::Fields query = {}) {
    web::Request request = Ask("GET", path);
    request.query = std::move(query);
    std::vector<double> took;
    for (int i = 0; i < kLooks; ++i) {
      const auto start = Clock::now();
      const web::Response response = site_->Answer(request);
      took.push_back(MillisecondsSince(start));
      FB_CHECK(response.status == 200);
    }
    return Median(took);
  }
  const std::string& child_path() const { return child_path_; }
  const StateDirectory& state() const { return state_; }
  const std::string& lead_id() const { return lead_->identity.id.value(); }
  double DiskBytes() const {
    double bytes = 0;
    for (const auto& path : {state_.Store(), state_.Records()}) {
      bytes += static_cast<double>(std::filesystem::file_size(path));
    }
    return bytes;
  }

 private:
  template <typename T>
  static void Must(const base::Result<T>& result) {
    FB_CHECK(result.ok());
  }

  void FillAlerts(std::size_t alerts) {
    const auto store = LocalStore::Open(state_.Store()).value();
    const DeviceIdentity device = LoadDevice(state_).value();
    const link::InventedSchool invented;
    model::Recipient reader;
    reader.id = lead_->identity.id;
    reader.role = v1::RECIPIENT_ROLE_LEAD;
    reader.opening_certificate = lead_->identity.opening_certificate;
    const auto people = sealing::People::Of({&reader, 1}).value();
    for (std::size_t i = 0; i < alerts; ++i) {
      // The newest now, and each further one some hours earlier.
      const bool open = i < kOpenAlerts;
      const absl::Time at = now_ - (open ? absl::ZeroDuration() : kBetweenAlerts * i);
      model::Alert alert = invented.Alert(link::NewAlertId(), 1, 1);
      alert.show_from = at - absl::Minutes(1);
      alert.deadline = at + absl::Minutes(45);
      const auto sealing =
          sealing::SealAlert(alert, invented.Content(alert), people, broker_.envelope_key, at)
              .value();
      const link::SealingRef ref{alert.id, 1, 1, sealing.ciphertext_sha256};
      const auto say = [&](v1::ReceiptKind kind, const link::Signer& signer) {
        return link::SignToQueue(ref, kind, signer, at);
      };
      FB_CHECK(store
                   ->KeepSealing({ref, alert.show_from, alert.deadline,
                                  model::ExpiryOf(at, alert.deadline), at, sealing.envelope},
                                 say(v1::RECEIPT_KIND_RECEIVED, device.signer),
                                 [&](const link::SealingRef&) {
                                   return say(v1::RECEIPT_KIND_ERASED, device.signer);
                                 })
                   .ok());
      Must(store->QueueReceipt(say(v1::RECEIPT_KIND_SHOWN, device.signer)));
      if (open) continue;
      Must(store->QueueReceipt(say(v1::RECEIPT_KIND_ACKNOWLEDGED, lead_->signer)));
      opened_.push_back({alert.id, at, invented.Content(alert).SerializeAsString()});
    }
    AnswerAll(*store);
    FB_CHECK(store->Verify().ok());  // or its daemon would say so, and end
  }

  // As the broker does.
  static void AnswerAll(LocalStore& store) {
    while (true) {
      const auto receipts = store.UnansweredReceipts(1'000).value();
      if (receipts.empty()) return;
      for (const link::QueuedReceipt& one : receipts) {
        FB_CHECK(
            store.AnswerReceipt(one.statement_sha256, v1::RECEIPT_OUTCOME_RECORDED, one.at).ok());
      }
    }
  }

  void FillRecords(std::size_t children, std::size_t actions) {
    using namespace school_records;
    const auto records = RecordStore::Open(state_.Records()).value();
    const Ring ring = KeyRing(*records).MakeFirst(*lead_, now_).value();
    std::vector<ChildId> ids;
    const auto add = [&](Draft draft) {
      draft.id = RecordId(crypto::RandomId());
      Must(records->Add(ring, lead_->signer, draft));
    };
    v1::RecordBody child, action, alert;
    child.mutable_child()->set_given_names("Robin");
    child.mutable_child()->set_family_name("Example");
    child.mutable_child()->set_date_of_birth("2017-05-04");
    action.mutable_action()->set_code("breakfast");
    action.mutable_action()->set_what("came at 8:20, ate well");
    action.mutable_action()->set_stage(v1::ACTION_STAGE_DONE);
    for (std::size_t i = 0; i < children; ++i) {
      ids.emplace_back(crypto::RandomId());
      add({.child = ids.back(), .at = now_, .body = child});
    }
    for (std::size_t i = 0; i < opened_.size(); ++i) {
      alert.mutable_alert()->set_content(opened_[i].content);
      add({.child = ids[i % children],
           .alert = opened_[i].id,
           .revision = 1,
           .at = opened_[i].at,
           .body = alert});
    }
    for (std::size_t i = 0; i < actions; ++i) {
      const absl::Time at = opened_[i % opened_.size()].at + absl::Minutes(30);
      add({.child = ids[i % children], .at = at, .body = action});
    }
    child_path_ = "/child/" + ids.front().value();
  }

  web::Request Ask(const std::string& method, const std::string& path) const {
    web::Request request;
    request.method = method;
    request.path = path;
    request.host = kHost;
    request.user = kUser;
    request.session = cookie_;
    return request;
  }

  void SignIn() {
    const std::string page = site_->Answer(Ask("GET", "/")).body;
    web::Request request = Ask("POST", "/sign-in");
    request.origin = std::string("http://") + kHost;
    request.content_type = "application/x-www-form-urlencoded";
    request.form = {{"form", TokenOf(page)},
                    {"person", lead_id()},
                    {"passphrase", std::string(kPassphrase.Reveal())}};
    const std::string cookie = site_->Answer(request).set_cookie;
    FB_CHECK(!cookie.empty());
    cookie_ = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
  }

  struct OpenedAlert {
    base::AlertId id;
    absl::Time at;
    std::string content;
  };

  const absl::Time now_ = absl::Now();
  support::TempDirectory directory_;
  InventedBroker broker_;
  const StateDirectory state_ = StateDirectory::OpenOrMake(directory_.path() / "state").value();
  std::optional<UnlockedPerson> lead_;
  std::vector<OpenedAlert> opened_;  // while it is filled
  std::unique_ptr<web::Site> site_;
  std::string cookie_, child_path_;
};

double ResidentMegabytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  std::string word;
  while (status >> word) {
    if (word != "VmRSS:") continue;
    double kilobytes = 0;
    status >> kilobytes;
    return kilobytes / 1024;
  }
  return 0;
}

// The lead's browser at the daemon's page: one connection that is kept, as browsers do.
class Browser {
 public:
  explicit Browser(int port) : origin_("http://127.0.0.1:" + std::to_string(port)), http_(origin_) {
    http_.set_keep_alive(true);
    http_.set_read_timeout(kPatienceSeconds);
  }

  bool Answers() {
    const auto answer = http_.Get("/pulse");
    return answer && answer->status == 200;
  }

  void SignIn(const std::string& person) {
    const auto page = http_.Get("/");
    FB_CHECK(page && page->status == 200);
    const auto answer =
        http_.Post("/sign-in", httplib::Headers{{"Origin", origin_}},
                   httplib::Params{{"form", TokenOf(page->body)},
                                   {"person", person},
                                   {"passphrase", std::string(kPassphrase.Reveal())}});
    FB_CHECK(answer && answer->status == 303 && answer->has_header("Set-Cookie"));
    const std::string cookie = answer->get_header_value("Set-Cookie");
    headers_ = {{"Cookie", cookie.substr(0, cookie.find(';'))}};
  }

  void Lock() {
    httplib::Headers headers = headers_;
    headers.emplace("Origin", origin_);
    const auto answer = http_.Post("/lock", headers, httplib::Params{});
    FB_CHECK(answer && answer->status == 303);
  }

  // The median of a page until its first byte is here, in milliseconds. Its head has come before
  // that, and the rest is read as well, but not counted.
  double FirstByte(const std::string& path) {
    std::vector<double> took;
    for (int i = 0; i < kLooks; ++i) {
      std::optional<double> first;
      const auto start = Clock::now();
      const auto answer = http_.Get(path, headers_, [&](const char*, std::size_t) {
        if (!first) first = MillisecondsSince(start);
        return true;
      });
      FB_CHECK(answer && answer->status == 200 && first);
      took.push_back(*first);
    }
    return Median(took);
  }

 private:
  const std::string origin_;
  httplib::Client http_;
  httplib::Headers headers_;  // once signed in
};

bool Says(const std::filesystem::path& log, std::string_view words) {
  const auto text = base::ReadFile(log);
  return text.ok() && text->find(words) != std::string::npos;
}

struct Daemon {
  double cold_start_ms = 0, today_ms = 0, child_ms = 0;
  double idle_mb = 0, signed_in_mb = 0, looked_at_mb = 0, locked_mb = 0;
};

// From its start until its page answers, with all of that in its stores; then the lead signs in and
// looks at pages.
Daemon MeasureDaemon(const Setting& setting, const Machine& machine) {
  const int port = support::FreePorts(1)[0];
  const std::filesystem::path log = machine.state().path().parent_path() / "daemon.log";
  Daemon measured;
  const auto start = Clock::now();
  support::Running daemon({(setting.programs / "firstbell-school").string(), "run", "--state",
                           machine.state().path().string(), "--port", std::to_string(port)},
                          log);
  Browser lead(port);
  while (!lead.Answers()) FB_CHECK(daemon.alive());
  measured.cold_start_ms = MillisecondsSince(start);
  // Its stores are held against their digests meanwhile, which is not to be counted in a page.
  while (!Says(log, "Firstbell is running")) FB_CHECK(lead.Answers());
  measured.idle_mb = ResidentMegabytes(daemon.pid());
  lead.SignIn(machine.lead_id());
  measured.signed_in_mb = ResidentMegabytes(daemon.pid());
  measured.today_ms = lead.FirstByte("/");
  measured.child_ms = lead.FirstByte(machine.child_path());
  measured.looked_at_mb = ResidentMegabytes(daemon.pid());
  lead.Lock();
  const auto locked = Clock::now();
  while (MillisecondsSince(locked) < kUntilLocked) FB_CHECK(lead.Answers());
  measured.locked_mb = ResidentMegabytes(daemon.pid());
  return measured;
}

// Bounds as for a page that is made in this process: the house asks the same of both.
std::vector<Row> OverHttp(std::size_t alerts, std::size_t actions, const Daemon& many,
                          const Daemon& few) {
  const std::string note =
      "asked of the daemon over HTTP, signed in; ceiling: with 100 alerts and 2,500 actions; "
      "medians of 60";
  const std::string pages = "resident, " + std::to_string(2 * kLooks) + " pages later";
  return {
      {"today's page, to its first byte", "ms", alerts, many.today_ms, few.today_ms, 2, 1.2, false,
       note},
      {"a child's chronology, to its first byte", "ms", actions, many.child_ms, few.child_ms, 2,
       1.2, false, note},
      {"the daemon, idle",
       "MB",
       alerts,
       many.idle_mb,
       {},
       60,
       40,
       false,
       "resident, before anybody signs in"},
      {"the daemon, somebody signed in",
       "MB",
       alerts,
       many.signed_in_mb,
       {},
       80,
       60,
       false,
       "resident"},
      {"the daemon, its pages looked at",
       "MB",
       alerts,
       many.looked_at_mb,
       {},
       80,
       60,
       false,
       pages},
      {"the daemon, locked again",
       "MB",
       alerts,
       many.locked_mb,
       {},
       60,
       50,
       false,
       "resident, three seconds after the lock"},
  };
}

}  // namespace

std::vector<Row> Inbox(const Setting& setting) {
  const std::size_t alerts = setting.Scaled(kAlerts), actions = setting.Scaled(kActions);
  Machine few(kFewAlerts, kFewActions), many(alerts, actions);
  const Daemon daemon = MeasureDaemon(setting, many), small = MeasureDaemon(setting, few);
  // The one before this: it is full of them.
  const int last_year =
      school_records::SchoolYearOf(absl::ToCivilDay(absl::Now(), absl::UTCTimeZone())) - 1;
  const double bytes = (many.DiskBytes() - few.DiskBytes()) /
                       static_cast<double>(std::max(alerts, kFewAlerts + 1) - kFewAlerts);
  const std::string note =
      "made in this process, signed in; ceiling: with 100 alerts and 2,500 actions; medians of 60";
  std::vector<Row> rows = {
      {"today's page", "ms", alerts, many.Page("/"), few.Page("/"), 2, 1.2, false, note},
      {"a child's chronology", "ms", actions, many.Page(many.child_path()),
       few.Page(few.child_path()), 2, 1.2, false, note},
      {"the list of children", "ms", alerts / kAlertsAChild, many.Page("/children"),
       few.Page("/children"), 2, 1.2, false, note + "; of 50 children"},
      {"the patterns of a school year",
       "ms",
       std::min(alerts, kAlertsAYear),
       many.Page("/patterns", {{"year", std::to_string(last_year)}}),
       {},
       1000,
       250,
       false,
       "each alert of the year is opened, with five actions"},
      {"cold start until the page answers",
       "ms",
       alerts,
       daemon.cold_start_ms,
       {},
       5000,
       1000,
       false,
       "of the whole process, its stores opened"},
      {"disk, an alert and five actions",
       "bytes",
       alerts,
       bytes,
       {},
       0,
       0,
       false,
       "store.sqlite and records.sqlite"},
  };
  for (Row& row : OverHttp(alerts, actions, daemon, small)) rows.push_back(std::move(row));
  return rows;
}

}  // namespace firstbell::bench
