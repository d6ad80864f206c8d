#pragma once

// A school's records, in records.sqlite: one signed chain of encrypted rows (decision 0015). A row
// is added, and never changed: a correction is another row, and what is erased leaves its number,
// its digest and why it went. Every verb is one atomic step, durable on OK.
//
// Threads: one per object; several processes and objects may work on one file. Errors: as
// local_store.h; DataLoss names the row by its number, never by what it says.

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"
#include "clients/link/queued_receipt.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/record.h"

namespace firstbell::school {

enum class Added { kNow, kBefore };

// Of a page of a list: those after `after` in its order.
struct RecordPage {
  std::vector<Record> records;
  std::uint64_t next = 0;  // the number to go on after; 0: no more
};

class RecordStore {
 public:
  static constexpr std::size_t kMostBodyBytes = 32 * 1024;
  static constexpr std::size_t kMostPage = 200;

  // Made where absent; ":memory:" for tests. FailedPrecondition: a newer program wrote it.
  static base::Result<std::unique_ptr<RecordStore>> Open(const std::filesystem::path& path);

  // --- Who can read ---------------------------------------------------------------------------
  base::Result<bool> HasKey();
  base::Result<std::vector<base::RecipientId>> ReaderIds();
  base::Result<Ring> MakeFirst(const PersonIdentity& person);
  base::Status LetIn(const Ring& ring, const PersonIdentity& person);
  base::Result<Ring> OpenRing(const UnlockedPerson& person);
  // From then on what is wrapped for them opens nothing; what they wrote down elsewhere it cannot
  // undo. Takes as long as there are rows.
  base::Result<Ring> Remove(const Ring& ring, const base::RecipientId& person);

  // --- Writing --------------------------------------------------------------------------------
  // kBefore: a row of this id says the same already. AlreadyExists: it says something else.
  // InvalidArgument: a body that is empty or too long. NotFound: it corrects none that is here.
  base::Result<Added> Add(const Ring& ring, const link::Signer& signer, const RecordFacts& facts,
                          const std::string& body);
  // The child of that name and birth date (bodies.h, TagText), or else `fresh`. Nothing but a keyed
  // digest of them is kept in the clear.
  base::Result<ChildId> ChildOf(const Ring& ring, const std::string& tag_text,
                                const ChildId& fresh);
  // The body and its key go; OK where they are gone. Needs no ring.
  base::Status Erase(const RecordId& id, ErasedWhy why, absl::Time at);
  base::Status EraseOfAlert(const base::AlertId& alert, RecordKind kind, ErasedWhy why,
                            absl::Time at);

  // --- Reading --------------------------------------------------------------------------------
  // Newest first. `before`: 0, or the `next` of the page before.
  base::Result<RecordPage> OfChild(const Ring& ring, const ChildId& child, std::uint64_t before,
                                   std::size_t limit);
  base::Result<RecordPage> OfKind(const Ring& ring, RecordKind kind, std::uint64_t before,
                                  std::size_t limit);
  // The newest of that kind.
  base::Result<std::optional<Record>> Newest(const Ring& ring, const ChildId& child,
                                             RecordKind kind);
  // Due at or before then and not corrected since; the earliest first.
  base::Result<std::vector<Record>> Due(const Ring& ring, absl::Time until, std::size_t limit);
  base::Result<std::uint64_t> Count();
  // All of it as it stands now, while others may write, into a file that is not there yet (mode
  // 0600). What was erased is not in it.
  base::Status CopyTo(const std::filesystem::path& path);

  // --- Holding it against itself ---------------------------------------------------------------
  // Without a key: the chain, and that what is there is what it says. What is cut off at its end it
  // cannot see.
  base::Status Verify();
  // Each row opened as well, and its signature held against its writer's key.
  // `key_of`: SubjectPublicKeyInfo DER of a writer; empty: not known here, which is not held
  // against it.
  using KeyOf = std::function<std::string(const base::RecipientId& writer)>;
  base::Status VerifyWith(const Ring& ring, const KeyOf& key_of);

 private:
  explicit RecordStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  base::Result<std::vector<Record>> Read(const Ring& ring, base::Result<Statement> rows);
  base::Result<std::string> LastDigest();
  base::Status EraseWhere(const char* where, std::string_view value, RecordKind kind, ErasedWhy why,
                          absl::Time at);

  const std::unique_ptr<Database> database_;
};

}  // namespace firstbell::school
