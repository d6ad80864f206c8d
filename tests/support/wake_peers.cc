#include "tests/support/wake_peers.h"

#include <algorithm>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/free_ports.h"

namespace firstbell::support {
namespace {

const absl::Duration kPatience = absl::Seconds(30);

void Write(const std::filesystem::path& path, const std::string& text) {
  FB_CHECK(base::WriteFileDurably(path, text, base::kOwnerOnly).ok());
}

std::string Read(const std::filesystem::path& path) {
  const auto text = base::ReadFile(path);
  return text.ok() ? *text : std::string();
}

}  // namespace

PeerAuthority::PeerAuthority()
    : root_(crypto::MakeRoot("Invented", base::SystemClock().Now() - absl::Hours(1),
                             base::SystemClock().Now() + absl::Hours(24))
                .value()) {
  Write(directory_.path() / "root.pem", crypto::CertificateToPem(root_.certificate));
}

std::string PeerAuthority::Issue(const std::vector<std::string>& names) const {
  const absl::Time now = base::SystemClock().Now();
  const auto issuing =
      crypto::MakeIssuing(root_, "Invented", names, now - absl::Hours(1), now + absl::Hours(12));
  FB_CHECK(issuing.ok());
  const auto key = crypto::PrivateKey::Generate();
  const auto certificate = crypto::Issue(*issuing, {.common_name = "peer",
                                                    .public_key = key.PublicKey(),
                                                    .usage = crypto::Usage::kTlsServer,
                                                    .uri = "",
                                                    .dns_names = names,
                                                    .not_before = now - absl::Hours(1),
                                                    .not_after = now + absl::Hours(12)});
  FB_CHECK(certificate.ok());
  const std::string stem = (directory_.path() / ("of-" + names.front())).string();
  Write(stem + ".crt",
        crypto::CertificateToPem(*certificate) + crypto::CertificateToPem(issuing->certificate));
  Write(stem + ".key", key.ToPem());
  return stem;
}

Peer::Peer(const PeerAuthority& authority, const std::string& script,
           const std::vector<std::string>& names, const Arguments& more)
    : port_(FreePorts(1).front()) {
  const std::string stem = authority.Issue(names);
  Arguments argv = {"/usr/bin/env",
                    "python3",
                    FIRSTBELL_SOURCE "/tests/support/" + script,
                    "--port",
                    std::to_string(port_),
                    "--certificate",
                    stem + ".crt",
                    "--key",
                    stem + ".key",
                    "--transcript",
                    (directory_.path() / "transcript").string()};
  argv.insert(argv.end(), more.begin(), more.end());
  const std::filesystem::path log = directory_.path() / "log";
  program_ = std::make_unique<Running>(argv, log);
  FB_CHECK(Eventually(kPatience, [&] { return Read(log).find("ready") != std::string::npos; }));
}

std::string Peer::Transcript() const {
  return Read(directory_.path() / "transcript");
}

int Peer::Peak(const std::string& what) const {
  const std::string text = Transcript(), mark = "-- " + what + " ";
  int peak = 0;
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    peak = std::max(peak, std::stoi(text.substr(at + mark.size())));
  }
  return peak;
}

registry::WakeUpConfig MailThrough(const PeerAuthority& authority, const Peer& peer,
                                   const std::string& scheme) {
  registry::WakeUpConfig config;
  config.smtp = scheme + "://localhost:" + std::to_string(peer.port());
  config.from = "firstbell@police.example";
  config.ca_file = authority.ca_file();
  config.timeout = absl::Seconds(20);
  return config;
}

}  // namespace firstbell::support
