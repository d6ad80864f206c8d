#pragma once

// "Is this child your pupil?", answered by the machine: where exactly one pupil of the school's own
// roll is the child that is asked about, the device signs *ours*, at any hour, and the whole of the
// alert is here before anybody comes. In every other case nothing is said, and people are asked.

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/sealing/identity_probe.h"
#include "clients/link/queued_receipt.h"
#include "clients/school/local_store.h"
#include "clients/school/roll_file.h"

namespace firstbell::school {

// A comparison takes about ten milliseconds: a roll is gone through in many small steps, between
// which the link is served.
inline constexpr std::size_t kComparedAtOnce = 5;

enum class RollSays { kOurs, kNobody, kSeveral };

// Which question is next, and how far its comparison has come. No store, no clock, no key. Threads:
// one.
class RollAnswers {
 public:
  // In place of the roll before: every question is compared anew. An empty one answers nothing.
  void Use(std::vector<sealing::IdentityText> pupils);
  // The first of these that this roll has not answered yet; nothing: all are. A new sealing of the
  // same revision asks nothing new.
  std::optional<link::SealingRef> Next(const std::vector<HeldAlert>& asked) const;
  // Goes on with that question by kComparedAtOnce pupils. Nothing: it is not at the end.
  std::optional<RollSays> Compare(const link::SealingRef& about, const v1::IdentityProbe& probe);
  // It is not asked about again before the roll changes or a later revision comes.
  void Settle(const link::SealingRef& about);

 private:
  struct Progress {
    link::SealingRef about;
    std::size_t next = 0;  // in `pupils_`
    std::size_t alike = 0;
  };

  std::vector<sealing::IdentityText> pupils_;
  std::optional<Progress> progress_;
  std::map<base::AlertId, std::uint32_t> settled_;  // the highest revision
};

struct RollAnswer {
  base::AlertId alert_id;
  RollSays says = RollSays::kNobody;
};

// One step: of what is kept here and asked about. Where the roll says *ours*, the device's receipt
// is durable when it returns. Nothing: no question has come to its end. If we crash before that,
// the next run compares anew.
base::Result<std::optional<RollAnswer>> AnswerByRoll(LocalStore& store, RollAnswers& answers,
                                                     const link::Signer& device, absl::Time now);

}  // namespace firstbell::school
