#include "clients/admin/local_door.h"

#include "broker/store/rocksdb/rocksdb_store.h"

namespace firstbell::admin {

Result<std::unique_ptr<store::Store>> OpenStore(const registry::DataDirectory& directory) {
  FB_RETURN_IF_ERROR(registry::CheckInitialised(directory));
  FB_ASSIGN_OR_RETURN(auto store, store::RocksDbStore::Open(directory.store(), {}));
  return std::unique_ptr<store::Store>(std::move(store));
}

Result<std::unique_ptr<OperatorDoor>> LocalDoor::Open(const registry::DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(auto store, OpenStore(directory));
  FB_ASSIGN_OR_RETURN(registry::BrokerClock clock, registry::OpenClock(*store));
  FB_ASSIGN_OR_RETURN(registry::Keyring keys, registry::LoadKeys(directory));
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store->GetIdentity());
  FB_RETURN_IF_ERROR(registry::CheckKeysOf(identity, keys));
  FB_ASSIGN_OR_RETURN(const registry::Config config, registry::ReadConfig(directory.config()));
  FB_ASSIGN_OR_RETURN(const absl::TimeZone zone, base::LondonTimeZone());
  registry::BrokerFacts facts = registry::FactsOf(config, keys, identity);
  std::unique_ptr<LocalDoor> door(
      new LocalDoor({std::move(store), std::move(clock), std::move(keys), std::move(facts), zone}));
  FB_RETURN_IF_ERROR(door->calendar_.Reload());
  FB_RETURN_IF_ERROR(door->ladders_.Reload());
  FB_RETURN_IF_ERROR(door->policies_.Reload());
  return std::unique_ptr<OperatorDoor>(std::move(door));
}

LocalDoor::LocalDoor(Opened opened)
    : opened_(std::move(opened)),
      calendar_(*opened_.store, opened_.zone),
      ladders_(*opened_.store),
      policies_(*opened_.store),
      index_(*opened_.store),
      certificates_(opened_.keys.issuing),
      enrolment_(*opened_.store, certificates_, *this, opened_.facts),
      desk_({*opened_.store,
             calendar_,
             ladders_,
             policies_,
             index_,
             enrolment_,
             certificates_,
             {opened_.keys.issuing.certificate, opened_.keys.root},
             *opened_.clock.clock,
             opened_.clock.simulated,
             *this,
             FIRSTBELL_VERSION}) {}

}  // namespace firstbell::admin
