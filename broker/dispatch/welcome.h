#pragma once

// What a school's devices are told of who is enrolled there and of the delivery log: one message
// for all that know the same of the log. Threads: one.

#include <map>
#include <set>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/status.h"
#include "broker/dispatch/log_view.h"
#include "broker/model/recipient.h"

namespace firstbell::dispatch {

// What one session knows of the log, by sizes of its tree, and asks.
struct KnownOfLog {
  // As it said hello: of who was enrolled before, it has had the proof. Of everybody since it is
  // told the proof each time, for a frame may be lost.
  std::uint64_t at_hello = 0;
  // In the newest Welcome since: from there the next one is shown to follow.
  std::uint64_t told = 0;
  // Of these it is told with each Welcome what the whole log says.
  std::set<base::RecipientId> asked = {};
  friend auto operator<=>(const KnownOfLog&, const KnownOfLog&) = default;
};

// By what a device says in its hello. No checkpoint, or one that does not read: it knows nothing.
KnownOfLog KnownBy(const v1::Hello& hello);

struct Told {
  v1::Welcome welcome;
  KnownOfLog after;  // what those know of the log who were told this
};

class Welcomes {
 public:
  // Asks the log at once. To be made before the people are read: whoever is in its tree is then
  // among them, and none is told too late to come with a proof. `log` outlives it; null: there is
  // none to tell of.
  Welcomes(LogView* log, const std::set<KnownOfLog>& sessions);

  // For those who know so much, of a school's recipients, removed ones too. Where the log does not
  // answer, nothing at all is told of it, which is logged: it keeps nobody from their alerts.
  // InvalidArgument: a certificate that does not read.
  base::Result<Told> For(const KnownOfLog& known,
                         absl::Span<const model::Recipient> recipients) const;

 private:
  base::Status AddLog(const KnownOfLog& known, const ToldOfLog& told,
                      absl::Span<const model::Recipient> recipients, v1::Welcome& welcome) const;
  base::Status AddRemoved(std::uint64_t size, const model::Recipient& recipient,
                          v1::Welcome& welcome) const;

  LogView* const log_;
  std::map<KnownOfLog, ToldOfLog> told_;
};

}  // namespace firstbell::dispatch
