#pragma once

// How a row is sealed, signed and chained; bytes in, bytes out (proto/FORMATS.md, "A school's
// records"). Pure; any thread.

#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "clients/school/records/record.h"

namespace firstbell::school {

// The clear part as it is bound: each column with its length before it.
std::string ClearBytes(std::uint64_t number, const RecordFacts& facts);

// The chain: of the row before, the clear part, and the sealed body's own digest, which stays when
// the body goes.
std::string RowDigest(std::string_view before, std::string_view clear,
                      std::string_view sealed_sha256);

struct SealedRow {
  std::string wrapped_key, sealed;
};

// The body, signed over with the clear part and the digest before, under a key of this row.
SealedRow SealRow(const base::Secret& record_key, const crypto::PrivateKey& signer,
                  std::string_view clear, std::string_view before, std::string_view body);

struct OpenedRow {
  std::string body, signature;
};
// DataLoss: the key, the body or the clear part was altered.
base::Result<OpenedRow> OpenRow(const base::Secret& record_key, const SealedRow& row,
                                std::string_view clear);
// PermissionDenied: it is not this key's over what stands there.
base::Status CheckSignature(const OpenedRow& row, std::string_view public_key,
                            std::string_view clear, std::string_view before);

// The row's key under another record key. DataLoss as OpenRow.
base::Result<std::string> Rewrap(const base::Secret& from, const base::Secret& to,
                                 std::string_view wrapped_key, std::string_view clear);

}  // namespace firstbell::school
