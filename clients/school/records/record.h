#pragma once

// A row of a school's records as the rest of the program sees it. Values; any thread.
//
// What stands in RowHead lies in the clear in the file; what stands in `said` opens with a key.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "clients/link/queued_receipt.h"
#include "clients/school/records/record_limits.h"
#include "firstbell/v1/school_records.pb.h"

namespace firstbell::school_records {

using RecordId = base::TextId<struct SchoolRecordIdTag>;  // random, made by who writes
using ChildId = base::TextId<struct SchoolChildIdTag>;    // random; of these records alone
using WriterId = base::RecipientId;                       // a person, this device or staff
using KeyId = base::TextId<struct SchoolRecordKeyIdTag>;  // random

using Writer = link::Signer;  // as they unlocked it; staff's, device's

struct RowHead {
  std::int64_t number = 0;  // from 1, without a gap
  RecordId id;
  v1::RecordKind kind = v1::RECORD_KIND_UNSPECIFIED;
  ChildId child;        // empty: of no child, or of one that the writer could not name
  base::AlertId alert;  // empty: of no alert
  std::uint32_t revision = 0;
  absl::Time at;                  // when it was written, by who wrote it; microseconds
  std::optional<absl::Time> due;  // school_records.proto says of what
  WriterId writer;
  RecordId refers_to;  // the row that it corrects, or that it says was erased
  friend bool operator==(const RowHead&, const RowHead&) = default;
};

struct Erased {
  absl::Time at;
  v1::ErasureReason why = v1::ERASURE_REASON_UNSPECIFIED;
  friend bool operator==(const Erased&, const Erased&) = default;
};

struct Record {
  RowHead head;
  // No later row corrects it. `due` counts for these alone.
  bool current = true;
  std::optional<Erased> erased;  // then `said` is empty
  v1::RecordBody said;
};

// What is to be written. `id` is made once (crypto::RandomId) and kept by whoever may try again.
struct Draft {
  RecordId id;
  ChildId child = {};
  base::AlertId alert = {};
  std::uint32_t revision = 0;  // of the alert; 0: of no revision
  absl::Time at;
  // Needed for an adjustment (Tonight) and a retention review.
  std::optional<absl::Time> due = {};
  RecordId corrects = {};
  v1::RecordBody body;
};

enum class Written { kNow, kBefore };

struct Added {
  Written written = Written::kNow;
  RecordId id;  // of a text of the police that was there before: the earlier row's
  std::int64_t number = 0;
};

// A part of a list. `token` is what the part before gave as `next`; it holds numbers alone.
struct Page {
  std::size_t limit = 50;  // 1 to record_limits::kPageRows
  std::string token = {};
};
struct Records {
  std::vector<Record> rows;
  std::string next;  // empty: that was the last
};

// The kind that a body is of; UNSPECIFIED: it is empty.
v1::RecordKind KindOf(const v1::RecordBody& body);
// The first instant of the next day there: until when an adjustment holds unless more is said.
absl::Time Tonight(absl::Time now, absl::TimeZone london);
// The first instant of a day there: how a follow-up date becomes a `due`.
absl::Time StartOf(absl::CivilDay day, absl::TimeZone london);

}  // namespace firstbell::school_records
