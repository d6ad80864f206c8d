#include "tests/fault/town.h"

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"
#include "tests/support/numbered_child.h"

namespace firstbell::fault {
namespace {

constexpr std::uint32_t kFirstUrn = 200'000;
constexpr absl::Duration kPatience = absl::Seconds(30);
constexpr auto kAskEvery = std::chrono::milliseconds(50);

model::Pupil PupilAt(const PupilOf& which) {
  model::Pupil pupil = support::NumberedChild(which.school, which.pupil).OnRoll();
  pupil.local_id = base::LocalId("p-" + std::to_string(which.pupil));
  return pupil;
}

void Fill(store::Store& store, std::size_t schools) {
  for (std::size_t school = 0; school < schools; ++school) {
    const model::School facts[] = {support::SchoolOf(UrnOf(school))};
    FB_CHECK(store.ImportSchools(facts, {}).ok());
    std::vector<store::RollEntry> roll;
    for (std::size_t pupil = 0; pupil < kPupils; ++pupil) {
      roll.push_back(support::EntryOf(PupilAt({school, pupil})));
    }
    FB_CHECK(
        store.ImportRoll(UrnOf(school), roll, store::RollMode::kReplace, support::kNight, {}).ok());
  }
}

// A lost push or receipt is not to hold up a round for half a minute; and its health can be asked.
registry::Config Impatient(registry::Config config) {
  config.metrics_listen = "127.0.0.1:" + std::to_string(support::FreePorts(1)[0]);
  config.resend_after = absl::Seconds(1);
  config.log_level = base::LogLevel::kInfo;
  return config;
}

std::string TextOf(const std::filesystem::path& path) {
  const auto text = base::ReadFile(path);
  return text.ok() ? *text : std::string();
}

}  // namespace

base::Urn UrnOf(std::size_t school) {
  return base::Urn(kFirstUrn + static_cast<std::uint32_t>(school));
}

std::string FamilyNameAt(std::size_t school) {
  return support::NumberedChild(school, 0).family_name;
}

v1::Incident IncidentAbout(const std::string& reference, const std::vector<PupilOf>& pupils) {
  v1::Incident incident = support::IncidentOf(reference);
  const v1::Child pattern = incident.children(0);
  incident.clear_children();
  for (const PupilOf& which : pupils) {
    v1::Child& child = *incident.add_children();
    child = pattern;
    child.set_child_ref("C" + std::to_string(incident.children_size()));
    support::NumberedChild(which.school, which.pupil).ReportAs(child);
  }
  return incident;
}

Town::Town(std::size_t schools)
    : installation_([&](store::Store& store) { Fill(store, schools); }),
      force_(installation_.KeysFor(support::kForceUri)),
      auditor_(installation_.KeysFor(support::kAuditorUri)),
      operator_(installation_.KeysFor(support::kOperatorUri)),
      machines_(schools) {
  installation_.Configure(Impatient(installation_.config()));
  FB_CHECK(base::WriteFileDurably(scratch_.File("passphrase"), kPassphrase, base::kOwnerOnly).ok());
  WriteAuditor();
  StartBroker();
  for (std::size_t school = 0; school < schools; ++school) {
    Enrol(school, v1::RECIPIENT_ROLE_DEVICE);
    Enrol(school, v1::RECIPIENT_ROLE_LEAD);
    SwitchOn(school);
  }
}

void Town::StartBroker() {
  FB_CHECK(support::Eventually(
      kPatience,
      [&] {
        if (!BrokerLives()) {
          broker_ = std::make_unique<support::Running>(
              Faulty(BrokerPlan(), {std::string(FIRSTBELL_BIN) + "/faulty_broker", "--data",
                                    installation_.directory().root.string(), "--simulated-clock"}),
              scratch_.path() / "broker.log");
        }
        return Serves();
      },
      kAskEvery));
}

bool Town::Serves() const {
  support::Context context;
  v1::GetStatusResponse status;
  return v1::OperatorService::NewStub(installation_.Channel(operator_))
      ->GetStatus(&context, {}, &status)
      .ok();
}

int Town::StopBroker() {
  const int code = broker_->Stop();
  broker_.reset();
  return code;
}

std::string Town::BrokerLog() const {
  return TextOf(scratch_.path() / "broker.log");
}

void Town::Enrol(std::size_t school, v1::RecipientRole role) {
  const std::string code =
      "FB1-" + base::Base64UrlEncode(installation_.Code(UrnOf(school), role).SerializeAsString());
  const std::string file = scratch_.File("code-" + std::to_string(school));
  FB_CHECK(base::WriteFileDurably(file, code, base::kOwnerOnly).ok());
  support::Arguments arguments = {"enrol", "--code-file", file, "--state",
                                  StateOf(school).string()};
  if (role != v1::RECIPIENT_ROLE_DEVICE) {
    arguments.insert(arguments.end(), {"--passphrase-file", scratch_.File("passphrase")});
  }
  FB_CHECK(Run("firstbell-school", arguments).exit_code == 0);
}

void Town::SwitchOn(std::size_t school) {
  machines_[school].daemon = std::make_unique<support::Running>(
      Faulty(MachinePlan(school), {std::string(FIRSTBELL_BIN) + "/faulty_school", "--json", "run",
                                   "--state", StateOf(school).string()}),
      scratch_.path() / ("machine-" + std::to_string(school) + ".log"));
}

void Town::SignalMachines(int signal) {
  for (const Machine& machine : machines_) {
    if (machine.daemon->alive()) machine.daemon->Signal(signal);
  }
}

std::filesystem::path Town::MachinePlan(std::size_t school) const {
  return scratch_.path() / ("machine-" + std::to_string(school) + ".plan");
}

std::filesystem::path Town::StateOf(std::size_t school) const {
  return scratch_.path() / ("state-" + std::to_string(school));
}

std::string Town::MachineLog(std::size_t school) const {
  return TextOf(scratch_.path() / ("machine-" + std::to_string(school) + ".log"));
}

void Town::SetClock(absl::CivilHour hour) {
  v1::AdvanceClockRequest request;
  const absl::Time until = absl::FromCivil(hour, base::LondonTimeZone().value());
  *request.mutable_until() = model::ToWire(until);
  FB_CHECK(support::Eventually(kPatience, [&] {
    StartBroker();
    const auto desk = v1::OperatorService::NewStub(installation_.Channel(operator_));
    support::Context advance, ask;
    v1::AdvanceClockResponse ignored;
    v1::GetStatusResponse status;
    (void)desk->AdvanceClock(&advance, request, &ignored);
    return desk->GetStatus(&ask, {}, &status).ok() && model::FromWire(status.now()) >= until;
  }));
}

grpc::Status Town::Submit(const std::string& reference) const {
  support::Context context;
  v1::SubmitIncidentRequest request;
  *request.mutable_incident() = IncidentAbout(reference, {{0, 1}});
  v1::SubmitIncidentResponse response;
  return v1::IncidentService::NewStub(AsForce())->SubmitIncident(&context, request, &response);
}

grpc::StatusCode Town::Find(const std::string& reference) const {
  support::Context context;
  v1::GetIncidentRequest request;
  request.set_reference(reference);
  v1::GetIncidentResponse response;
  return v1::IncidentService::NewStub(AsForce())
      ->GetIncident(&context, request, &response)
      .error_code();
}

support::Finished Town::Verify() {
  return Run("firstbell-admin",
             {"--json", "verify", "--data", installation_.directory().root.string()});
}

support::Finished Town::Run(const std::string& program, support::Arguments arguments) {
  arguments.insert(arguments.begin(), std::string(FIRSTBELL_BIN) + "/" + program);
  return support::RunToEnd(arguments, scratch_.path());
}

support::Finished Town::RunFaulty(const std::filesystem::path& plan, const std::string& program,
                                  support::Arguments arguments) {
  arguments.insert(arguments.begin(), std::string(FIRSTBELL_BIN) + "/" + program);
  return support::RunToEnd(Faulty(plan, std::move(arguments)), scratch_.path());
}

void Town::WriteAuditor() const {
  const std::filesystem::path identity = scratch_.path() / "auditor";
  std::filesystem::create_directory(identity);
  const std::pair<const char*, std::string> files[] = {{"ca.pem", installation_.root_pem()},
                                                       {"cert.pem", auditor_.chain},
                                                       {"key.pem", auditor_.key}};
  for (const auto& [name, pem] : files) {
    FB_CHECK(base::WriteFileDurably(identity / name, pem, base::kOwnerOnly).ok());
  }
}

support::Finished Town::VerifyAsAuditor(support::Arguments more) {
  more.insert(more.begin(),
              {"verify", "--address", installation_.config().grpc_listen, "--identity",
               scratch_.File("auditor"), "--state", scratch_.File("audited")});
  return Run("firstbell-audit", std::move(more));
}

support::Arguments Town::Faulty(const std::filesystem::path& plan, support::Arguments argv) const {
  argv.insert(argv.begin(), {"/usr/bin/env", std::string(kPlanVariable) + "=" + plan.string()});
  return argv;
}

}  // namespace firstbell::fault
