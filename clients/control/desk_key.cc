#include "clients/control/desk_key.h"

#include <utility>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"

namespace firstbell::control {
namespace {

constexpr auto kReadable =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;

base::Result<std::string> CertificateOf(const crypto::PrivateKey& key, absl::Time now) {
  return crypto::MakeSelfSigned(key, "Firstbell",
                                {.common_name = "a force's desk",
                                 .public_key = {},
                                 .usage = crypto::Usage::kOpening,
                                 .not_before = now,
                                 .not_after = now + limits::kDeskCertificateLife});
}

base::Status Damaged(const char* file) {
  return base::DataLoss(std::string(file) +
                        " in the --key folder is damaged: restore it from its backup");
}

base::Result<crypto::PrivateKey> ReadKey(const std::filesystem::path& folder,
                                         const base::Secret& passphrase) {
  auto pem = base::ReadSecretFile(folder / kDeskKeyFile);
  if (absl::IsNotFound(pem.status())) {
    return base::NotFound("the --key folder holds no " + std::string(kDeskKeyFile) +
                          ": make one with firstbell-control desk new-key");
  }
  FB_RETURN_IF_ERROR(pem.status());
  auto key = crypto::PrivateKey::FromPem(pem->Reveal(), passphrase);
  if (absl::IsPermissionDenied(key.status())) {
    return base::PermissionDenied("that is not the passphrase of the desk's key: try again");
  }
  return key.ok() ? std::move(key) : Damaged(kDeskKeyFile);
}

base::Status WhyNotOpened(const base::Status& status) {
  if (!absl::IsPermissionDenied(status)) return status;
  return base::PermissionDenied(
      "it is sealed to another key of the desk: open it with the one that stood in the force's "
      "policy when the alert was sent");
}

}  // namespace

// The key is durable before its certificate: a crash between the two leaves a folder that is
// refused, and no certificate that anybody could seal to.
base::Result<std::string> MakeDeskKey(const std::filesystem::path& folder,
                                      const base::Secret& passphrase, absl::Time now) {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(folder, base::kOwnerOnlyDirectory));
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(folder / kDeskKeyFile));
  if (there) {
    return base::AlreadyExists("the --out folder holds a key already: name another folder");
  }
  const crypto::PrivateKey key = crypto::PrivateKey::Generate();
  FB_ASSIGN_OR_RETURN(const std::string certificate, CertificateOf(key, now));
  FB_RETURN_IF_ERROR(
      base::WriteFileDurably(folder / kDeskKeyFile, key.ToPem(passphrase), base::kOwnerOnly));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(folder / kDeskCertificateFile,
                                            crypto::CertificateToPem(certificate), kReadable));
  return base::HexEncode(crypto::Sha256(certificate));
}

base::Result<DeskKey> LoadDeskKey(const std::filesystem::path& folder,
                                  const base::Secret& passphrase) {
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey key, ReadKey(folder, passphrase));
  FB_ASSIGN_OR_RETURN(const std::string pem, base::ReadFile(folder / kDeskCertificateFile));
  auto certificate = crypto::CertificateFromPem(pem);
  if (!certificate.ok()) return Damaged(kDeskCertificateFile);
  const auto facts = crypto::ReadCertificate(*certificate);
  if (!facts.ok() || facts->public_key != key.PublicKey()) return Damaged(kDeskCertificateFile);
  return DeskKey{std::move(key), *std::move(certificate)};
}

std::vector<OpenedReply> OpenAll(const v1::GetRepliesResponse& replies, const base::AlertId& alert,
                                 const DeskKey& desk) {
  std::vector<OpenedReply> opened;
  for (const v1::SealedReply& sealed : replies.replies()) {
    auto reply = sealing::OpenReply(sealed.ciphertext(), alert, desk.key, desk.certificate);
    if (!reply.ok()) reply = WhyNotOpened(reply.status());
    opened.push_back({sealed, std::move(reply)});
  }
  return opened;
}

}  // namespace firstbell::control
