#include "clients/school/records/backup.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"
#include "clients/school/identity.h"
#include "clients/school/key_cover.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/record_store.h"

namespace firstbell::school_records {
namespace {

namespace fs = std::filesystem;
using school::MakePrivateDirectory;
using school::MoveDurably;
using school::StateDirectory;

constexpr char kFacts[] = "backup.json";
constexpr char kPeople[] = "people";
constexpr const char* kPersonFiles[] = {
    school::kEnrolmentFile,          school::kOpeningKeyFile,         school::kSigningKeyFile,
    school::kOpeningCertificateFile, school::kSigningCertificateFile, school::kCoverFile};
constexpr std::size_t kMostFileBytes = std::size_t{1} << 30;

using Digests = std::map<std::string, std::string>;  // by the path within

base::Status Copy(const fs::path& from, const fs::path& to) {
  FB_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(from, kMostFileBytes));
  return base::WriteFileDurably(to, bytes, base::kOwnerOnly);
}

// The keys of before there were covers have none.
base::Status CopyPerson(const fs::path& from, const fs::path& to) {
  FB_RETURN_IF_ERROR(MakePrivateDirectory(to));
  for (const char* const name : kPersonFiles) {
    FB_ASSIGN_OR_RETURN(const bool there, base::Exists(from / name));
    if (there) FB_RETURN_IF_ERROR(Copy(from / name, to / name));
  }
  return base::OkStatus();
}

base::Result<Digests> DigestsOf(const fs::path& root) {
  Digests digests;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_regular_file()) continue;
    const std::string name = fs::relative(entry->path(), root).generic_string();
    if (name == kFacts) continue;
    FB_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(entry->path(), kMostFileBytes));
    digests[name] = base::HexEncode(crypto::Sha256(bytes));
  }
  if (error) return base::Unavailable("the backup cannot be read: " + error.message());
  return digests;
}

base::Status WriteFacts(const fs::path& root, const BackupFacts& facts) {
  FB_ASSIGN_OR_RETURN(const Digests digests, DigestsOf(root));
  const nlohmann::ordered_json json = {{"version", 1},
                                       {"urn", facts.urn.value()},
                                       {"at_us", absl::ToUnixMicros(facts.at)},
                                       {"people", facts.people},
                                       {"sha256", digests}};
  return base::WriteFileDurably(root / kFacts, json.dump(1) + "\n", base::kOwnerOnly);
}

base::Status Damaged(const std::string& what) {
  return base::DataLoss("this backup is not whole: " + what + ". Use another");
}

// A directory of this process alone, for as long as this lives.
class Scratch {
 public:
  static base::Result<Scratch> Make() {
    std::string name = (fs::temp_directory_path() / "firstbell-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      return base::Unavailable("no directory can be made in " + fs::temp_directory_path().string());
    }
    return Scratch(name);
  }
  Scratch(Scratch&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ~Scratch() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  const fs::path& path() const { return path_; }

 private:
  explicit Scratch(fs::path path) : path_(std::move(path)) {}
  fs::path path_;
};

// SQLite writes beside what it reads: a copy is read, so that a backup may lie where nobody writes.
base::Status CheckRecords(const fs::path& from) {
  FB_ASSIGN_OR_RETURN(const Scratch scratch, Scratch::Make());
  FB_RETURN_IF_ERROR(Copy(from, scratch.path() / kRecordsFile));
  FB_ASSIGN_OR_RETURN(const auto records, RecordStore::Open(scratch.path() / kRecordsFile));
  return records->Verify().status();
}

base::Status Begin(const fs::path& to, const fs::path& part) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(to));
  if (there)
    return base::AlreadyExists(to.filename().string() + " is there already: give another name");
  std::error_code error;
  fs::remove_all(part, error);  // of one that was cut short
  return MakePrivateDirectory(part);
}

}  // namespace

// If we crash before the rename, there is a directory ".part", which the next backup of that name
// removes.
base::Result<BackupFacts> MakeBackup(const StateDirectory& state, base::Urn urn, const fs::path& to,
                                     absl::Time now) {
  const fs::path part = to.string() + ".part";
  FB_RETURN_IF_ERROR(Begin(to, part));
  BackupFacts facts{urn, now, 0};
  FB_RETURN_IF_ERROR(MakePrivateDirectory(part / kPeople));
  FB_ASSIGN_OR_RETURN(const auto people, school::ListPeople(state));
  for (const school::PersonIdentity& person : people) {
    FB_RETURN_IF_ERROR(CopyPerson(state.Person(person.id), part / kPeople / person.id.value()));
  }
  facts.people = people.size();
  FB_ASSIGN_OR_RETURN(const auto records, RecordStore::Open(state.Records()));
  FB_RETURN_IF_ERROR(records->CopyTo(part / kRecordsFile));
  FB_RETURN_IF_ERROR(WriteFacts(part, facts));
  FB_RETURN_IF_ERROR(MoveDurably(part, to));
  return facts;
}

base::Result<BackupFacts> CheckBackup(const fs::path& from) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(from / kFacts));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const bool reads = json.is_object() && json.value("version", 0) == 1 && json.contains("sha256") &&
                     json["sha256"].is_object() && json.contains("urn") &&
                     json["urn"].is_number_unsigned() && json.contains("at_us") &&
                     json["at_us"].is_number_integer();
  if (!reads) return Damaged(std::string(kFacts) + " does not read");
  FB_ASSIGN_OR_RETURN(const Digests there, DigestsOf(from));
  for (const auto& [name, digest] : json["sha256"].items()) {
    const auto found = there.find(name);
    if (found == there.end()) return Damaged(name + " is missing");
    if (found->second != digest) return Damaged(name + " was altered");
  }
  if (there.size() != json["sha256"].size()) return Damaged("there are files too many");
  FB_RETURN_IF_ERROR(CheckRecords(from / kRecordsFile));
  return BackupFacts{base::Urn(json["urn"].get<std::uint32_t>()),
                     absl::FromUnixMicros(json["at_us"].get<std::int64_t>()),
                     json.value("people", std::size_t{0})};
}

// The records last: while they are not here, it is begun again.
base::Result<BackupFacts> Restore(const fs::path& from, const StateDirectory& state,
                                  base::Urn urn) {
  FB_ASSIGN_OR_RETURN(const BackupFacts facts, CheckBackup(from));
  if (facts.urn != urn) {
    return base::FailedPrecondition("this backup is of URN " + facts.urn.ToString() +
                                    ", and this device is enrolled for " + urn.ToString());
  }
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(state.Records()));
  if (there) {
    FB_ASSIGN_OR_RETURN(const auto records, RecordStore::Open(state.Records()));
    FB_ASSIGN_OR_RETURN(const bool made, KeyRing(*records).IsMade());
    if (made) {
      return base::FailedPrecondition(
          "there are records here, which would be lost: restore into a machine that has none");
    }
  }
  FB_RETURN_IF_ERROR(MakePrivateDirectory(state.People()));
  std::error_code error;
  for (fs::directory_iterator entry(from / kPeople, error), end; !error && entry != end;
       entry.increment(error)) {
    const base::RecipientId id(entry->path().filename().string());
    if (!base::IsRandomId(id.value())) return Damaged("a person's name is none");
    FB_ASSIGN_OR_RETURN(const bool enrolled, base::Exists(state.Person(id)));
    if (enrolled) continue;
    const fs::path part = state.Pending("restored-" + id.value());
    fs::remove_all(part, error);
    FB_RETURN_IF_ERROR(CopyPerson(entry->path(), part));
    FB_RETURN_IF_ERROR(MoveDurably(part, state.Person(id)));
  }
  if (error) return base::Unavailable("the backup cannot be read: " + error.message());
  for (const char* const beside : {"", "-wal", "-shm"}) {
    fs::remove(state.Records().string() + beside, error);
  }
  FB_RETURN_IF_ERROR(Copy(from / kRecordsFile, state.Records()));
  return facts;
}

}  // namespace firstbell::school_records
