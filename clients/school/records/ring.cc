#include "clients/school/records/ring.h"

#include <string.h>

#include <utility>

#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"

namespace firstbell::school_records {
namespace {

constexpr std::string_view kRowKeyContext{"firstbell/record-key/v1\0", 24};
constexpr std::string_view kChildContext{"firstbell/record-child/v1\0", 26};
constexpr std::string_view kReaderContext{"firstbell/record-reader/v1\0", 27};

// Both ids are 26 characters, so that they need no length before them.
std::string WrapAad(const KeyId& key, const RecordId& row) {
  return std::string(kRowKeyContext).append(key.value()).append(row.value());
}

std::string DerivedHmac(const base::Secret& key, std::string_view context, std::string_view bytes) {
  std::string derived = crypto::HmacSha256(key.Reveal(), context);
  std::string hmac = crypto::HmacSha256(derived, bytes);
  explicit_bzero(derived.data(), derived.size());
  return hmac;
}

base::Status NotYours(std::string_view what) {
  return base::PermissionDenied("the sheet's readers do not " + std::string(what) +
                                ": ask a safeguarding lead");
}

}  // namespace

base::Result<Lock> Ring::LockFor(v1::RecordKind kind) const {
  if (full()) return kind == v1::RECORD_KIND_ADJUSTMENT ? Lock::kSheet : Lock::kRecords;
  if (kind == v1::RECORD_KIND_CONCERN || kind == v1::RECORD_KIND_SHEET_READING) {
    return Lock::kPostBox;
  }
  return NotYours("write this");
}

const KeyId& Ring::IdOf(Lock lock) const {
  if (lock == Lock::kPostBox) return keys_.post_box.id;
  return lock == Lock::kSheet ? keys_.sheet.id : keys_.records.id;
}

base::Result<std::string> Ring::Wrap(Lock lock, const RecordId& row,
                                     const base::Secret& key) const {
  if (lock == Lock::kPostBox) return WrapFor(keys_.post_box, row, key);
  const RecordKey& by = lock == Lock::kSheet ? keys_.sheet : keys_.records;
  return crypto::AeadSeal(by.key, key.Reveal(), WrapAad(by.id, row));
}

base::Result<base::Secret> Ring::Unwrap(Lock lock, const KeyId& key_id, const RecordId& row,
                                        std::string_view wrapped) const {
  if (!full() && lock != Lock::kSheet) return NotYours("read this");
  if (key_id != IdOf(lock)) {
    return base::PermissionDenied("the keys of the records were replaced: lock, and sign in again");
  }
  if (lock != Lock::kPostBox) {
    const RecordKey& by = lock == Lock::kSheet ? keys_.sheet : keys_.records;
    return crypto::AeadOpen(by.key, wrapped, WrapAad(by.id, row));
  }
  const auto opened = sealing::Open(wrapped, *keys_.post_box_key, keys_.post_box.certificate);
  // The key is the right one by its id, so that whoever cannot open it looks at altered bytes.
  if (!opened.ok()) return base::DataLoss(base::Message(opened.status()));
  const std::string bound = WrapAad(key_id, row);
  const std::string_view bytes = opened->Reveal();
  if (bytes.size() != bound.size() + crypto::kAeadKeyBytes || !bytes.starts_with(bound)) {
    return base::DataLoss("what was put in the post box is another row's");
  }
  return base::Secret(bytes.substr(bound.size()));
}

std::string Ring::ChildTag(std::string_view identity) const {
  FB_CHECK(full());
  return DerivedHmac(keys_.records.key, kChildContext, identity);
}

std::string Ring::ReaderProof(std::string_view reader) const {
  FB_CHECK(full());
  return DerivedHmac(keys_.records.key, kReaderContext, reader);
}

base::Result<std::string> WrapFor(const PostBox& box, const RecordId& row,
                                  const base::Secret& key) {
  FB_ASSIGN_OR_RETURN(const auto recipient,
                      sealing::OpeningCertificates::Read({&box.certificate, 1}));
  std::string bound = WrapAad(box.id, row);
  bound.append(key.Reveal());
  auto sealed = sealing::SealTo(recipient, bound);
  explicit_bzero(bound.data(), bound.size());
  return sealed;
}

}  // namespace firstbell::school_records
