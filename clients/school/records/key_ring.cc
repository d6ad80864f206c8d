#include "clients/school/records/key_ring.h"

#include <utility>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "clients/school/records/reader.h"
#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

using school::Blob;
using school::Statement;
using school::Transaction;

base::Status NotLetIn() {
  return base::PermissionDenied(
      "you are not let in to this school's records yet, or not any more: ask a colleague who is "
      "signed in here to let you in");
}

base::Status OtherKeys() {
  return base::DataLoss(
      "the keys of the school's records are not those of its rows: restore them "
      "from a backup");
}

base::Status CheckFull(const Ring& ring) {
  return ring.full() ? base::OkStatus()
                     : base::PermissionDenied("a safeguarding lead decides who may read: ask one");
}

base::Status CheckStaff(const KeyRing::NewStaff& staff, const base::Secret& secret) {
  FB_CHECK(secret.size() == kStaffSecretBytes);
  std::string name = staff.display_name;
  model::Violations wrong;
  if (!base::IsRandomId(staff.id.value())) wrong.Add("id", "is not one of our ids");
  model::CheckText(name, "display_name", limits::kNameBytes, model::Presence::kRequired,
                   model::Lines::kOne, wrong);
  return wrong.ToStatus();
}

std::string TimeText(std::optional<absl::Time> time) {
  return time ? std::to_string(Us(*time)) : std::string();
}

absl::Time WholeMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(Us(time));
}

}  // namespace

base::Result<bool> KeyRing::IsMade() {
  FB_ASSIGN_OR_RETURN(Statement row, store_.database_->Query("SELECT 1 FROM key_ring"));
  return row.Step();
}

base::Result<Ring> KeyRing::MakeFirst(const school::UnlockedPerson& person, absl::Time at) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*store_.database_));
  FB_ASSIGN_OR_RETURN(const bool made, IsMade());
  if (made) return base::FailedPrecondition("this school's records have keys already");
  FB_ASSIGN_OR_RETURN(const Tip tip, store_.ChainTip());
  if (tip.number > 0) return OtherKeys();
  FB_ASSIGN_OR_RETURN(Ring ring, MakeRing(at));
  FB_RETURN_IF_ERROR(SaveKeys(ring));
  StoredReader first;
  first.reader = {.id = person.identity.id,
                  .kind = ReaderKind::kPerson,
                  .let_in_by = person.identity.id,
                  .let_in_at = WholeMicroseconds(at)};
  first.opening_certificate = person.identity.opening_certificate;
  first.signing_key = person.signer.key.PublicKey();
  FB_RETURN_IF_ERROR(SaveReader(ring, std::move(first)));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return ring;
}

base::Result<Ring> KeyRing::Open(const school::UnlockedPerson& person) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*store_.database_));
  FB_ASSIGN_OR_RETURN(const bool made, IsMade());
  if (!made) return base::NotFound("this school's records have no keys yet");
  FB_ASSIGN_OR_RETURN(const auto reader, FindReader(person.identity.id));
  if (!reader || reader->reader.removed_at || reader->reader.kind != ReaderKind::kPerson) {
    return NotLetIn();
  }
  FB_ASSIGN_OR_RETURN(Ring ring, Unlock(*reader, person.opening_key));
  FB_RETURN_IF_ERROR(CheckProof(ring, *reader));
  FB_RETURN_IF_ERROR(NoteSigningKey(ring, *reader, person.signer.key.PublicKey()));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return ring;
}

base::Status KeyRing::LetIn(const Ring& ring, const WriterId& by,
                            const school::PersonIdentity& person, absl::Time at) {
  FB_RETURN_IF_ERROR(CheckFull(ring));
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*store_.database_));
  FB_RETURN_IF_ERROR(store_.CheckRing(ring));
  FB_ASSIGN_OR_RETURN(const auto before, FindReader(person.id));
  StoredReader reader = before.value_or(StoredReader());
  const bool same = reader.opening_certificate == person.opening_certificate;
  if (before && !reader.reader.removed_at) {
    if (same) return base::OkStatus();
    return base::FailedPrecondition("they are let in with another key: remove them first");
  }
  if (!before) FB_RETURN_IF_ERROR(CheckRoom());
  reader.reader = {.id = person.id,
                   .kind = ReaderKind::kPerson,
                   .let_in_by = by,
                   .let_in_at = WholeMicroseconds(at)};
  reader.opening_certificate = person.opening_certificate;
  FB_RETURN_IF_ERROR(SaveReader(ring, std::move(reader)));
  return transaction.Commit();
}

base::Status KeyRing::LetInStaff(const Ring& ring, const WriterId& by, const NewStaff& staff,
                                 const base::Secret& secret, absl::Time at) {
  FB_RETURN_IF_ERROR(CheckFull(ring));
  FB_RETURN_IF_ERROR(CheckStaff(staff, secret));
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*store_.database_));
  FB_RETURN_IF_ERROR(store_.CheckRing(ring));
  FB_ASSIGN_OR_RETURN(const auto before, FindReader(staff.id));
  if (before) return base::AlreadyExists("there is somebody with this id");
  FB_RETURN_IF_ERROR(CheckRoom());
  const StaffKeys keys{crypto::PrivateKey::Generate(), crypto::PrivateKey::Generate()};
  StoredReader reader;
  reader.reader = {.id = staff.id,
                   .kind = ReaderKind::kStaff,
                   .display_name = staff.display_name,
                   .let_in_by = by,
                   .let_in_at = WholeMicroseconds(at)};
  FB_ASSIGN_OR_RETURN(reader.opening_certificate, OwnCertificate(keys.opening, at));
  reader.signing_key = keys.signing.PublicKey();
  reader.sealed_keys = SealStaffKeys(keys, staff.id, secret);
  FB_RETURN_IF_ERROR(SaveReader(ring, std::move(reader)));
  return transaction.Commit();
}

base::Result<StoredReader> KeyRing::FindStaff(const WriterId& id) {
  FB_ASSIGN_OR_RETURN(auto reader, FindReader(id));
  if (!reader || reader->reader.kind != ReaderKind::kStaff) {
    return base::NotFound("there is no such member of staff here");
  }
  if (reader->reader.removed_at) return NotLetIn();
  return *std::move(reader);
}

base::Result<StaffSession> KeyRing::OpenSheet(const WriterId& staff, const base::Secret& secret) {
  FB_CHECK(secret.size() == kStaffSecretBytes);
  FB_ASSIGN_OR_RETURN(const Transaction still, Transaction::Begin(*store_.database_));
  FB_ASSIGN_OR_RETURN(const StoredReader reader, FindStaff(staff));
  FB_ASSIGN_OR_RETURN(StaffKeys keys, OpenStaffKeys(reader, secret));
  FB_ASSIGN_OR_RETURN(Ring ring, Unlock(reader, keys.opening));
  return StaffSession{std::move(ring),
                      {staff, std::move(keys.signing)},
                      reader.reader.display_name,
                      std::move(keys.opening)};
}

base::Result<StaffSession> KeyRing::OpenSheetAgain(const StaffSession& before) {
  FB_ASSIGN_OR_RETURN(const Transaction still, Transaction::Begin(*store_.database_));
  FB_ASSIGN_OR_RETURN(const StoredReader reader, FindStaff(before.writer.id));
  FB_ASSIGN_OR_RETURN(Ring ring, Unlock(reader, before.opening_key));
  return StaffSession{std::move(ring), before.writer, reader.reader.display_name,
                      before.opening_key};
}

// The proof is of none of what changes here.
base::Status KeyRing::ChangeStaffSecret(const WriterId& staff, const base::Secret& secret,
                                        const base::Secret& next) {
  FB_CHECK(secret.size() == kStaffSecretBytes && next.size() == kStaffSecretBytes);
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*store_.database_));
  FB_ASSIGN_OR_RETURN(const StoredReader reader, FindStaff(staff));
  FB_ASSIGN_OR_RETURN(const StaffKeys keys, OpenStaffKeys(reader, secret));
  FB_RETURN_IF_ERROR(store_.database_->Run("UPDATE reader SET sealed_keys = ? WHERE reader_id = ?",
                                           Blob{SealStaffKeys(keys, staff, next)},
                                           std::string_view(staff.value())));
  FB_RETURN_IF_ERROR(transaction.Commit());
  store_.Truncate();
  return base::OkStatus();
}

base::Result<std::vector<Reader>> KeyRing::Readers() {
  FB_ASSIGN_OR_RETURN(const std::vector<StoredReader> stored, ReadReaders());
  std::vector<Reader> readers;
  for (const StoredReader& reader : stored) readers.push_back(reader.reader);
  return readers;
}

base::Result<SignerKeys> KeyRing::SigningKeys(const Ring& ring) {
  FB_RETURN_IF_ERROR(CheckFull(ring));
  FB_ASSIGN_OR_RETURN(const Transaction still, Transaction::Begin(*store_.database_));
  FB_RETURN_IF_ERROR(store_.CheckRing(ring));
  FB_ASSIGN_OR_RETURN(const std::vector<StoredReader> stored, ReadReaders());
  SignerKeys signers;
  for (const StoredReader& reader : stored) {
    FB_RETURN_IF_ERROR(CheckProof(ring, reader));
    if (reader.signing_key.empty()) continue;
    FB_ASSIGN_OR_RETURN(crypto::PublicKey key, crypto::PublicKey::FromDer(reader.signing_key));
    signers.emplace(reader.reader.id, std::move(key));
  }
  return signers;
}

base::Result<std::vector<StoredReader>> KeyRing::ReadReaders() {
  return All(
      store_.database_->Query(
          (std::string("SELECT ") + kReaderColumns + " FROM reader ORDER BY position").c_str()),
      ReadStoredReader);
}

base::Result<std::optional<StoredReader>> KeyRing::FindReader(const WriterId& id) {
  FB_ASSIGN_OR_RETURN(auto found,
                      All(store_.database_->Query((std::string("SELECT ") + kReaderColumns +
                                                   " FROM reader WHERE reader_id = ?")
                                                      .c_str(),
                                                  std::string_view(id.value())),
                          ReadStoredReader));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

base::Status KeyRing::CheckProof(const Ring& ring, const StoredReader& reader) const {
  if (crypto::ConstantTimeEqual(ring.ReaderProof(ProvenBytes(reader)), reader.proof)) {
    return base::OkStatus();
  }
  return base::DataLoss("reader " + reader.reader.id.value() +
                        " of the school's records was let in by nobody who could: restore them "
                        "from a backup");
}

// Wraps the ring for whoever is not removed, and proves what is written.
base::Status KeyRing::SaveReader(const Ring& ring, StoredReader reader) {
  reader.wrap.clear();
  if (reader.reader.removed_at) {
    reader.sealed_keys.clear();
  } else {
    FB_ASSIGN_OR_RETURN(reader.wrap, WrapRing(ring, reader));
  }
  const Reader& who = reader.reader;
  return store_.database_->Run(
      "INSERT INTO reader (reader_id, kind, display_name, opening_certificate, signing_key,"
      " sealed_keys, wrap, proof, let_in_by, let_in_at_us, removed_at_us)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(NULLIF(?, '') AS INTEGER))"
      " ON CONFLICT (reader_id) DO UPDATE SET opening_certificate = excluded.opening_certificate,"
      " signing_key = excluded.signing_key, sealed_keys = excluded.sealed_keys,"
      " wrap = excluded.wrap, proof = excluded.proof, let_in_by = excluded.let_in_by,"
      " let_in_at_us = excluded.let_in_at_us, removed_at_us = excluded.removed_at_us",
      std::string_view(who.id.value()), static_cast<std::int64_t>(who.kind),
      std::string_view(who.display_name), Blob{reader.opening_certificate},
      Blob{reader.signing_key}, Blob{reader.sealed_keys}, Blob{reader.wrap},
      Blob{ring.ReaderProof(ProvenBytes(reader))}, std::string_view(who.let_in_by.value()),
      Us(who.let_in_at), std::string_view(TimeText(who.removed_at)));
}

base::Status KeyRing::CheckRoom() {
  FB_ASSIGN_OR_RETURN(const std::vector<StoredReader> readers, ReadReaders());
  std::size_t let_in = 0;
  for (const StoredReader& reader : readers) let_in += reader.reader.removed_at ? 0 : 1;
  if (let_in < record_limits::kReaders) return base::OkStatus();
  return base::ResourceExhausted("more than " + std::to_string(record_limits::kReaders) +
                                 " people may read here already: remove somebody first");
}

// The post box's certificate lies in the clear: that it is the one which the readers were told of
// is what the digest in their wrap is for.
base::Result<Ring> KeyRing::Unlock(const StoredReader& reader,
                                   const crypto::PrivateKey& opening_key) {
  FB_ASSIGN_OR_RETURN(Ring::Keys keys, UnwrapRing(reader, opening_key));
  FB_ASSIGN_OR_RETURN(
      Statement row,
      store_.database_->Query("SELECT post_box_certificate, post_box_key FROM key_ring"));
  FB_ASSIGN_OR_RETURN(const bool made, row.Step());
  if (!made || crypto::Sha256(row.Text(0)) != keys.post_box.certificate) return OtherKeys();
  keys.post_box.certificate = row.Text(0);
  if (!keys.records.id.empty()) {
    FB_ASSIGN_OR_RETURN(keys.post_box_key, OpenPostBoxKey(keys, row.Text(1)));
  }
  Ring ring(std::move(keys));
  if (!store_.CheckRing(ring).ok()) return OtherKeys();
  FB_RETURN_IF_ERROR(CheckFirstRow(ring));
  return ring;
}

// Whoever can write the file can wrap keys of their own for everybody; they open no row that was
// there before.
base::Status KeyRing::CheckFirstRow(const Ring& ring) {
  for (const Lock lock : {Lock::kRecords, Lock::kSheet}) {
    if (lock == Lock::kRecords && !ring.full()) continue;
    FB_ASSIGN_OR_RETURN(
        const auto rows,
        All(store_.database_->Query((std::string("SELECT ") + kRowColumns +
                                     " FROM record WHERE erased_at_us IS NULL AND lock = ?"
                                     " ORDER BY number LIMIT 1")
                                        .c_str(),
                                    static_cast<std::int64_t>(lock)),
            ReadStored));
    if (rows.empty()) continue;
    const StoredRow& row = rows.front();
    if (!ring.Unwrap(row.lock, row.key_id, row.head.id, row.wrapped_key).ok()) return OtherKeys();
  }
  return base::OkStatus();
}

base::Status KeyRing::SaveKeys(const Ring& ring) {
  return store_.database_->Run("INSERT OR REPLACE INTO key_ring VALUES (1, ?, ?, ?, ?, ?)",
                               std::string_view(ring.records_id().value()),
                               std::string_view(ring.sheet_id().value()),
                               std::string_view(ring.post_box().id.value()),
                               Blob{ring.post_box().certificate}, Blob{SealPostBoxKey(ring)});
}

base::Status KeyRing::NoteSigningKey(const Ring& ring, const StoredReader& reader,
                                     std::string_view signing_key) {
  if (reader.signing_key == signing_key) return base::OkStatus();
  if (!reader.signing_key.empty()) {
    return base::FailedPrecondition(
        "you signed in this school's records with another key: ask a "
        "colleague to remove you, and enrol anew");
  }
  StoredReader noted = reader;
  noted.signing_key = std::string(signing_key);
  return SaveReader(ring, std::move(noted));
}

}  // namespace firstbell::school_records
