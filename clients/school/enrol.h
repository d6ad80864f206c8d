#pragma once

// Enrolling this device, or a person on it. Keys are made here, where they live, and are durable
// before the broker hears of them; what it answers lands beside them with one rename. A crash at
// any point leaves either an enrolment or keys that the same code, tried again, takes up.

#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "clients/school/state_directory.h"
#include "firstbell/v1/enrolment_service.pb.h"

namespace firstbell::school {

// The call to the broker, as small as its use.
class EnrolmentPort {
 public:
  virtual ~EnrolmentPort() = default;
  // Errors as the service's (enrolment_service.proto); Unavailable where the broker was not reached
  // or its answer was lost.
  virtual base::Result<v1::EnrolResponse> Enrol(const v1::EnrolmentCode& code,
                                                const v1::EnrolRequest& request) = 0;
};

// Durable on OK. InvalidArgument: a person's passphrase is too short. FailedPrecondition: a device
// that is enrolled already; a person before the device, of another school or of another broker.
// PermissionDenied: the code is not accepted. DataLoss: the broker's answer does not fit what was
// asked.
base::Result<v1::EnrolResponse> Enrol(const StateDirectory& state, const v1::EnrolmentCode& code,
                                      const base::Secret& passphrase, EnrolmentPort& port);

}  // namespace firstbell::school
