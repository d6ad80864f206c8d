#pragma once

// The keys that open a school's records, while somebody is signed in. Made by KeyRing alone.
// Format: proto/FORMATS.md, "A school's records". A resource: it moves and does not copy; keys lie
// in base::Secret and are wiped with it. Threads: const methods are safe.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "broker/sealing/cms.h"
#include "clients/school/records/record.h"

namespace firstbell::school_records {

// What a row's own key is wrapped by. The numbers are stored.
enum class Lock : std::int64_t {
  kRecords = 1,  // safeguarding people
  kSheet = 2,    // staff too
  kPostBox = 3,  // written by who holds neither key; safeguarding people read it
};

// One symmetric key and its id; empty where the ring does not have it.
struct RecordKey {
  KeyId id;
  base::Secret key;
};

// The public half of the post box. Anybody may write into it, also while nobody is signed in.
struct PostBox {
  KeyId id;
  std::string certificate;  // X.509 DER, self-signed
};

class Ring {
 public:
  struct Keys {
    RecordKey records;  // empty: a ring of staff
    RecordKey sheet;
    PostBox post_box;
    std::optional<crypto::PrivateKey> post_box_key;  // with `records` alone
  };
  explicit Ring(Keys keys) : keys_(std::move(keys)) {}
  Ring(Ring&&) = default;
  Ring& operator=(Ring&&) = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;

  // A safeguarding person's: it opens every row. Otherwise staff's, which opens the sheet's alone.
  bool full() const { return !keys_.records.id.empty(); }
  const KeyId& records_id() const { return keys_.records.id; }
  const KeyId& sheet_id() const { return keys_.sheet.id; }
  const PostBox& post_box() const { return keys_.post_box; }
  const Keys& keys() const { return keys_; }

  // By which lock a row of this kind is written with this ring. PermissionDenied: staff do not
  // write it.
  base::Result<Lock> LockFor(v1::RecordKind kind) const;
  const KeyId& IdOf(Lock lock) const;
  // A row's own key, 32 bytes, wrapped. CHECKs that the ring has the lock's key.
  base::Result<std::string> Wrap(Lock lock, const RecordId& row, const base::Secret& key) const;
  // PermissionDenied: this ring does not open that lock, or the keys were replaced since it was
  // opened. DataLoss: altered.
  base::Result<base::Secret> Unwrap(Lock lock, const KeyId& key_id, const RecordId& row,
                                    std::string_view wrapped) const;

  // The tag of a child's names and date of birth, or the proof that a reader was let in by somebody
  // who held the key: HMAC-SHA256 under keys of their own, derived from the records key. CHECKs
  // full().
  std::string ChildTag(std::string_view identity) const;
  std::string ReaderProof(std::string_view reader) const;

 private:
  Keys keys_;
};

// A row's own key, sealed to the post box. InvalidArgument: its certificate is damaged.
base::Result<std::string> WrapFor(const PostBox& box, const RecordId& row, const base::Secret& key);

}  // namespace firstbell::school_records
