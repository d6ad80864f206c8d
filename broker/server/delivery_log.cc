#include "broker/server/delivery_log.h"

#include "broker/audit/trust_policy.h"
#include "broker/base/file.h"
#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/registry/log_keys.h"
#include "broker/server/public_listeners.h"

namespace firstbell::server {
namespace {

base::Result<registry::LogKeys> KeysOf(store::Store& store,
                                       const registry::DataDirectory& directory, absl::Time now) {
  auto keys = registry::LoadLogKeys(directory);
  if (!absl::IsNotFound(keys.status())) return keys;
  FB_ASSIGN_OR_RETURN(const auto signed_head, store.GetCheckpoint(store::CheckpointKind::kSigned));
  if (signed_head) {
    return base::NotFound(
        "the delivery log's key is gone from the key directory: restore log.key from its backup");
  }
  // If we crash after this, the next start finds the keys, and nothing was signed.
  FB_RETURN_IF_ERROR(registry::MakeLogKeys(directory));
  FB_ASSIGN_OR_RETURN(keys, registry::LoadLogKeys(directory));
  base::LogInfo("log", "the delivery log has a key from now on");
  FB_RETURN_IF_ERROR(store.AppendEvents(
      {model::Event(model::EventKind::kLogKeyAdded, now)
           .WithDigest("key_sha256", crypto::Sha256(keys->signing.front().PublicKey()))}));
  return keys;
}

base::Result<std::string> PolicyText(const std::string& file) {
  if (file.empty()) return std::string();
  return base::ReadFile(file, audit::kMostPolicyBytes);
}

base::Result<audit::TrustPolicy> PolicyOf(const std::string& text) {
  if (text.empty()) return audit::TrustPolicy::None();
  auto policy = audit::TrustPolicy::Parse(text);
  if (!policy.ok()) return base::Annotate(policy.status(), "delivery_log.witness_policy_file");
  return policy;
}

}  // namespace

base::Result<std::unique_ptr<DeliveryLog>> DeliveryLog::Open(
    store::Store& store, const registry::DataDirectory& directory, const registry::Config& config,
    const base::Clock& clock) {
  FB_ASSIGN_OR_RETURN(registry::LogKeys keys, KeysOf(store, directory, clock.Now()));
  inquiry::LogKeeper::Options options;
  options.keys = std::move(keys.signing);
  options.key_changes = std::move(keys.changes);
  FB_ASSIGN_OR_RETURN(std::string policy, PolicyText(config.witness_policy_file));
  FB_ASSIGN_OR_RETURN(options.policy, PolicyOf(policy));
  if (options.policy.quorum() == "none") policy.clear();
  options.memory = {
      [directory] { return registry::ReadLogHead(directory); },
      [directory](const std::string& note) { return registry::WriteLogHead(directory, note); }};
  std::unique_ptr<DeliveryLog> log(new DeliveryLog(
      store, std::move(options), std::move(keys.pseudonyms), clock, std::move(policy)));
  FB_RETURN_IF_ERROR(log->keeper_.Open(clock.Now()));
  return log;
}

DeliveryLog::DeliveryLog(store::Store& store, inquiry::LogKeeper::Options options,
                         base::Secret pseudonyms, const base::Clock& clock,
                         std::string witness_policy)
    : witness_policy_(std::move(witness_policy)),
      keeper_(store, std::move(options)),
      files_(store, keeper_),
      schools_(store, std::move(pseudonyms)),
      turns_(keeper_, clock) {}

std::string DeliveryLog::VerifierKey() const {
  return keeper_.VerifierKeys().back().ToString();
}

base::Status DeliveryLog::Start(const std::string& address, std::function<void()> turned) {
  turns_.Start(std::move(turned));
  if (address.empty()) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(listener_, ListenForLog(address, files_));
  return base::OkStatus();
}

void DeliveryLog::Stop() {
  listener_.reset();
  turns_.Stop();
}

}  // namespace firstbell::server
