#include "broker/dispatch/welcome.h"

#include <utility>

#include "broker/audit/checkpoint.h"
#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "broker/model/text.h"

namespace firstbell::dispatch {
namespace {

base::Result<v1::EnrolledPerson> Enrolled(const model::Recipient& recipient) {
  FB_ASSIGN_OR_RETURN(std::string key, crypto::PublicKeyOf(recipient.opening_certificate));
  v1::EnrolledPerson person;
  person.set_recipient_id(recipient.id.value());
  person.set_role(recipient.role);
  person.set_display_name(recipient.display_name);
  person.set_opening_key_sha256(crypto::Sha256(key));
  person.set_opening_key(std::move(key));
  *person.mutable_duty() = model::ToWire(recipient.duty);
  return person;
}

void LogUnanswered(const base::Status& status) {
  base::LogError("dispatch", "devices are not told of the delivery log",
                 {{"why", std::string(base::Message(status))}});
}

}  // namespace

KnownOfLog KnownBy(const v1::Hello& hello) {
  KnownOfLog known;
  const auto checkpoint = audit::ParseSignedCheckpoint(hello.checkpoint());
  if (checkpoint.ok()) known.at_hello = known.told = checkpoint->checkpoint.size;
  for (const std::string& id : hello.asked()) {
    if (known.asked.size() == limits::kPeopleAsked) break;
    if (base::IsRandomId(id)) known.asked.insert(base::RecipientId(id));
  }
  return known;
}

Welcomes::Welcomes(LogView* log, const std::set<KnownOfLog>& sessions) : log_(log) {
  if (log_ == nullptr) return;
  for (const KnownOfLog& known : sessions) {
    auto told = log_->Tell(known.told);
    told.ok() ? void(told_.emplace(known, *std::move(told))) : LogUnanswered(told.status());
  }
}

base::Result<Told> Welcomes::For(const KnownOfLog& known,
                                 absl::Span<const model::Recipient> recipients) const {
  v1::Welcome welcome;
  for (const model::Recipient& one : recipients) {
    if (one.is_device() || !one.in_force()) continue;
    FB_ASSIGN_OR_RETURN(*welcome.add_people(), Enrolled(one));
  }
  const auto told = told_.find(known);
  if (told == told_.end()) return Told{std::move(welcome), known};
  v1::Welcome with_log = welcome;
  const base::Status added = AddLog(known, told->second, recipients, with_log);
  if (added.ok()) {
    return Told{std::move(with_log), {known.at_hello, told->second.size, known.asked}};
  }
  LogUnanswered(added);
  return Told{std::move(welcome), known};
}

// A checkpoint without a proof that belongs to it would leave a device without it for good: it says
// hello with that checkpoint from then on.
base::Status Welcomes::AddLog(const KnownOfLog& known, const ToldOfLog& told,
                              absl::Span<const model::Recipient> recipients,
                              v1::Welcome& welcome) const {
  for (v1::EnrolledPerson& person : *welcome.mutable_people()) {
    const base::RecipientId id(person.recipient_id());
    const std::uint64_t from = known.asked.contains(id) ? 0 : known.at_hello;
    FB_ASSIGN_OR_RETURN(auto logged, log_->EnrolmentOf(id, from, told.size));
    if (logged) *person.mutable_enrolment() = *std::move(logged);
  }
  for (const model::Recipient& one : recipients) {
    const bool removed = !one.is_device() && !one.in_force();
    if (!removed || !known.asked.contains(one.id)) continue;
    FB_RETURN_IF_ERROR(AddRemoved(told.size, one, welcome));
  }
  welcome.set_checkpoint(told.checkpoint);
  for (const std::string& hash : told.consistency) welcome.add_consistency(hash);
  welcome.set_log_key(told.log_key);
  for (const std::string& note : told.key_changes) welcome.add_log_key_changes(note);
  welcome.set_witnessed(told.witnessed);
  for (const std::string& hash : told.witnessed_consistency) {
    welcome.add_witnessed_consistency(hash);
  }
  return base::OkStatus();
}

// Their name is the school's no longer.
base::Status Welcomes::AddRemoved(std::uint64_t size, const model::Recipient& recipient,
                                  v1::Welcome& welcome) const {
  FB_ASSIGN_OR_RETURN(v1::EnrolledPerson person, Enrolled(recipient));
  person.clear_display_name();
  person.clear_duty();
  FB_ASSIGN_OR_RETURN(auto enrolment, log_->EnrolmentOf(recipient.id, 0, size));
  FB_ASSIGN_OR_RETURN(auto removal, log_->RemovalOf(recipient.id, size));
  if (!enrolment || !removal) return base::OkStatus();  // not in the tree yet
  *person.mutable_enrolment() = *std::move(enrolment);
  *person.mutable_removal() = *std::move(removal);
  *welcome.add_removed() = std::move(person);
  return base::OkStatus();
}

}  // namespace firstbell::dispatch
