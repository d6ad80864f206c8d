#include "broker/server/broker.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>

#include <algorithm>
#include <cmath>

#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/dispatch/school_links.h"
#include "broker/registry/operator_desk.h"
#include "broker/server/climbing.h"
#include "broker/server/delivery_log_service.h"
#include "broker/server/enrolment_service.h"
#include "broker/server/incident_service.h"
#include "broker/server/link_server.h"
#include "broker/server/listen.h"
#include "broker/server/log_telling.h"
#include "broker/server/opened.h"
#include "broker/server/operator_service.h"
#include "broker/server/public_listeners.h"
#include "broker/server/pulse.h"
#include "broker/server/replacing.h"
#include "broker/server/retiming.h"
#include "broker/server/review_service.h"
#include "broker/server/waking.h"

namespace firstbell::server {
namespace {

constexpr std::size_t kLinkWorkers = 64;  // most wait for a synced write while others judge

DiskRoom RoomOn(const std::filesystem::path& directory) {
  std::error_code error;
  const auto space = std::filesystem::space(directory, error);
  const bool enough = error || space.available >= limits::kDiskReserveBytes;
  return enough ? DiskRoom::kEnough : DiskRoom::kNone;
}

// Schools with an address that cannot be reached; not a number where the store does not tell.
double CountNotWoken(store::Store& store) {
  std::size_t schools = 0;
  std::string after;
  do {
    const auto page = store.ListWakeUps(store::WakeUpList::kFailing, after, limits::kMaxPageSize);
    if (!page.ok()) return std::nan("");
    schools += page->items.size();
    after = page->next;
  } while (!after.empty());
  return static_cast<double>(schools);
}

}  // namespace

// Members in the order in which the data passes through; each uses only those above it.
struct Broker::Parts : intake::AlertSink,
                       review::DecisionSink,
                       registry::RecipientObserver,
                       registry::ClockObserver {
  Parts(Opened what, const BrokerOptions& options)
      : opened(std::move(what)),
        directory(options.directory),
        pool(limits::kWorkers, limits::kQueuedCalls),
        link_pool(kLinkWorkers, limits::kQueuedCalls),
        edge{pool, *opened.clock.clock, metrics()},
        pulse(pool, std::chrono::steady_clock::now()),
        link_pulse(link_pool, std::chrono::steady_clock::now()),
        clock_watch(opened.clock.clock->Now(), std::chrono::steady_clock::now()),
        calendar(*opened.store, opened.zone),
        ladders(*opened.store),
        policies(*opened.store),
        index(*opened.store, options.config.rule),
        placer(*opened.store, calendar, index, policies),
        intake(*opened.store, placer, calendar, *opened.vault, *this),
        review_desk(*opened.store, placer, calendar, *opened.vault, *this),
        call_desk(*opened.store, calendar, policies,
                  [this](const model::Alert& alert) {
                    hub.AlertChanged(alert);
                    links.TookBack(alert.urn, alert.id);
                  }),
        incident_inquiry(*opened.store),
        questions(*opened.store, opened.zone),
        delivery_inquiry({*opened.store, opened.log->keeper(), opened.log->schools(), questions}),
        without_link(*opened.store, opened.log->schools(), calendar),
        statistics_inquiry({*opened.store, opened.log->keeper(), questions, without_link},
                           opened.zone),
        certificates(opened.keys.issuing),
        enrolment(*opened.store, certificates, *this, opened.facts),
        desk({*opened.store,
              calendar,
              ladders,
              policies,
              index,
              enrolment,
              certificates,
              {opened.keys.issuing.certificate, opened.keys.root},
              *opened.clock.clock,
              opened.clock.simulated,
              *this,
              options.version,
              [this](base::Urn urn) { links.Wake(urn); },
              [this] { replacing.RollsChanged(); }}),
        sealer(*opened.store, *opened.vault, policies, opened.keys.envelope),
        receipt_desk(*opened.store, hub,
                     [this](const model::Alert& alert) {
                       link_pool.Post([this, id = alert.incident_id] { replacing.Incident(id); });
                     }),
        duty_desk(*opened.store),
        log_telling(*opened.store, opened.log->keeper()),
        link_server(devices, link_pool),
        links(*opened.store, ladders, policies, devices, sealer, receipt_desk, duty_desk, hub,
              link_server, [this](Task task) { link_pool.Post(std::move(task)); },
              *opened.clock.clock,
              {.resend_after = options.config.resend_after,
               .sent_after = std::min(limits::kSentAfter, options.config.resend_after),
               .simulated_clock = options.simulated_clock,
               .zone = opened.zone,
               .log = &log_telling}),
        retiming(*opened.store, calendar, *opened.clock.clock,
                 [this](base::Urn urn) { links.Wake(urn); }),
        climbing(*opened.store, ladders, calendar, *opened.clock.clock,
                 [this](const model::Alert& alert) { links.Wake(alert.urn); }),
        waking(*opened.store, *opened.wake_sender, *opened.clock.clock),
        replacing(*opened.store, placer, *opened.vault, calendar, *opened.clock.clock,
                  [this](const std::vector<model::Alert>& alerts,
                         const std::optional<model::Case>& value) {
                    PlacedAgain(alerts, value ? std::vector<model::Case>{*value}
                                              : std::vector<model::Case>());
                  }),
        incident_service(edge, intake, incident_inquiry, hub, options.config.incidents),
        review_service(edge, review_desk, call_desk),
        delivery_log_service(edge, delivery_inquiry, statistics_inquiry),
        operator_service(edge, desk, [this] { return links.linked(); }),
        enrolment_service(edge, enrolment) {}

  base::Status Open(const BrokerOptions& options);

  void AlertsAccepted(const std::set<base::Urn>& urns) override {
    for (const base::Urn urn : urns) links.Wake(urn);
  }
  void IncidentRevised(const std::vector<model::Alert>& alerts,
                       const std::vector<model::Case>& cases) override {
    PlacedAgain(alerts, cases);
  }
  void CaseDecided(const review::DecidedCase& decided) override {
    for (const model::Alert& alert : decided.alerts) hub.AlertChanged(alert);
    if (!decided.beside_a_notice) hub.CaseChanged(decided.value);
    for (const model::Alert& alert : decided.alerts) links.Wake(alert.urn);
    for (const base::AlertId& id : decided.ended) {
      const auto alert = opened.store->GetAlert(id);
      if (!alert.ok()) continue;  // its school is told once it names what it holds
      hub.AlertChanged(*alert);
      links.TookBack(alert->urn, id);
    }
  }
  void PlacedAgain(const std::vector<model::Alert>& alerts, const std::vector<model::Case>& cases) {
    const auto tell = [&](bool taken_back) {
      for (const model::Alert& alert : alerts) {
        if (model::TakenBack(alert.state) == taken_back) hub.AlertChanged(alert);
      }
    };
    // In this order a watch does not end between them.
    tell(false);
    for (const model::Case& value : cases) hub.CaseChanged(value);
    tell(true);
    for (const model::Alert& alert : alerts) {
      model::TakenBack(alert.state) ? links.TookBack(alert.urn, alert.id) : links.Wake(alert.urn);
    }
  }
  void RecipientChanged(const model::Recipient& recipient) override {
    devices.Update(recipient);
    log_telling.PeopleChanged(recipient.urn);
    links.RecipientsChanged(recipient.urn);
  }
  void LogTurned() {
    for (const base::Urn urn : log_telling.TakeCovered()) links.RecipientsChanged(urn);
  }
  void ClockMoved() override { links.ClockMoved(); }
  Standing& standing() { return opened.watch->standing; }
  Metrics& metrics() { return opened.watch->metrics; }
  std::vector<Metrics::Value> Values();
  double LogWaiting();
  base::Status ListenForMetrics(const std::string& address);
  void WatchClock(Instant now);
  void KeepClock();

  Opened opened;
  const registry::DataDirectory directory;
  WorkerPool pool;
  WorkerPool link_pool;
  Edge edge;
  PoolPulse pulse, link_pulse;
  ClockWatch clock_watch;
  Instant clock_kept_at{};
  placing::SchoolCalendar calendar;
  placing::Ladders ladders;
  placing::Policies policies;
  placing::RollIndex index;
  placing::Placer placer;
  intake::Intake intake;
  review::ReviewDesk review_desk;
  review::CallDesk call_desk;
  inquiry::IncidentInquiry incident_inquiry;
  inquiry::Questions questions;
  inquiry::DeliveryInquiry delivery_inquiry;
  inquiry::WithoutLinks without_link;
  inquiry::StatisticsInquiry statistics_inquiry;
  registry::Certificates certificates;
  registry::Enrolment enrolment;
  registry::OperatorDesk desk;
  WatchHub hub;
  dispatch::Devices devices;
  dispatch::Sealer sealer;
  dispatch::ReceiptDesk receipt_desk;
  dispatch::DutyDesk duty_desk;
  LogTelling log_telling;
  LinkServer link_server;
  dispatch::SchoolLinks links;
  Retiming retiming;
  Climbing climbing;
  Waking waking;
  Replacing replacing;
  IncidentService incident_service;
  ReviewService review_service;
  DeliveryLogService delivery_log_service;
  OperatorService operator_service;
  EnrolmentService enrolment_service;
  std::unique_ptr<grpc::Server> main_server;
  std::unique_ptr<grpc::Server> enrolment_server;
  std::unique_ptr<HttpListener> metrics_listener;
};

base::Status Broker::Parts::Open(const BrokerOptions& options) {
  FB_RETURN_IF_ERROR(calendar.Reload());
  FB_RETURN_IF_ERROR(ladders.Reload());
  FB_RETURN_IF_ERROR(policies.Reload());
  FB_RETURN_IF_ERROR(devices.Load(*opened.store));
  FB_RETURN_IF_ERROR(ListenForMetrics(options.config.metrics_listen));
  FB_RETURN_IF_ERROR(opened.log->Start(options.config.log_listen, [this] { LogTurned(); }));
  FB_RETURN_IF_ERROR(link_server.Start(options.config.link_listen, opened.keys.curve_public,
                                       opened.keys.curve_secret, links));
  FB_ASSIGN_OR_RETURN(
      enrolment_server,
      Listen(options.config.enrolment_listen, Credentials(options.directory.keys, Callers::kAnyone),
             {&enrolment_service}));
  FB_ASSIGN_OR_RETURN(
      main_server,
      Listen(options.config.grpc_listen, Credentials(options.directory.keys, Callers::kCertified),
             {&incident_service, &review_service, &delivery_log_service, &operator_service}));
  standing().Report(*enrolment_server->GetHealthCheckService(),
                    {v1::EnrolmentService::service_full_name()});
  standing().Report(
      *main_server->GetHealthCheckService(),
      {v1::IncidentService::service_full_name(), v1::ReviewService::service_full_name(),
       v1::DeliveryLogService::service_full_name(), v1::OperatorService::service_full_name()});
  link_pool.Post([this] { retiming.Run(); });
  return base::OkStatus();
}

std::vector<Metrics::Value> Broker::Parts::Values() {
  const auto read = desk.GetStatus();
  const v1::GetStatusResponse status = read.ok() ? *read : v1::GetStatusResponse();
  const auto of_store = [&](std::uint64_t number) {
    return read.ok() ? static_cast<double>(number) : std::nan("");
  };
  const auto certificate =
      registry::ServerCertificateEnds(directory, opened.keys.issuing.certificate);
  const auto count = [](std::size_t number) { return static_cast<double>(number); };
  return {
      {"serving", "1 while health says SERVING", standing().WhyNot().empty() ? 1.0 : 0.0},
      {"store_unclear", "1 once a write's outcome is unclear: the broker ends",
       standing().must_restart() ? 1.0 : 0.0},
      {"links_up", "Devices of schools that are linked now", count(links.linked())},
      {"devices_enrolled", "Devices of schools that are in force", count(devices.size())},
      {"alerts_open", "Alerts that have not ended", of_store(status.alerts_open())},
      {"alerts_late", "Alerts that have not ended and are past their deadline",
       of_store(status.alerts_late())},
      {"cases_at_review", "Children who wait to be placed by hand",
       of_store(status.cases_at_review())},
      {"schools_unattended", "Schools with open alerts where nobody can be told, or answer",
       of_store(status.schools_unattended())},
      {"schools_not_woken", "Schools with an address at which wake-ups bounce or were given up",
       CountNotWoken(*opened.store)},
      {"log_doubted", "1 once somebody knows a checkpoint that this delivery log does not bear out",
       opened.log->keeper().Doubt().empty() ? 0.0 : 1.0},
      {"log_waiting_entries", "Entries of the delivery log that no checkpoint covers yet",
       LogWaiting()},
      {"certificate_ends_seconds",
       "When server.crt ends, since 1970; 0 where it is unusable and no new connection is made",
       static_cast<double>(absl::ToUnixSeconds(certificate.value_or(absl::UnixEpoch())))},
      {"clock_held_back_seconds",
       "How far the machine's clock is ahead and not followed: no time service confirms it",
       static_cast<double>(status.clock_held_back().seconds())},
      {"calls_waiting", "Calls that wait for a worker", count(pool.waiting())},
      {"link_tasks_waiting", "Tasks of the school links that wait for a worker",
       count(link_pool.waiting())},
  };
}

double Broker::Parts::LogWaiting() {
  const auto size = opened.store->LogSize();
  if (!size.ok()) return std::nan("");
  return static_cast<double>(*size - opened.log->keeper().Newest().checkpoint.size);
}

base::Status Broker::Parts::ListenForMetrics(const std::string& address) {
  if (address.empty()) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(metrics_listener, server::ListenForMetrics(
                                            address, {[this] { return metrics().Text(Values()); },
                                                      [this] { return standing().WhyNot(); }}));
  return base::OkStatus();
}

Broker::Broker(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Broker::~Broker() {
  Stop();
}

base::Result<std::unique_ptr<Broker>> Broker::Start(BrokerOptions options) {
  FB_RETURN_IF_ERROR(registry::CheckInitialised(options.directory));
  FB_ASSIGN_OR_RETURN(Opened opened, OpenDirectory(options));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  auto parts = std::make_unique<Parts>(std::move(opened), options);
  std::unique_ptr<Broker> broker(new Broker(std::move(parts)));
  FB_RETURN_IF_ERROR(broker->parts_->Open(options));
  return broker;
}

// A simulated clock tells when it is moved.
void Broker::Parts::WatchClock(Instant now) {
  if (opened.clock.system == nullptr) return;
  if (clock_watch.Stepped(opened.clock.clock->Now(), now)) links.ClockMoved();
  if (now - clock_kept_at < std::chrono::seconds(10)) return;
  clock_kept_at = now;
  KeepClock();
}

// A disk that does not take it is seen elsewhere: the next start then trusts the wall clock.
void Broker::Parts::KeepClock() {
  const base::Status kept = registry::KeepClock(opened.clock, directory.clock());
  if (!kept.ok()) base::LogWarning("clock", base::Message(kept));
}

bool Broker::Look(Instant now) {
  // Each is asked, whatever the others answer.
  const bool calls = parts_->pulse.Beat(now);
  const bool link_tasks = parts_->link_pulse.Beat(now);
  const bool link = parts_->link_server.Beat(now);
  const Threads threads = calls && link_tasks && link ? Threads::kWork : Threads::kHang;
  if (parts_->retiming.Due(now)) parts_->link_pool.Post([this] { parts_->retiming.Run(); });
  if (parts_->climbing.Due()) parts_->link_pool.Post([this] { parts_->climbing.Run(); });
  if (parts_->waking.Due()) parts_->link_pool.Post([this] { parts_->waking.Run(); });
  if (parts_->replacing.Due(now)) parts_->link_pool.Post([this] { parts_->replacing.Run(); });
  parts_->WatchClock(now);
  parts_->standing().See(RoomOn(parts_->directory.store()), threads);
  return threads == Threads::kWork && !MustRestart();
}

std::string Broker::WhyNot() const {
  return parts_->standing().WhyNot();
}

bool Broker::MustRestart() const {
  return parts_->standing().must_restart();
}

void Broker::Stop() {
  Standing& standing = parts_->standing();
  standing.Drain();
  standing.Forget();
  // A watch would otherwise hold up the whole drain.
  parts_->hub.Close();
  parts_->retiming.Stop();
  parts_->climbing.Stop();
  parts_->waking.Stop();
  parts_->opened.wake_sender->Stop();
  parts_->replacing.Stop();
  const absl::Duration drain = MustRestart() ? limits::kDrainUnclear : limits::kDrain;
  const auto until = std::chrono::system_clock::now() + absl::ToChronoSeconds(drain);
  for (const auto& server : {std::ref(parts_->main_server), std::ref(parts_->enrolment_server)}) {
    if (server.get() == nullptr) continue;
    server.get()->Shutdown(until);
    server.get().reset();
  }
  // Tasks use what Parts holds below the pools: they end before it does.
  parts_->metrics_listener.reset();
  parts_->opened.log->Stop();
  parts_->link_server.Stop();
  parts_->link_pool.Stop();
  parts_->pool.Stop();
  parts_->KeepClock();
}

}  // namespace firstbell::server
