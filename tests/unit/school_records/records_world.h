#pragma once

// A school's records in a directory of their own, with a lead who is signed in, a deputy, a teacher
// and a device. Everybody is invented.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "broker/crypto/random.h"
#include "broker/model/text.h"
#include "clients/school/identity.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/record_store.h"
#include "firstbell/v1/alert.pb.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/sealing/people.h"

namespace firstbell::school_records {

inline const absl::Time kMonday = absl::FromUnixSeconds(1772524200);  // 2026-03-03 07:50:00 UTC

inline school::UnlockedPerson MakePerson() {
  const sealing::Person keys;
  return {{keys.id, v1::RECIPIENT_ROLE_LEAD, "A. Lead", keys.certificate},
          {keys.id, crypto::PrivateKey::Generate()},
          keys.key};
}

inline Writer WriterOf(const school::UnlockedPerson& person) {
  return {person.signer.id, person.signer.key};
}

inline RecordId NewId() {
  return RecordId(crypto::RandomId());
}

inline v1::RecordedChild MiaSandwell() {
  v1::RecordedChild child;
  child.set_given_names("Mia Rose");
  child.set_family_name("Sandwell");
  child.set_date_of_birth("2017-05-04");
  child.set_year_group("Year 4");
  return child;
}

inline Draft ActionDraft(const ChildId& child, const std::string& what, absl::Time at = kMonday) {
  Draft draft{.id = NewId(), .child = child, .at = at};
  draft.body.mutable_action()->set_what(what);
  draft.body.mutable_action()->set_stage(v1::ACTION_STAGE_PLANNED);
  return draft;
}

inline Draft AlertDraft(const ChildId& child, const base::AlertId& alert,
                        const std::string& account = "She heard it from the stairs.",
                        std::uint32_t revision = 1) {
  v1::AlertContent content;
  content.set_alert_id(alert.value());
  content.set_revision(revision);
  content.mutable_child()->set_account(account);
  Draft draft{.id = NewId(), .child = child, .alert = alert, .revision = revision, .at = kMonday};
  draft.body.mutable_alert()->set_content(content.SerializeAsString());
  *draft.body.mutable_alert()->mutable_opened_at() = model::ToWire(kMonday);
  return draft;
}

inline Draft AdjustmentDraft(const ChildId& child, const std::string& what, absl::Time until) {
  Draft draft{.id = NewId(), .child = child, .at = kMonday, .due = until};
  draft.body.mutable_adjustment()->set_child_name("Mia S.");
  draft.body.mutable_adjustment()->set_adjustment(what);
  return draft;
}

inline Draft ConcernDraft(const std::string& about, const std::string& text) {
  Draft draft{.id = NewId(), .at = kMonday};
  draft.body.mutable_concern()->set_about(about);
  draft.body.mutable_concern()->set_text(text);
  return draft;
}

class RecordsWorld : public testing::Test {
 protected:
  base::AlertId NewAlert() { return base::AlertId(crypto::RandomId()); }

  Added Write(const Draft& draft) {
    const auto added = store_->Add(ring_, WriterOf(lead_), draft);
    EXPECT_TRUE(added.ok()) << added.status().ToString();
    return added.ok() ? *added : Added();
  }
  Draft Correcting(Draft draft, const RecordId& before) {
    draft.id = NewId();
    draft.corrects = before;
    return draft;
  }
  ChildId Mia() {
    return store_->FindOrAddChild(ring_, WriterOf(lead_), MiaSandwell(), kMonday)->id;
  }

  base::Status Erase(const RecordId& id, v1::ErasureReason why = v1::ERASURE_REASON_RETENTION) {
    return store_->Erase(ring_, WriterOf(lead_), {id}, why, kMonday + absl::Hours(1));
  }

  // Everybody who may have written here.
  SignerKeys Signers() {
    SignerKeys signers = KeyRing(*store_).SigningKeys(ring_).value();
    signers.emplace(device_.id, crypto::PublicKey::FromDer(device_.key.PublicKey()).value());
    return signers;
  }
  void ExpectSound() {
    const auto without = store_->Verify();
    EXPECT_TRUE(without.ok()) << without.status().ToString();
    const auto with = store_->VerifyWith(ring_, Signers());
    EXPECT_TRUE(with.ok()) << with.status().ToString();
  }
  void Reopen() {
    store_.reset();
    store_ = RecordStore::Open(path_).value();
  }
  // As somebody who can write the file, and no more.
  void Tamper(const char* sql) {
    const auto file = school::Database::Open(path_).value();
    ASSERT_TRUE(file->Execute("PRAGMA foreign_keys = OFF").ok());
    const base::Status done = file->Execute(sql);
    ASSERT_TRUE(done.ok()) << done.ToString();
  }
  std::int64_t Number(const char* sql) {
    const auto file = school::Database::Open(path_).value();
    auto row = file->Query(sql).value();
    EXPECT_TRUE(row.Step().value());
    return row.Int(0);
  }

  const support::TempDirectory directory_;
  const std::string path_ = directory_.File(kRecordsFile);
  std::unique_ptr<RecordStore> store_ = RecordStore::Open(path_).value();
  const school::UnlockedPerson lead_ = MakePerson(), deputy_ = MakePerson();
  const Writer device_{WriterId(crypto::RandomId()), crypto::PrivateKey::Generate()};
  const WriterId teacher_{crypto::RandomId()};
  const base::Secret passphrase_ = crypto::RandomSecret(kStaffSecretBytes);
  Ring ring_ = KeyRing(*store_).MakeFirst(lead_, kMonday).value();
};

}  // namespace firstbell::school_records
