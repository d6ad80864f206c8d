#include "broker/registry/data_directory.h"

#include <cstring>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/curve.h"

namespace firstbell::registry {
namespace {

constexpr absl::Duration kRootLife = absl::Hours(24 * 365 * 10);
constexpr absl::Duration kIssuingLife = absl::Hours(24 * 365 * 2);
constexpr absl::Duration kServerLife = absl::Hours(24 * 365);
constexpr absl::Duration kClockSkew = absl::Minutes(5);
constexpr auto kReadable =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;

base::Status MakePrivateDirectory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  }
  if (error) {
    return base::FailedPrecondition("the directory " + path.filename().string() +
                                    " cannot be made: " + error.message());
  }
  return base::OkStatus();
}

base::Status WriteKey(const std::filesystem::path& path, const crypto::PrivateKey& key) {
  std::string pem = key.ToPem();
  const base::Status written = base::WriteFileDurably(path, pem, base::kOwnerOnly);
  explicit_bzero(pem.data(), pem.size());
  return written;
}

// Kept as base64url, so that an operator can read and compare the public one.
base::Status WriteCurveKeys(const DataDirectory& directory) {
  const crypto::CurveKeys keys = crypto::MakeCurveKeys();
  std::string text = base::Base64UrlEncode(keys.secret_key.Reveal());
  const base::Secret secret(text);
  explicit_bzero(text.data(), text.size());
  FB_RETURN_IF_ERROR(
      base::WriteFileDurably(directory.keys / "curve.secret", secret.Reveal(), base::kOwnerOnly));
  return base::WriteFileDurably(directory.keys / "curve.public",
                                base::Base64UrlEncode(keys.public_key), kReadable);
}

base::Status WriteServerKeys(const DataDirectory& directory, const crypto::Authority& root,
                             const crypto::Authority& issuing, const NewAuthority& authority) {
  const crypto::PrivateKey server = crypto::PrivateKey::Generate();
  FB_ASSIGN_OR_RETURN(const std::string certificate,
                      crypto::Issue(issuing, {.common_name = "firstbell-broker",
                                              .public_key = server.PublicKey(),
                                              .usage = crypto::Usage::kTlsServer,
                                              .dns_names = authority.server_names,
                                              .not_before = authority.now - kClockSkew,
                                              .not_after = authority.now + kServerLife}));
  // The root is sent too, so that an enrolling school finds the one its code names.
  const std::string chain = crypto::CertificateToPem(certificate) +
                            crypto::CertificateToPem(issuing.certificate) +
                            crypto::CertificateToPem(root.certificate);
  FB_RETURN_IF_ERROR(WriteKey(directory.keys / "server.key", server));
  return base::WriteFileDurably(directory.keys / "server.crt", chain, kReadable);
}

base::Result<std::string> DecodeCurve(std::string_view text) {
  const auto raw = base::Base64UrlDecode(text);
  if (!raw.ok() || raw->size() != crypto::kCurveKeyBytes) {
    return base::DataLoss("the link's CURVE key file does not hold a key");
  }
  return *raw;
}

base::Result<std::string> ReadCertificate(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string pem, base::ReadFile(path));
  return crypto::CertificateFromPem(pem);
}

base::Result<crypto::PrivateKey> ReadKey(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const base::Secret pem, base::ReadSecretFile(path));
  return crypto::PrivateKey::FromPem(pem.Reveal(), base::Secret());
}

base::Status Damaged(std::string_view file) {
  return base::DataLoss(std::string(file) +
                        " in the key directory is damaged: restore that file from its own backup");
}

base::Result<crypto::PrivateKey> ReadKeyOf(const std::filesystem::path& path,
                                           std::string_view certificate) {
  auto key = ReadKey(path);
  if (!key.ok()) return base::Annotate(key.status(), path.filename().string());
  FB_ASSIGN_OR_RETURN(const crypto::CertificateFacts facts, crypto::ReadCertificate(certificate));
  if (facts.public_key != key->PublicKey()) return Damaged(path.filename().string());
  return key;
}

// gRPC reads these two by itself, and would refuse each connection rather than to start.
base::Status CheckServerKeys(const DataDirectory& directory, const std::string& issuing) {
  FB_ASSIGN_OR_RETURN(const std::string pem, base::ReadFile(directory.keys / "server.crt"));
  const auto chain = crypto::CertificatesFromPem(pem);
  if (!chain.ok()) return Damaged("server.crt");
  for (std::size_t i = 0; i + 1 < chain->size(); ++i) {
    if (!crypto::CheckIssued((*chain)[i], (*chain)[i + 1]).ok()) return Damaged("server.crt");
  }
  if (!crypto::CheckIssued(chain->front(), issuing).ok()) return Damaged("server.crt");
  return ReadKeyOf(directory.keys / "server.key", chain->front()).status();
}

base::Result<base::Secret> ReadCurveSecret(const std::filesystem::path& path,
                                           std::string_view public_key) {
  FB_ASSIGN_OR_RETURN(const base::Secret text, base::ReadSecretFile(path));
  FB_ASSIGN_OR_RETURN(std::string bytes, DecodeCurve(text.Reveal()));
  base::Secret secret(bytes);
  explicit_bzero(bytes.data(), bytes.size());
  // Schools pinned the public one at enrolment: with another pair none of them would connect.
  if (crypto::CurvePublicOf(secret) != public_key) return Damaged("curve.secret or curve.public");
  return secret;
}

}  // namespace

DataDirectory At(const std::filesystem::path& root, const std::filesystem::path& keys) {
  const std::filesystem::path plain = root.has_filename() ? root : root.parent_path();
  return {plain, keys.empty() ? std::filesystem::path(plain.string() + ".keys") : keys};
}

base::Status MakeKeys(const DataDirectory& directory, const std::filesystem::path& root_keys,
                      const NewAuthority& authority) {
  if (std::filesystem::exists(directory.keys / "issuing.key")) {
    return base::AlreadyExists("this directory has keys already; init works on a new one only");
  }
  FB_RETURN_IF_ERROR(MakePrivateDirectory(directory.root));
  FB_RETURN_IF_ERROR(MakePrivateDirectory(directory.keys));
  FB_RETURN_IF_ERROR(MakePrivateDirectory(root_keys));
  const absl::Time from = authority.now - kClockSkew;
  FB_ASSIGN_OR_RETURN(const crypto::Authority root,
                      crypto::MakeRoot(authority.organisation, from, authority.now + kRootLife));
  FB_ASSIGN_OR_RETURN(const crypto::Authority issuing,
                      crypto::MakeIssuing(root, authority.organisation, authority.server_names,
                                          from, authority.now + kIssuingLife));
  const std::string root_pem = crypto::CertificateToPem(root.certificate);
  FB_RETURN_IF_ERROR(WriteKey(root_keys / "root.key", root.key));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(root_keys / "root.crt", root_pem, kReadable));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(directory.keys / "root.crt", root_pem, kReadable));
  FB_RETURN_IF_ERROR(WriteKey(directory.keys / "envelope.key", crypto::PrivateKey::Generate()));
  FB_RETURN_IF_ERROR(WriteCurveKeys(directory));
  FB_RETURN_IF_ERROR(WriteServerKeys(directory, root, issuing, authority));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(
      directory.keys / "issuing.crt", crypto::CertificateToPem(issuing.certificate), kReadable));
  // Last: its presence says that the directory is complete.
  return WriteKey(directory.keys / "issuing.key", issuing.key);
}

base::Result<Keyring> LoadKeys(const DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(std::string root, ReadCertificate(directory.keys / "root.crt"));
  FB_ASSIGN_OR_RETURN(std::string issuing, ReadCertificate(directory.keys / "issuing.crt"));
  if (!crypto::CheckIssued(root, root).ok()) return Damaged("root.crt");
  if (!crypto::CheckIssued(issuing, root).ok()) return Damaged("issuing.crt or root.crt");
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey issuing_key,
                      ReadKeyOf(directory.keys / "issuing.key", issuing));
  auto envelope = ReadKey(directory.keys / "envelope.key");
  if (!envelope.ok()) return base::Annotate(envelope.status(), "envelope.key");
  FB_RETURN_IF_ERROR(CheckServerKeys(directory, issuing));
  FB_ASSIGN_OR_RETURN(const std::string public_text,
                      base::ReadFile(directory.keys / "curve.public"));
  FB_ASSIGN_OR_RETURN(std::string curve_public, DecodeCurve(public_text));
  FB_ASSIGN_OR_RETURN(base::Secret curve,
                      ReadCurveSecret(directory.keys / "curve.secret", curve_public));
  return Keyring{std::move(root),
                 {std::move(issuing), std::move(issuing_key)},
                 *std::move(envelope),
                 std::move(curve_public),
                 std::move(curve)};
}

}  // namespace firstbell::registry
