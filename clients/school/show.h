#pragma once

// Showing: a sealed alert lies here unseen until its window; then the people of the school are told
// that one waits.

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/school/local_store.h"

namespace firstbell::school {

struct ShowPlan {
  std::vector<HeldAlert> due;      // to be shown now, in the order given
  std::optional<absl::Time> next;  // the earliest window still ahead
};

// Decides which waiting alerts are to be shown. Pure. An alert is shown from its show_from on and
// never a moment earlier; one already shown is in neither part.
ShowPlan DecideShow(const std::vector<HeldAlert>& waiting, absl::Time now);

// Marks each due alert shown, by queueing the signed *shown* receipt, and returns those that nobody
// had marked before: to be announced. Each is durable when it is returned. If we crash between, the
// alert stands in the inbox without having been announced.
base::Result<std::vector<HeldAlert>> ShowDue(LocalStore& store, const link::Signer& device,
                                             absl::Time now);

// When it was acknowledged here, or ended anywhere; the broker's word goes before this machine's.
// Nothing: somebody must still take it.
std::optional<absl::Time> OverAt(const HeldAlert& alert);
// `now >= deadline` and not over, or over at or after the deadline.
bool IsLate(const HeldAlert& alert, absl::Time now);
// The school is asked whether the child is its pupil, and has not answered here.
bool IsAsked(const HeldAlert& alert);
// By when the school is to say whether the child has come; nothing: it is not asked, or has said
// so.
std::optional<absl::Time> ArrivalDue(const HeldAlert& alert);
// Its content is opened no more. The alert itself never vanishes.
bool IsExpired(const HeldAlert& alert, absl::Time now);
// Shown, opened or how it ended; received while it waits.
model::AlertState StateOf(const HeldAlert& alert);

}  // namespace firstbell::school
