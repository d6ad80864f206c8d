#pragma once

// A school's records: one chain of encrypted rows in SQLite, beside the device's store and apart
// from it. Nothing is edited: a correction is a row that names the one it corrects, and both stay.
// What is erased loses content and key and leaves its number, digest, when and why. Design:
// decision 0015; layout: proto/FORMATS.md, "A school's records".
//
// Every verb is one transaction, durable on OK and not done on an error, with its preconditions
// inside. Threads: one per object; several objects, also of several processes, may have one file
// open. The rings and writers of the arguments are the caller's and are not kept.
//
// Errors of every verb: Unavailable, busy or a disk error; ResourceExhausted, disk full; DataLoss,
// damaged, naming the row's number, never what it says. PermissionDenied from a verb with a ring:
// it is staff's, or the keys were replaced since it was opened (then KeyRing::Open again).

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "clients/school/records/record.h"
#include "clients/school/records/record_row.h"
#include "clients/school/records/ring.h"
#include "clients/school/sqlite.h"

namespace firstbell::school_records {

inline constexpr char kRecordsFile[] = "records.sqlite";  // in the state directory

// The end of the chain: kept with a backup, it shows whether later rows were cut off.
struct Tip {
  std::int64_t number = 0;  // 0: no row yet
  std::string digest;       // 32 bytes
  friend bool operator==(const Tip&, const Tip&) = default;
};

// Public keys of writers, by id.
using SignerKeys = std::map<WriterId, crypto::PublicKey>;

struct Verified {
  std::int64_t rows = 0;
  std::int64_t erased = 0;  // of these
  friend bool operator==(const Verified&, const Verified&) = default;
};

struct StoredRow;
enum class ListedBy { kNumber, kAt, kDue };

class RecordStore {
 public:
  // Made where absent, mode 0600; ":memory:" for tests. FailedPrecondition: a newer program wrote
  // it.
  static base::Result<std::unique_ptr<RecordStore>> Open(const std::filesystem::path& path);
  RecordStore(const RecordStore&) = delete;
  RecordStore& operator=(const RecordStore&) = delete;

  // --- Writing --------------------------------------------------------------------------------
  // The next row. Texts lose white space at both ends. kBefore: a row with this id says the same
  // already, whenever it was written; of an alert, any row of this alert and revision. What staff
  // wrote into the post box is compared by its clear columns alone, for they cannot read it again;
  // so is what was erased since. InvalidArgument: a field is missing, too long or not text, named.
  // AlreadyExists: the id, or the alert's revision, says something else. NotFound: `corrects` names
  // no row. FailedPrecondition: what is to be corrected is of another kind or child, was corrected
  // by somebody else meanwhile, or was erased; or the text of this alert's revision was.
  // PermissionDenied: also staff who write anything but concerns and readings of the sheet.
  //
  // A filing in mode ALERT_ONLY erases what the police said in this alert, in the same step.
  base::Result<Added> Add(const Ring& ring, const Writer& writer, const Draft& draft);

  struct FoundChild {
    ChildId id;
    Written written = Written::kNow;
  };
  // The child with these names and date of birth, by whichever names these records ever had for
  // them (the newest first), compared in NFC, case folded, spaces squeezed; or else a new one.
  // Without a date of birth nobody is found. Errors: as Add's.
  base::Result<FoundChild> FindOrAddChild(const Ring& ring, const Writer& writer,
                                          const v1::RecordedChild& child, absl::Time at);

  // These rows lose content and key, and a signed row for each says so; what was erased before is
  // passed over. The bytes are overwritten in the file. InvalidArgument: more than
  // record_limits::kErasedAtOnce. NotFound: no such row. FailedPrecondition: a row that says what
  // was erased.
  base::Status Erase(const Ring& ring, const Writer& writer, absl::Span<const RecordId> rows,
                     v1::ErasureReason why, absl::Time at);
  // The same of what the police said in this alert, whatever the revision, while nobody is signed
  // in: the device signs, and what it writes goes into the post box. Returns how many rows it were.
  base::Result<std::int64_t> EraseAlertText(const Writer& device, const base::AlertId& alert,
                                            v1::ErasureReason why, absl::Time at);

  // --- Reading --------------------------------------------------------------------------------
  // Newest row first where nothing else is said; a page costs the same however many rows there are.
  // Erased rows are among them, without what they said, where nothing else is said.
  // InvalidArgument: a page of no or too many rows, or a token that no list gave. Staff's ring
  // reads adjustments alone.

  // NotFound.
  base::Result<Record> Get(const Ring& ring, const RecordId& id);
  // Of these kinds; none: of all.
  base::Result<Records> ByChild(const Ring& ring, const ChildId& child,
                                absl::Span<const v1::RecordKind> kinds, const Page& page);
  base::Result<Records> ByAlert(const Ring& ring, const base::AlertId& alert, const Page& page);
  // Of this kind, current, not erased and with a `due` in [from, to); the earliest due first.
  // Follow-ups that are due: (kAction, InfinitePast, now). Adjustments and pauses in force: (…,
  // now, InfiniteFuture); a pause without an end is in CurrentOf.
  base::Result<Records> Due(const Ring& ring, v1::RecordKind kind, absl::Time from, absl::Time to,
                            const Page& page);
  // Of this kind, written in [from, to), the latest first.
  base::Result<Records> Since(const Ring& ring, v1::RecordKind kind, absl::Time from, absl::Time to,
                              const Page& page);
  // Of this kind, current and not erased. Children, with their newest names; the catalogue.
  base::Result<Records> Current(const Ring& ring, v1::RecordKind kind, const Page& page);
  // What staff reported and nobody has placed with a child yet.
  base::Result<Records> UnplacedConcerns(const Ring& ring, const Page& page);
  // The newest of a child that nothing corrects and that was not erased.
  base::Result<std::optional<Record>> CurrentOf(const Ring& ring, const ChildId& child,
                                                v1::RecordKind kind);

  // --- Without a key --------------------------------------------------------------------------
  base::Result<std::int64_t> CountUnplacedConcerns();
  base::Result<Tip> ChainTip();
  // All of it as it stands now, while others may write, into a file that is not there yet (mode
  // 0600). What was erased is not in it.
  base::Status CopyTo(const std::filesystem::path& path);
  // Recomputes the chain and holds every clear column, digest, tombstone and reference against it.
  // What it cannot see: rows cut off at the end (compare ChainTip with a backup's); rows whose
  // digests were recomputed by whoever altered them, which VerifyWith does; a wrapped key that was
  // exchanged, likewise.
  base::Result<Verified> Verify();
  // The same, and opens every row, holds it against its columns and the digest before it, and
  // checks its signature. DataLoss, also: nobody of `signers` wrote it. The ring is a full one.
  base::Result<Verified> VerifyWith(const Ring& ring, const SignerKeys& signers);

 private:
  friend class KeyRing;
  // By what a row that is written is locked.
  struct RowLock {
    Lock lock = Lock::kRecords;
    KeyId key_id;
    WrapKey wrap;
  };
  struct Erasing {
    v1::ErasureReason why = v1::ERASURE_REASON_UNSPECIFIED;
    absl::Time at;
  };
  using AppendErased = std::function<base::Status(RowHead& head, const v1::RecordBody& body)>;

  explicit RecordStore(std::unique_ptr<school::Database> database)
      : database_(std::move(database)) {}

  // Whether a ring's keys are still those of the file.
  base::Status CheckRing(const Ring& ring);
  base::Result<PostBox> ReadPostBox();
  base::Result<std::optional<StoredRow>> Find(const RecordId& id);
  base::Result<std::optional<Added>> AddedBefore(const Ring& ring, const RowHead& head,
                                                 const v1::RecordBody& body);
  base::Result<Added> SameAs(const Ring& ring, const StoredRow& row, const RowHead& head,
                             const v1::RecordBody& body);
  base::Status CheckCorrection(const RowHead& head);
  // The head gets its number.
  base::Status Append(const RowLock& lock, const crypto::PrivateKey& signer, RowHead& head,
                      const v1::RecordBody& body);
  base::Status AppendWith(const Ring& ring, const Writer& writer, RowHead& head,
                          const v1::RecordBody& body);
  base::Status TagChild(const Ring& ring, const RowHead& head, const v1::RecordedChild& child);
  base::Result<std::optional<ChildId>> FindChild(const Ring& ring, const v1::RecordedChild& child);
  base::Status EraseRows(absl::Span<const RecordId> rows, const Erasing& erasing,
                         const AppendErased& append);
  base::Result<std::vector<RecordId>> AlertTexts(const base::AlertId& alert);
  base::Result<Record> OpenRow(const Ring& ring, const StoredRow& row);
  base::Result<Records> ReadPage(const Ring& ring, base::Result<school::Statement> rows,
                                 std::size_t limit, ListedBy by);
  using CheckOpened = std::function<base::Status(const StoredRow& row, std::string_view previous)>;
  base::Result<Verified> VerifyRows(const CheckOpened& check);
  base::Status VerifyReferences();
  base::Status VerifyKeys();
  void Truncate();

  const std::unique_ptr<school::Database> database_;
};

}  // namespace firstbell::school_records
