#include "broker/registry/data_directory.h"

#include <algorithm>
#include <cstring>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/curve.h"
#include "broker/crypto/hash.h"

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

std::string Quoted(const std::filesystem::path& path) {
  return "'" + path.filename().string() + "'";
}

// `inner` is `outer` or lies below it, also through links. Paths that are not there yet count too.
bool LiesIn(const std::filesystem::path& inner, const std::filesystem::path& outer) {
  std::error_code error;
  const auto resolve = [&](const std::filesystem::path& path) {
    auto real = std::filesystem::weakly_canonical(std::filesystem::absolute(path, error), error);
    return real.has_filename() ? real : real.parent_path();
  };
  const std::filesystem::path in = resolve(inner), out = resolve(outer);
  return std::mismatch(out.begin(), out.end(), in.begin(), in.end()).first == out.end();
}

base::Status CheckRootApart(const DataDirectory& directory,
                            const std::filesystem::path& root_keys) {
  for (const auto& kept : {directory.root, directory.keys}) {
    if (!LiesIn(root_keys, kept) && !LiesIn(kept, root_keys)) continue;
    return base::InvalidArgument(
        "the root key must be taken off the broker: its directory may neither lie in " +
        Quoted(kept) + " nor hold it; name another, for instance on a removable disk");
  }
  return base::OkStatus();
}

base::Status CheckNoKeys(const DataDirectory& directory, const std::filesystem::path& root_keys) {
  FB_ASSIGN_OR_RETURN(const bool keys, base::Exists(directory.keys / "issuing.key"));
  if (keys) {
    return base::AlreadyExists(
        Quoted(directory.keys) +
        " holds keys already; nothing was changed. init makes a new installation only: name "
        "another data directory, or other keys; or, if these are of an init that failed and no "
        "broker ever ran with them, remove them first");
  }
  for (const char* name : {"root.key", "root.crt"}) {
    FB_ASSIGN_OR_RETURN(const bool there, base::Exists(root_keys / name));
    if (!there) continue;
    return base::AlreadyExists(
        Quoted(root_keys) +
        " holds a root key already, perhaps another installation's; nothing was changed. Each "
        "installation has a root of its own: name an empty directory");
  }
  return base::OkStatus();
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

base::Status CheckInitialised(const DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(directory.store()));
  if (there) return base::OkStatus();
  return base::NotFound("there is no broker's data in " + Quoted(directory.root) +
                        ": make it with firstbell-admin init --data DIR --root-keys DIR");
}

DataDirectory At(const std::filesystem::path& root, const std::filesystem::path& keys) {
  const std::filesystem::path plain = root.has_filename() ? root : root.parent_path();
  return {plain, keys.empty() ? std::filesystem::path(plain.string() + ".keys") : keys};
}

base::Status MakeKeys(const DataDirectory& directory, const std::filesystem::path& root_keys,
                      const NewAuthority& authority) {
  FB_RETURN_IF_ERROR(CheckRootApart(directory, root_keys));
  FB_RETURN_IF_ERROR(CheckNoKeys(directory, root_keys));
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
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(directory.keys / "issuing.key"));
  if (!there) {
    return base::NotFound("there are no keys of a broker in " + Quoted(directory.keys) +
                          ": init puts them into DIR.keys unless --keys says otherwise");
  }
  FB_ASSIGN_OR_RETURN(std::string root, ReadCertificate(directory.keys / "root.crt"));
  FB_ASSIGN_OR_RETURN(std::string issuing, ReadCertificate(directory.keys / "issuing.crt"));
  if (!crypto::CheckIssued(root, root).ok()) return Damaged("root.crt");
  if (!crypto::CheckIssued(issuing, root).ok()) return Damaged("issuing.crt or root.crt");
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey issuing_key,
                      ReadKeyOf(directory.keys / "issuing.key", issuing));
  auto envelope = ReadKey(directory.keys / "envelope.key");
  if (!envelope.ok()) return base::Annotate(envelope.status(), "envelope.key");
  FB_RETURN_IF_ERROR(ServerCertificateEnds(directory, issuing).status());
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

base::Result<absl::Time> ServerCertificateEnds(const DataDirectory& directory,
                                               std::string_view issuing) {
  FB_ASSIGN_OR_RETURN(const std::string pem, base::ReadFile(directory.keys / "server.crt"));
  const auto chain = crypto::CertificatesFromPem(pem);
  if (!chain.ok()) return Damaged("server.crt");
  for (std::size_t i = 0; i + 1 < chain->size(); ++i) {
    if (!crypto::CheckIssued((*chain)[i], (*chain)[i + 1]).ok()) return Damaged("server.crt");
  }
  if (!crypto::CheckIssued(chain->front(), issuing).ok()) return Damaged("server.crt");
  FB_RETURN_IF_ERROR(ReadKeyOf(directory.keys / "server.key", chain->front()).status());
  FB_ASSIGN_OR_RETURN(const crypto::CertificateFacts facts,
                      crypto::ReadCertificate(chain->front()));
  return facts.not_after;
}

std::string RootDigest(const Keyring& keys) {
  return crypto::Sha256(keys.root);
}

base::Status CheckKeysOf(const store::Identity& identity, const Keyring& keys) {
  if (identity.root_sha256 == RootDigest(keys)) return base::OkStatus();
  return base::FailedPrecondition(
      "these keys belong to another installation than this data: its authority's root certificate "
      "is another one. Name the key directory that init made with this data, with --keys DIR");
}

}  // namespace firstbell::registry
