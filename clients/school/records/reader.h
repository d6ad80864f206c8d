#pragma once

// A reader of the records as they lie in the file, and the bytes that are wrapped for them. For
// KeyRing alone. Format: proto/FORMATS.md, "A school's records". Values; any thread.

#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/ring.h"
#include "clients/school/sqlite.h"

namespace firstbell::school_records {

struct StoredReader {
  Reader reader;
  std::string opening_certificate;  // X.509 DER
  std::string signing_key;          // SubjectPublicKeyInfo DER; empty: not known yet
  std::string sealed_keys;          // of staff: their two private keys, under their secret
  std::string wrap;                 // CMS; empty once removed
  std::string proof;
};

inline constexpr char kReaderColumns[] =
    "reader_id, kind, display_name, opening_certificate, signing_key, sealed_keys, wrap, proof,"
    " let_in_by, let_in_at_us, removed_at_us";
StoredReader ReadStoredReader(const school::Statement& row);

// What Ring::ReaderProof is taken of: all but what is sealed.
std::string ProvenBytes(const StoredReader& reader);

// The keys of a ring as this reader is given them: staff get no records key. InvalidArgument: the
// certificate is for no P-256 key.
base::Result<std::string> WrapRing(const Ring& ring, const StoredReader& reader);
// The keys in it, without the post box's own. PermissionDenied: not wrapped for this key. DataLoss:
// altered, or another reader's.
base::Result<Ring::Keys> UnwrapRing(const StoredReader& reader, const crypto::PrivateKey& key);

// New keys, all of them random.
base::Result<Ring> MakeRing(absl::Time at);
// The private half of the post box, under the records key.
std::string SealPostBoxKey(const Ring& ring);
base::Result<crypto::PrivateKey> OpenPostBoxKey(const Ring::Keys& keys, std::string_view sealed);

struct StaffKeys {
  crypto::PrivateKey signing, opening;
};
std::string SealStaffKeys(const StaffKeys& keys, const WriterId& staff, const base::Secret& secret);
// PermissionDenied: another secret.
base::Result<StaffKeys> OpenStaffKeys(const StoredReader& staff, const base::Secret& secret);

// Self-signed: an opening certificate that nobody but these records knows.
base::Result<std::string> OwnCertificate(const crypto::PrivateKey& key, absl::Time at);

}  // namespace firstbell::school_records
