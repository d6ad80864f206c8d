// Both ends of the school link, each fed what the other might send.

#include "broker/base/status.h"
#include "broker/crypto/hash.h"
#include "broker/sealing/duty.h"
#include "broker/sealing/receipt.h"
#include "clients/school/local_store.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/dispatch/linked_school.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::fuzz {
namespace {

// A broker with one alert on its way to a linked device.
class Broker final : public dispatch::SchoolLinksTest {
 public:
  Broker() {
    SetUp();
    Hello("s", office_);
    alert_ = Incident("EX-1").id;
    sealing_ = SealingOf(link_.TakePushed("s").at(0));
  }
  // With `statement`'s device, alert and sealing filled in where they are empty, so that receipts
  // get past their first checks, signed by the device or the lead.
  std::string Signed(v1::ReceiptStatement statement) {
    const support::Member& signer = statement.kind() <= v1::RECEIPT_KIND_ERASED ? office_ : lead_;
    v1::ReceiptStatement known = support::StatementOf(signer, sealing_, statement.kind());
    known.MergeFrom(statement);
    v1::LinkMessage message;
    *message.mutable_receipts()->add_receipts() = sealing::SignReceipt(known, signer.signing);
    return message.SerializeAsString();
  }
  // The same of what the lead says of their duty.
  std::string SignedDuty(v1::DutyStatement statement) {
    if (statement.person_id().empty()) statement.set_person_id(lead_.id().value());
    v1::LinkMessage message;
    *message.mutable_duties()->add_duties() = sealing::SignDuty(statement, lead_.signing);
    return message.SerializeAsString();
  }
  void Take(std::string_view frame) { links_.OnFrame("s", office_.curve.public_key, frame); }
  void TakeFromStranger(std::string_view frame) { links_.OnFrame("t", "no such key", frame); }
  void Check() {
    After(absl::Seconds(31));
    FB_CHECK(world_.memory.Verify({}).ok());
    FB_CHECK(world_.memory.GetAlert(alert_).ok());
    FB_CHECK(link_.TakeFrames("t").size() <= kMostParts);
  }

 private:
  void TestBody() override {}
  base::AlertId alert_;
  model::Sealing sealing_;
};

}  // namespace

// Each part is a frame: 0 from a stranger, the others from the device; one that is no LinkMessage
// is tried as a statement that is then signed.
void LinkOfBroker(std::string_view input) {
  Broker broker;
  const std::vector<std::string> parts = Parts(input);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    v1::LinkMessage message;
    v1::ReceiptStatement statement;
    if (i == 0) {
      broker.TakeFromStranger(parts[i]);
    } else if (!message.ParseFromString(parts[i]) && statement.ParseFromString(parts[i])) {
      broker.Take(broker.Signed(statement));
    } else {
      broker.Take(parts[i]);
    }
  }
  broker.Check();
}

// Each part is what a person says of their duty, signed by the lead. What is kept reads back.
void Duty(std::string_view input) {
  Broker broker;
  for (const std::string& part : Parts(input)) {
    v1::DutyStatement statement;
    if (!statement.ParseFromString(part)) continue;
    broker.Take(broker.SignedDuty(statement));
    const auto duty = model::ParseDuty(statement.duty(), "duty");
    if (duty.ok()) FB_CHECK(model::ParseDuty(model::ToWire(*duty), "").value() == *duty);
  }
  broker.Check();
}

// Each part is a frame of a broker. A pushed envelope without a signature is signed as the broker
// would: what the session keeps is then what it may show, and nothing that it did not receipt.
void LinkOfSchool(std::string_view input) {
  static const auto* const school = new link::InventedSchool();
  const auto store = school::LocalStore::Open(":memory:").value();
  link::Session session(school->Identity(), *store);
  session.Start(link::kNight);
  session.OnFrame(link::WelcomeFrame(), link::kNight).status().IgnoreError();
  for (const std::string& part : Parts(input)) {
    v1::LinkMessage message;
    std::string frame = part;
    if (message.ParseFromString(part) && message.has_push() &&
        message.push().envelope().signature().empty()) {
      v1::SealedEnvelope& envelope = *message.mutable_push()->mutable_envelope();
      v1::EnvelopeHeader header;
      if (header.ParseFromString(envelope.header())) {
        header.set_ciphertext_sha256(crypto::Sha256(envelope.ciphertext()));
        envelope.set_header(header.SerializeAsString());
      }
      envelope.set_signature(
          school->envelope_key.Sign(std::string(sealing::kEnvelopeContext) + envelope.header()));
      frame = message.SerializeAsString();
    }
    session.OnFrame(frame, link::kNight).status().IgnoreError();
  }
  FB_CHECK(session.OnTick(link::kNight + absl::Minutes(5)).ok());
  FB_CHECK(store->UnansweredReceipts(1000).ok());
  FB_CHECK(store->Holdings(1000).ok());
  FB_CHECK(store->ShownAlerts().ok());
}

}  // namespace firstbell::fuzz
