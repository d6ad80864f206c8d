#include "clients/school/identity.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "broker/model/alert.h"

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

base::Status WrongPassphrase(const PersonIdentity& person) {
  return base::PermissionDenied("that is not the passphrase of " + person.display_name +
                                ": try again. Nobody can restore one; if it is lost, ask your "
                                "operator to revoke this enrolment and for a new code");
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

base::Result<bool> IsEnrolled(const StateDirectory& state) {
  return base::Exists(state.Device());
}

base::Result<audit::TrustPolicy> WitnessesOf(const v1::BrokerIdentity& broker) {
  if (broker.witness_policy().empty()) return audit::TrustPolicy::None();
  return audit::TrustPolicy::Parse(broker.witness_policy());
}

base::Result<DeviceIdentity> LoadDevice(const StateDirectory& state) {
  FB_ASSIGN_OR_RETURN(const bool enrolled, IsEnrolled(state));
  if (!enrolled) {
    return base::NotFound(
        "this device is not enrolled: ask your operator for a device's code, then run "
        "firstbell-school enrol --state DIR");
  }
  FB_ASSIGN_OR_RETURN(const v1::EnrolResponse enrolment, ReadEnrolment(state.Device()));
  if (enrolment.chain().empty()) return Damaged(kEnrolmentFile);
  FB_ASSIGN_OR_RETURN(
      crypto::PrivateKey key,
      ReadKeyOf(state.Device() / kSigningKeyFile, enrolment.signing_certificate(), base::Secret()));
  FB_ASSIGN_OR_RETURN(const base::Secret secret, base::ReadSecretFile(state.Device() / kCurveFile));
  FB_ASSIGN_OR_RETURN(link::CurvePair curve, link::CurvePairOf(secret));
  auto witnesses = WitnessesOf(enrolment.broker());
  if (!witnesses.ok()) return Damaged(kEnrolmentFile);
  return DeviceIdentity{base::Urn(enrolment.urn()),
                        enrolment.school_name(),
                        {base::RecipientId(enrolment.recipient_id()), std::move(key)},
                        std::move(curve),
                        enrolment.broker(),
                        *std::move(witnesses),
                        crypto::Sha256(*enrolment.chain().rbegin())};
}

base::Result<std::vector<PersonIdentity>> ListPeople(const StateDirectory& state) {
  std::vector<PersonIdentity> people;
  FB_ASSIGN_OR_RETURN(const bool anyone, base::Exists(state.People()));
  if (!anyone) return people;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(state.People(), error), end;
       !error && entry != end; entry.increment(error)) {
    FB_ASSIGN_OR_RETURN(PersonIdentity person, ReadPerson(entry->path()));
    people.push_back(std::move(person));
  }
  if (error)
    return base::PermissionDenied("the people enrolled here cannot be listed: " + error.message() +
                                  "; check who owns the directory");
  std::sort(people.begin(), people.end(),
            [](const PersonIdentity& a, const PersonIdentity& b) { return a.id < b.id; });
  return people;
}

base::Result<PersonIdentity> FindPerson(std::vector<PersonIdentity> people,
                                        std::string_view prefix) {
  std::string known;
  for (const PersonIdentity& person : people) {
    known += "\n  " + person.id.value() + "  " + person.display_name + " (" +
             std::string(model::Word(person.role)) + ")";
  }
  std::erase_if(people, [&](const PersonIdentity& person) {
    return !std::string_view(person.id.value()).starts_with(prefix);
  });
  if (people.size() == 1) return std::move(people.front());
  if (known.empty()) {
    return base::NotFound(
        "nobody is enrolled on this device: ask your operator for a person's code, then run "
        "firstbell-school enrol --state DIR");
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
  auto read = ReadKeyOf(directory / kOpeningKeyFile, enrolment.opening_certificate(), passphrase);
  if (absl::IsPermissionDenied(read.status())) return WrongPassphrase(person);
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey opening, std::move(read));
  FB_ASSIGN_OR_RETURN(
      crypto::PrivateKey signing,
      ReadKeyOf(directory / kSigningKeyFile, enrolment.signing_certificate(), passphrase));
  return UnlockedPerson{person, {person.id, std::move(signing)}, std::move(opening)};
}

link::SessionIdentity SessionIdentityOf(const DeviceIdentity& device, std::string_view version) {
  return {device.urn,
          device.signer,
          device.broker.envelope_public_key(),
          device.broker.simulated_clock(),
          std::string(version),
          device.broker.log_key(),
          device.witnesses};
}

}  // namespace firstbell::school
