#pragma once

// A row's bytes: what is bound to what, what is signed, and how both are read back. Format:
// proto/FORMATS.md, "A school's records". Pure but for the randomness of keys; any thread.

#include <functional>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "clients/school/records/record.h"

namespace firstbell::school_records {

inline constexpr std::string_view kRecordContext{"firstbell/record/v1\0", 20};
inline constexpr std::size_t kDigestBytes = 32;

// Before row 1.
std::string FirstDigest();
// A row's digest: of the one before it, its clear columns and the digest of its content.
std::string ChainDigest(std::string_view previous, const RowHead& head,
                        std::string_view content_sha256);

// Wraps a row's own key.
using WrapKey =
    std::function<base::Result<std::string>(const RecordId& row, const base::Secret& key)>;

struct SealedRow {
  std::string wrapped_key;
  std::string content;         // AEAD under the row's own key, bound to the clear columns
  std::string content_sha256;  // stays when the content goes
  std::string digest;
};
// Signs and encrypts a row that follows the one with digest `previous`. Errors: those of `wrap`.
base::Result<SealedRow> SealRow(const RowHead& head, const v1::RecordBody& body,
                                std::string_view previous, const crypto::PrivateKey& signer,
                                const WrapKey& wrap);

// What stands inside a row.
struct OpenedRow {
  v1::SchoolRecord statement;
  std::string signed_bytes;  // with the context in front
  std::string signature;
};
// DataLoss: another key, or other clear columns than those it was written with; or what opened does
// not read, or says otherwise than the columns. Does not look at the signature.
base::Result<OpenedRow> OpenContent(const RowHead& head, const base::Secret& row_key,
                                    std::string_view content);
// The part of it behind the encryption: whatever a holder of a key could have put there.
base::Result<OpenedRow> ReadContent(const RowHead& head, std::string_view plaintext);

// Whether two rows say the same, wherever in the chain they stand and whenever they were written.
bool SayTheSame(const RowHead& a, const v1::RecordBody& a_body, const RowHead& b,
                const v1::RecordBody& b_body);

}  // namespace firstbell::school_records
