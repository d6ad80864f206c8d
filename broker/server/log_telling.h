#pragma once

// What schools' devices are told of the delivery log: dispatch's view of it, over the log keeper
// and the store. And which schools are to be told anew: the event of an enrolment is in no
// checkpoint before the log's next turn.

#include <map>
#include <string>
#include <vector>

#include "broker/base/mutex.h"
#include "broker/dispatch/log_view.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/store/store.h"

namespace firstbell::server {

// Threads: any. All that it is given outlives it; the keeper is open.
class LogTelling final : public dispatch::LogView {
 public:
  LogTelling(store::Store& store, inquiry::LogKeeper& keeper) : store_(store), keeper_(keeper) {}
  LogTelling(const LogTelling&) = delete;
  LogTelling& operator=(const LogTelling&) = delete;

  // --- dispatch::LogView ----------------------------------------------------------------------
  void Compare(const std::string& checkpoint) override;
  base::Result<dispatch::ToldOfLog> Tell(std::uint64_t old_size) override;
  base::Result<std::optional<v1::LoggedEvent>> EnrolmentOf(const base::RecipientId& id,
                                                           std::uint64_t from,
                                                           std::uint64_t size) override;
  base::Result<std::optional<v1::LoggedEvent>> RemovalOf(const base::RecipientId& id,
                                                         std::uint64_t size) override;

  // The school's people have just changed, durably. If we die before it is told, its devices say
  // hello again and hear it.
  void PeopleChanged(base::Urn urn);
  // After each turn of the log: the schools whose changes its checkpoint covers now.
  std::vector<base::Urn> TakeCovered();

 private:
  base::Status AddWitnessed(const audit::SignedCheckpoint& published, dispatch::ToldOfLog& told);
  base::Result<std::optional<v1::LoggedEvent>> Proven(const store::LogEntry& entry,
                                                      std::uint64_t size);

  store::Store& store_;
  inquiry::LogKeeper& keeper_;

  base::Mutex mutex_;
  // Until the tree has this size.
  std::map<base::Urn, std::uint64_t> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::server
