#include "clients/school/records/reader.h"

#include <string.h>

#include <utility>

#include "broker/base/bytes.h"
#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "broker/sealing/cms.h"

namespace firstbell::school_records {
namespace {

constexpr std::string_view kKeysContext{"firstbell/record-keys/v1\0", 25};
constexpr std::string_view kPostBoxContext{"firstbell/record-post-box/v1\0", 29};
constexpr std::string_view kStaffContext{"firstbell/record-staff/v1\0", 26};
constexpr std::size_t kIdBytes = 26;
// Nobody looks at its dates: what it protects must not fail because one has passed.
constexpr absl::Duration kOwnCertificateLife = absl::Hours(24 * 365 * 20);

// Bytes on their way into a seal, wiped when they go.
class Wiped {
 public:
  Wiped() { bytes_.reserve(1024); }
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { explicit_bzero(bytes_.data(), bytes_.size()); }
  Wiped& Add(std::string_view bytes) {
    bytes_.append(bytes);
    return *this;
  }
  std::string_view view() const { return bytes_; }

 private:
  std::string bytes_;
};

void AddPem(Wiped& bytes, const crypto::PrivateKey& key) {
  std::string pem = key.ToPem();
  bytes.Add(pem);
  explicit_bzero(pem.data(), pem.size());
}

std::string Aad(std::string_view context, std::string_view id) {
  return std::string(context).append(id);
}

base::Status NotTheKeys() {
  return base::DataLoss(
      "what is kept of the keys of the school's records is damaged: restore them "
      "from a backup");
}

// Takes fixed parts off the front.
class Parts {
 public:
  explicit Parts(std::string_view bytes) : left_(bytes) {}
  std::string_view Take(std::size_t size) {
    const std::string_view part = left_.substr(0, size);
    left_.remove_prefix(part.size());
    return part;
  }
  RecordKey TakeKey() {
    const KeyId id{std::string(Take(kIdBytes))};
    return {id, base::Secret(Take(crypto::kAeadKeyBytes))};
  }

 private:
  std::string_view left_;
};

void AppendText(std::string& out, std::string_view text) {
  base::AppendU32(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

}  // namespace

StoredReader ReadStoredReader(const school::Statement& row) {
  StoredReader stored;
  stored.reader = {.id = WriterId(row.Text(0)),
                   .kind = static_cast<ReaderKind>(row.Int(1)),
                   .display_name = row.Text(2),
                   .let_in_by = WriterId(row.Text(8)),
                   .let_in_at = absl::FromUnixMicros(row.Int(9)),
                   .removed_at = std::nullopt};
  if (!row.IsNull(10)) stored.reader.removed_at = absl::FromUnixMicros(row.Int(10));
  stored.opening_certificate = row.Text(3);
  stored.signing_key = row.Text(4);
  stored.sealed_keys = row.Text(5);
  stored.wrap = row.Text(6);
  stored.proof = row.Text(7);
  return stored;
}

std::string ProvenBytes(const StoredReader& stored) {
  const Reader& reader = stored.reader;
  std::string bytes;
  AppendText(bytes, reader.id.value());
  base::AppendU32(bytes, static_cast<std::uint32_t>(reader.kind));
  AppendText(bytes, reader.display_name);
  AppendText(bytes, stored.opening_certificate);
  AppendText(bytes, stored.signing_key);
  AppendText(bytes, reader.let_in_by.value());
  base::AppendU64(bytes, static_cast<std::uint64_t>(absl::ToUnixMicros(reader.let_in_at)));
  bytes.push_back(reader.removed_at ? '\1' : '\0');
  base::AppendU64(bytes, static_cast<std::uint64_t>(
                             absl::ToUnixMicros(reader.removed_at.value_or(absl::UnixEpoch()))));
  return bytes;
}

base::Result<std::string> WrapRing(const Ring& ring, const StoredReader& reader) {
  FB_ASSIGN_OR_RETURN(const auto recipient,
                      sealing::OpeningCertificates::Read({&reader.opening_certificate, 1}));
  const Ring::Keys& keys = ring.keys();
  Wiped bytes;
  bytes.Add(kKeysContext).Add(reader.reader.id.value());
  bytes.Add(keys.sheet.id.value()).Add(keys.sheet.key.Reveal());
  bytes.Add(keys.post_box.id.value()).Add(crypto::Sha256(keys.post_box.certificate));
  if (reader.reader.kind == ReaderKind::kPerson) {
    bytes.Add(keys.records.id.value()).Add(keys.records.key.Reveal());
  }
  return sealing::SealTo(recipient, bytes.view());
}

// What opens says which certificate is the post box's by its digest alone; the caller has it, and
// puts it in the place of the digest.
base::Result<Ring::Keys> UnwrapRing(const StoredReader& reader, const crypto::PrivateKey& key) {
  FB_RETURN_IF_ERROR(sealing::CheckAlgorithms(reader.wrap));
  FB_ASSIGN_OR_RETURN(const base::Secret opened,
                      sealing::Open(reader.wrap, key, reader.opening_certificate));
  const bool person = reader.reader.kind == ReaderKind::kPerson;
  const std::size_t one_key = kIdBytes + crypto::kAeadKeyBytes;
  const std::size_t size = kKeysContext.size() + kIdBytes + one_key + kIdBytes +
                           crypto::kSha256Bytes + (person ? one_key : 0);
  Parts parts(opened.Reveal());
  if (opened.size() != size || parts.Take(kKeysContext.size()) != kKeysContext ||
      parts.Take(kIdBytes) != reader.reader.id.value()) {
    return NotTheKeys();
  }
  Ring::Keys keys;
  keys.sheet = parts.TakeKey();
  keys.post_box.id = KeyId(std::string(parts.Take(kIdBytes)));
  keys.post_box.certificate = std::string(parts.Take(crypto::kSha256Bytes));
  if (person) keys.records = parts.TakeKey();
  return keys;
}

base::Result<Ring> MakeRing(absl::Time at) {
  Ring::Keys keys;
  keys.records = {KeyId(crypto::RandomId()), crypto::RandomSecret(crypto::kAeadKeyBytes)};
  keys.sheet = {KeyId(crypto::RandomId()), crypto::RandomSecret(crypto::kAeadKeyBytes)};
  keys.post_box_key = crypto::PrivateKey::Generate();
  keys.post_box.id = KeyId(crypto::RandomId());
  FB_ASSIGN_OR_RETURN(keys.post_box.certificate, OwnCertificate(*keys.post_box_key, at));
  return Ring(std::move(keys));
}

std::string SealPostBoxKey(const Ring& ring) {
  const Ring::Keys& keys = ring.keys();
  Wiped pem;
  AddPem(pem, *keys.post_box_key);
  return crypto::AeadSeal(keys.records.key, pem.view(),
                          Aad(kPostBoxContext, keys.post_box.id.value()));
}

base::Result<crypto::PrivateKey> OpenPostBoxKey(const Ring::Keys& keys, std::string_view sealed) {
  const auto pem =
      crypto::AeadOpen(keys.records.key, sealed, Aad(kPostBoxContext, keys.post_box.id.value()));
  if (!pem.ok()) return NotTheKeys();
  auto key = crypto::PrivateKey::FromPem(pem->Reveal(), base::Secret());
  if (!key.ok()) return NotTheKeys();
  return key;
}

std::string SealStaffKeys(const StaffKeys& keys, const WriterId& staff,
                          const base::Secret& secret) {
  Wiped pems;
  AddPem(pems, keys.signing);
  pems.Add(std::string_view("\0", 1));
  AddPem(pems, keys.opening);
  return crypto::AeadSeal(secret, pems.view(), Aad(kStaffContext, staff.value()));
}

base::Result<StaffKeys> OpenStaffKeys(const StoredReader& staff, const base::Secret& secret) {
  const auto pems =
      crypto::AeadOpen(secret, staff.sealed_keys, Aad(kStaffContext, staff.reader.id.value()));
  if (!pems.ok()) return base::PermissionDenied("that is not the passphrase: try again");
  const std::string_view bytes = pems->Reveal();
  const std::size_t middle = bytes.find('\0');
  if (middle == std::string_view::npos) return NotTheKeys();
  auto signing = crypto::PrivateKey::FromPem(bytes.substr(0, middle), base::Secret());
  auto opening = crypto::PrivateKey::FromPem(bytes.substr(middle + 1), base::Secret());
  if (!signing.ok() || !opening.ok()) return NotTheKeys();
  return StaffKeys{*std::move(signing), *std::move(opening)};
}

base::Result<std::string> OwnCertificate(const crypto::PrivateKey& key, absl::Time at) {
  return crypto::MakeSelfSigned(key, "School records",
                                {.common_name = "records of this machine",
                                 .usage = crypto::Usage::kOpening,
                                 .not_before = at,
                                 .not_after = at + kOwnCertificateLife});
}

}  // namespace firstbell::school_records
