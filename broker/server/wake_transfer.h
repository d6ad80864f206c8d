#pragma once

// One wake-up on its way through libcurl: its options, and what its end means.

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/dispatch/wake_ups.h"
#include "broker/registry/wake_up_config.h"

namespace firstbell::server {

// Threads: one. A resource; what it is given outlives it.
class WakeTransfer {
 public:
  WakeTransfer(const dispatch::WakeUpCall& call, const registry::WakeUpConfig& config,
               const base::Secret& password);
  ~WakeTransfer();
  WakeTransfer(const WakeTransfer&) = delete;
  WakeTransfer& operator=(const WakeTransfer&) = delete;

  CURL* handle() const { return curl_; }
  dispatch::Sent End(CURLcode code);
  // Of one that is tried again: libcurl's words and the server's number, for the log.
  const std::string& why() const { return why_; }
  // It is an e-mail, is tried again, and the server did not so much as hear its address.
  bool in_vain() const { return mail_ && !at_recipient_ && !why_.empty(); }

 private:
  template <typename Value>
  void Set(CURLoption option, Value value);
  void SetCommon(const std::string& ca_file, absl::Duration timeout);
  void SetMail(const dispatch::WakeUpCall& call, const registry::WakeUpConfig& config,
               const base::Secret& password);
  void SetWebhook(const dispatch::WakeUpCall& call, const registry::WakeUpConfig& config);
  dispatch::Sent EndMail(CURLcode code, long answer) const;
  dispatch::Sent EndWebhook(long answer) const;

  static std::size_t OnRead(char* to, std::size_t size, std::size_t count, void* self);
  static std::size_t OnWrite(char* bytes, std::size_t size, std::size_t count, void* self);
  static int OnDebug(CURL* curl, curl_infotype type, char* bytes, std::size_t size, void* self);
  static curl_socket_t OnOpenSocket(void* self, curlsocktype purpose, curl_sockaddr* address);

  CURL* const curl_;
  const bool mail_;
  curl_slist* list_ = nullptr;  // recipients, or headers
  std::string mail_text_, why_;
  std::size_t read_ = 0, answered_ = 0;
  bool at_recipient_ = false;              // RCPT was sent: what is refused is not ourselves
  bool refused_ = false, opened_ = false;  // an address that is not public; one that is
};

}  // namespace firstbell::server
