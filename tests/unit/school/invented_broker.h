#pragma once

// The broker as an enrolling device sees it. Everyone here is invented.

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "clients/school/enrol.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::school {

// Answers as the service does, with certificates of its own authority; fails when told to.
class InventedBroker final : public EnrolmentPort {
 public:
  base::Result<v1::EnrolResponse> Enrol(const v1::EnrolmentCode& code,
                                        const v1::EnrolRequest& request) override {
    seen.push_back(request);
    if (!fails.ok()) return std::exchange(fails, base::OkStatus());
    v1::EnrolResponse answer;
    answer.set_recipient_id(crypto::RandomId());
    answer.set_urn(code.urn());
    answer.set_role(code.role());
    answer.set_display_name("Ada Example");
    answer.set_school_name("Example Primary");
    answer.set_signing_certificate(Certify(request.signing_request(), crypto::Usage::kSigning));
    if (!request.opening_request().empty()) {
      answer.set_opening_certificate(Certify(request.opening_request(), crypto::Usage::kOpening));
    }
    answer.add_chain(root.certificate);
    answer.mutable_broker()->set_link_address("tcp://127.0.0.1:7444");
    answer.mutable_broker()->set_curve_public_key(std::string(32, 'k'));
    answer.mutable_broker()->set_envelope_public_key(envelope_key.PublicKey());
    spoil(answer);
    return answer;
  }

  v1::EnrolmentCode Code(v1::RecipientRole role, std::uint32_t urn = 100001) const {
    v1::EnrolmentCode code;
    code.set_secret(crypto::RandomBytes(16));
    code.set_enrolment_address("broker.example:7445");
    code.set_root_sha256(crypto::Sha256(root.certificate));
    code.set_role(role);
    code.set_urn(urn);
    return code;
  }

  crypto::Authority root =
      crypto::MakeRoot("Examplebury", link::kNight, link::kNight + absl::Hours(48)).value();
  crypto::PrivateKey envelope_key = crypto::PrivateKey::Generate();
  std::vector<v1::EnrolRequest> seen;
  base::Status fails;
  std::function<void(v1::EnrolResponse&)> spoil = [](v1::EnrolResponse&) {};

 private:
  std::string Certify(const std::string& request, crypto::Usage usage) const {
    return crypto::Issue(root, {.common_name = "a recipient",
                                .public_key = crypto::CheckSigningRequest(request).value(),
                                .usage = usage,
                                .not_before = link::kNight,
                                .not_after = link::kNight + absl::Hours(24)})
        .value();
  }
};

}  // namespace firstbell::school
