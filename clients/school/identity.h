#pragma once

// Who this device is, and the people whose keys it keeps. What enrolment gave stands in one file,
// enrolment.pb (a v1::EnrolResponse, no secret), beside the keys it certifies. Values; any thread.

#include <string>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "clients/link/curve_dealer.h"
#include "clients/link/session.h"
#include "clients/school/state_directory.h"
#include "firstbell/v1/enrolment_service.pb.h"

namespace firstbell::school {

inline constexpr char kEnrolmentFile[] = "enrolment.pb";
inline constexpr char kCurveFile[] = "device.curve";
inline constexpr char kSigningKeyFile[] = "signing.key";
inline constexpr char kOpeningKeyFile[] = "opening.key";
inline constexpr char kSigningCertificateFile[] = "signing.crt";
inline constexpr char kOpeningCertificateFile[] = "opening.crt";

struct DeviceIdentity {
  base::Urn urn;
  std::string school_name;
  link::Signer signer;
  link::CurvePair curve;
  v1::BrokerIdentity broker;
  audit::TrustPolicy witnesses;  // of its delivery log, as the broker named them at enrolment
  std::string root_sha256;       // of the authority that certified it
};

struct PersonIdentity {
  base::RecipientId id;
  v1::RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
  std::string display_name;
  std::string opening_certificate;  // DER
};

struct UnlockedPerson {
  PersonIdentity identity;
  link::Signer signer;
  crypto::PrivateKey opening_key;
};

// PermissionDenied: this user may not look.
base::Result<bool> IsEnrolled(const StateDirectory& state);
// Whose word about the delivery log is enough; nobody is asked where it names no policy.
// InvalidArgument: it names one that does not read.
base::Result<audit::TrustPolicy> WitnessesOf(const v1::BrokerIdentity& broker);
// NotFound: not enrolled. PermissionDenied: not this user's. DataLoss: a file is missing or
// damaged.
base::Result<DeviceIdentity> LoadDevice(const StateDirectory& state);
// In id order.
base::Result<std::vector<PersonIdentity>> ListPeople(const StateDirectory& state);
// The one of `people` whose id is `prefix` or begins so; with an empty one, the only one. NotFound
// or InvalidArgument, saying by name who there is. Pure.
base::Result<PersonIdentity> FindPerson(std::vector<PersonIdentity> people,
                                        std::string_view prefix);
// Takes a tenth of a second and 64 MiB (key_cover.h). PermissionDenied: wrong passphrase. DataLoss:
// a key is damaged, or is not its certificate's. ResourceExhausted: not enough memory.
base::Result<UnlockedPerson> Unlock(const StateDirectory& state, const PersonIdentity& person,
                                    const base::Secret& passphrase);

// What a person keeps on paper: it opens their keys, and lets them choose another passphrase. Keys
// of before there were covers get one. The errors of Unlock.
base::Result<base::Secret> RecoveryOf(const StateDirectory& state, const PersonIdentity& person,
                                      const base::Secret& passphrase);
// Durable on OK; after a crash the one or the other. InvalidArgument: the new one is too short. The
// errors of Unlock.
base::Status ChangePassphrase(const StateDirectory& state, const PersonIdentity& person,
                              const base::Secret& passphrase, const base::Secret& replacement);
// The same by the recovery, as it was typed. InvalidArgument: it is none. PermissionDenied: it is
// another person's, or of another enrolment.
base::Status Recover(const StateDirectory& state, const PersonIdentity& person,
                     const base::Secret& recovery, const base::Secret& replacement);

link::SessionIdentity SessionIdentityOf(const DeviceIdentity& device, std::string_view version);

}  // namespace firstbell::school
