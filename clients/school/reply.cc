#include "clients/school/reply.h"

#include <algorithm>
#include <utility>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "broker/sealing/envelope.h"
#include "broker/sealing/reply.h"
#include "clients/school/inbox.h"

namespace firstbell::school {
namespace {

constexpr std::size_t kBytesPerCharacter = 4;  // of UTF-8

base::Status NoReplies() {
  return base::FailedPrecondition(
      "the force takes no replies here: telephone it, by the contact that the alert names");
}

base::Status NotOpened() {
  return base::FailedPrecondition(
      "open the alert first, as it stands now (firstbell-school inbox show): then say what you "
      "have to say about it");
}

// As the broker signed it.
base::Result<v1::EnvelopeHeader> HeaderOf(LocalStore& store, const HeldAlert& alert,
                                          std::string_view envelope_public_key) {
  FB_ASSIGN_OR_RETURN(const std::string bytes, store.Envelope(alert.newest));
  v1::SealedEnvelope envelope;
  if (!envelope.ParseFromString(bytes)) return base::DataLoss("the kept alert is damaged");
  return sealing::VerifyEnvelope(envelope, envelope_public_key);
}

base::Result<std::string> Sealed(const HeldAlert& alert, const UnlockedPerson& person,
                                 v1::ReplyAbout about, const std::string& text,
                                 const std::string& certificate) {
  v1::Reply reply;
  reply.set_alert_id(alert.newest.alert_id.value());
  reply.set_about(about);
  reply.set_text(text);
  reply.set_from(person.identity.display_name);
  auto sealed = sealing::SealReply(reply, certificate);
  if (!absl::IsInvalidArgument(sealed.status())) return sealed;
  return base::FailedPrecondition(
      "nothing can be sealed to what the force gave for that: telephone the force, and tell your "
      "operator");
}

}  // namespace

base::Result<std::string> CheckReplyText(std::string text) {
  std::erase(text, '\r');
  std::replace(text.begin(), text.end(), '\n', ' ');
  model::Violations violations;
  model::CheckText(text, "text", kBytesPerCharacter * limits::kReplyCharacters,
                   model::Presence::kRequired, model::Lines::kOne, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  const auto characters =
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; });
  if (static_cast<std::size_t>(characters) <= limits::kReplyCharacters) return text;
  return model::FieldError("text", "is at most " + std::to_string(limits::kReplyCharacters) +
                                       " characters; ask for a call to say more");
}

v1::ReplyAbout ParseReplyAbout(std::string_view typed) {
  if (typed == "attendance") return v1::REPLY_ABOUT_ATTENDANCE;
  if (typed == "concern") return v1::REPLY_ABOUT_CONCERN;
  return typed == "call" ? v1::REPLY_ABOUT_CALL : v1::REPLY_ABOUT_UNSPECIFIED;
}

base::Result<bool> TakesReplies(LocalStore& store, const HeldAlert& alert,
                                std::string_view envelope_public_key) {
  FB_ASSIGN_OR_RETURN(const v1::EnvelopeHeader header, HeaderOf(store, alert, envelope_public_key));
  return !header.reply_certificate().empty();
}

base::Result<Queued> SendReply(LocalStore& store, const HeldAlert& alert,
                               const UnlockedPerson& person, v1::ReplyAbout about,
                               const std::string& text, std::string_view envelope_public_key,
                               absl::Time now, std::string_view form) {
  FB_RETURN_IF_ERROR(CheckMayAnswer(store, alert, person));
  FB_ASSIGN_OR_RETURN(const bool opened, store.HasOpened(alert.newest, person.identity.id));
  if (!opened) return NotOpened();
  FB_ASSIGN_OR_RETURN(const v1::EnvelopeHeader header, HeaderOf(store, alert, envelope_public_key));
  if (header.reply_certificate().empty()) return NoReplies();
  FB_ASSIGN_OR_RETURN(std::string sealed,
                      Sealed(alert, person, about, text, header.reply_certificate()));
  link::Said said;
  said.reply = std::move(sealed);
  return store.QueueReceipt(
      link::SignToQueue(alert.newest, v1::RECEIPT_KIND_REPLIED, person.signer, now, said), form);
}

}  // namespace firstbell::school
