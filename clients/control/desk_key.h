#pragma once

// The key of a force's desk, in a folder of its own: what schools say back is sealed to its
// certificate, and it alone opens that. Threads: any.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "broker/sealing/reply.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::control {

inline constexpr char kDeskKeyFile[] = "desk.key";  // under a passphrase, mode 0600
inline constexpr char kDeskCertificateFile[] = "desk.pem";

struct DeskKey {
  crypto::PrivateKey key;
  std::string certificate;  // DER
};

// Makes both files, durable on OK; the folder too, where there is none. AlreadyExists: it holds a
// key. Returns the certificate's SHA-256 as hex.
base::Result<std::string> MakeDeskKey(const std::filesystem::path& folder,
                                      const base::Secret& passphrase, absl::Time now);
// NotFound: no key there. PermissionDenied: wrong passphrase. DataLoss: a file is damaged, or the
// certificate is not the key's.
base::Result<DeskKey> LoadDeskKey(const std::filesystem::path& folder,
                                  const base::Secret& passphrase);

// A school's reply, opened or not.
struct OpenedReply {
  v1::SealedReply sealed;
  base::Result<v1::Reply> reply;
};
// Each of them, in order; one that cannot be opened says why.
std::vector<OpenedReply> OpenAll(const v1::GetRepliesResponse& replies, const base::AlertId& alert,
                                 const DeskKey& desk);

}  // namespace firstbell::control
