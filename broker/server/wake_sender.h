#pragma once

// Hands wake-ups to the mail server and to webhooks, by libcurl.
//
// E-mail: SMTP, encrypted or not at all (smtps://, or STARTTLS on smtp://), TLS 1.2 or newer, the
// server's certificate verified, one message for each address. An address that is refused for good
// (5xx to RCPT, or to the message) bounced; anything else, our own credentials' refusal among it,
// is tried again.
//
// Webhooks: HTTPS alone, verified the same way, no redirect followed, no address of a private
// network called unless the settings allow it. 2xx: delivered. 404 or 410, or no public address:
// bounced. Anything else is tried again. What it answers is thrown away.
//
// Test receivers (model::TestReceiver) are answered without a network where the broker's clock is
// simulated; a real one knows no such mailbox.
//
// libcurl keeps a copy of the password in ordinary memory.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/secret.h"
#include "broker/dispatch/wake_ups.h"
#include "broker/registry/wake_up_config.h"

namespace firstbell::server {

enum class TestReceivers { kKnown, kUnknown };

// Threads: Send one, Stop any. A resource. The process ignores SIGPIPE. Bounds:
// limits::kMailsAtOnce, limits::kWebhooksAtOnce, the settings' timeout for each.
class WakeSender final : public dispatch::WakeUpSender {
 public:
  // The password's file is read now. NotFound, FailedPrecondition: as base::ReadSecretFile says;
  // or a file of authorities is not there.
  static base::Result<std::unique_ptr<WakeSender>> Make(const registry::WakeUpConfig& config,
                                                        TestReceivers receivers);
  ~WakeSender() override;
  WakeSender(const WakeSender&) = delete;
  WakeSender& operator=(const WakeSender&) = delete;

  // What went wrong is logged by its kind, once for all calls; never an address.
  std::vector<dispatch::Sent> Send(absl::Span<const dispatch::WakeUpCall> calls) override;
  // What is under way ends at once, as not tried; so does all that comes after.
  void Stop() { stopped_ = true; }

 private:
  WakeSender(const registry::WakeUpConfig& config, TestReceivers receivers, base::Secret password);

  const registry::WakeUpConfig config_;
  const TestReceivers receivers_;
  const base::Secret password_;
  std::atomic<bool> stopped_{false};
};

}  // namespace firstbell::server
