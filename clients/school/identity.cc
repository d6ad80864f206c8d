#include "clients/school/identity.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"

namespace firstbell::school {
namespace {

base::Status Damaged(std::string_view what) {
  return base::DataLoss(std::string(what) +
                        " in the state directory is damaged: restore it or enrol anew");
}

base::Result<v1::EnrolResponse> ReadEnrolment(const std::filesystem::path& directory) {
  FB_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(directory / kEnrolmentFile));
  v1::EnrolResponse enrolment;
  if (!enrolment.ParseFromString(bytes) || !base::IsRandomId(enrolment.recipient_id())) {
    return Damaged(kEnrolmentFile);
  }
  return enrolment;
}

base::Result<crypto::PrivateKey> ReadKey(const std::filesystem::path& path,
                                         const base::Secret& passphrase) {
  FB_ASSIGN_OR_RETURN(const base::Secret pem, base::ReadSecretFile(path));
  return crypto::PrivateKey::FromPem(pem.Reveal(), passphrase);
}

// The key that this certificate is about.
base::Result<crypto::PrivateKey> ReadKeyOf(const std::filesystem::path& path,
                                           const std::string& certificate,
                                           const base::Secret& passphrase) {
  auto key = ReadKey(path, passphrase);
  if (absl::IsDataLoss(key.status()) || absl::IsInvalidArgument(key.status())) {
    return Damaged(path.filename().string());
  }
  FB_RETURN_IF_ERROR(key.status());
  const auto facts = crypto::ReadCertificate(certificate);
  if (!facts.ok()) return Damaged(kEnrolmentFile);
  if (facts->public_key != key->PublicKey()) return Damaged(path.filename().string());
  return key;
}

base::Result<PersonIdentity> ReadPerson(const std::filesystem::path& directory) {
  FB_ASSIGN_OR_RETURN(const v1::EnrolResponse enrolment, ReadEnrolment(directory));
  return PersonIdentity{base::RecipientId(enrolment.recipient_id()), enrolment.role(),
                        enrolment.display_name(), enrolment.opening_certificate()};
}

}  // namespace

bool IsEnrolled(const StateDirectory& state) {
  std::error_code error;
  return std::filesystem::exists(state.Device(), error);
}

base::Result<DeviceIdentity> LoadDevice(const StateDirectory& state) {
  if (!IsEnrolled(state)) {
    return base::NotFound(
        "this device is not enrolled: ask your operator for a device's code, then run "
        "firstbell-school enrol --code FB1-... --state DIR");
  }
  FB_ASSIGN_OR_RETURN(const v1::EnrolResponse enrolment, ReadEnrolment(state.Device()));
  if (enrolment.chain().empty()) return Damaged(kEnrolmentFile);
  FB_ASSIGN_OR_RETURN(
      crypto::PrivateKey key,
      ReadKeyOf(state.Device() / kSigningKeyFile, enrolment.signing_certificate(), base::Secret()));
  FB_ASSIGN_OR_RETURN(const base::Secret secret, base::ReadSecretFile(state.Device() / kCurveFile));
  FB_ASSIGN_OR_RETURN(link::CurvePair curve, link::CurvePairOf(secret));
  return DeviceIdentity{base::Urn(enrolment.urn()),
                        enrolment.school_name(),
                        {base::RecipientId(enrolment.recipient_id()), std::move(key)},
                        std::move(curve),
                        enrolment.broker(),
                        crypto::Sha256(*enrolment.chain().rbegin())};
}

base::Result<std::vector<PersonIdentity>> ListPeople(const StateDirectory& state) {
  std::vector<PersonIdentity> people;
  std::error_code error;
  std::filesystem::directory_iterator entries(state.People(), error);
  if (error) return people;  // nobody yet
  for (const auto& entry : entries) {
    FB_ASSIGN_OR_RETURN(PersonIdentity person, ReadPerson(entry.path()));
    people.push_back(std::move(person));
  }
  std::sort(people.begin(), people.end(),
            [](const PersonIdentity& a, const PersonIdentity& b) { return a.id < b.id; });
  return people;
}

base::Result<PersonIdentity> FindPerson(const StateDirectory& state, std::string_view prefix) {
  FB_ASSIGN_OR_RETURN(std::vector<PersonIdentity> people, ListPeople(state));
  std::string known;
  for (const PersonIdentity& person : people) known += "\n  " + person.id.value();
  std::erase_if(people, [&](const PersonIdentity& person) {
    return !std::string_view(person.id.value()).starts_with(prefix);
  });
  if (people.size() == 1) return std::move(people.front());
  if (known.empty()) {
    return base::NotFound(
        "nobody is enrolled on this device: ask your operator for a person's code, then run "
        "firstbell-school enrol --code FB1-... --state DIR");
  }
  return base::InvalidArgument((people.empty()
                                    ? "--person names nobody enrolled on this device; there are:"
                                    : "say who you are with --person ID; there are:") +
                               known);
}

base::Result<UnlockedPerson> Unlock(const StateDirectory& state, const PersonIdentity& person,
                                    const base::Secret& passphrase) {
  const std::filesystem::path directory = state.Person(person.id);
  FB_ASSIGN_OR_RETURN(const v1::EnrolResponse enrolment, ReadEnrolment(directory));
  FB_ASSIGN_OR_RETURN(
      crypto::PrivateKey opening,
      ReadKeyOf(directory / kOpeningKeyFile, enrolment.opening_certificate(), passphrase));
  FB_ASSIGN_OR_RETURN(
      crypto::PrivateKey signing,
      ReadKeyOf(directory / kSigningKeyFile, enrolment.signing_certificate(), passphrase));
  return UnlockedPerson{person, {person.id, std::move(signing)}, std::move(opening)};
}

link::SessionIdentity SessionIdentityOf(const DeviceIdentity& device, std::string_view version) {
  return {device.urn, device.signer, device.broker.envelope_public_key(),
          device.broker.simulated_clock(), std::string(version)};
}

}  // namespace firstbell::school
