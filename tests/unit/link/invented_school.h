#pragma once

// An invented school as its device sees the broker: who signs envelopes, who can open them, and
// what the broker would send. Everyone here is invented.

#include <string>
#include <vector>

#include "broker/crypto/key.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "broker/model/text.h"
#include "broker/sealing/envelope.h"
#include "clients/link/session.h"

namespace firstbell::link {

inline const absl::Time kNight = absl::FromUnixSeconds(1772503800);   // Tue 3 Mar 2026 02:10 London
inline const absl::Time kWindow = absl::FromUnixSeconds(1772523000);  // 07:30
inline const absl::Time kBell = absl::FromUnixSeconds(1772527500);    // 08:45
inline constexpr base::Urn kSchool{100001};

inline base::AlertId NewAlertId() {
  return base::AlertId(crypto::RandomId());
}

// A person of the school with both keys and the opening certificate.
struct Colleague {
  base::RecipientId id{crypto::RandomId()};
  crypto::PrivateKey opening_key = crypto::PrivateKey::Generate();
  crypto::PrivateKey signing_key = crypto::PrivateKey::Generate();
  std::string opening_certificate;
};

class InventedSchool {
 public:
  InventedSchool() : lead(Enrol()) {}

  Colleague Enrol() const {
    Colleague colleague;
    colleague.opening_certificate =
        crypto::Issue(root, {.common_name = "a person",
                             .public_key = colleague.opening_key.PublicKey(),
                             .usage = crypto::Usage::kOpening,
                             .not_before = kNight,
                             .not_after = kNight + absl::Hours(24)})
            .value();
    return colleague;
  }

  SessionIdentity Identity() const {
    return {kSchool, device, envelope_key.PublicKey(), false, "0.1.0"};
  }

  v1::AlertContent Content(const model::Alert& alert) const {
    v1::AlertContent content;
    content.set_alert_id(alert.id.value());
    content.set_urn(alert.urn.value());
    content.set_revision(alert.revision);
    content.set_force("west-mercia");
    content.set_reference("WM-1");
    content.mutable_child()->mutable_name()->set_given_names("Robin");
    content.mutable_child()->mutable_name()->set_family_name("Example");
    return content;
  }

  model::Alert Alert(const base::AlertId& id, std::uint32_t revision, std::uint32_t sealing) const {
    model::Alert alert;
    alert.id = id;
    alert.urn = kSchool;
    alert.revision = revision;
    alert.sealing = sealing - 1;  // the next is `sealing`
    alert.show_from = kWindow;
    alert.deadline = kBell;
    return alert;
  }

  v1::SealedEnvelope Seal(const model::Alert& alert, const v1::AlertContent& content,
                          const crypto::PrivateKey& signer) const {
    model::Recipient person;
    person.id = lead.id;
    person.urn = alert.urn;
    person.role = v1::RECIPIENT_ROLE_LEAD;
    person.opening_certificate = lead.opening_certificate;
    const auto people = sealing::People::Of({&person, 1}).value();
    const auto sealing = sealing::SealAlert(alert, content, people, signer, kNight);
    v1::SealedEnvelope envelope;
    FB_CHECK(sealing.ok() && envelope.ParseFromString(sealing->envelope));
    return envelope;
  }
  v1::SealedEnvelope Seal(const base::AlertId& id, std::uint32_t revision = 1,
                          std::uint32_t sealing = 1) const {
    const model::Alert alert = Alert(id, revision, sealing);
    return Seal(alert, Content(alert), envelope_key);
  }

  crypto::Authority root =
      crypto::MakeRoot("Examplebury", kNight, kNight + absl::Hours(48)).value();
  crypto::PrivateKey envelope_key = crypto::PrivateKey::Generate();
  Signer device{base::RecipientId(crypto::RandomId()), crypto::PrivateKey::Generate()};
  Colleague lead;
};

inline std::string PushFrame(const v1::SealedEnvelope& envelope) {
  v1::LinkMessage message;
  *message.mutable_push()->mutable_envelope() = envelope;
  return message.SerializeAsString();
}

inline std::string WelcomeFrame(const std::vector<Person>& people = {}, base::Urn urn = kSchool,
                                bool simulated = false, absl::Time now = kNight) {
  v1::LinkMessage message;
  v1::Welcome& welcome = *message.mutable_welcome();
  welcome.set_urn(urn.value());
  *welcome.mutable_broker_time() = model::ToWire(now);
  welcome.set_simulated_clock(simulated);
  for (const Person& person : people) {
    v1::EnrolledPerson& wire = *welcome.add_people();
    wire.set_recipient_id(person.id.value());
    wire.set_role(person.role);
    wire.set_display_name(person.display_name);
    wire.set_opening_key_sha256(person.opening_key_sha256);
  }
  return message.SerializeAsString();
}

// Every receipt in these frames, which hold at most what the device holds beside.
inline std::vector<v1::Receipt> ReceiptsIn(const std::vector<std::string>& frames) {
  std::vector<v1::Receipt> receipts;
  for (const std::string& frame : frames) {
    v1::LinkMessage message;
    FB_CHECK(message.ParseFromString(frame) && (message.has_receipts() || message.has_holdings()));
    for (const v1::Receipt& receipt : message.receipts().receipts()) receipts.push_back(receipt);
  }
  return receipts;
}

}  // namespace firstbell::link
