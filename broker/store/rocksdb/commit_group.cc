#include "broker/store/rocksdb/commit_group.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "broker/base/limits.h"
#include "broker/store/rocksdb/rocks_status.h"

namespace firstbell::store::rocks {

namespace {

Status Stopped() {
  return base::Unavailable(
      "an earlier write's outcome is unclear; the store takes no writes until the broker is "
      "restarted");
}

}  // namespace

// One Run, and what its thread is told. With a mutex of its own: of many that are woken at once,
// none queues up for another.
class CommitGroup::Caller {
 public:
  enum class Word { kNone, kLead, kDone };

  Word Await() {
    base::MutexLock lock(mutex_);
    while (word_ == Word::kNone) changed_.Wait(mutex_);
    return std::exchange(word_, Word::kNone);
  }
  // Told kDone, the caller returns and goes with its frame: nothing here is touched after that.
  void Tell(Word word) {
    base::MutexLock lock(mutex_);
    word_ = word;
    changed_.NotifyOne();
  }

 private:
  base::Mutex mutex_;
  base::CondVar changed_;
  Word word_ ABSL_GUARDED_BY(mutex_) = Word::kNone;
};

CommitGroup::CommitGroup(rocksdb::DB& db, std::filesystem::path directory, absl::TimeZone london,
                         const RocksDbStore::Options& options)
    : db_(db),
      directory_(std::move(directory)),
      london_(london),
      disk_reserve_bytes_(options.disk_reserve_bytes),
      fault_(options.fault),
      observer_(options.observer),
      synced_(directory_) {}

Status CommitGroup::Run(const Step& step) {
  return Run(absl::MakeConstSpan(&step, 1)).front();
}

std::vector<Status> CommitGroup::Run(absl::Span<const Step> steps) {
  if (steps.empty()) return {};
  Caller caller;
  std::vector<Waiting> mine(steps.size());
  bool lead = false;
  {
    base::MutexLock lock(mutex_);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      mine[i] = {.caller = &caller, .step = &steps[i], .last = i + 1 == steps.size()};
      queue_.push_back(&mine[i]);
    }
    lead = !std::exchange(leading_, true);
  }
  while (lead || caller.Await() == Caller::Word::kLead) {
    lead = false;
    LeadOneGroup();
  }
  std::vector<Status> results;
  for (Waiting& waiting : mine) results.push_back(std::move(waiting.result));
  return results;
}

void CommitGroup::LeadOneGroup() {
  Group group;
  {
    base::MutexLock lock(mutex_);
    group = TakeGroup();
  }
  const std::size_t count = Commit(group);
  Caller* next = nullptr;
  {
    base::MutexLock lock(mutex_);
    queue_.insert(queue_.begin(), group.begin() + static_cast<std::ptrdiff_t>(count), group.end());
    leading_ = !queue_.empty();
    if (leading_) next = queue_.front()->caller;
  }
  // Whoever is told may return at once, and its steps go with it: none is looked at after that.
  const std::vector<Caller*> done = DoneBy(absl::MakeConstSpan(group).subspan(0, count));
  for (Caller* caller : done) caller->Tell(Caller::Word::kDone);
  if (next != nullptr) next->Tell(Caller::Word::kLead);
}

// Steps are done in the queue's order, so that a caller's last one is done last.
std::vector<CommitGroup::Caller*> CommitGroup::DoneBy(absl::Span<Waiting* const> steps) {
  std::vector<Caller*> done;
  for (const Waiting* step : steps) {
    if (step->last) done.push_back(step->caller);
  }
  return done;
}

CommitGroup::Group CommitGroup::TakeGroup() {
  const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), limits::kCommitGroup));
  Group group(queue_.begin(), queue_.begin() + count);
  queue_.erase(queue_.begin(), queue_.begin() + count);
  return group;
}

std::size_t CommitGroup::Commit(const Group& group) {
  Status failed = unclear_ ? Stopped() : base::OkStatus();
  std::size_t count = group.size();
  if (failed.ok()) {
    Result<std::unique_ptr<Batch>> batch = Batch::Begin(db_, london_);
    failed = batch.status();
    if (failed.ok()) {
      count = Evaluate(**batch, group);
      failed = (*batch)->PutStatistics();
    }
    if (failed.ok()) failed = Write(**batch);
  }
  if (!failed.ok()) {
    for (std::size_t i = 0; i < count; ++i) group[i]->result = failed;
  }
  return count;
}

std::size_t CommitGroup::Evaluate(Batch& batch, const Group& group) {
  std::size_t count = 0;
  while (count < group.size() && batch.bytes() < limits::kCommitGroupBytes) {
    Waiting& waiting = *group[count++];
    waiting.result = (*waiting.step)(batch);
    if (waiting.result.ok()) {
      batch.KeepStep();
    } else {
      batch.DropStep();
    }
  }
  return count;
}

// If we crash before db_.Write returns, the group stands whole or not at all; its callers got no
// answer and ask again, and every verb may be asked twice. If we crash after it, it stands.
Status CommitGroup::Write(const Batch& batch) {
  if (batch.empty()) return base::OkStatus();
  FB_RETURN_IF_ERROR(CheckSpace());
  const auto started = std::chrono::steady_clock::now();
  const CommitFault fault = fault_ ? fault_() : CommitFault::kNone;
  rocksdb::Status written = rocksdb::Status::OK();
  if (fault == CommitFault::kNone || fault == CommitFault::kFailAfter) {
    rocksdb::WriteOptions options;
    options.sync = true;
    rocksdb::WriteBatch rows = batch.ToWrite();
    written = db_.Write(options, &rows);
  }
  if (written.ok() && fault == CommitFault::kDiskFull) written = rocksdb::Status::NoSpace();
  if (written.ok() && fault != CommitFault::kNone) written = rocksdb::Status::IOError();
  unclear_ = !written.ok();
  unclear_ ? due_.Forget() : due_.Note(batch.FirstDue());
  if (observer_ != nullptr)
    Tell(batch, absl::FromChrono(std::chrono::steady_clock::now() - started));
  if (!unclear_) synced_.Note(db_.GetLatestSequenceNumber());
  return FromCommit(written);
}

void CommitGroup::Tell(const Batch& batch, absl::Duration took) {
  if (unclear_) return observer_->Unclear();
  observer_->Committed({batch.steps(), took, batch.events()});
}

// Refused before anything is written, the outcome is clear and the store goes on once there is
// room.
Status CommitGroup::CheckSpace() const {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(directory_, error);
  if (error || space.available >= disk_reserve_bytes_) return base::OkStatus();
  return base::ResourceExhausted(
      "the disk of the data directory is nearly full; nothing was written; free space there");
}

}  // namespace firstbell::store::rocks
