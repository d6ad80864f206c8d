// Enrolment grants and recipients.

#include <algorithm>

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Result<model::EnrolmentGrant> LiveGrant(const Reader& reader, std::string_view secret_sha256,
                                        absl::Time now) {
  FB_ASSIGN_OR_RETURN(std::optional<model::EnrolmentGrant> grant,
                      reader.Read<model::EnrolmentGrant>(GrantKey(secret_sha256)));
  if (!grant || now >= grant->expires_at) return NoSuchGrant();
  return *std::move(grant);
}

Result<std::vector<model::Recipient>> ReadSchoolsRecipients(const Reader& reader, base::Urn urn) {
  return reader.ReadAll<model::Recipient>(Key(Table::kRecipient).Urn(urn).Take());
}

Status CheckNewRecipient(const Batch& batch, const model::Recipient& recipient) {
  FB_ASSIGN_OR_RETURN(const auto same_id, batch.Get(RecipientUrnKey(recipient.id)));
  if (same_id) return RecipientThere();
  if (!recipient.curve_public_key.empty()) {
    FB_ASSIGN_OR_RETURN(const auto same_key, batch.Get(CurveKeyKey(recipient.curve_public_key)));
    if (same_key) return CurveKeyInForce();
  }
  FB_ASSIGN_OR_RETURN(const auto others, ReadSchoolsRecipients(batch, recipient.urn));
  const auto in_force = std::count_if(others.begin(), others.end(),
                                      [](const model::Recipient& r) { return r.in_force(); });
  if (static_cast<std::size_t>(in_force) >= limits::kRecipientsPerSchool) {
    return TooManyRecipients();
  }
  return base::OkStatus();
}

std::uint64_t& CountOf(Batch& batch, const model::Recipient& recipient) {
  return recipient.is_device() ? batch.counts().devices : batch.counts().people;
}

// At whatever school.
Result<model::Recipient> ReadKnownRecipient(const Reader& reader, const base::RecipientId& id) {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> urn, reader.Get(RecipientUrnKey(id)));
  if (!urn) return NoSuchRecipient();
  if (urn->size() != 4) return base::DataLoss("the index of recipients does not read back");
  FB_ASSIGN_OR_RETURN(
      std::optional<model::Recipient> recipient,
      reader.Read<model::Recipient>(RecipientKey(base::Urn(base::ReadU32(*urn)), id)));
  if (!recipient) return NoSuchRecipient();
  return *std::move(recipient);
}

Result<model::Recipient> RevokeStep(Batch& batch, const base::RecipientId& id, absl::Time now,
                                    const Events& events) {
  FB_ASSIGN_OR_RETURN(const model::Recipient before, ReadKnownRecipient(batch, id));
  if (!before.in_force()) return before;
  model::Recipient after = before;
  after.revoked_at = now;
  batch.Replace(before, after);
  --CountOf(batch, after);
  batch.Append(events);
  return after;
}

Result<model::Recipient> DutyStep(Batch& batch, const NewDuty& duty) {
  FB_ASSIGN_OR_RETURN(const model::Recipient before, ReadKnownRecipient(batch, duty.id));
  FB_RETURN_IF_ERROR(CheckDuty(before));
  const model::Recipient after = AfterDuty(before, duty);
  if (after == before) return after;
  batch.Replace(before, after);
  batch.Append(duty.events);
  return after;
}

Status AliveStep(Batch& batch, const SignOfLife& sign) {
  const auto before = ReadKnownRecipient(batch, sign.id);
  if (absl::IsNotFound(before.status())) return base::OkStatus();
  if (!before.ok()) return before.status();
  const model::Recipient after = AfterSign(*before, sign.at);
  if (after != *before) batch.Replace(*before, after);
  return base::OkStatus();
}

}  // namespace

Status RocksDbStore::AddEnrolmentGrant(const model::EnrolmentGrant& grant, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(const auto there, batch.Get(GrantKey(grant.secret_sha256)));
    if (there) return GrantThere();
    batch.Insert(grant);
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<model::EnrolmentGrant> RocksDbStore::FindEnrolmentGrant(std::string_view secret_sha256,
                                                               absl::Time now) {
  return LiveGrant(Latest(*db_), secret_sha256, now);
}

Status RocksDbStore::Enrol(std::string_view secret_sha256, const model::Recipient& recipient,
                           absl::Time now, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(model::EnrolmentGrant grant, LiveGrant(batch, secret_sha256, now));
    FB_RETURN_IF_ERROR(CheckAgainstGrant(grant, recipient));
    FB_RETURN_IF_ERROR(CheckNewRecipient(batch, recipient));
    grant.used_by = recipient.id;
    batch.Insert(grant);
    batch.Insert(recipient);
    ++CountOf(batch, recipient);
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<model::Recipient> RocksDbStore::Revoke(const base::RecipientId& id, absl::Time now,
                                              const Events& events) {
  model::Recipient revoked;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(revoked, RevokeStep(batch, id, now, events));
    return base::OkStatus();
  }));
  return revoked;
}

Result<model::Recipient> RocksDbStore::SetDuty(const NewDuty& duty) {
  model::Recipient standing;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(standing, DutyStep(batch, duty));
    return base::OkStatus();
  }));
  return standing;
}

Status RocksDbStore::NoteAlive(absl::Span<const SignOfLife> signs) {
  if (signs.empty()) return base::OkStatus();
  return commits_->Run([&](Batch& batch) -> Status {
    for (const SignOfLife& sign : signs) FB_RETURN_IF_ERROR(AliveStep(batch, sign));
    return base::OkStatus();
  });
}

Result<model::Recipient> RocksDbStore::GetRecipient(const base::RecipientId& id) {
  return ReadKnownRecipient(Latest(*db_), id);
}

Result<std::vector<model::Recipient>> RocksDbStore::RecipientsOf(base::Urn urn) {
  return ReadSchoolsRecipients(Latest(*db_), urn);
}

Result<Page<model::Recipient>> RocksDbStore::ListRecipients(std::string_view after,
                                                            std::size_t limit) {
  std::string from;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    const base::Urn urn(static_cast<std::uint32_t>(token.number));
    from = After(RecipientKey(urn, base::RecipientId(token.id)));
  }
  const auto load = [](std::string_view,
                       std::string_view value) -> Result<std::optional<model::Recipient>> {
    model::Recipient recipient;
    FB_RETURN_IF_ERROR(Decode(value, recipient));
    return std::optional(std::move(recipient));
  };
  return ReadPage<model::Recipient>(
      Snapshot(*db_), Key(Table::kRecipient).Take(), from, limit, load,
      [](const model::Recipient&) { return false; },
      [](const model::Recipient& last) {
        return PageToken{last.urn.value(), last.id.value()};
      });
}

}  // namespace firstbell::store
