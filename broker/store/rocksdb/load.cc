#include "broker/store/rocksdb/load.h"

#include <functional>
#include <thread>

#include "broker/store/rocksdb/rocks_status.h"
#include "broker/store/rules.h"
#include "rocksdb/db.h"
#include "rocksdb/sst_file_writer.h"

namespace firstbell::store::rocks {
namespace {

constexpr std::size_t kShares = 64;             // of each of the two tables: a run each
constexpr std::uint64_t kFileBytes = 64 << 20;  // of rows in a sorted file, at least

// Does `work` by two threads, and answers the first error.
Status ByTwo(const std::function<Status()>& work) {
  Status beside;
  std::thread second([&] { beside = work(); });
  Status here = work();
  second.join();
  return here.ok() ? beside : here;
}

Status FromBuild(const rocksdb::Status& status) {
  if (!status.IsNoSpace()) return FromRead(status);
  return base::ResourceExhausted(
      "the disk of the data directory is full; no roll was imported; free space there");
}

// The schools of the register, each with its place in it.
Result<std::map<base::Urn, std::size_t>> ReadRegister(rocksdb::DB& db) {
  std::map<base::Urn, std::size_t> places;
  FB_RETURN_IF_ERROR(Latest(db, Cache::kPass)
                         .Scan(Key(Table::kSchool).Take(), "",
                               [&](std::string_view, std::string_view value) -> Result<Next> {
                                 SchoolRow row;
                                 FB_RETURN_IF_ERROR(Decode(value, row));
                                 places.emplace(row.school.urn, places.size());
                                 return Next::kMore;
                               }));
  return places;
}

// Runs [0, kShares) hold the blocks, which are hashes, by their first bits; the runs after them the
// pupils, by where their school stands in the register.
std::size_t RunOfBlock(std::string_view key) {
  return static_cast<std::uint8_t>(key[1]) * kShares / 256;
}
std::size_t RunOfSchool(std::size_t place, std::size_t schools) {
  return kShares + place * kShares / schools;
}

class Loader {
 public:
  Loader(rocksdb::DB& db, const RollLoad& load, const LoadRuns::CheckSpace& check_space)
      : db_(db), load_(load), check_space_(check_space) {}

  Result<LoadedSchools> Run();

 private:
  // A sorted file to be: consecutive runs of one table.
  struct Slice {
    std::size_t first, end;
    std::uint64_t bytes;
  };

  Status EncodeRolls();
  Status Admit(SchoolRoll& roll);
  Status Encode(const SchoolRoll& roll, LoadRuns::Writer& writer) const;
  std::vector<Slice> CutSlices() const;
  Status SortSlices(const std::vector<Slice>& slices);
  Status WriteSorted(const Slice& slice, const std::string& path);
  void TellBuilt(std::uint64_t bytes, std::uint64_t total);
  Status Ingest();

  rocksdb::DB& db_;
  const RollLoad& load_;
  const LoadRuns::CheckSpace& check_space_;
  std::unique_ptr<LoadRuns> runs_;
  std::map<base::Urn, std::size_t> places_;
  std::atomic<bool> failed_ = false;  // by one thread; the other need not go on
  std::atomic<std::size_t> next_slice_ = 0;

  base::Mutex mutex_;
  LoadedSchools schools_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> sorted_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t built_ ABSL_GUARDED_BY(mutex_) = 0;
};

Result<LoadedSchools> Loader::Run() {
  FB_ASSIGN_OR_RETURN(places_, ReadRegister(db_));
  FB_ASSIGN_OR_RETURN(runs_, LoadRuns::Make(db_.GetName(), 2 * kShares, check_space_));
  const auto watched = [&](const std::function<Status()>& work) {
    Status status = work();
    if (!status.ok()) failed_ = true;
    return status;
  };
  FB_RETURN_IF_ERROR(ByTwo([&] { return watched([&] { return EncodeRolls(); }); }));
  const std::vector<Slice> slices = CutSlices();
  FB_RETURN_IF_ERROR(ByTwo([&] { return watched([&] { return SortSlices(slices); }); }));
  FB_RETURN_IF_ERROR(Ingest());
  base::MutexLock lock(mutex_);
  return std::move(schools_);
}

Status Loader::EncodeRolls() {
  LoadRuns::Writer writer(*runs_);
  while (!failed_) {
    FB_ASSIGN_OR_RETURN(std::optional<SchoolRoll> roll, load_.next());
    if (!roll) break;
    FB_RETURN_IF_ERROR(Admit(*roll));
    FB_RETURN_IF_ERROR(Encode(*roll, writer));
  }
  return writer.Flush();
}

Status Loader::Admit(SchoolRoll& roll) {
  if (!places_.contains(roll.urn)) return NoSuchSchool(roll.urn);
  FB_RETURN_IF_ERROR(CheckRoll(roll));
  base::MutexLock lock(mutex_);
  const bool is_first =
      schools_
          .try_emplace(roll.urn, LoadedSchool{static_cast<std::uint32_t>(roll.entries.size()),
                                              std::move(roll.events)})
          .second;
  return is_first ? base::OkStatus() : RollTwice(roll.urn);
}

Status Loader::Encode(const SchoolRoll& roll, LoadRuns::Writer& writer) const {
  const std::size_t run = RunOfSchool(places_.at(roll.urn), places_.size());
  for (const RollEntry& entry : roll.entries) {
    const PupilRow row{roll.urn, entry, {load_.now, std::nullopt}};
    FB_RETURN_IF_ERROR(writer.Add(run, KeyOf(row), rocks::Encode(row)));
    for (const IndexRow& index : IndexOf(row)) {
      FB_RETURN_IF_ERROR(writer.Add(RunOfBlock(index.key), index.key, index.value));
    }
  }
  return base::OkStatus();
}

std::vector<Loader::Slice> Loader::CutSlices() const {
  std::vector<Slice> slices;
  for (std::size_t run = 0; run < 2 * kShares; ++run) {
    const bool full = slices.empty() || slices.back().bytes >= kFileBytes || run == kShares;
    if (full) slices.push_back({run, run, 0});
    slices.back().end = run + 1;
    slices.back().bytes += runs_->BytesOf(run);
  }
  return slices;
}

Status Loader::SortSlices(const std::vector<Slice>& slices) {
  std::uint64_t total = 0;
  for (const Slice& slice : slices) total += slice.bytes;
  for (std::size_t i = next_slice_++; i < slices.size() && !failed_; i = next_slice_++) {
    if (slices[i].bytes == 0) continue;
    FB_RETURN_IF_ERROR(check_space_());
    const std::string path = runs_->SortedPath(i).string();
    FB_RETURN_IF_ERROR(WriteSorted(slices[i], path));
    base::MutexLock lock(mutex_);
    sorted_.push_back(path);
    built_ += slices[i].bytes;
    if (load_.progress) load_.progress(static_cast<double>(built_) / static_cast<double>(total));
  }
  return base::OkStatus();
}

Status Loader::WriteSorted(const Slice& slice, const std::string& path) {
  const rocksdb::Options options = db_.GetOptions();
  rocksdb::SstFileWriter file(rocksdb::EnvOptions(), options, db_.DefaultColumnFamily());
  FB_RETURN_IF_ERROR(FromBuild(file.Open(path)));
  for (std::size_t run = slice.first; run < slice.end; ++run) {
    FB_ASSIGN_OR_RETURN(const std::string bytes, runs_->Take(run));
    FB_ASSIGN_OR_RETURN(const std::vector<RunRow> rows, SortRun(bytes));
    for (const RunRow& row : rows) {
      FB_RETURN_IF_ERROR(FromBuild(
          file.Put({row.key.data(), row.key.size()}, {row.value.data(), row.value.size()})));
    }
  }
  return FromBuild(file.Finish());
}

// The files become the database's own, all of them or none: durable before it returns.
Status Loader::Ingest() {
  base::MutexLock lock(mutex_);
  if (sorted_.empty()) return base::OkStatus();
  // What pupils who left long ago have left behind is cleared first: then the files go to the last
  // level, and stay where they are.
  for (const Table table : kLoadedTables) {
    const auto [begin, end] = RangeOf(table);
    const rocksdb::Slice first = begin, last = end;
    FB_RETURN_IF_ERROR(FromBuild(db_.CompactRange({}, &first, &last)));
  }
  // With the newest commits in files of their own, the sequence numbers that ingestion takes hide
  // no loss of theirs from the synced mark.
  FB_RETURN_IF_ERROR(FromBuild(db_.Flush({})));
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  options.write_global_seqno = false;
  return FromBuild(db_.IngestExternalFile(sorted_, options));
}

}  // namespace

Result<LoadedSchools> LoadPupils(rocksdb::DB& db, const RollLoad& load,
                                 const LoadRuns::CheckSpace& check_space) {
  return Loader(db, load, check_space).Run();
}

}  // namespace firstbell::store::rocks
