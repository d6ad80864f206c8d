#include "broker/server/wake_message.h"

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::server {
namespace {

constexpr std::string_view kSubject = "Firstbell holds something for your school";
constexpr std::size_t kMessageIdBytes = 16;

// Of the mailbox and the minute alone, which the message says itself.
std::string MessageId(const dispatch::WakeUpCall& call, std::string_view from) {
  const std::string digest =
      crypto::Sha256({"firstbell wake-up ", model::IdOf(call.address).value(), " ",
                      std::to_string(absl::ToUnixSeconds(call.occasion.at)), " ",
                      std::to_string(static_cast<int>(call.occasion.reason))});
  return "<" + base::HexEncode(std::string_view(digest).substr(0, kMessageIdBytes)) +
         std::string(from.substr(from.find('@'))) + ">";
}

}  // namespace

std::string WakeUpMail(const dispatch::WakeUpCall& call, std::string_view from,
                       std::string_view telephone) {
  std::string mail;
  const auto line = [&](std::string_view text, std::string_view more = "") {
    mail.append(text).append(more).append("\r\n");
  };
  line("Date: ", absl::FormatTime(absl::RFC1123_full, call.now, absl::UTCTimeZone()));
  line("From: Firstbell <", std::string(from) + ">");
  line("To: ", call.address.value.Reveal());
  line("Message-ID: ", MessageId(call, from));
  line("Subject: ", kSubject);
  line("Auto-Submitted: auto-generated");
  line("MIME-Version: 1.0");
  line("Content-Type: text/plain; charset=us-ascii");
  line("");
  line(kSubject, ".");
  line("");
  line("Open Firstbell on the school's machine",
       telephone.empty() ? "." : ", or telephone " + std::string(telephone) + ".");
  line("");
  line("A machine sent this, to tell you that and nothing more. Please do not answer it.");
  return mail;
}

std::string WakeUpSignature(std::string_view secret, absl::Time now) {
  const std::string seconds = std::to_string(absl::ToUnixSeconds(now));
  const std::string mac = crypto::HmacSha256(secret, seconds + "." + std::string(kWakeUpBody));
  return "t=" + seconds + ",v1=" + base::HexEncode(mac);
}

}  // namespace firstbell::server
