#pragma once

// Admitting a device or a person to a school: a code that works once, then keys made where they
// live and certificates over them. Everyone enrolled at the school hears of it. If the answer is
// lost on its way, the same code with the same keys gets it again until the code expires.

#include <string>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/model/recipient.h"
#include "broker/registry/certificates.h"
#include "broker/registry/config.h"
#include "broker/registry/data_directory.h"
#include "broker/store/store.h"
#include "firstbell/v1/enrolment_service.pb.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Told after a change of a school's recipients is durable. Must not block.
class RecipientObserver {
 public:
  virtual ~RecipientObserver() = default;
  virtual void RecipientChanged(const model::Recipient& recipient) = 0;
};

// What a code and an enrolment tell of the broker.
struct BrokerFacts {
  std::string enrolment_address;  // host:port
  std::string root_certificate;   // DER
  std::string issuing_certificate;
  v1::BrokerIdentity identity;
};

BrokerFacts FactsOf(const Config& config, const Keyring& keys, const store::Identity& identity);

// Threads: safe. All that it is given outlives it. `now` is the use cases' clock; certificates are
// dated by the wall clock, since TLS and CMS know no other.
class Enrolment {
 public:
  Enrolment(store::Store& store, const Certificates& certificates, RecipientObserver& observer,
            BrokerFacts facts)
      : store_(store), certificates_(certificates), observer_(observer), facts_(std::move(facts)) {}

  // NotFound: no such school. InvalidArgument: a role that is none, a person without a name.
  base::Result<v1::CreateEnrolmentCodeResponse> CreateCode(
      const v1::CreateEnrolmentCodeRequest& request, absl::Time now);
  // PermissionDenied: the code is unknown, used by other keys or expired (which is not said). How
  // often that may be tried is for the edge to say. InvalidArgument: a bad request for
  // certificates.
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolRequest& request, absl::Time now);
  // At once, for good. Answers too who of the school is left, and how many of its alerts are open.
  base::Result<v1::RevokeRecipientResponse> Revoke(const v1::RevokeRecipientRequest& request,
                                                   absl::Time now);
  // When a person is there, as an operator says for them. NotFound; FailedPrecondition: a device,
  // or revoked; InvalidArgument.
  base::Result<v1::Recipient> SetDuty(const v1::SetDutyRequest& request, absl::Time now);

 private:
  base::Result<model::Recipient> MakeRecipient(const model::EnrolmentGrant& grant,
                                               const v1::EnrolRequest& request, absl::Time now);
  base::Result<v1::EnrolResponse> AnswerAgain(const model::EnrolmentGrant& grant,
                                              const v1::EnrolRequest& request);
  base::Result<v1::EnrolResponse> Answer(const model::Recipient& recipient);
  base::Status TellWhoIsLeft(base::Urn urn, v1::RevokeRecipientResponse& response);

  store::Store& store_;
  const Certificates& certificates_;
  RecipientObserver& observer_;
  const BrokerFacts facts_;
};

v1::Recipient ToWire(const model::Recipient& recipient);

// Of one school, and not revoked.
struct InForce {
  std::uint32_t people = 0;
  std::uint32_t devices = 0;
};
base::Result<InForce> CountInForce(store::Store& store, base::Urn urn);

}  // namespace firstbell::registry
