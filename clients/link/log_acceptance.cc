#include "clients/link/log_acceptance.h"

#include <algorithm>
#include <vector>

#include "broker/audit/checkpoint.h"

namespace firstbell::link {
namespace {

constexpr char kNotForked[] =
    "nothing is wrong with the delivery log that this machine trusts, and it takes no other in its "
    "place. If somebody asked you to, it may not have been your operator: telephone them, on a "
    "number that you had before";
constexpr char kKnownName[] =
    "this machine has known a log of that name, and another log has another name. Do not accept "
    "it: telephone your operator, and ask for the key of the log that they have begun";
constexpr char kNotShown[] =
    "the broker shows no log that this key has signed. Do not accept it: telephone your operator, "
    "on a number that you had before, and ask for the newest key of the log that they have begun";

bool IsCalled(const std::string& vkey, const std::string& origin) {
  const auto key = audit::VerifierKey::Parse(vkey);
  return key.ok() && key->name == origin;
}

bool IsKnown(const LogTrust& trust, absl::Span<const PastFork> past, const std::string& origin) {
  const auto remembered = audit::ParseSignedCheckpoint(trust.checkpoint);
  return IsCalled(trust.log_key, origin) ||
         (remembered.ok() && remembered->checkpoint.origin == origin) ||
         std::any_of(past.begin(), past.end(),
                     [&](const PastFork& one) { return IsCalled(one.log_key, origin); });
}

base::Status CheckMayBeAccepted(const LogTrust& before, absl::Span<const PastFork> past,
                                const audit::VerifierKey& key) {
  if (key.kind != audit::KeyKind::kLog || !audit::ValidOrigin(key.name)) {
    return base::InvalidArgument("it is not the key of a log");
  }
  if (!before.fork && before.log_key == key.ToString()) {
    return base::AlreadyExists("this machine trusts that log already; nothing has changed");
  }
  if (!before.fork) return base::FailedPrecondition(kNotForked);
  if (IsKnown(before, past, key.name)) return base::FailedPrecondition(kKnownName);
  if (!audit::OpenCheckpoint(before.fork->newest, {key}).ok()) {
    return base::FailedPrecondition(kNotShown);
  }
  return base::OkStatus();
}

// Who was borne out must be so again, and by the broker's answer to a hello that knows nothing.
// What else is known of somebody stays: alerts that were sealed in the name of who waits, say.
std::vector<WatchedPerson> Anew(std::vector<WatchedPerson> people, absl::Time now) {
  std::erase_if(people, [](const WatchedPerson& one) {
    return one.gone_at.has_value() && one.standing == Standing::kProven;
  });
  for (WatchedPerson& one : people) {
    if (one.standing == Standing::kStranger) continue;
    one.standing = Standing::kWaiting;
    one.since = now;
    one.answers = 0;
  }
  return people;
}

}  // namespace

base::Result<LogTrust> AcceptLog(const LogTrust& before, absl::Span<const PastFork> past,
                                 const audit::VerifierKey& key, absl::Time now) {
  FB_RETURN_IF_ERROR(CheckMayBeAccepted(before, past, key));
  LogTrust trust;
  trust.log_key = key.ToString();
  trust.edition = before.edition + 1;
  trust.crowded = before.crowded;
  trust.people = Anew(before.people, now);
  return trust;
}

}  // namespace firstbell::link
