// Reading: each list is served by an index, and a page costs the same however many rows there are.

#include <charconv>
#include <limits>
#include <utility>

#include "clients/school/records/record_store.h"
#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

using school::Statement;

// Where the page before ended: a row's number, and the instant that the list is ordered by.
struct Place {
  std::int64_t us = 0;
  std::int64_t number = 0;
};

constexpr std::int64_t kPastAll = std::numeric_limits<std::int64_t>::max();
constexpr char kUnplaced[] =
    "WHERE child_id = '' AND kind = 5 AND current = 1 AND erased_at_us IS NULL";
constexpr std::int64_t kBeforeAll = std::numeric_limits<std::int64_t>::min();

base::Status BadToken() {
  return base::InvalidArgument("token: is none that this list gave");
}

// "us.number"; `first` where there is none.
base::Result<Place> ReadToken(std::string_view token, Place first) {
  if (token.empty()) return first;
  Place place;
  const char* const end = token.data() + token.size();
  const auto us = std::from_chars(token.data(), end, place.us);
  if (us.ec != std::errc() || us.ptr == end || *us.ptr != '.') return BadToken();
  const auto number = std::from_chars(us.ptr + 1, end, place.number);
  if (number.ec != std::errc() || number.ptr != end) return BadToken();
  return place;
}

std::string WriteToken(const Place& place) {
  return std::to_string(place.us) + "." + std::to_string(place.number);
}

// One row more than the page says whether there is another.
base::Result<std::int64_t> Limit(const Page& page) {
  if (page.limit == 0 || page.limit > record_limits::kPageRows) {
    return base::InvalidArgument("limit: a page has 1 to " +
                                 std::to_string(record_limits::kPageRows) + " rows");
  }
  return static_cast<std::int64_t>(page.limit) + 1;
}

std::string Select(std::string_view where_and_order) {
  return std::string("SELECT ").append(kRowColumns).append(" FROM record ").append(where_and_order);
}

// Of each kind the newest, and of all these the newest: so that a kind of which a child has few is
// not looked for among all of its rows.
std::string SelectByChild(absl::Span<const v1::RecordKind> kinds) {
  std::string sql;
  for (const v1::RecordKind kind : kinds) {
    sql += sql.empty() ? "" : " UNION ALL ";
    sql += "SELECT * FROM (" +
           Select("WHERE child_id <> '' AND child_id = ?1 AND kind = " +
                  std::to_string(static_cast<int>(kind)) +
                  " AND number < ?2 ORDER BY number DESC LIMIT ?3") +
           ")";
  }
  return sql + " ORDER BY number DESC LIMIT ?3";
}

std::vector<v1::RecordKind> AllKinds() {
  std::vector<v1::RecordKind> kinds;
  for (int kind = v1::RecordKind_MIN + 1; kind <= v1::RecordKind_MAX; ++kind) {
    if (v1::RecordKind_IsValid(kind)) kinds.push_back(static_cast<v1::RecordKind>(kind));
  }
  return kinds;
}

std::int64_t Instant(const RowHead& head, ListedBy by) {
  switch (by) {
    case ListedBy::kDue:
      return head.due ? Us(*head.due) : 0;
    case ListedBy::kAt:
      return Us(head.at);
    case ListedBy::kNumber:
      return 0;
  }
  return 0;
}

}  // namespace

base::Result<Record> RecordStore::Get(const Ring& ring, const RecordId& id) {
  FB_ASSIGN_OR_RETURN(const std::optional<StoredRow> row, Find(id));
  if (!row) return base::NotFound("there is no such record");
  return OpenRow(ring, *row);
}

base::Result<Records> RecordStore::ByChild(const Ring& ring, const ChildId& child,
                                           absl::Span<const v1::RecordKind> kinds,
                                           const Page& page) {
  FB_ASSIGN_OR_RETURN(const Place from, ReadToken(page.token, {0, kPastAll}));
  FB_ASSIGN_OR_RETURN(const std::int64_t limit, Limit(page));
  const std::vector<v1::RecordKind> all = AllKinds();
  const std::string sql = SelectByChild(kinds.empty() ? absl::MakeConstSpan(all) : kinds);
  return ReadPage(
      ring, database_->Query(sql.c_str(), std::string_view(child.value()), from.number, limit),
      page.limit, ListedBy::kNumber);
}

base::Result<Records> RecordStore::ByAlert(const Ring& ring, const base::AlertId& alert,
                                           const Page& page) {
  FB_ASSIGN_OR_RETURN(const Place from, ReadToken(page.token, {0, kPastAll}));
  FB_ASSIGN_OR_RETURN(const std::int64_t limit, Limit(page));
  const std::string sql =
      Select("WHERE alert_id <> '' AND alert_id = ? AND number < ? ORDER BY number DESC LIMIT ?");
  return ReadPage(
      ring, database_->Query(sql.c_str(), std::string_view(alert.value()), from.number, limit),
      page.limit, ListedBy::kNumber);
}

base::Result<Records> RecordStore::Due(const Ring& ring, v1::RecordKind kind, absl::Time from,
                                       absl::Time to, const Page& page) {
  FB_ASSIGN_OR_RETURN(const Place after, ReadToken(page.token, {Us(from), kBeforeAll}));
  FB_ASSIGN_OR_RETURN(const std::int64_t limit, Limit(page));
  const std::string sql = Select(
      "WHERE current = 1 AND erased_at_us IS NULL AND due_us IS NOT NULL AND kind = ?"
      " AND (due_us, number) > (?, ?) AND due_us < ? ORDER BY due_us, number LIMIT ?");
  return ReadPage(
      ring,
      database_->Query(sql.c_str(), std::int64_t{kind}, after.us, after.number, Us(to), limit),
      page.limit, ListedBy::kDue);
}

base::Result<Records> RecordStore::Since(const Ring& ring, v1::RecordKind kind, absl::Time from,
                                         absl::Time to, const Page& page) {
  FB_ASSIGN_OR_RETURN(const Place before, ReadToken(page.token, {Us(to), kBeforeAll}));
  FB_ASSIGN_OR_RETURN(const std::int64_t limit, Limit(page));
  const std::string sql = Select(
      "WHERE kind = ? AND (at_us, number) < (?, ?) AND at_us >= ?"
      " ORDER BY at_us DESC, number DESC LIMIT ?");
  return ReadPage(
      ring,
      database_->Query(sql.c_str(), std::int64_t{kind}, before.us, before.number, Us(from), limit),
      page.limit, ListedBy::kAt);
}

base::Result<Records> RecordStore::Current(const Ring& ring, v1::RecordKind kind,
                                           const Page& page) {
  FB_ASSIGN_OR_RETURN(const Place from, ReadToken(page.token, {0, kPastAll}));
  FB_ASSIGN_OR_RETURN(const std::int64_t limit, Limit(page));
  const std::string sql = Select(
      "WHERE current = 1 AND erased_at_us IS NULL AND kind = ? AND number < ?"
      " ORDER BY number DESC LIMIT ?");
  return ReadPage(ring, database_->Query(sql.c_str(), std::int64_t{kind}, from.number, limit),
                  page.limit, ListedBy::kNumber);
}

base::Result<Records> RecordStore::UnplacedConcerns(const Ring& ring, const Page& page) {
  FB_ASSIGN_OR_RETURN(const Place from, ReadToken(page.token, {0, kPastAll}));
  FB_ASSIGN_OR_RETURN(const std::int64_t limit, Limit(page));
  const std::string sql =
      Select(std::string(kUnplaced) + " AND number < ? ORDER BY number DESC LIMIT ?");
  return ReadPage(ring, database_->Query(sql.c_str(), from.number, limit), page.limit,
                  ListedBy::kNumber);
}

base::Result<std::int64_t> RecordStore::CountUnplacedConcerns() {
  const std::string sql = std::string("SELECT COUNT(*) FROM record ") + kUnplaced;
  FB_ASSIGN_OR_RETURN(Statement row, database_->Query(sql.c_str()));
  FB_RETURN_IF_ERROR(row.Step().status());
  return row.Int(0);
}

base::Result<std::optional<Record>> RecordStore::CurrentOf(const Ring& ring, const ChildId& child,
                                                           v1::RecordKind kind) {
  const std::string sql = Select(
      "WHERE child_id <> '' AND child_id = ? AND kind = ? AND current = 1"
      " AND erased_at_us IS NULL ORDER BY number DESC LIMIT 1");
  FB_ASSIGN_OR_RETURN(
      Records found,
      ReadPage(ring,
               database_->Query(sql.c_str(), std::string_view(child.value()), std::int64_t{kind}),
               1, ListedBy::kNumber));
  if (found.rows.empty()) return std::nullopt;
  return std::move(found.rows.front());
}

base::Result<Records> RecordStore::ReadPage(const Ring& ring, base::Result<Statement> rows,
                                            std::size_t limit, ListedBy by) {
  FB_ASSIGN_OR_RETURN(const std::vector<StoredRow> stored, All(std::move(rows), ReadStored));
  Records page;
  for (const StoredRow& row : stored) {
    if (page.rows.size() == limit) {
      const RowHead& last = page.rows.back().head;
      page.next = WriteToken({Instant(last, by), last.number});
      break;
    }
    FB_ASSIGN_OR_RETURN(Record record, OpenRow(ring, row));
    page.rows.push_back(std::move(record));
  }
  return page;
}

base::Result<Record> RecordStore::OpenRow(const Ring& ring, const StoredRow& row) {
  Record record{row.head, row.current, row.erased, {}};
  if (row.erased) return record;
  const auto key = ring.Unwrap(row.lock, row.key_id, row.head.id, row.wrapped_key);
  if (absl::IsPermissionDenied(key.status())) return key.status();
  if (!key.ok()) return DamagedRow(row.head.number, "its key does not open");
  auto opened = OpenContent(row.head, *key, row.content);
  if (!opened.ok()) return DamagedRow(row.head.number, base::Message(opened.status()));
  record.said = std::move(*opened->statement.mutable_body());
  return record;
}

}  // namespace firstbell::school_records
