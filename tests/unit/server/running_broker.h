#pragma once

// A whole broker in this process, behind its real sockets on free ports: a data directory made as
// `firstbell-admin init` makes one, on a simulated clock that starts at 02:10, with the invented
// schools and pupils. And those who call it, with certificates of its own authority.

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>

#include "broker/crypto/curve.h"
#include "broker/crypto/key.h"
#include "broker/model/alert.h"
#include "broker/registry/config.h"
#include "broker/registry/data_directory.h"
#include "broker/server/broker.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"
#include "firstbell/v1/enrolment_service.grpc.pb.h"
#include "firstbell/v1/incident_service.grpc.pb.h"
#include "firstbell/v1/operator_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/support/temp_directory.h"

namespace firstbell::server {

inline constexpr std::string_view kForceUri = "urn:firstbell:force:examplebury";
inline constexpr std::string_view kOtherForceUri = "urn:firstbell:force:otherbury";
inline constexpr std::string_view kOperatorUri = "urn:firstbell:operator:night-desk";
inline constexpr std::string_view kAuditorUri = "urn:firstbell:auditor:national:icl";

// A call's context with a deadline that no test reaches unless something is wrong.
struct Context : grpc::ClientContext {
  Context();
};

// What a client shows: PEM. Empty: no certificate.
struct ClientKeys {
  std::string chain, key;
};

// Someone or something enrolled, with its keys.
struct Enrolled {
  std::string id;
  crypto::PrivateKey signing = crypto::PrivateKey::Generate();
  crypto::PrivateKey opening = crypto::PrivateKey::Generate();
  crypto::CurveKeys curve = crypto::MakeCurveKeys();
  v1::EnrolResponse answer;
};

class RunningBroker {
 public:
  // FB_CHECKs that everything starts.
  RunningBroker();
  RunningBroker(const RunningBroker&) = delete;
  RunningBroker& operator=(const RunningBroker&) = delete;

  // Another start on the same directory and ports.
  base::Result<std::unique_ptr<Broker>> StartAgain(bool simulated_clock = true);
  Broker& broker() { return *broker_; }
  void End() { broker_.reset(); }

  // A certificate of the broker's authority; `uri` empty: with none in it.
  ClientKeys KeysFor(std::string_view uri);
  std::shared_ptr<grpc::Channel> Channel(const ClientKeys& keys);
  std::shared_ptr<grpc::Channel> ChannelAs(std::string_view uri) { return Channel(KeysFor(uri)); }
  std::shared_ptr<grpc::Channel> EnrolmentChannel();

  // A code from the operator's desk, still unused.
  v1::EnrolmentCode Code(base::Urn urn, v1::RecipientRole role);
  v1::EnrolRequest RequestFor(const Enrolled& who, const v1::EnrolmentCode& code);
  // By code, over the enrolment listener.
  Enrolled Enrol(base::Urn urn, v1::RecipientRole role);
  grpc::Status Revoke(const std::string& recipient_id);

  const registry::Config& config() const { return config_; }
  const registry::DataDirectory& directory() const { return directory_; }
  const std::string& curve_public() const { return keys_->curve_public; }
  const std::string& root_pem() const { return root_pem_; }

 private:
  void MakeDirectory();

  support::TempDirectory temp_;
  const registry::DataDirectory directory_;
  registry::Config config_;
  std::optional<registry::Keyring> keys_;
  std::string root_pem_;
  std::unique_ptr<Broker> broker_;
};

// The faulty fields that an answer names, joined by commas.
std::string FaultyFields(const std::string& status_details);

// A unary call of raw bytes: what a client of other making might send.
struct RawAnswer {
  grpc::Status status;
  std::string bytes;
};
RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes);

}  // namespace firstbell::server
