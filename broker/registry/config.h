#pragma once

// What broker.toml says: where to listen, what schools are told, how much a force may submit, how
// a child is known, how to log. `firstbell-admin init` writes the file with every key and its
// meaning.

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/log.h"
#include "broker/base/status.h"
#include "broker/matching/decide.h"
#include "broker/registry/wake_up_config.h"

namespace firstbell::registry {

// How many incidents one force may submit; single calls and streams count alike.
struct IncidentLimits {
  std::uint32_t a_minute = 6'000;
  std::uint32_t a_day = 50'000;
};

struct Config {
  std::string grpc_listen = "127.0.0.1:7443";  // mutual TLS: forces, officers, auditors, operators
  std::string enrolment_listen = "127.0.0.1:7442";   // server authentication alone
  std::string link_listen = "tcp://127.0.0.1:7444";  // ZeroMQ CURVE
  std::string metrics_listen = "127.0.0.1:7445";     // HTTP, for operators alone; empty: none
  std::string log_listen = "127.0.0.1:7446";  // HTTP: the delivery log, for anyone; empty: none
  std::string enrolment_public = "127.0.0.1:7442";   // as enrolment codes name it
  std::string link_public = "tcp://127.0.0.1:7444";  // as schools connect to it
  base::LogLevel log_level = base::LogLevel::kInfo;
  base::LogForm log_form = base::LogForm::kText;
  absl::Duration resend_after = absl::Seconds(30);
  IncidentLimits incidents;
  matching::Rule rule;
  WakeUpConfig wake_ups;
  // The file that says which witnesses are to sign the delivery log, and how many (C2SP
  // tlog-policy); empty: none.
  std::string witness_policy_file;
};

// InvalidArgument naming the key whose address is not one: HOST:PORT, [IPv6]:PORT, for the link
// with tcp:// in front; a port is 1 to 65535. Whether a name has an address shows only when it is
// used.
base::Status CheckAddresses(const Config& config);

// The file that says the same, with a comment at every key.
std::string FormatConfig(const Config& config);
// InvalidArgument names the line, or the key that is unknown or has the wrong type.
base::Result<Config> ParseConfig(std::string_view toml);
base::Result<Config> ReadConfig(const std::filesystem::path& path);

}  // namespace firstbell::registry
