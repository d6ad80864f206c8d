#pragma once

// A child's chronology: what is in the records and what was signed as receipts, in one order.
// Receipts stand in the device's store alone (decision 0015), so that neither file can lose an act
// or show it twice. Pure; any thread.

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "clients/school/records/record.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::school_records {

// What a receipt of the device's store says was done with an alert.
struct ReceiptAct {
  base::AlertId alert;
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;
  absl::Time at;
  base::RecipientId who;
  friend bool operator==(const ReceiptAct&, const ReceiptAct&) = default;
};

// One of the two.
struct ChronologyEntry {
  absl::Time at;
  std::optional<Record> record;
  std::optional<ReceiptAct> act;
  // Of a record: the later row that corrects it, and the earlier one that it corrects, where they
  // are among those given.
  RecordId corrected_by, corrects;
};

enum class ChronologyOrder { kOldestFirst, kNewestFirst };

// Each once, whatever was given twice (a record by its id, an act by all of it). At the same
// instant acts come before records, and records by their number. What says that a row was erased is
// left out where that row is there: the row itself says so.
std::vector<ChronologyEntry> Chronology(std::vector<Record> records, std::vector<ReceiptAct> acts,
                                        ChronologyOrder order);

}  // namespace firstbell::school_records
