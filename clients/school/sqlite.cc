#include "clients/school/sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace firstbell::school {
namespace {

// How long a command waits for the daemon's write, or the other way round.
constexpr int kBusyTimeoutMs = 5'000;

base::Status ErrorOf(int code) {
  const std::string text = std::string("this device's store: ") + sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return base::Unavailable(text + "; another program holds it, try again");
    case SQLITE_FULL:
      return base::ResourceExhausted(text + "; make room on the disk");
    case SQLITE_IOERR:
      return base::Unavailable(text + "; check the disk");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return base::DataLoss(text + "; restore it from a backup or enrol anew");
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return base::PermissionDenied(text + "; check who owns the file");
    default:
      return base::Internal(text);
  }
}

base::Status MakeEmpty(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  // Whoever came between has made it so, too.
  if (fd < 0) return errno == EEXIST ? base::OkStatus() : ErrorOf(SQLITE_CANTOPEN);
  ::close(fd);
  return base::OkStatus();
}

// SQLite would make the file readable by all; its log and index take the mode of the file. One that
// is there is not opened: to close it again would take away the locks that another connection of
// this process has on it (fcntl(2)), and whoever came next would delete its log from under it.
base::Status MakePrivate(const std::filesystem::path& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    return errno == ENOENT ? MakeEmpty(path) : ErrorOf(SQLITE_CANTOPEN);
  }
  if (!S_ISREG(there.st_mode)) return ErrorOf(SQLITE_CANTOPEN);
  return ::chmod(path.c_str(), 0600) == 0 ? base::OkStatus() : ErrorOf(SQLITE_PERM);
}

}  // namespace

void Statement::Bind(int index, std::int64_t value) {
  const int code = sqlite3_bind_int64(statement_.get(), index, value);
  if (code != SQLITE_OK) bind_error_ = code;
}

void Statement::Bind(int index, std::string_view text) {
  const int code = sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(),
                                       SQLITE_TRANSIENT, SQLITE_UTF8);
  if (code != SQLITE_OK) bind_error_ = code;
}

// An empty one is empty, and not NULL, which no bytes at all would be.
void Statement::Bind(int index, Blob blob) {
  const int code = blob.bytes.empty()
                       ? sqlite3_bind_zeroblob(statement_.get(), index, 0)
                       : sqlite3_bind_blob64(statement_.get(), index, blob.bytes.data(),
                                             blob.bytes.size(), SQLITE_TRANSIENT);
  if (code != SQLITE_OK) bind_error_ = code;
}

base::Result<bool> Statement::Step() {
  if (bind_error_ != SQLITE_OK) return ErrorOf(bind_error_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return ErrorOf(code);
}

std::int64_t Statement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string Statement::Text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string()
             : std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

base::Result<std::unique_ptr<Database>> Database::Open(const std::filesystem::path& path) {
  if (path != ":memory:") FB_RETURN_IF_ERROR(MakePrivate(path));
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<Database> database(new Database(opened));
  if (code != SQLITE_OK) return ErrorOf(code);
  sqlite3_extended_result_codes(opened, 1);
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  FB_RETURN_IF_ERROR(
      database->Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                        "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"));
  return database;
}

base::Status Database::Execute(const char* sql) {
  const int code = sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? base::OkStatus() : ErrorOf(code);
}

base::Result<Statement> Database::Prepare(const char* sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql, -1, &prepared, nullptr);
  if (code != SQLITE_OK) return ErrorOf(code);
  return Statement(prepared);
}

base::Result<Transaction> Transaction::Begin(Database& database) {
  FB_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
  if (database_ != nullptr) (void)database_->Execute("ROLLBACK");
}

base::Status Transaction::Commit() {
  FB_RETURN_IF_ERROR(database_->Execute("COMMIT"));
  database_ = nullptr;
  return base::OkStatus();
}

}  // namespace firstbell::school
