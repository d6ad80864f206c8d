#pragma once

// The section [wake_ups] of broker.toml: by which mail server schools are woken, and how webhooks
// are called. Pure; any thread.

#include <string>

#include "absl/time/time.h"

namespace firstbell::registry {

struct WakeUpConfig {
  // "smtps://mail.example:465", or "smtp://mail.example:587", which is then encrypted by STARTTLS
  // or not used. Empty: there is none, and no e-mail is sent.
  std::string smtp;
  std::string from;           // the sender's address
  std::string user;           // empty: the mail server asks for none
  std::string password_file;  // of the user; of the owner alone
  std::string ca_file;        // who vouches for the mail server; empty: the system's authorities
  std::string telephone;      // whom the e-mail names for questions; empty: nobody
  absl::Duration timeout = absl::Seconds(20);  // of one e-mail or one call of a webhook
  std::string webhook_ca_file;                 // the same of webhooks
  bool private_webhooks = false;               // addresses of private networks are called too
};

}  // namespace firstbell::registry
