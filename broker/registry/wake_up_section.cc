#include "broker/registry/wake_up_section.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <map>

#include "broker/model/wake_up.h"
#include "broker/registry/toml_text.h"

namespace firstbell::registry {
namespace {

constexpr std::size_t kTextBytes = 200;
constexpr absl::Duration kLongest = absl::Minutes(1);

bool IsPort(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool IsMailServer(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme != 4 && scheme != 5) return false;
  if (text.substr(0, scheme) != "smtp" && text.substr(0, scheme) != "smtps") return false;
  const std::string_view place = text.substr(scheme + 3);
  const std::size_t colon = std::min(place.find(':'), place.size());
  const std::string_view host = place.substr(0, colon);
  const bool named = !host.empty() && std::all_of(host.begin(), host.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '.';
  });
  return named && (colon == place.size() || IsPort(place.substr(colon + 1)));
}

bool IsMailbox(const std::string& text) {
  v1::WakeUpAddress wire;
  wire.set_kind(v1::WAKE_UP_KIND_EMAIL);
  wire.set_value(text);
  return model::ParseWakeUpAddress(wire, "").ok();
}

bool IsTelephone(std::string_view text) {
  return text.find_first_not_of("+0123456789 ()") == std::string_view::npos && text.size() <= 40;
}

// Of one line: nothing that is sent may begin another.
bool IsLine(std::string_view text) {
  return text.size() <= kTextBytes &&
         std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20; });
}

base::Status ReadText(const toml::node& node, const std::string& key, WakeUpConfig& config) {
  const std::map<std::string, std::string*> texts = {{"smtp", &config.smtp},
                                                     {"from", &config.from},
                                                     {"user", &config.user},
                                                     {"password_file", &config.password_file},
                                                     {"ca_file", &config.ca_file},
                                                     {"telephone", &config.telephone},
                                                     {"webhook_ca_file", &config.webhook_ca_file}};
  const std::string name = "wake_ups." + key;
  const auto setting = texts.find(key);
  if (setting == texts.end()) return WrongSetting(node, name, "there is no such setting");
  const auto value = node.value<std::string>();
  if (!value || !IsLine(*value)) return WrongSetting(node, name, "a text in quotes, on one line");
  if (key == "smtp" && !value->empty() && !IsMailServer(*value)) {
    return WrongSetting(node, name,
                        "a mail server like \"smtps://mail.example:465\", or "
                        "\"smtp://mail.example:587\" for one with STARTTLS");
  }
  if (key == "from" && !value->empty() && !IsMailbox(*value)) {
    return WrongSetting(node, name, "a plain e-mail address like \"firstbell@police.example\"");
  }
  if (key == "telephone" && !IsTelephone(*value)) {
    return WrongSetting(node, name, "a number of digits and spaces like \"01632 960 999\"");
  }
  *setting->second = *value;
  return base::OkStatus();
}

base::Status ReadOne(const toml::node& node, const std::string& key, WakeUpConfig& config) {
  if (key == "private_webhooks") {
    const auto value = node.value_exact<bool>();
    if (!value) return WrongSetting(node, "wake_ups.private_webhooks", "true or false");
    config.private_webhooks = *value;
    return base::OkStatus();
  }
  if (key != "timeout") return ReadText(node, key, config);
  const auto value = node.value<std::string>();
  if (!value || !absl::ParseDuration(*value, &config.timeout) ||
      config.timeout < absl::Seconds(1) || config.timeout > kLongest) {
    return WrongSetting(node, "wake_ups.timeout", "a duration like \"20s\", one minute at most");
  }
  return base::OkStatus();
}

}  // namespace

std::string FormatWakeUps(const WakeUpConfig& config) {
  const auto line = [](std::string_view key, const std::string& value, std::string_view meaning) {
    return std::string(key) + " = " + value + "  # " + std::string(meaning) + "\n";
  };
  return "[wake_ups]  # schools are told that something waits, and never more\n" +
         line("smtp", Quoted(config.smtp),
              "\"smtps://mail.example:465\", or smtp:// with STARTTLS; \"\": no e-mail is sent") +
         line("from", Quoted(config.from), "the sender's address") +
         line("user", Quoted(config.user), "\"\": the mail server asks for none") +
         line("password_file", Quoted(config.password_file), "of mode 0600, the password alone") +
         line("ca_file", Quoted(config.ca_file),
              "PEM, who vouches for the mail server; \"\": the system's authorities") +
         line("telephone", Quoted(config.telephone), "for questions, named in the e-mail") +
         line("timeout", Quoted(absl::FormatDuration(config.timeout)),
              "of one e-mail or one call of a webhook") +
         line("webhook_ca_file", Quoted(config.webhook_ca_file), "PEM, the same of webhooks") +
         line("private_webhooks", config.private_webhooks ? "true" : "false",
              "call addresses of private networks too") +
         "\n";
}

base::Status ReadWakeUps(const toml::table& section, WakeUpConfig& config) {
  for (const auto& [key, node] : section) {
    FB_RETURN_IF_ERROR(ReadOne(node, std::string(key.str()), config));
  }
  if (!config.smtp.empty() && config.from.empty()) {
    return WrongSetting(section, "wake_ups.from", "is needed where smtp is set");
  }
  if (config.user.empty() != config.password_file.empty()) {
    return WrongSetting(section, "wake_ups.user", "and password_file are set together or not");
  }
  return base::OkStatus();
}

}  // namespace firstbell::registry
