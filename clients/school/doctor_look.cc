// The part of doctor.h that looks at the machine.

#include <curl/curl.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <memory>

#include "broker/base/file.h"
#include "broker/crypto/x509.h"
#include "clients/school/doctor.h"
#include "clients/school/identity.h"
#include "clients/school/school_clock.h"

namespace firstbell::school {
namespace {

constexpr std::string_view kScheme = "tcp://";

// Whether a TCP connection is to be had; libcurl resolves and connects, and sends nothing.
std::optional<Reach> TryToReach(const std::string& host_and_port) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  if (curl == nullptr) return std::nullopt;
  const std::string url = "http://" + host_and_port + "/";
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");  // the link goes through none
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(kReachPatience)));
  const CURLcode code = curl_easy_perform(curl.get());
  if (code == CURLE_OK) return Reach::kReached;
  if (code == CURLE_COULDNT_RESOLVE_HOST) return Reach::kNoName;
  long error = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_OS_ERRNO, &error);
  return error == ECONNREFUSED ? Reach::kRefused : Reach::kNoAnswer;
}

std::optional<std::uint64_t> DiskFree(const std::filesystem::path& path) {
  struct statvfs facts {};
  if (::statvfs(path.c_str(), &facts) != 0) return std::nullopt;
  return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

std::optional<std::uint64_t> Lockable() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return std::nullopt;
  }
  return limit.rlim_cur;
}

bool ClockSynchronised() {
  timex state{};
  const int kept = ::adjtimex(&state);
  return kept >= 0 && kept != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
}

std::optional<absl::Time> CertificateUntil(const std::filesystem::path& path) {
  const auto pem = base::ReadFile(path);
  if (!pem.ok()) return std::nullopt;
  const auto der = crypto::CertificateFromPem(*pem);
  if (!der.ok()) return std::nullopt;
  const auto facts = crypto::ReadCertificate(*der);
  return facts.ok() ? std::optional(facts->not_after) : std::nullopt;
}

void LookAtIdentity(const StateDirectory& state, MachineFacts& facts) {
  facts.device_certificate_until = CertificateUntil(state.Device() / kSigningCertificateFile);
  const auto people = ListPeople(state);
  if (!people.ok()) return;
  for (const PersonIdentity& person : *people) {
    const auto until = CertificateUntil(state.Person(person.id) / kOpeningCertificateFile);
    if (until) facts.people_certificates_until.push_back(*until);
  }
}

void LookAtPage(const StateDirectory& state, MachineFacts& facts) {
  facts.page = ReadPageStanding(state);
  if (!facts.page || !facts.page->served || !facts.daemon_running) return;
  facts.page_reach = TryToReach("127.0.0.1:" + std::to_string(facts.page->port));
}

// What the broker's clock says now, against the wall's, where both were read in this run.
void LookAtClock(const DeviceIdentity& device, const std::optional<TimeAnchor>& anchor,
                 MachineFacts& facts) {
  const MachineTime machine = ReadMachineTime();
  const SchoolClock clock(device.broker.simulated_clock(), anchor);
  const TimeReading reading = clock.Read(machine);
  facts.now = reading.now;
  const bool told = anchor && !clock.simulated() && reading.certainty == Certainty::kTold;
  if (told) facts.clock_ahead_of_broker = machine.wall - reading.now;
}

void LookAtStore(const StateDirectory& state, const DeviceIdentity& device, MachineFacts& facts) {
  auto store = LocalStore::Open(state.Store());
  if (!store.ok()) {
    facts.store = store.status();
    return;
  }
  facts.store = (*store)->Verify();
  facts.link = (*store)->LastLinkStanding().value_or(std::nullopt);
  facts.heard = (*store)->LastHeard().value_or(std::nullopt);
  LookAtClock(device, (*store)->LastTimeAnchor().value_or(std::nullopt), facts);
}

}  // namespace

MachineFacts LookAtMachine(const StateDirectory& state) {
  MachineFacts facts;
  facts.now = ReadMachineTime().wall;
  facts.disk_free_bytes = DiskFree(state.path());
  facts.lockable_bytes = Lockable();
  facts.clock_synchronised = ClockSynchronised();
  facts.daemon_running = FileLock::Held(state.DaemonLock());
  LookAtPage(state, facts);
  const auto device = LoadDevice(state);
  if (!device.ok()) return facts;
  facts.urn = device->urn;
  facts.broker = device->broker.link_address().substr(
      device->broker.link_address().starts_with(kScheme) ? kScheme.size() : 0);
  facts.reach = TryToReach(facts.broker);
  LookAtIdentity(state, facts);
  LookAtStore(state, *device, facts);
  return facts;
}

}  // namespace firstbell::school
