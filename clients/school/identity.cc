#include "clients/school/identity.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/x509.h"
#include "broker/model/alert.h"
#include "clients/console/passphrase.h"
#include "clients/school/key_cover.h"

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
                                ": try again. Where it is forgotten, choose another by "
                                "the recovery code: firstbell-school keys recover. Without either, "
                                "ask your operator to revoke this enrolment and for a new code");
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

// What the files of keys are under: the recovery; of before there were covers, the passphrase.
base::Result<base::Secret> FilePassphrase(const std::filesystem::path& directory,
                                          const base::Secret& passphrase) {
  auto recovery = OpenCover(directory, passphrase);
  return absl::IsNotFound(recovery.status()) ? passphrase : recovery;
}

// If we crash while these are covered, a file may still be under the passphrase alone.
base::Result<crypto::PrivateKey> ReadPersonsKey(const std::filesystem::path& path,
                                                const std::string& certificate,
                                                const base::Secret& of_file,
                                                const base::Secret& passphrase) {
  auto key = ReadKeyOf(path, certificate, of_file);
  return absl::IsPermissionDenied(key.status()) ? ReadKeyOf(path, certificate, passphrase) : key;
}

// Each key file anew under the recovery, once the cover that opens it is durable.
base::Status PutUnder(const std::filesystem::path& directory, const UnlockedPerson& person,
                      const base::Secret& recovery) {
  const auto write = [&](const char* name, const crypto::PrivateKey& key) {
    return base::WriteFileDurably(directory / name, key.ToPem(recovery), base::kOwnerOnly);
  };
  FB_RETURN_IF_ERROR(write(kOpeningKeyFile, person.opening_key));
  return write(kSigningKeyFile, person.signer.key);
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
  const auto of_file = FilePassphrase(directory, passphrase);
  if (absl::IsPermissionDenied(of_file.status())) return WrongPassphrase(person);
  FB_RETURN_IF_ERROR(of_file.status());
  auto read = ReadPersonsKey(directory / kOpeningKeyFile, enrolment.opening_certificate(), *of_file,
                             passphrase);
  if (absl::IsPermissionDenied(read.status())) return WrongPassphrase(person);
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey opening, std::move(read));
  FB_ASSIGN_OR_RETURN(crypto::PrivateKey signing,
                      ReadPersonsKey(directory / kSigningKeyFile, enrolment.signing_certificate(),
                                     *of_file, passphrase));
  return UnlockedPerson{person, {person.id, std::move(signing)}, std::move(opening)};
}

base::Result<base::Secret> RecoveryOf(const StateDirectory& state, const PersonIdentity& person,
                                      const base::Secret& passphrase) {
  FB_ASSIGN_OR_RETURN(const UnlockedPerson unlocked, Unlock(state, person, passphrase));
  const std::filesystem::path directory = state.Person(person.id);
  auto recovery = OpenCover(directory, passphrase);
  if (absl::IsNotFound(recovery.status())) {
    recovery = NewRecovery();
    FB_RETURN_IF_ERROR(WriteCover(directory, *recovery, passphrase));
  }
  FB_RETURN_IF_ERROR(recovery.status());
  // Here or before, we may have crashed between the cover and the files.
  const bool whole = ReadKey(directory / kSigningKeyFile, *recovery).ok() &&
                     ReadKey(directory / kOpeningKeyFile, *recovery).ok();
  if (!whole) FB_RETURN_IF_ERROR(PutUnder(directory, unlocked, *recovery));
  return recovery;
}

base::Status ChangePassphrase(const StateDirectory& state, const PersonIdentity& person,
                              const base::Secret& passphrase, const base::Secret& replacement) {
  FB_RETURN_IF_ERROR(console::CheckPassphrase(replacement));
  FB_ASSIGN_OR_RETURN(const base::Secret recovery, RecoveryOf(state, person, passphrase));
  return WriteCover(state.Person(person.id), recovery, replacement);
}

base::Status Recover(const StateDirectory& state, const PersonIdentity& person,
                     const base::Secret& recovery, const base::Secret& replacement) {
  FB_ASSIGN_OR_RETURN(const base::Secret text, ParseRecovery(recovery));
  FB_RETURN_IF_ERROR(console::CheckPassphrase(replacement));
  const std::filesystem::path directory = state.Person(person.id);
  const auto key = ReadKey(directory / kOpeningKeyFile, text);
  if (absl::IsPermissionDenied(key.status())) {
    return base::PermissionDenied("that recovery code is not that of " + person.display_name +
                                  "'s keys on this machine");
  }
  FB_RETURN_IF_ERROR(key.status());
  return WriteCover(directory, text, replacement);
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
