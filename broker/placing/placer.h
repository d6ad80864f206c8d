#pragma once

// From a child of an incident to alerts: scope → match → establishments → window and deadline. Used
// by every use case that places. Reads the store, writes nothing.

#include <optional>
#include <set>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/model/incident.h"
#include "broker/placing/policies.h"
#include "broker/placing/roll_index.h"
#include "broker/placing/school_calendar.h"
#include "broker/placing/siblings.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// Whose incident, under which id.
struct Origin {
  base::IncidentId incident_id;
  base::ForceCode force;
  absl::Time now;
  // When it came: its deadline runs since then. Nothing: now.
  std::optional<absl::Time> came = std::nullopt;
  // Of an incident that stands: its children in the order in which it names them in the log. Empty:
  // that of its content.
  std::vector<base::ChildRef> order = {};
};

// A child's place in the log's words.
std::size_t PlaceOf(const base::ChildRef& child, const Origin& origin,
                    const model::Incident& incident);

// Where a person placed a child, and what is known of it there.
struct PlacedByHand {
  base::Urn urn;
  base::LocalId local_id;  // on the school's roll; empty: no roll says so
  bool ask_first = false;  // the school is asked first whether the child is its pupil
};

// What becomes of the children: one answer each, in order; the alerts of those placed, the cases of
// those at review.
struct Placement {
  std::vector<store::ChildAnswer> answers;
  std::vector<model::Alert> alerts;
  std::vector<model::Case> cases;
};

// What stands of an incident that was placed before.
struct Standing {
  std::vector<model::Alert> alerts;
  std::vector<model::Case> cases;
};

// What a later revision changes.
struct Correction {
  std::vector<store::ChildAnswer> answers;  // of every child that any revision named, in order
  std::vector<store::AlertChange> changed;  // revised or withdrawn
  std::vector<model::Alert> alerts;
  std::vector<store::CaseChange> cases;
  store::Events events;
};

// Threads: safe. All that it is given outlives it.
class Placer {
 public:
  Placer(store::Store& store, const SchoolCalendar& calendar, RollIndex& index,
         const Policies& policies)
      : store_(store), calendar_(calendar), index_(index), policies_(policies) {}

  // Errors are the store's alone: a child that cannot be placed is a case, not an error.
  base::Result<Placement> Place(const model::Incident& incident, const Origin& origin);
  // What the log says of an alert that this placer has made.
  model::Event AcceptedEventOf(const model::Alert& alert) const;
  // A person's word: one alert at each of these schools, whatever a machine makes of the child.
  // FailedPrecondition, naming the school: it is not open, or not in the register.
  base::Result<std::vector<model::Alert>> PlaceByHand(const model::Incident& incident,
                                                      const base::ChildRef& child_ref,
                                                      const std::vector<PlacedByHand>& places,
                                                      const Origin& origin);
  // What is to change for the children of an incident of whom nobody at a school has seen anything,
  // by the rolls as they are now: one replacement each, and none where nothing does. A child of
  // whom a school was shown an alert stays where it is, and so does one on whom an officer has
  // decided.
  //  - placed: it has alerts at the schools it is placed at and at no other, and its open case
  //  ends.
  //  - not placed: an alert stays at a school on whose roll somebody still may be the child, and a
  //    person is asked. Of a protected child it is taken back.
  //  - a child that a school refused is placed by machine at another one, once. A second refusal,
  //  or
  //    where it is found at the school that refused it, is a person's.
  base::Result<std::vector<store::Replacement>> PlaceAgain(const model::Incident& incident,
                                                           const Standing& standing,
                                                           const Origin& origin);
  // What a later revision changes, at any time. `before`: the content that stood; null where it was
  // erased, and then every child counts as changed.
  //  - a child whom the force describes as before stays where it is; its school is disturbed only
  //    where it has something new to read
  //  - one whom it describes otherwise is placed anew: schools that it is placed at no more are
  //    withdrawn from. Where a machine is not sure, a school on whose roll it still may be, or
  //    where a person had placed it, keeps it and a person is asked.
  //  - one that is new, or comes back, is placed; one that is left out is withdrawn everywhere
  base::Result<Correction> Correct(const model::Incident* before, const model::Incident& after,
                                   const store::Incident& stood, const Standing& standing,
                                   const Origin& origin);
  // The same of one that takes back these children. Pure.
  static Correction Withdraw(const store::Incident& stood, const std::set<base::ChildRef>& children,
                             const Standing& standing, std::uint32_t revision,
                             v1::WithdrawalReason reason, const Origin& origin);

 private:
  // By child; nothing for one that no school is looked for.
  base::Result<Decisions> DecideAll(const model::Incident& incident, const Origin& origin);
  // Of a placed child, what its force's rule makes of where it is a guest.
  base::Status SettleGuests(const Origin& origin, matching::Decision& decision);
  base::Status Complete(model::Case& value, bool urgent);
  // One child of Place; `decision` as DecideAll has it.
  base::Status PlaceOne(const model::Incident& incident, std::size_t child,
                        std::optional<matching::Decision> decision, const Origin& origin,
                        Placement& placement);
  base::Status PlaceChild(const model::Incident& incident, const model::ChildIdentity& child,
                          matching::Decision decision, const Origin& origin, Placement& placement);
  // One alert for each registration, or nothing where a school is closed or not in the register.
  base::Result<std::optional<std::vector<model::Alert>>> AlertsFor(
      const std::vector<model::PupilAtSchool>& registrations, const model::Incident& incident,
      const model::ChildIdentity& child, const Origin& origin);
  // Nothing where the school is closed or not in the register.
  base::Result<std::optional<model::Alert>> AlertAt(base::Urn urn, const model::Incident& incident,
                                                    const base::ChildRef& child_ref,
                                                    const Origin& origin);

  // A child of whom no school is told: its local authority is, where the force's policy says so and
  // one is there. False: a person is asked.
  base::Result<bool> TellAuthority(const model::Incident& incident,
                                   const model::ChildIdentity& child, const Origin& origin,
                                   Placement& placement);
  // Beside the schools of a looked-after child, its local authority, where the policy says so.
  base::Status CopyToAuthority(const model::Incident& incident, const model::ChildIdentity& child,
                               const Origin& origin, std::vector<model::Alert>& alerts);
  // Beside a school where everybody has a part in the incident, its local authority, where the
  // policy says so and somebody there may open it; but not where one of `told` is at that
  // authority.
  base::Status TellWhereNobodyIsLeft(const model::Incident& incident, const Origin& origin,
                                     const std::set<base::Urn>& told,
                                     std::vector<model::Alert>& alerts);
  // Nothing: somebody is left at the school, or nobody is at its authority.
  base::Result<std::optional<model::Alert>> AuthorityInstead(const model::Alert& alert,
                                                             const model::Incident& incident,
                                                             const Origin& origin);

  struct Waiting;
  struct Question;
  class Corrector;
  static std::optional<Waiting> WaitingOf(const base::ChildRef& child, const Standing& standing);
  // Which alerts end and which come, and the case where a person is to be asked.
  base::Result<store::Replacement> ChangeOf(const model::Incident& incident, std::size_t child,
                                            const Waiting& waiting,
                                            const matching::Decision& decision,
                                            const Origin& origin);
  void AskWhoElse(const model::ChildIdentity& child, const Waiting& waiting,
                  const matching::Decision& decision, std::set<base::Urn>& stay,
                  Question& ask) const;
  static void Settle(const Waiting& waiting, std::size_t child, std::vector<base::Urn> urns,
                     store::Replacement& change);
  base::Status AskAgain(Question ask, const Waiting& waiting, const model::Incident& incident,
                        const Origin& origin, store::Replacement& change);

  store::Store& store_;
  const SchoolCalendar& calendar_;
  RollIndex& index_;
  const Policies& policies_;
};

}  // namespace firstbell::placing
