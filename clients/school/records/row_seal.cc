#include "clients/school/records/row_seal.h"

#include "broker/base/bytes.h"
#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"

namespace firstbell::school {
namespace {

constexpr std::string_view kSignatureContext{"firstbell/record/v1\0", 20};
constexpr std::string_view kChainContext{"firstbell/record-chain/v1\0", 26};
constexpr std::string_view kWrapContext{"firstbell/record-wrap/v1\0", 25};

void AppendText(std::string& out, std::string_view text) {
  base::AppendU32(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

std::string Statement(std::string_view clear, std::string_view before, std::string_view body) {
  std::string bytes(kSignatureContext);
  AppendText(bytes, before);
  AppendText(bytes, clear);
  AppendText(bytes, body);
  return bytes;
}

std::string WrapContext(std::string_view clear) {
  return std::string(kWrapContext).append(clear);
}

base::Status Altered() {
  return base::DataLoss("its body, its key or what lies in the clear was altered");
}

}  // namespace

std::string ClearBytes(std::uint64_t number, const RecordFacts& facts) {
  std::string bytes;
  base::AppendU64(bytes, number);
  AppendText(bytes, facts.id.value());
  AppendText(bytes, facts.child.value());
  AppendText(bytes, facts.alert.value());
  base::AppendU32(bytes, static_cast<std::uint32_t>(facts.kind));
  base::AppendU64(bytes, static_cast<std::uint64_t>(absl::ToUnixMicros(facts.at)));
  AppendText(bytes, facts.by.value());
  base::AppendU64(bytes,
                  facts.due ? static_cast<std::uint64_t>(absl::ToUnixMicros(*facts.due)) : 0);
  AppendText(bytes, facts.corrects.value());
  return bytes;
}

std::string RowDigest(std::string_view before, std::string_view clear,
                      std::string_view sealed_sha256) {
  return crypto::Sha256({kChainContext, before, sealed_sha256, clear});
}

SealedRow SealRow(const base::Secret& record_key, const crypto::PrivateKey& signer,
                  std::string_view clear, std::string_view before, std::string_view body) {
  std::string plain;
  AppendText(plain, body);
  AppendText(plain, signer.Sign(Statement(clear, before, body)));
  const base::Secret row_key = crypto::RandomSecret(crypto::kAeadKeyBytes);
  return {crypto::AeadSeal(record_key, row_key.Reveal(), WrapContext(clear)),
          crypto::AeadSeal(row_key, plain, clear)};
}

base::Result<OpenedRow> OpenRow(const base::Secret& record_key, const SealedRow& row,
                                std::string_view clear) {
  const auto row_key = crypto::AeadOpen(record_key, row.wrapped_key, WrapContext(clear));
  if (!row_key.ok()) return Altered();
  const auto plain = crypto::AeadOpen(*row_key, row.sealed, clear);
  if (!plain.ok()) return Altered();
  std::string_view left = plain->Reveal();
  const auto take = [&left]() -> std::optional<std::string> {
    if (left.size() < 4) return std::nullopt;
    const std::uint32_t size = base::ReadU32(left);
    if (left.size() - 4 < size) return std::nullopt;
    std::string text(left.substr(4, size));
    left.remove_prefix(4 + size);
    return text;
  };
  auto body = take(), signature = take();
  if (!body || !signature || !left.empty()) return Altered();
  return OpenedRow{*std::move(body), *std::move(signature)};
}

base::Status CheckSignature(const OpenedRow& row, std::string_view public_key,
                            std::string_view clear, std::string_view before) {
  return crypto::VerifySignature(public_key, Statement(clear, before, row.body), row.signature);
}

base::Result<std::string> Rewrap(const base::Secret& from, const base::Secret& to,
                                 std::string_view wrapped_key, std::string_view clear) {
  const auto row_key = crypto::AeadOpen(from, wrapped_key, WrapContext(clear));
  if (!row_key.ok()) return Altered();
  return crypto::AeadSeal(to, row_key->Reveal(), WrapContext(clear));
}

}  // namespace firstbell::school
