#pragma once

// Enrolment over gRPC: TLS that authenticates the broker by the root its code names. Threads: one.

#include "clients/school/enrol.h"

namespace firstbell::school {

class GrpcEnrolment final : public EnrolmentPort {
 public:
  // Unavailable: the broker at the code's address was not reached, or its answer was lost.
  // FailedPrecondition: not the broker that made the code. PermissionDenied: the code is not
  // accepted.
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolmentCode& code,
                                        const v1::EnrolRequest& request) override;
};

}  // namespace firstbell::school
