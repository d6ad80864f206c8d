// The part of rules.h about the delivery log: its tree, what of it is erased, and who asks of it.

#include "broker/store/rules.h"

namespace firstbell::store {

Status CheckFollows(const LogHead& kept, const LogHead& next) {
  if (next.size > kept.size || next == kept) return base::OkStatus();
  return base::FailedPrecondition(
      "the log has signed another checkpoint of this size, or of a larger tree");
}

Status CheckBudget(std::uint32_t spent, const NewQuestion& question) {
  if (spent + question.cost <= question.budget) return base::OkStatus();
  return base::ResourceExhausted("today's questions are used up (" +
                                 std::to_string(question.budget) +
                                 " a day); ask again tomorrow, London time");
}

Status NoSuchTile() {
  return base::NotFound("the log has no such tile yet");
}

Status CheckOtherOrigin(const Identity& identity, const std::string& origin) {
  if (identity.origin != origin) return base::OkStatus();
  return base::AlreadyExists(
      "the delivery log is called that already; another log needs a name of "
      "its own");
}

void Erase(LogEntry& entry) {
  entry.event.clear();
  entry.salt.clear();
  entry.force = {};
  entry.authority = {};
}

}  // namespace firstbell::store
