#pragma once

// Takes in receipts: whose key, is it theirs, about exactly which sealing, and then one durable
// step each. A refused one is logged; nothing is answered about one whose outcome is unclear, so
// that the device sends it again.

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/dispatch/devices.h"
#include "broker/dispatch/hasty_answers.h"
#include "broker/dispatch/observer.h"
#include "broker/store/store.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::dispatch {

// A receipt that is durable now, as the link needs to know it.
struct RecordedReceipt {
  base::AlertId alert_id;
  std::uint32_t sealing = 0;
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;
  base::RecipientId signer;
  bool is_new = false;      // recorded now, not before
  bool taken_back = false;  // the alert is not the school's any more
};

struct ReceiptOutcomes {
  v1::ReceiptAnswers answers;
  std::vector<RecordedReceipt> recorded;
};

// Threads: safe. `store` and `observer` outlive it.
class ReceiptDesk {
 public:
  // Told of each alert that its school has refused, once that is durable: its child is to be placed
  // again. If we die before, the walk at the next start finds its case. Must not block.
  using Refused = std::function<void(const model::Alert& alert)>;

  ReceiptDesk(store::Store& store, AlertObserver& observer, Refused refused = {})
      : store_(store), observer_(observer), refused_(std::move(refused)) {}

  // `from`: the device on whose authenticated link they came. It carries its people's receipts too;
  // all signers must be of its school. Durable when it returns.
  ReceiptOutcomes Take(const Device& from, const v1::ReceiptBatch& batch, absl::Time now);

 private:
  struct Judged;
  class Signers;

  Judged Judge(const Device& from, const v1::Receipt& receipt, Signers& signers, absl::Time now);
  // The outcome that refuses it, or nothing.
  std::optional<v1::ReceiptOutcome> RefuseSigner(const Device& from, const v1::Receipt& receipt,
                                                 const v1::ReceiptStatement& statement,
                                                 Signers& signers);
  // The same for whom an acknowledgement was handed to: a person in force of the same school.
  std::optional<v1::ReceiptOutcome> RefuseColleague(const Device& from,
                                                    const v1::ReceiptStatement& statement);
  bool Known(const model::Receipt& receipt);
  void NoteAlive(const std::vector<store::NewReceipt>& receipts,
                 const std::vector<base::Result<store::Recorded>>& results);
  void Record(std::vector<Judged>& judged);
  void LogRefusals(const Device& from, const std::vector<Judged>& judged, absl::Time now);

  // Those that go into the log with a receipt. What they say of a refused child's place in its
  // incident is read before the step.
  static store::Events EventsOf(const Judged& judged, const model::Alert& before,
                                const model::Alert& after);
  std::size_t PlaceOf(const model::Receipt& receipt);
  void Answered(const model::Receipt& receipt, const model::Alert& alert);

  store::Store& store_;
  AlertObserver& observer_;
  const Refused refused_;
  HastyAnswers hasty_;
};

}  // namespace firstbell::dispatch
