#pragma once

// What a person at the school does with alerts: list them, read one, acknowledge one. All of it
// works without the broker: what is signed here is queued, and the daemon sends it.
//
// Threads: one. Errors beside the store's own are named at each verb.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/school/identity.h"
#include "clients/school/local_store.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::school {

// How long a notice or a refused receipt stands on top of the list, and how many of each.
inline constexpr absl::Duration kNoticeLife = absl::Hours(24 * 14);
inline constexpr std::size_t kNoticesShown = 20;

struct Inbox {
  absl::Time now;
  bool simulated_clock = false;
  bool wrong_clock = false;  // this machine's, and the broker has not said since it was started
  std::vector<HeldAlert> alerts;  // shown ones alone; of the others nothing is said
  std::vector<link::Notice> notices;
  std::vector<RefusedReceipt> refused;
  std::size_t unanswered = 0;  // receipts that the broker has not confirmed yet
  bool daemon_running = true;
  bool time_known = true;  // not while a simulated broker has not said its time yet
  std::optional<LinkStanding>
      link_standing;  // as the daemon last saw it; none: no daemon has run yet
};

base::Result<Inbox> ReadInbox(LocalStore& store, absl::Time now);
// The same without the alerts.
base::Result<Inbox> ReadInboxFacts(LocalStore& store, absl::Time now);

// The shown alert whose id begins with `prefix`. NotFound: none, or it is not to be shown yet.
// InvalidArgument: more than one, or an empty prefix.
base::Result<HeldAlert> FindShown(LocalStore& store, std::string_view prefix);

// Opens the newest sealing and queues the signed *opened* receipt before it returns a word of it.
// Of a child about whom the school is asked first, that is who it is and nothing else.
// PermissionDenied: it is not sealed to this person. DataLoss: it was altered. FailedPrecondition:
// it has expired; a link brings a new sealing while it is not acknowledged.
base::Result<v1::AlertContent> OpenAlert(LocalStore& store, const HeldAlert& alert,
                                         const UnlockedPerson& person,
                                         std::string_view envelope_public_key, absl::Time now);

// Who it is about and what must be known before it is read (whether it is urgent, of which incident
// at this school), for a list of what waits: signs nothing, and says nothing of what happened. The
// errors of OpenAlert.
base::Result<v1::AlertContent> ReadWhoItIs(LocalStore& store, const HeldAlert& alert,
                                           const UnlockedPerson& person,
                                           std::string_view envelope_public_key, absl::Time now);

// FailedPrecondition: the broker has said that this person is no longer enrolled here, and would
// refuse what they sign.
base::Status CheckInForce(LocalStore& store, const base::RecipientId& person);

// Who acts: the person of `here` whose id begins with `prefix`; with an empty one, the only one who
// is still enrolled. NotFound or InvalidArgument, naming who there is.
base::Result<PersonIdentity> WhoActs(LocalStore& store, std::vector<PersonIdentity> here,
                                     std::string_view prefix);

// Who signs anything about an alert: PermissionDenied, it is not sealed to this person;
// FailedPrecondition, CheckInForce, or it was taken back or refused here.
base::Status CheckMayAnswer(LocalStore& store, const HeldAlert& alert,
                            const UnlockedPerson& person);

// Queues the signed *acknowledged* receipt. kBefore: this person had acknowledged this sealing.
// PermissionDenied: it is not sealed to this person. FailedPrecondition: CheckInForce; or the
// school has not said yet that the child is its pupil, or has said that it is not.
base::Result<Queued> AcknowledgeAlert(LocalStore& store, const HeldAlert& alert,
                                      const UnlockedPerson& person,
                                      const base::RecipientId& handed_to, absl::Time now);

// Queues the signed *ours*: the broker then sends the whole. FailedPrecondition: nobody asked.
base::Result<Queued> SayOurs(LocalStore& store, const HeldAlert& alert,
                             const UnlockedPerson& person, absl::Time now);

// Queues the signed *refused*. From then on nobody here opens it, and its copies are destroyed once
// the broker has recorded that. The errors of AcknowledgeAlert, but for who may: also of a child
// that was acknowledged.
base::Result<Queued> RefuseAlert(LocalStore& store, const HeldAlert& alert,
                                 const UnlockedPerson& person, v1::RefusalReason reason,
                                 const v1::SchoolHeard& new_school, absl::Time now);

// "never-here", "left" or "duplicate"; any other word is another reason.
v1::RefusalReason ParseRefusal(const std::string& typed);

// Queues the signed word whether the child has come to school. FailedPrecondition: CheckInForce; it
// is not acknowledged yet. `form`: as LocalStore::QueueReceipt has it.
base::Result<Queued> SayArrival(LocalStore& store, const HeldAlert& alert,
                                const UnlockedPerson& person, v1::Arrival arrival, absl::Time now,
                                std::string_view form = {});

// Queues the signed word that a colleague is asked to take the alert over: it is acknowledged once
// they do so. FailedPrecondition: CheckInForce; it is acknowledged, or over. `form`: as above.
base::Result<Queued> OfferAlert(LocalStore& store, const HeldAlert& alert,
                                const UnlockedPerson& person, const base::RecipientId& colleague,
                                absl::Time now, std::string_view form = {});

// Queues what the person says of when they are there. FailedPrecondition: CheckInForce.
base::Status SayDuty(LocalStore& store, const UnlockedPerson& person, const v1::Duty& duty,
                     absl::Time now);

// The colleague whose id begins with `prefix`, among those whom the broker last named. NotFound,
// InvalidArgument (more than one; or oneself).
base::Result<link::Person> FindColleague(LocalStore& store, std::string_view prefix,
                                         const base::RecipientId& self);

// What is missing protects: unspecified handling instructions become the careful ones.
void FillProtectiveDefaults(v1::AlertContent& content);

}  // namespace firstbell::school
