// Enrolment grants and recipients.

#include "broker/store/memory/memory_store.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"

namespace firstbell::store {

Status MemoryStore::AddEnrolmentGrant(const model::EnrolmentGrant& grant, const Events& events) {
  base::MutexLock lock(mutex_);
  if (!grants_.try_emplace(grant.secret_sha256, grant).second) return GrantThere();
  Append(events);
  return base::OkStatus();
}

model::EnrolmentGrant* MemoryStore::LiveGrant(std::string_view secret_sha256, absl::Time now) {
  const auto row = grants_.find(secret_sha256);
  return row != grants_.end() && now < row->second.expires_at ? &row->second : nullptr;
}

Result<model::EnrolmentGrant> MemoryStore::FindEnrolmentGrant(std::string_view secret_sha256,
                                                              absl::Time now) {
  base::MutexLock lock(mutex_);
  const model::EnrolmentGrant* grant = LiveGrant(secret_sha256, now);
  if (grant == nullptr) return NoSuchGrant();
  return *grant;
}

Status MemoryStore::Enrol(std::string_view secret_sha256, const model::Recipient& recipient,
                          absl::Time now, const Events& events) {
  base::MutexLock lock(mutex_);
  model::EnrolmentGrant* grant = LiveGrant(secret_sha256, now);
  if (grant == nullptr) return NoSuchGrant();
  FB_RETURN_IF_ERROR(CheckAgainstGrant(*grant, recipient));
  FB_RETURN_IF_ERROR(CheckNewRecipient(recipient));
  grant->used_by = recipient.id;
  recipients_.emplace(recipient.id, recipient);
  recipients_by_urn_.emplace(recipient.urn, recipient.id);
  if (!recipient.curve_public_key.empty()) {
    devices_by_curve_key_.emplace(recipient.curve_public_key, recipient.id);
  }
  Append(events);
  return base::OkStatus();
}

Status MemoryStore::CheckNewRecipient(const model::Recipient& recipient) {
  if (recipients_.contains(recipient.id)) return RecipientThere();
  if (devices_by_curve_key_.contains(recipient.curve_public_key)) return CurveKeyInForce();
  std::size_t in_force = 0;
  for (auto at = recipients_by_urn_.lower_bound({recipient.urn, base::RecipientId()});
       at != recipients_by_urn_.end() && at->first == recipient.urn; ++at) {
    in_force += recipients_.at(at->second).in_force() ? 1 : 0;
  }
  return in_force < limits::kRecipientsPerSchool ? base::OkStatus() : TooManyRecipients();
}

Result<model::Recipient> MemoryStore::Revoke(const base::RecipientId& id, absl::Time now,
                                             const Events& events) {
  base::MutexLock lock(mutex_);
  const auto row = recipients_.find(id);
  if (row == recipients_.end()) return NoSuchRecipient();
  if (row->second.in_force()) {
    row->second.revoked_at = now;
    devices_by_curve_key_.erase(row->second.curve_public_key);
    Append(events);
  }
  return row->second;
}

Result<model::Recipient> MemoryStore::SetDuty(const NewDuty& duty) {
  base::MutexLock lock(mutex_);
  const auto row = recipients_.find(duty.id);
  if (row == recipients_.end()) return NoSuchRecipient();
  FB_RETURN_IF_ERROR(CheckDuty(row->second));
  const model::Recipient after = AfterDuty(row->second, duty);
  if (after == row->second) return after;
  row->second = after;
  Append(duty.events);
  return after;
}

Status MemoryStore::NoteAlive(absl::Span<const SignOfLife> signs) {
  base::MutexLock lock(mutex_);
  for (const SignOfLife& sign : signs) {
    const auto row = recipients_.find(sign.id);
    if (row != recipients_.end()) row->second = AfterSign(row->second, sign.at);
  }
  return base::OkStatus();
}

Result<model::Recipient> MemoryStore::GetRecipient(const base::RecipientId& id) {
  base::MutexLock lock(mutex_);
  const auto row = recipients_.find(id);
  if (row == recipients_.end()) return NoSuchRecipient();
  return row->second;
}

Result<std::vector<model::Recipient>> MemoryStore::RecipientsOf(base::Urn urn) {
  base::MutexLock lock(mutex_);
  std::vector<model::Recipient> recipients;
  for (auto at = recipients_by_urn_.lower_bound({urn, base::RecipientId()});
       at != recipients_by_urn_.end() && at->first == urn; ++at) {
    recipients.push_back(recipients_.at(at->second));
  }
  return recipients;
}

Result<Page<model::Recipient>> MemoryStore::ListRecipients(std::string_view after,
                                                           std::size_t limit) {
  base::MutexLock lock(mutex_);
  auto at = recipients_by_urn_.begin();
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    const base::Urn urn(static_cast<std::uint32_t>(token.number));
    at = recipients_by_urn_.upper_bound({urn, base::RecipientId(token.id)});
  }
  Page<model::Recipient> page;
  for (; at != recipients_by_urn_.end(); ++at) {
    if (page.items.size() >= limit) {
      const model::Recipient& last = page.items.back();
      page.next = FormatPageToken({last.urn.value(), last.id.value()});
      break;
    }
    page.items.push_back(recipients_.at(at->second));
  }
  return page;
}

}  // namespace firstbell::store
