#include "broker/registry/config.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "broker/base/file.h"
#include "broker/registry/matching_config.h"
#include "broker/registry/toml_text.h"
#include "broker/registry/wake_up_section.h"

namespace firstbell::registry {
namespace {

// A push that is lost must not stay lost until the morning is over.
constexpr absl::Duration kLongestResend = absl::Hours(1);
constexpr std::int64_t kLargestLimit = 1'000'000'000;

// A port that is too large would be cut to another one, silently.
bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool IsHost(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == ':' || c == '*';
  });
}

bool IsAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || !IsPort(text.substr(colon + 1))) return false;
  const std::string_view host = text.substr(0, colon);
  // An IPv6 address stands in brackets, or its last part would be taken for the port.
  return IsHost(host) && (host.find(':') == std::string_view::npos || host.starts_with('['));
}

// Empty where the address of `key` is one; else what would be.
std::string_view AddressFault(const std::string& key, std::string_view address) {
  const bool optional = key == "listen.metrics" || key == "listen.log";
  if (optional && address.empty()) return "";  // nobody is to ask
  if (!key.ends_with(".link")) {
    return IsAddress(address) ? "" : "an address like \"127.0.0.1:7443\", its port 1 to 65535";
  }
  constexpr std::string_view kScheme = "tcp://";
  const bool good = address.starts_with(kScheme) && IsAddress(address.substr(kScheme.size()));
  return good ? "" : "an address like \"tcp://127.0.0.1:7444\", its port 1 to 65535";
}

// None: there is no such number.
std::uint32_t* NumberOf(const std::string& key, Config& config) {
  if (key == "limits.incidents_per_minute") return &config.incidents.a_minute;
  if (key == "limits.incidents_per_day") return &config.incidents.a_day;
  return nullptr;
}

base::Status SetNumber(const toml::node& node, const std::string& key, std::uint32_t& number) {
  const auto value = node.value_exact<std::int64_t>();
  if (!value || *value < 1 || *value > kLargestLimit) {
    return WrongSetting(node, key, "a whole number from 1 to " + std::to_string(kLargestLimit));
  }
  number = static_cast<std::uint32_t>(*value);
  return base::OkStatus();
}

base::Status Set(const toml::node& node, const std::string& key, Config& config) {
  if (auto* number = NumberOf(key, config)) return SetNumber(node, key, *number);
  const std::map<std::string, std::string*> texts = {
      {"listen.grpc", &config.grpc_listen}, {"listen.enrolment", &config.enrolment_listen},
      {"listen.link", &config.link_listen}, {"listen.metrics", &config.metrics_listen},
      {"listen.log", &config.log_listen},   {"public.enrolment", &config.enrolment_public},
      {"public.link", &config.link_public}};
  const auto value = node.value<std::string>();
  if (!value) return WrongSetting(node, key, "a text in quotes");
  if (const auto found = texts.find(key); found != texts.end()) {
    if (const auto fault = AddressFault(key, *value); !fault.empty()) {
      return WrongSetting(node, key, fault);
    }
    *found->second = *value;
    return base::OkStatus();
  }
  if (key == "delivery_log.witness_policy_file") {
    config.witness_policy_file = *value;
    return base::OkStatus();
  }
  if (key == "log.level") {
    static const std::map<std::string, base::LogLevel> kLevels = {
        {"debug", base::LogLevel::kDebug},
        {"info", base::LogLevel::kInfo},
        {"warning", base::LogLevel::kWarning},
        {"error", base::LogLevel::kError}};
    const auto level = kLevels.find(*value);
    if (level == kLevels.end()) return WrongSetting(node, key, "debug, info, warning or error");
    config.log_level = level->second;
    return base::OkStatus();
  }
  if (key == "log.form") {
    if (*value != "text" && *value != "json") return WrongSetting(node, key, "text or json");
    config.log_form = *value == "json" ? base::LogForm::kJson : base::LogForm::kText;
    return base::OkStatus();
  }
  if (key == "link.resend_after") {
    if (!absl::ParseDuration(*value, &config.resend_after) ||
        config.resend_after <= absl::ZeroDuration() || config.resend_after > kLongestResend) {
      return WrongSetting(node, key, "a duration like \"30s\", one hour at most");
    }
    return base::OkStatus();
  }
  return WrongSetting(node, key, "there is no such setting");
}

std::string_view Word(base::LogLevel level) {
  switch (level) {
    case base::LogLevel::kDebug:
      return "debug";
    case base::LogLevel::kInfo:
      return "info";
    case base::LogLevel::kWarning:
      return "warning";
    case base::LogLevel::kError:
      return "error";
  }
  return "info";
}

}  // namespace

base::Status CheckAddresses(const Config& config) {
  const std::map<std::string, const std::string*> addresses = {
      {"listen.grpc", &config.grpc_listen}, {"listen.enrolment", &config.enrolment_listen},
      {"listen.link", &config.link_listen}, {"listen.metrics", &config.metrics_listen},
      {"listen.log", &config.log_listen},   {"public.enrolment", &config.enrolment_public},
      {"public.link", &config.link_public}};
  for (const auto& [key, address] : addresses) {
    const std::string_view fault = AddressFault(key, *address);
    if (!fault.empty()) return base::InvalidArgument(key + ": " + std::string(fault));
  }
  return base::OkStatus();
}

std::string FormatConfig(const Config& config) {
  std::string text = "# Settings of firstbell-broker. Restart it after a change.\n\n";
  text += "[listen]  # where the broker listens; 0.0.0.0 for every interface\n";
  text += "grpc = " + Quoted(config.grpc_listen) + "  # mutual TLS: forces, auditors, operators\n";
  text +=
      "enrolment = " + Quoted(config.enrolment_listen) + "  # schools enrol here, with a code\n";
  text += "link = " + Quoted(config.link_listen) + "  # the schools' daemons connect here\n";
  text += "metrics = " + Quoted(config.metrics_listen) +
          "  # /metrics and /healthz, unencrypted and for operators alone; \"\" for none\n";
  text += "log = " + Quoted(config.log_listen) +
          "  # the delivery log's checkpoint and tiles, for anyone; \"\" for none\n\n";
  text += "[public]  # the same as schools reach them; enrolment codes carry these\n";
  text += "enrolment = " + Quoted(config.enrolment_public) + "\n";
  text += "link = " + Quoted(config.link_public) + "\n\n";
  text += "[link]\nresend_after = " + Quoted(absl::FormatDuration(config.resend_after)) +
          "  # a push without a receipt is sent again then\n\n";
  text += "[limits]  # of each force, single calls and streams together\n";
  text += "incidents_per_minute = " + std::to_string(config.incidents.a_minute) +
          "  # at once, and filled again in a minute\n";
  text += "incidents_per_day = " + std::to_string(config.incidents.a_day) +
          "  # the same in 24 hours\n\n";
  text += "[log]\nlevel = " + Quoted(Word(config.log_level)) + "  # debug, info, warning, error\n";
  text += "form = " + Quoted(config.log_form == base::LogForm::kJson ? "json" : "text") +
          "  # text or json\n\n";
  text += "[delivery_log]\nwitness_policy_file = " + Quoted(config.witness_policy_file) +
          "  # which witnesses are to sign its checkpoints (C2SP tlog-policy); \"\": none\n\n";
  text += FormatWakeUps(config.wake_ups);
  text += FormatMatching(config.rule);
  return text;
}

base::Result<Config> ParseConfig(std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return base::InvalidArgument("line " + std::to_string(error.source().begin.line) + ": " +
                                 std::string(error.description()));
  }
  Config config;
  for (const auto& [section, node] : table) {
    const std::string name(section.str());
    if (!node.is_table()) return WrongSetting(node, name, "settings stand in a [section]");
    if (name == "matching") {
      FB_RETURN_IF_ERROR(ReadMatching(*node.as_table(), config.rule));
      continue;
    }
    if (name == "wake_ups") {
      FB_RETURN_IF_ERROR(ReadWakeUps(*node.as_table(), config.wake_ups));
      continue;
    }
    for (const auto& [key, value] : *node.as_table()) {
      FB_RETURN_IF_ERROR(Set(value, name + "." + std::string(key.str()), config));
    }
  }
  return config;
}

base::Result<Config> ReadConfig(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  auto config = ParseConfig(text);
  if (!config.ok()) return base::Annotate(config.status(), path.filename().string());
  return config;
}

}  // namespace firstbell::registry
