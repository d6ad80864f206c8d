#include "tests/scenarios/typed.h"

#include <algorithm>

#include "broker/model/alert.h"

namespace firstbell::scenarios {

std::string Typed(std::string_view word) {
  std::string typed(word);
  std::replace(typed.begin(), typed.end(), '_', '-');
  return typed;
}

support::Arguments Joined(support::Arguments first, const support::Arguments& then) {
  first.insert(first.end(), then.begin(), then.end());
  return first;
}

support::Arguments InboxArguments(const base::AlertId& alert, const Saying& saying) {
  switch (saying.kind) {
    case v1::RECEIPT_KIND_OURS:
      return {"inbox", "ours", alert.value()};
    case v1::RECEIPT_KIND_REFUSED:
      return {"inbox", "refuse", alert.value(), "--reason", Typed(model::Word(saying.refusal))};
    case v1::RECEIPT_KIND_OFFERED:
      return {"inbox", "hand-over", alert.value(), "--to", saying.colleague.value()};
    case v1::RECEIPT_KIND_REPLIED:
      return {"inbox", "reply", alert.value(), "concern", saying.text};
    default:
      return {"inbox", "arrival", alert.value(),
              std::string(model::Word(model::ArrivalOf(saying.kind)))};
  }
}

support::Arguments DutyArguments(const v1::Duty& duty) {
  if (!duty.has_away()) return {"duty", "back"};
  return {"duty", "away", "--from", duty.away().first(), "--until", duty.away().last()};
}

}  // namespace firstbell::scenarios
