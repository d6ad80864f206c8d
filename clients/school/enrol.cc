#include "clients/school/enrol.h"

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "clients/console/passphrase.h"
#include "clients/link/curve_keys.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/identity.h"
#include "clients/school/key_cover.h"

namespace firstbell::school {
namespace {

constexpr auto kReadableByAll =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;

// The keys of one enrolment, on disk before the broker hears of them.
struct Keys {
  crypto::PrivateKey signing;
  std::optional<crypto::PrivateKey> opening;  // a person's
  std::optional<link::CurvePair> curve;       // a device's
};

// A code for the second device, a person without a device, or of elsewhere is not spent on a
// mistake.
base::Status CheckFits(const StateDirectory& state, const v1::EnrolmentCode& code) {
  FB_ASSIGN_OR_RETURN(const bool enrolled, IsEnrolled(state));
  if (IsDevice(code)) {
    if (!enrolled) return base::OkStatus();
    return base::FailedPrecondition(
        "this state directory already holds an enrolled device; give another --state for a second");
  }
  if (!enrolled) {
    return base::FailedPrecondition(
        "this code is a person's, and the device is not enrolled yet: use the device's code first");
  }
  FB_ASSIGN_OR_RETURN(const DeviceIdentity device, LoadDevice(state));
  if (device.urn != base::Urn(code.urn())) {
    return base::FailedPrecondition("the code is for a person of URN " +
                                    std::to_string(code.urn()) + ", this device is enrolled for " +
                                    device.urn.ToString());
  }
  if (device.root_sha256 == code.root_sha256()) return base::OkStatus();
  return base::FailedPrecondition("the code was made by another broker than this device's");
}

// The key kept under `path`, or a new one kept there. One under another passphrase is an abandoned
// try's and is replaced.
base::Result<crypto::PrivateKey> KeyAt(const std::filesystem::path& path,
                                       const base::Secret& passphrase) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(path));
  if (there) {
    FB_ASSIGN_OR_RETURN(const base::Secret pem, base::ReadSecretFile(path));
    auto kept = crypto::PrivateKey::FromPem(pem.Reveal(), passphrase);
    if (kept.ok()) return kept;
  }
  crypto::PrivateKey key = crypto::PrivateKey::Generate();
  const base::Secret pem(passphrase.empty() ? key.ToPem() : key.ToPem(passphrase));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(path, pem.Reveal(), base::kOwnerOnly));
  return key;
}

// What a person's keys are kept under. A cover under another passphrase is an abandoned try's, as
// are the keys that it opens: all are replaced.
base::Result<base::Secret> RecoveryAt(const std::filesystem::path& directory,
                                      const base::Secret& passphrase) {
  auto kept = OpenCover(directory, passphrase);
  if (kept.ok() || absl::IsResourceExhausted(kept.status())) return kept;
  base::Secret recovery = NewRecovery();
  FB_RETURN_IF_ERROR(WriteCover(directory, recovery, passphrase));
  return recovery;
}

base::Result<link::CurvePair> CurveAt(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(path));
  if (there) {
    FB_ASSIGN_OR_RETURN(const base::Secret secret, base::ReadSecretFile(path));
    return link::CurvePairOf(secret);
  }
  link::CurvePair pair = link::GenerateCurvePair();
  FB_RETURN_IF_ERROR(base::WriteFileDurably(path, pair.secret_key.Reveal(), base::kOwnerOnly));
  return pair;
}

base::Result<Keys> KeysAt(const std::filesystem::path& directory, const v1::EnrolmentCode& code,
                          const base::Secret& passphrase) {
  FB_RETURN_IF_ERROR(MakePrivateDirectory(directory));
  if (IsDevice(code)) {
    FB_ASSIGN_OR_RETURN(auto signing, KeyAt(directory / kSigningKeyFile, base::Secret()));
    FB_ASSIGN_OR_RETURN(auto curve, CurveAt(directory / kCurveFile));
    return Keys{std::move(signing), std::nullopt, std::move(curve)};
  }
  FB_ASSIGN_OR_RETURN(const base::Secret recovery, RecoveryAt(directory, passphrase));
  FB_ASSIGN_OR_RETURN(auto signing, KeyAt(directory / kSigningKeyFile, recovery));
  FB_ASSIGN_OR_RETURN(auto opening, KeyAt(directory / kOpeningKeyFile, recovery));
  return Keys{std::move(signing), std::move(opening), std::nullopt};
}

v1::EnrolRequest RequestOf(const v1::EnrolmentCode& code, const Keys& keys) {
  v1::EnrolRequest request;
  request.set_secret(code.secret());
  request.set_signing_request(crypto::MakeSigningRequest(keys.signing));
  if (keys.opening) request.set_opening_request(crypto::MakeSigningRequest(*keys.opening));
  if (keys.curve) request.set_curve_public_key(keys.curve->public_key);
  return request;
}

bool Certifies(std::string_view certificate, const crypto::PrivateKey& key) {
  const auto facts = crypto::ReadCertificate(certificate);
  return facts.ok() && facts->public_key == key.PublicKey();
}

bool UsableBroker(const v1::BrokerIdentity& broker) {
  const base::Status probe =
      crypto::VerifySignature(broker.envelope_public_key(), "probe", "no signature");
  return probe.code() != base::Code::kInvalidArgument && !broker.link_address().empty() &&
         broker.curve_public_key().size() == link::kCurveKeyBytes && WitnessesOf(broker).ok();
}

base::Status CheckAnswer(const v1::EnrolResponse& answer, const v1::EnrolmentCode& code,
                         const Keys& keys) {
  const bool names = base::IsRandomId(answer.recipient_id()) && answer.urn() == code.urn() &&
                     answer.role() == code.role();
  const bool rooted =
      !answer.chain().empty() && crypto::Sha256(*answer.chain().rbegin()) == code.root_sha256();
  const bool certified = Certifies(answer.signing_certificate(), keys.signing) &&
                         (!keys.opening || Certifies(answer.opening_certificate(), *keys.opening));
  if (names && rooted && certified && UsableBroker(answer.broker())) return base::OkStatus();
  return base::DataLoss(
      "the broker's answer does not fit what was asked; nothing was enrolled here: tell your "
      "operator");
}

base::Status WriteAnswer(const std::filesystem::path& directory, const v1::EnrolResponse& answer) {
  FB_RETURN_IF_ERROR(base::WriteFileDurably(directory / kSigningCertificateFile,
                                            crypto::CertificateToPem(answer.signing_certificate()),
                                            kReadableByAll));
  if (!answer.opening_certificate().empty()) {
    FB_RETURN_IF_ERROR(base::WriteFileDurably(
        directory / kOpeningCertificateFile, crypto::CertificateToPem(answer.opening_certificate()),
        kReadableByAll));
  }
  return base::WriteFileDurably(directory / kEnrolmentFile, answer.SerializeAsString(),
                                base::kOwnerOnly);
}

// A code that was refused admits nobody: its keys are of no use. After any other error they stay,
// for the answer may have been lost on its way.
base::Status AfterRefusal(const std::filesystem::path& pending, const base::Status& status) {
  if (status.code() == base::Code::kPermissionDenied) {
    std::error_code error;
    std::filesystem::remove_all(pending, error);
  }
  return status;
}

}  // namespace

// If we crash before the rename, the keys wait under pending/ for the same code; the broker may or
// may not have used it up, and says so then. After the rename everything is there.
base::Result<v1::EnrolResponse> Enrol(const StateDirectory& state, const v1::EnrolmentCode& code,
                                      const base::Secret& passphrase, EnrolmentPort& port) {
  FB_ASSIGN_OR_RETURN(const FileLock lock,
                      FileLock::Take(state.EnrolLock(), "another enrolment is under way here"));
  FB_RETURN_IF_ERROR(CheckFits(state, code));
  if (!IsDevice(code)) FB_RETURN_IF_ERROR(console::CheckPassphrase(passphrase));
  const std::filesystem::path pending = state.Pending(CodeHash(code));
  FB_ASSIGN_OR_RETURN(const Keys keys, KeysAt(pending, code, passphrase));
  auto answer = port.Enrol(code, RequestOf(code, keys));
  if (!answer.ok()) return AfterRefusal(pending, answer.status());
  FB_RETURN_IF_ERROR(CheckAnswer(*answer, code, keys));
  FB_RETURN_IF_ERROR(WriteAnswer(pending, *answer));
  if (IsDevice(code)) {
    FB_RETURN_IF_ERROR(MoveDurably(pending, state.Device()));
    return answer;
  }
  FB_RETURN_IF_ERROR(MakePrivateDirectory(state.People()));
  FB_RETURN_IF_ERROR(MoveDurably(pending, state.Person(base::RecipientId(answer->recipient_id()))));
  return answer;
}

}  // namespace firstbell::school
