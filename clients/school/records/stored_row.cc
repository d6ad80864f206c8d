#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

std::optional<Erased> MaybeErased(const school::Statement& row) {
  const auto at = MaybeAt(row, 17);
  if (!at) return std::nullopt;
  return Erased{*at, static_cast<v1::ErasureReason>(row.Int(18))};
}

}  // namespace

StoredRow ReadStored(const school::Statement& row) {
  StoredRow stored;
  stored.head = {.number = row.Int(0),
                 .id = RecordId(row.Text(1)),
                 .kind = static_cast<v1::RecordKind>(row.Int(2)),
                 .child = ChildId(row.Text(3)),
                 .alert = base::AlertId(row.Text(4)),
                 .revision = static_cast<std::uint32_t>(row.Int(5)),
                 .at = At(row, 6),
                 .due = MaybeAt(row, 7),
                 .writer = WriterId(row.Text(8)),
                 .refers_to = RecordId(row.Text(9))};
  stored.lock = static_cast<Lock>(row.Int(10));
  stored.key_id = KeyId(row.Text(11));
  stored.wrapped_key = row.Text(12);
  stored.content = row.Text(13);
  stored.content_sha256 = row.Text(14);
  stored.digest = row.Text(15);
  stored.current = row.Int(16) != 0;
  stored.erased = MaybeErased(row);
  return stored;
}

base::Status DamagedRow(std::int64_t number, std::string_view why) {
  return base::DataLoss("row " + std::to_string(number) + " of the school's records is damaged (" +
                        std::string(why) + "): restore them from a backup");
}

}  // namespace firstbell::school_records
