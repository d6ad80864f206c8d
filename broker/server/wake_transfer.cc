#include "broker/server/wake_transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>

#include "broker/base/limits.h"
#include "broker/base/status.h"
#include "broker/server/public_address.h"
#include "broker/server/wake_message.h"

namespace firstbell::server {

using dispatch::Sent;

namespace {

constexpr long kNotFound = 404, kGone = 410;

bool Succeeded(long answer) {
  return answer >= 200 && answer < 300;
}

}  // namespace

WakeTransfer::WakeTransfer(const dispatch::WakeUpCall& call, const registry::WakeUpConfig& config,
                           const base::Secret& password)
    : curl_(curl_easy_init()), mail_(call.address.kind == v1::WAKE_UP_KIND_EMAIL) {
  FB_CHECK(curl_ != nullptr);
  SetCommon(mail_ ? config.ca_file : config.webhook_ca_file, config.timeout);
  mail_ ? SetMail(call, config, password) : SetWebhook(call, config);
}

WakeTransfer::~WakeTransfer() {
  curl_easy_cleanup(curl_);
  curl_slist_free_all(list_);
}

// An option that this libcurl does not know would be left out silently.
template <typename Value>
void WakeTransfer::Set(CURLoption option, Value value) {
  FB_CHECK(curl_easy_setopt(curl_, option, value) == CURLE_OK);
}

void WakeTransfer::SetCommon(const std::string& ca_file, absl::Duration timeout) {
  Set(CURLOPT_PRIVATE, this);
  Set(CURLOPT_NOSIGNAL, 1L);
  Set(CURLOPT_QUICK_EXIT, 1L);  // a name server that does not answer holds up no shutdown
  Set(CURLOPT_PROXY, "");       // whatever the environment says
  Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  Set(CURLOPT_SSL_VERIFYPEER, 1L);
  Set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!ca_file.empty()) {
    Set(CURLOPT_CAINFO, ca_file.c_str());
    Set(CURLOPT_CAPATH, nullptr);
  }
  Set(CURLOPT_TIMEOUT_MS, static_cast<long>(absl::ToInt64Milliseconds(timeout)));
  Set(CURLOPT_WRITEFUNCTION, &WakeTransfer::OnWrite);
  Set(CURLOPT_WRITEDATA, this);
}

void WakeTransfer::SetMail(const dispatch::WakeUpCall& call, const registry::WakeUpConfig& config,
                           const base::Secret& password) {
  mail_text_ = WakeUpMail(call, config.from, config.telephone);
  list_ = curl_slist_append(nullptr, ("<" + call.address.value.Reveal() + ">").c_str());
  Set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  Set(CURLOPT_URL, config.smtp.c_str());
  Set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  if (!config.user.empty()) {
    Set(CURLOPT_USERNAME, config.user.c_str());
    Set(CURLOPT_PASSWORD, std::string(password.Reveal()).c_str());
  }
  Set(CURLOPT_MAIL_FROM, ("<" + config.from + ">").c_str());
  Set(CURLOPT_MAIL_RCPT, list_);
  Set(CURLOPT_UPLOAD, 1L);
  Set(CURLOPT_READFUNCTION, &WakeTransfer::OnRead);
  Set(CURLOPT_READDATA, this);
  // The one way to learn which command was refused.
  Set(CURLOPT_VERBOSE, 1L);
  Set(CURLOPT_DEBUGFUNCTION, &WakeTransfer::OnDebug);
  Set(CURLOPT_DEBUGDATA, this);
}

void WakeTransfer::SetWebhook(const dispatch::WakeUpCall& call,
                              const registry::WakeUpConfig& config) {
  const std::string signature =
      "Firstbell-Signature: " + WakeUpSignature(call.secret.Reveal(), call.now);
  for (const char* header : {"Content-Type: application/json", "Expect:", signature.c_str()}) {
    list_ = curl_slist_append(list_, header);
  }
  Set(CURLOPT_PROTOCOLS_STR, "https");
  Set(CURLOPT_URL, call.address.value.Reveal().c_str());
  Set(CURLOPT_FOLLOWLOCATION, 0L);
  Set(CURLOPT_HTTPHEADER, list_);
  Set(CURLOPT_USERAGENT, "Firstbell");
  Set(CURLOPT_POSTFIELDSIZE, static_cast<long>(kWakeUpBody.size()));
  Set(CURLOPT_POSTFIELDS, kWakeUpBody.data());
  if (config.private_webhooks) return;
  Set(CURLOPT_OPENSOCKETFUNCTION, &WakeTransfer::OnOpenSocket);
  Set(CURLOPT_OPENSOCKETDATA, this);
}

Sent WakeTransfer::End(CURLcode code) {
  long answer = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &answer);
  const Sent sent = mail_ ? EndMail(code, answer) : EndWebhook(answer);
  if (sent == Sent::kLater) {
    why_ = code == CURLE_OK ? "its answer" : curl_easy_strerror(code);
    if (answer != 0) why_ += ", " + std::to_string(answer);
  }
  return sent;
}

Sent WakeTransfer::EndMail(CURLcode code, long answer) const {
  if (code == CURLE_OK) return Sent::kDelivered;
  return at_recipient_ && answer >= 500 && answer < 600 ? Sent::kBounced : Sent::kLater;
}

// Its number counts, also where the rest of the answer was cut off for its length.
Sent WakeTransfer::EndWebhook(long answer) const {
  if (Succeeded(answer)) return Sent::kDelivered;
  const bool nowhere = answer == 0 && refused_ && !opened_;
  return answer == kNotFound || answer == kGone || nowhere ? Sent::kBounced : Sent::kLater;
}

std::size_t WakeTransfer::OnRead(char* to, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<WakeTransfer*>(self);
  const std::size_t now = std::min(size * count, transfer.mail_text_.size() - transfer.read_);
  std::memcpy(to, transfer.mail_text_.data() + transfer.read_, now);
  transfer.read_ += now;
  return now;
}

std::size_t WakeTransfer::OnWrite(char*, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<WakeTransfer*>(self);
  transfer.answered_ += size * count;
  return transfer.answered_ <= limits::kWebhookAnswerBytes ? size * count : 0;
}

// Sees all that is sent, a password among it; looks at the command's name alone.
int WakeTransfer::OnDebug(CURL*, curl_infotype type, char* bytes, std::size_t size, void* self) {
  const bool rcpt = std::string_view(bytes, size).starts_with("RCPT TO:");
  if (type == CURLINFO_HEADER_OUT && rcpt) static_cast<WakeTransfer*>(self)->at_recipient_ = true;
  return 0;
}

curl_socket_t WakeTransfer::OnOpenSocket(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<WakeTransfer*>(self);
  if (!IsPublicAddress(&address->addr)) {
    transfer.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  transfer.opened_ = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace firstbell::server
