#pragma once

// An invented delivery log, kept as its leaves, and what a broker that keeps it would tell a
// device. All in one place and slowly: for tests.

#include <string>
#include <vector>

#include "broker/audit/checkpoint.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/crypto/hash.h"
#include "broker/model/event.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::link {

class InventedLog {
 public:
  // Something that is nothing to this school.
  void Add(int count = 1) {
    for (int i = 0; i < count; ++i) {
      Append(model::Event(model::EventKind::kBrokerInitialised, kNight));
    }
  }
  // The enrolment of somebody; its position.
  std::uint64_t Enrol(const Colleague& who, base::Urn urn = kSchool) {
    return Append(
        model::Event(model::EventKind::kRecipientEnrolled, kNight)
            .With(who.id)
            .With(urn)
            .WithDigest("opening_key_sha256", crypto::Sha256(who.opening_key.PublicKey())));
  }

  std::uint64_t Remove(const Colleague& who, absl::Time at) {
    return Append(model::Event(model::EventKind::kRecipientRevoked, at).With(who.id).With(kSchool));
  }

  std::uint64_t size() const { return entries_.size(); }
  audit::VerifierKey Key() const { return {name, audit::KeyKind::kLog, key.PublicKey()}; }
  std::string Checkpoint() const {
    audit::Frontier tree;
    for (const audit::Committed& one : entries_) tree.Append(one.entry);
    audit::Note note{audit::CheckpointText({name, size(), tree.Root()}), {}};
    note.signatures.push_back(audit::SignNote(note.text, name, key));
    return audit::FormatNote(note);
  }
  // A welcome of today's tree for a device that knows the one of `known`.
  v1::Welcome Tell(std::uint64_t known) const {
    v1::Welcome welcome;
    welcome.set_urn(kSchool.value());
    *welcome.mutable_broker_time() = model::ToWire(kNight);
    welcome.set_checkpoint(Checkpoint());
    welcome.set_log_key(Key().ToString());
    if (known == 0 || known > size()) return welcome;
    for (const std::string& hash : Continues(known)) welcome.add_consistency(hash);
    return welcome;
  }
  std::vector<std::string> Continues(std::uint64_t known) const {
    return audit::ConsistencyProof(known, size(), Nodes()).value();
  }
  static v1::EnrolledPerson Unproven(const Colleague& who) {
    v1::EnrolledPerson person;
    person.set_recipient_id(who.id.value());
    person.set_role(v1::RECIPIENT_ROLE_LEAD);
    person.set_display_name("Ada Example");
    person.set_opening_key(who.opening_key.PublicKey());
    person.set_opening_key_sha256(crypto::Sha256(who.opening_key.PublicKey()));
    return person;
  }
  // With the event at that position as the proof.
  v1::EnrolledPerson Proven(const Colleague& who, std::uint64_t position) const {
    v1::EnrolledPerson person = Unproven(who);
    *person.mutable_enrolment() = Logged(position);
    return person;
  }
  // As a broker answers of who was removed.
  v1::EnrolledPerson Removed(const Colleague& who, std::uint64_t enrolled,
                             std::uint64_t removed) const {
    v1::EnrolledPerson person = Proven(who, enrolled);
    person.clear_display_name();
    *person.mutable_removal() = Logged(removed);
    return person;
  }
  v1::LoggedEvent Logged(std::uint64_t position) const {
    const audit::Committed& one = entries_.at(position);
    v1::LoggedEvent logged;
    logged.set_event(one.event);
    logged.set_salt(std::string(audit::kSaltBytes, 's'));
    logged.set_entry(one.entry);
    logged.set_position(position);
    const auto proof = audit::InclusionProof(position, size(), Nodes());
    for (const std::string& hash : proof.value()) logged.add_hashes(hash);
    return logged;
  }

  std::string name = "log.example";
  crypto::Ed25519Key key = crypto::Ed25519Key::Generate();

 private:
  std::uint64_t Append(const model::Event& event) {
    entries_.push_back(audit::Commit(event, std::string(audit::kSaltBytes, 's')));
    return entries_.size() - 1;
  }
  audit::ReadNode Nodes() const {
    return [this](int level, std::uint64_t index) -> base::Result<std::string> {
      if (level == 0) return audit::LeafHash(entries_.at(index).entry);
      const auto node = Nodes();
      return audit::NodeHash(node(level - 1, 2 * index).value(),
                             node(level - 1, 2 * index + 1).value());
    };
  }

  std::vector<audit::Committed> entries_;
};

inline std::string FrameOf(const v1::Welcome& welcome) {
  v1::LinkMessage message;
  *message.mutable_welcome() = welcome;
  return message.SerializeAsString();
}

}  // namespace firstbell::link
