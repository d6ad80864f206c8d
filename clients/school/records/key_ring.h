#pragma once

// Who may open a school's records: two record keys and a post box, wrapped for each reader. Design:
// decision 0015; layout: proto/FORMATS.md, "A school's records".
//
// Safeguarding people have the keys of their enrolment; *staff* have a sign-in on this machine
// alone, and of it the caller brings 32 secret bytes (derived from a passphrase) that open the keys
// that lie here. A KeyRing keeps nothing but a reference to the store, which outlives it. Every
// verb is one transaction, durable on OK. Threads: the store's.
//
// Errors of every verb: the store's; DataLoss also: a reader or a key is not what those who held
// the keys wrote.

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "clients/school/identity.h"
#include "clients/school/records/record_store.h"
#include "clients/school/records/ring.h"

namespace firstbell::school_records {

inline constexpr std::size_t kStaffSecretBytes = 32;

// The numbers are stored.
enum class ReaderKind : std::int64_t { kPerson = 1, kStaff = 2 };

// Somebody who is let in, or was.
struct Reader {
  WriterId id;
  ReaderKind kind = ReaderKind::kPerson;
  std::string display_name;  // of staff, for the page where one signs in; a person's is elsewhere
  WriterId let_in_by;
  absl::Time let_in_at;
  std::optional<absl::Time> removed_at;
  friend bool operator==(const Reader&, const Reader&) = default;
};

// What staff open: the sheet, and their name under what they write.
struct StaffSession {
  Ring ring;
  Writer writer;
  std::string display_name;
  crypto::PrivateKey opening_key;  // by which the keys that replace these are opened
};

struct StoredReader;  // reader.h

class KeyRing {
 public:
  explicit KeyRing(RecordStore& store) : store_(store) {}

  // Whether there are keys. Needs none.
  base::Result<bool> IsMade();
  // The first person's: makes the keys. FailedPrecondition: there are some. DataLoss: there are
  // rows, whose keys are gone.
  base::Result<Ring> MakeFirst(const school::UnlockedPerson& person, absl::Time at);
  // NotFound: no keys yet (MakeFirst). PermissionDenied: not let in, or removed.
  // FailedPrecondition: they signed with another key here before. DataLoss: what opened is not what
  // the rows are wrapped by.
  base::Result<Ring> Open(const school::UnlockedPerson& person);
  // Another safeguarding person, by the opening certificate that the delivery log bears out. Again
  // for the same person: nothing changes but the certificate. InvalidArgument: the certificate is
  // for no P-256 key. PermissionDenied: staff let nobody in. ResourceExhausted:
  // record_limits::kReaders.
  base::Status LetIn(const Ring& ring, const WriterId& by, const school::PersonIdentity& person,
                     absl::Time at);

  struct NewStaff {
    WriterId id;  // random, made once
    std::string display_name;
  };
  // Of the sheet alone. AlreadyExists: the id is somebody's. Other errors: LetIn's.
  base::Status LetInStaff(const Ring& ring, const WriterId& by, const NewStaff& staff,
                          const base::Secret& secret, absl::Time at);
  // NotFound: no such staff. PermissionDenied: another secret, or removed.
  base::Result<StaffSession> OpenSheet(const WriterId& staff, const base::Secret& secret);
  // After the keys were replaced: without the passphrase. The errors of OpenSheet.
  base::Result<StaffSession> OpenSheetAgain(const StaffSession& before);
  // Another passphrase. The errors of OpenSheet.
  base::Status ChangeStaffSecret(const WriterId& staff, const base::Secret& secret,
                                 const base::Secret& next);

  // New keys for whoever remains; the reader's copy of the old ones opens nothing that is written
  // or rewrapped from now on. Each row's own key is wrapped anew, no row is. Returns the new ring;
  // every other ring is refused from now on. NotFound: nobody who is let in. FailedPrecondition:
  // the last safeguarding person, without whom nobody could open anything. DataLoss: a row does not
  // open; then nobody was removed.
  base::Result<Ring> Remove(const Ring& ring, const WriterId& reader, absl::Time at);

  // Everybody who is or was let in, in the order in which they were. Needs no key, and is no proof.
  base::Result<std::vector<Reader>> Readers();
  // Of everybody who is or was let in, as those who held the keys wrote them: for VerifyWith, to
  // which the caller adds the device's. Of a person from the first time they opened the records.
  base::Result<SignerKeys> SigningKeys(const Ring& ring);

 private:
  base::Result<std::vector<StoredReader>> ReadReaders();
  base::Result<std::optional<StoredReader>> FindReader(const WriterId& id);
  base::Result<StoredReader> FindStaff(const WriterId& id);
  base::Status CheckProof(const Ring& ring, const StoredReader& reader) const;
  base::Status SaveReader(const Ring& ring, StoredReader reader);
  base::Status CheckRoom();
  base::Result<Ring> Unlock(const StoredReader& reader, const crypto::PrivateKey& opening_key);
  base::Status CheckFirstRow(const Ring& ring);
  base::Status SaveKeys(const Ring& ring);
  base::Status NoteSigningKey(const Ring& ring, const StoredReader& reader,
                              std::string_view signing_key);
  base::Status RewrapRows(const Ring& before, const Ring& after);
  base::Status RetagChildren(const Ring& after);

  RecordStore& store_;
};

}  // namespace firstbell::school_records
