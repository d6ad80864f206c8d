#pragma once

// SQLite as we use it: prepared statements with bound values, errors as base::Status without any
// bound value in them. Threads: one per Database.

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"

namespace firstbell::school {

// Marks bytes that are not text.
struct Blob {
  std::string_view bytes;
};

// A prepared statement on its way through its rows. Moves; lives no longer than its Database.
// Binding errors show at the next Step.
class Statement {
 public:
  explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}

  void Bind(int index, std::int64_t value);
  void Bind(int index, std::string_view text);
  void Bind(int index, Blob blob);

  // Whether there is a row to read.
  base::Result<bool> Step();

  std::int64_t Int(int column) const;
  bool IsNull(int column) const;
  std::string Text(int column) const;  // of text and blobs

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_error_ = SQLITE_OK;
};

// A connection with a write-ahead log, synced at every commit. A resource.
class Database {
 public:
  // Made with mode 0600 where absent; ":memory:" for tests. DataLoss: not a database or damaged.
  static base::Result<std::unique_ptr<Database>> Open(const std::filesystem::path& path);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Several statements, without values.
  base::Status Execute(const char* sql);

  template <typename... Values>
  base::Result<Statement> Query(const char* sql, const Values&... values) {
    FB_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
    int index = 0;
    (statement.Bind(++index, values), ...);
    return statement;
  }
  template <typename... Values>
  base::Status Run(const char* sql, const Values&... values) {
    FB_ASSIGN_OR_RETURN(Statement statement, Query(sql, values...));
    return statement.Step().status();
  }
  // Rows that the last Run inserted, changed or deleted.
  int Changes() const { return sqlite3_changes(database_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  explicit Database(sqlite3* database) : database_(database) {}
  base::Result<Statement> Prepare(const char* sql);

  std::unique_ptr<sqlite3, Close> database_;
};

// All or nothing: rolled back unless committed. Takes the write lock at once, so that what is read
// in it still holds when it writes.
class Transaction {
 public:
  static base::Result<Transaction> Begin(Database& database);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  // Durable on OK; on an error nothing of it is there.
  base::Status Commit();

 private:
  explicit Transaction(Database& database) : database_(&database) {}
  Database* database_;  // null once committed or moved from
};

// Instants lie in microseconds since 1970.
inline std::int64_t Us(absl::Time time) {
  return absl::ToUnixMicros(time);
}
inline absl::Time At(const Statement& row, int column) {
  return absl::FromUnixMicros(row.Int(column));
}

inline std::optional<absl::Time> MaybeAt(const Statement& row, int column) {
  if (row.IsNull(column)) return std::nullopt;
  return At(row, column);
}

// Reads every row with `read`.
template <typename Read>
auto All(base::Result<Statement> rows, const Read& read)
    -> base::Result<std::vector<decltype(read(*rows))>> {
  FB_RETURN_IF_ERROR(rows.status());
  std::vector<decltype(read(*rows))> values;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows->Step());
    if (!more) return values;
    values.push_back(read(*rows));
  }
}

}  // namespace firstbell::school
