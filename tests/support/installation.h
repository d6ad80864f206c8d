#pragma once

// An installation of the broker, made as `firstbell-admin init` makes one: a data directory and its
// keys, free ports, a simulated clock that starts at 02:10, the invented schools and pupils. And
// those who call the broker that runs on it, with certificates of its own authority. Who starts
// that broker, in this process or as the real program, is the test's affair.

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "broker/crypto/curve.h"
#include "broker/crypto/key.h"
#include "broker/model/alert.h"
#include "broker/registry/config.h"
#include "broker/registry/data_directory.h"
#include "broker/store/store.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"
#include "firstbell/v1/enrolment_service.grpc.pb.h"
#include "firstbell/v1/incident_service.grpc.pb.h"
#include "firstbell/v1/operator_service.grpc.pb.h"
#include "google/rpc/error_details.pb.h"
#include "tests/support/temp_directory.h"

namespace firstbell::support {

inline constexpr std::string_view kForceUri = "urn:firstbell:force:examplebury";
inline constexpr std::string_view kOtherForceUri = "urn:firstbell:force:otherbury";
inline constexpr std::string_view kOperatorUri = "urn:firstbell:operator:night-desk";
inline constexpr std::string_view kAuditorUri = "urn:firstbell:auditor:named-national:icl";

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

// Threads: the calls of one that stands are safe; nothing else is. A resource. FB_CHECKs that what
// it does succeeds.
class Installation {
 public:
  using Seed = std::function<void(store::Store&)>;
  // `seed` puts more into the store, which nobody has open afterwards.
  explicit Installation(const Seed& seed = {});
  Installation(const Installation&) = delete;
  Installation& operator=(const Installation&) = delete;

  // What issues certificates here.
  const crypto::Authority& issuing() const { return keys_->issuing; }
  // A certificate of the broker's authority; `uri` empty: with none in it.
  ClientKeys KeysFor(std::string_view uri) const;
  std::shared_ptr<grpc::Channel> Channel(const ClientKeys& keys) const {
    return ChannelTo(config_.grpc_listen, keys);
  }
  // To another server with this installation's certificates.
  std::shared_ptr<grpc::Channel> ChannelTo(const std::string& address,
                                           const ClientKeys& keys) const;
  std::shared_ptr<grpc::Channel> ChannelAs(std::string_view uri) const {
    return Channel(KeysFor(uri));
  }
  std::shared_ptr<grpc::Channel> EnrolmentChannel() const;

  // A code from the operator's desk, still unused.
  v1::EnrolmentCode Code(base::Urn urn, v1::RecipientRole role) const;
  v1::EnrolRequest RequestFor(const Enrolled& who, const v1::EnrolmentCode& code) const;
  // By code, over the enrolment listener.
  Enrolled Enrol(base::Urn urn, v1::RecipientRole role) const;
  grpc::Status Revoke(const std::string& recipient_id) const;

  const registry::Config& config() const { return config_; }
  // Writes it to broker.toml as well. Of use to the next start.
  void Configure(const registry::Config& config);
  const registry::DataDirectory& directory() const { return directory_; }
  const registry::Keyring& keys() const { return *keys_; }
  const std::string& curve_public() const { return keys_->curve_public; }
  const std::string& root_pem() const { return root_pem_; }

 private:
  void MakeDirectory(const Seed& seed);

  TempDirectory temp_;
  const registry::DataDirectory directory_;
  registry::Config config_;
  std::optional<registry::Keyring> keys_;
  std::string root_pem_;
};

}  // namespace firstbell::support
