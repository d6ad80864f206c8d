#include "broker/dispatch/hasty_answers.h"

#include <algorithm>

#include "broker/base/limits.h"

namespace firstbell::dispatch {

bool Hasty(const model::Receipt& answer, const std::vector<model::Receipt>& receipts) {
  return std::any_of(receipts.begin(), receipts.end(), [&](const model::Receipt& one) {
    return one.kind == v1::RECEIPT_KIND_OPENED && one.signer == answer.signer &&
           one.sealing == answer.sealing && one.at <= answer.at &&
           answer.at - one.at < limits::kHastyAnswer;
  });
}

bool HastyAnswers::Bulk(const base::RecipientId& signer, absl::Time now) {
  base::MutexLock lock(mutex_);
  std::deque<absl::Time>& lately = lately_[signer];
  while (!lately.empty() && lately.front() + limits::kAnswersWithin <= now) lately.pop_front();
  lately.push_back(now);
  if (lately.size() < limits::kAnswersInARow) return false;
  lately_.erase(signer);
  return true;
}

}  // namespace firstbell::dispatch
