#include "broker/registry/data_directory.h"

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
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(path, base::kOwnerOnlyDirectory));
  std::error_code error;
  std::filesystem::permissions(path, base::kOwnerOnlyDirectory, error);
  if (!error) return base::OkStatus();
  return base::FailedPrecondition("the directory " + path.filename().string() +
                                  " cannot be made private: " + error.message());
}

base::Status WriteKey(const std::filesystem::path& path, const crypto::PrivateKey& key) {
  return base::WriteFileDurably(path, key.ToPem(), base::kOwnerOnly);
}

// Kept as base64url, so that an operator can read and compare the public one.
base::Status WriteCurveKeys(const DataDirectory& directory) {
  const crypto::CurveKeys keys = crypto::MakeCurveKeys();
  const base::Secret secret(base::Base64UrlEncode(keys.secret_key.Reveal()));
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
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey issuing_key, ReadKey(directory.keys / "issuing.key"));
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey envelope, ReadKey(directory.keys / "envelope.key"));
  FB_ASSIGN_OR_RETURN(const std::string public_text,
                      base::ReadFile(directory.keys / "curve.public"));
  FB_ASSIGN_OR_RETURN(const base::Secret secret_text,
                      base::ReadSecretFile(directory.keys / "curve.secret"));
  FB_ASSIGN_OR_RETURN(std::string curve_public, DecodeCurve(public_text));
  FB_ASSIGN_OR_RETURN(const std::string curve_secret, DecodeCurve(secret_text.Reveal()));
  return Keyring{std::move(root),
                 {std::move(issuing), std::move(issuing_key)},
                 std::move(envelope),
                 std::move(curve_public),
                 base::Secret(curve_secret)};
}

}  // namespace firstbell::registry
