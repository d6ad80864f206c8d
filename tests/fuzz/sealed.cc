// What is signed or sealed: as it may come from a stranger, and as far behind the signature as only
// the holder of the key could get.

#include "broker/base/status.h"
#include "broker/crypto/hash.h"
#include "broker/sealing/cms.h"
#include "broker/sealing/envelope.h"
#include "broker/sealing/identity_probe.h"
#include "broker/sealing/receipt.h"
#include "broker/sealing/reply.h"
#include "clients/control/reply_text.h"
#include "tests/fuzz/targets.h"
#include "tests/support/members.h"

namespace firstbell::fuzz {
namespace {

using support::Member;

const Member& Lead() {
  static const Member* const lead = new Member(support::MakePerson(base::Urn(100001)));
  return *lead;
}

const crypto::PrivateKey& BrokerKey() {
  static const auto* const key = new crypto::PrivateKey(crypto::PrivateKey::Generate());
  return *key;
}

}  // namespace

// Nobody sealed these bytes to the lead, so nothing opens.
void Cms(std::string_view input) {
  sealing::CheckAlgorithms(input).IgnoreError();
  FB_CHECK(!sealing::Open(input, Lead().opening, Lead().recipient.opening_certificate).ok());
}

// Part 0 is a whole SealedEnvelope of a stranger. Parts 1 and 2 are header and ciphertext, to which
// the broker's own signature is put: they may hold, but they do not open.
void Envelope(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(3);
  v1::SealedEnvelope envelope;
  if (envelope.ParseFromString(parts[0])) {
    FB_CHECK(!sealing::VerifyEnvelope(envelope, BrokerKey().PublicKey()).ok());
  }
  v1::EnvelopeHeader header;
  if (header.ParseFromString(parts[1])) {
    header.set_ciphertext_sha256(crypto::Sha256(parts[2]));
    envelope.set_header(header.SerializeAsString());
  } else {
    envelope.set_header(parts[1]);
  }
  envelope.set_ciphertext(parts[2]);
  envelope.set_signature(
      BrokerKey().Sign(std::string(sealing::kEnvelopeContext) + envelope.header()));
  const auto verified = sealing::VerifyEnvelope(envelope, BrokerKey().PublicKey());
  if (verified.ok()) FB_CHECK(verified->ciphertext_sha256() == crypto::Sha256(parts[2]));
  FB_CHECK(!sealing::OpenEnvelope(envelope, BrokerKey().PublicKey(), Lead().opening,
                                  Lead().recipient.opening_certificate)
                .ok());
}

// Part 0 is a whole Receipt of a stranger, part 1 a statement that the lead signs.
void Receipt(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(2);
  static const auto lead = sealing::SignerKey(Lead().recipient.signing_certificate).value();
  v1::Receipt receipt;
  if (receipt.ParseFromString(parts[0])) {
    sealing::PeekStatement(receipt).status().IgnoreError();
    FB_CHECK(!sealing::VerifyReceipt(receipt, lead).ok());
  }
  v1::ReceiptStatement statement;
  if (!statement.ParseFromString(parts[1])) return;
  const v1::Receipt signed_one = sealing::SignReceipt(statement, Lead().signing);
  FB_CHECK(sealing::VerifyReceipt(signed_one, lead).ok());
  const auto peeked = sealing::PeekStatement(signed_one);
  if (peeked.ok()) FB_CHECK(peeked->SerializeAsString() == statement.SerializeAsString());
}

// Part 0 is sealed by a stranger, part 1 by the lead to the desk: it may open, and then an
// officer's terminal prints it.
void Reply(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(2);
  const base::AlertId alert("06f1h9t2m4qzv8c3k7w5x0y1ra");
  const std::string& certificate = Lead().recipient.opening_certificate;
  const control::DeskKey desk{Lead().opening, certificate};
  FB_CHECK(!sealing::OpenReply(parts[0], alert, desk.key, certificate).ok());
  v1::GetRepliesResponse replies;
  replies.add_replies()->set_ciphertext(
      sealing::SealTo(sealing::OpeningCertificates::Read({&certificate, 1}).value(), parts[1])
          .value());
  const control::OpenedReply opened = control::OpenAll(replies, alert, desk).front();
  if (opened.reply.ok()) FB_CHECK(opened.reply->alert_id() == alert.value());
  static const auto london = console::LocalTime::London().value();
  for (const std::string& text : {control::ReplyText(opened, london), control::ReplyJson(opened)}) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      const auto byte = static_cast<unsigned char>(text[at]);
      FB_CHECK(text[at] == '\n' || (byte >= 0x20 && byte != 0x7f));
      const bool two = byte == 0xc2 && at + 1 < text.size();  // U+0080 to U+009F are C1 controls
      FB_CHECK(!two || static_cast<unsigned char>(text[at + 1]) >= 0xa0);
    }
  }
}

// Part 0 is a probe, parts 1 to 3 say whom it is compared with: family name, given names, birthday.
void IdentityProbe(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(4);
  v1::Child child;
  child.mutable_name()->set_family_name(parts[1]);
  child.mutable_name()->set_given_names(parts[2]);
  child.set_date_of_birth(parts[3]);
  const auto text = sealing::IdentityTextOf(child);
  v1::IdentityProbe probe;
  const bool read = probe.ParseFromString(parts[0]) && sealing::WellFormed(probe);
  if (text && read) (void)sealing::IsOf(probe, *text);
}

}  // namespace firstbell::fuzz
