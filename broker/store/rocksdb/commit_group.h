#pragma once

// Group commit: verbs that arrive while a write is being synced wait together, and one of their
// threads, the leader, does them all in one synced write. Each step's preconditions are judged
// there, one step after the other, against the database and the steps before it in the group.
//
// Threads: safe; Run blocks until its steps are durable or failed. Durability: an OK step is
// synced. Errors: a step's own; of the whole group Unknown or ResourceExhausted when its write
// failed, also for steps that failed by themselves, since what they saw may not stand; then
// Unavailable for good. Bounds: limits::kCommitGroup steps and about limits::kCommitGroupBytes in
// one write.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/mutex.h"
#include "broker/store/rocksdb/batch.h"
#include "broker/store/rocksdb/due_mark.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "broker/store/rocksdb/synced_mark.h"

namespace firstbell::store::rocks {

// One verb on the leader's thread: judges, then puts. It may look at the batch only while it runs,
// and what it refers to must live until Run returns.
using Step = std::function<Status(Batch&)>;

class CommitGroup {
 public:
  CommitGroup(rocksdb::DB& db, std::filesystem::path directory, absl::TimeZone london,
              const RocksDbStore::Options& options);
  CommitGroup(const CommitGroup&) = delete;
  CommitGroup& operator=(const CommitGroup&) = delete;

  Status Run(const Step& step);
  // One result each, in order. Steps may land in several groups, in order.
  std::vector<Status> Run(absl::Span<const Step> steps);
  // ResourceExhausted: the disk has less left than is held in reserve.
  Status CheckSpace() const;
  // Of what was committed here.
  DueMark& due() { return due_; }

 private:
  class Caller;
  struct Waiting {
    Caller* caller = nullptr;
    const Step* step = nullptr;
    bool last = false;  // of its caller's
    Status result;
  };
  using Group = std::vector<Waiting*>;

  // By the thread that holds `leading_`; hands it on.
  void LeadOneGroup();
  static std::vector<Caller*> DoneBy(absl::Span<Waiting* const> steps);
  Group TakeGroup() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The leader's work, without the mutex. Returns how many of the group's steps it did, at least
  // one.
  std::size_t Commit(const Group& group);
  static std::size_t Evaluate(Batch& batch, const Group& group);
  Status Write(const Batch& batch);
  void Tell(const Batch& batch, absl::Duration took);

  rocksdb::DB& db_;
  const std::filesystem::path directory_;
  const absl::TimeZone london_;
  const std::uint64_t disk_reserve_bytes_;
  const std::function<CommitFault()> fault_;
  CommitObserver* const observer_;
  SyncedMark synced_;  // the leader's alone, as unclear_
  DueMark due_;

  base::Mutex mutex_;
  std::deque<Waiting*> queue_ ABSL_GUARDED_BY(mutex_);
  bool leading_ ABSL_GUARDED_BY(mutex_) = false;  // some thread leads, or is told to
  // The leader's alone, handed on with `leading_`: a write failed, and what stands is unclear.
  bool unclear_ = false;
};

}  // namespace firstbell::store::rocks
