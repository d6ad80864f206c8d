#pragma once

// One story under way: the cast by name, what forces were told, and what each verb does and
// expects. An expectation that fails says what was expected and what was there; whoever runs the
// story adds file and line.
//
// Threads: one. `world` outlives it.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "tests/scenarios/children.h"
#include "tests/scenarios/world.h"

namespace firstbell::scenarios {

class Story {
 public:
  struct Role {
    std::string role;
    std::string person;  // empty: nobody
  };
  struct LocalTime {
    std::string date;  // empty: see the verb
    std::string time;
  };

  Story(World& world, absl::TimeZone london);

  // --- Who is there (story_cast.cc) ---------------------------------------------------------
  base::Status AddSchool(const std::string& school, const std::string& nation);
  base::Status AddSecondMachine(const std::string& school);
  base::Status SetHours(const std::string& school, const std::string& window,
                        const std::string& bell, const std::string& closing);
  base::Status AddBankHoliday(const std::string& date);
  base::Status Leaves(const std::string& name, const std::string& school);
  base::Status AddPupil(const Named& named, const std::string& school,
                        const std::string& registration);
  base::Status AddPeople(const std::string& school, const std::vector<Role>& roles);
  base::Status AddAuthority(const std::string& authority, const std::string& force);
  base::Status Decides(const std::string& force, const std::string& what);
  base::Status Revoke(const std::string& person, const std::string& school);
  base::Status ToldOf(const std::string& school, const std::string& person,
                      const std::string& what);

  base::Status IsWokenAt(const std::string& school, const std::string& mailbox);
  base::Status IsTelephonedAt(const std::string& school, const std::string& number);
  base::Status HasOwnRoll(const std::string& school, const Named& named);
  base::Status ReadsReplies(const std::string& force);
  base::Status MailboxHolds(const std::string& mailbox, std::size_t messages);

  // --- Time and trouble (story_cast.cc) -----------------------------------------------------
  base::Status SetTime(const std::string& date, const std::string& time);
  base::Status RestartBroker();
  base::Status SetBroker(bool up);
  base::Status RestartMachine(const std::string& school);
  base::Status Switch(const std::string& school, int machine, bool on);
  base::Status SetHanging(const std::string& school, bool hanging);

  // --- The force (story_force.cc) -----------------------------------------------------------
  base::Status Report(const std::string& force, const std::string& reference,
                      const std::string& children);
  base::Status Correct(const std::string& force, const std::string& reference,
                       const std::string& children);
  base::Status Withdraw(const std::string& force, const std::string& reference,
                        const std::string& child, const std::string& reason);
  base::Status ReportAgain(const std::string& force, const std::string& reference);
  base::Status CannotReport(const std::string& force, const std::string& reference,
                            const std::string& children, const std::string& text);
  base::Status Accepted(const std::string& child, const LocalTime& shown, const LocalTime& due);
  base::Status NotPlaced(const std::string& child, const std::string& outcome,
                         const std::string& reason);
  base::Status NoAnswerNamesASchool();
  base::Status AlertIs(const std::string& child, const std::string& school,
                       const std::string& state, bool late);
  base::Status ToldOfDecision(const std::string& child, const std::string& outcome,
                              const std::string& reason);
  base::Status LogVerifies() { return world_.VerifyLog(); }

  // --- The review desk (story_desk.cc) ------------------------------------------------------
  base::Status HasCases(const std::string& officer, const std::string& force, std::size_t cases);
  base::Status ToTelephone(const std::string& officer, const std::string& force,
                           const std::string& school);
  base::Status ToTelephoneAt(const std::string& officer, const std::string& force,
                             const std::string& school, const std::string& number);
  base::Status ReadsReply(const std::string& officer, const std::string& force,
                          const std::string& school, const std::string& text);
  // What came of it, and what the school says of the child, if anything.
  using CameOfIt = std::pair<std::string, std::string>;
  base::Status Telephones(const std::string& officer, const std::string& force,
                          const std::string& school, const CameOfIt& what);
  base::Status IsNotReady(const std::string& officer, const std::string& force,
                          const std::string& school);
  base::Status HearsOfAbsence(const std::string& officer, const std::string& force,
                              const std::string& school);
  base::Status LooksAt(const std::string& officer, const std::string& force,
                       const std::string& child, const std::string& school);
  base::Status Places(const std::string& officer, const std::string& force,
                      const std::string& child, const std::string& school,
                      const std::string& reason);
  base::Status CannotPlace(const std::string& officer, const std::string& force,
                           const std::string& child, const std::string& school,
                           const std::string& text);
  base::Status Closes(const std::string& officer, const std::string& force, const std::string& how,
                      const std::string& child, const std::string& reason);

  // --- The school (story_school.cc) ---------------------------------------------------------
  base::Status Sees(const std::string& school, std::size_t alerts, bool on_second_machine);
  base::Status HasToTake(const std::string& school, std::size_t alerts, bool on_second_machine);
  base::Status Opens(const std::string& person, const std::string& school, const std::string& child,
                     const std::string& text);
  base::Status CannotOpen(const std::string& person, const std::string& school,
                          const std::string& child, const std::string& text);
  base::Status ReadsNothingOf(const std::string& person, const std::string& school,
                              const std::string& text);
  base::Status Acknowledges(const std::string& person, const std::string& school,
                            const std::string& child, const std::string& handed_to);
  base::Status Offers(const std::string& person, const std::string& school,
                      const std::string& child, const std::string& colleague);
  base::Status SaysArrival(const std::string& person, const std::string& school,
                           const std::string& child, const std::string& arrival);
  base::Status Replies(const std::string& person, const std::string& school,
                       const std::string& child, const std::string& text);
  base::Status IsAway(const std::string& person, const std::string& school,
                      const std::string& first, const std::string& last);
  base::Status IsBack(const std::string& person, const std::string& school);
  base::Status SaysOurs(const std::string& person, const std::string& school,
                        const std::string& child);
  base::Status Refuses(const std::string& person, const std::string& school,
                       const std::string& child, const std::string& reason);
  base::Status CannotAcknowledge(const std::string& person, const std::string& school,
                                 const std::string& child, const std::string& text);

 private:
  // What a force sent and was told, under (force, reference).
  struct Reported {
    base::ForceCode force;
    v1::Incident incident;
    v1::IncidentAnswer answer;
  };
  struct ChildOf {
    const Reported* reported;
    std::string child_ref;
  };
  using Key = std::pair<std::string, std::string>;

  base::Result<base::Urn> SchoolOf(const std::string& name) const;
  base::Result<base::RecipientId> PersonOf(const std::string& name,
                                           const std::string& school) const;
  // Of the newest report that names a child so.
  base::Result<ChildOf> FindChild(const std::string& given) const;
  base::Result<v1::ChildAnswer> AnswerFor(const std::string& given) const;
  // The notices of a child as its force sees them now; every word of it is kept.
  base::Result<std::vector<v1::NoticeStatus>> NoticesOf(const std::string& given);
  base::Result<v1::NoticeStatus> NoticeOf(const std::string& given, const std::string& school);
  base::Result<v1::DecideCaseRequest> DecisionOn(const std::string& given, v1::ChildOutcome outcome,
                                                 const std::string& reason) const;
  base::Status Says(const std::string& person, const std::string& school, const std::string& child,
                    const Saying& saying);
  base::Status OnTheList(const std::string& officer, const std::string& force,
                         const std::string& school, v1::CallAbout about);
  base::Result<v1::Call> CallOf(const Officer& officer, const std::string& school);
  // The one alert that is shown there, or the child's.
  base::Result<base::AlertId> ShownAlert(base::Urn urn, const std::string& child);

  base::Result<absl::Time> Instant(const std::string& date, const std::string& time) const;
  std::string Local(absl::Time time) const;
  // Asks again until it holds, or the world's patience ends: then the last answer.
  base::Status Eventually(const std::function<base::Status()>& holds) const;

  World& world_;
  const absl::TimeZone london_;
  absl::Time now_;  // as the story set it
  std::map<std::string, base::Urn> schools_;
  std::map<Key, base::RecipientId> people_;  // by (school, name)
  std::map<base::Urn, int> pupils_;
  std::map<std::pair<base::Urn, std::string>, v1::Pupil> on_roll_;  // by school and name
  std::map<std::string, v1::Policy> policies_;                      // by force
  std::map<Key, Reported> reports_;
  std::vector<Key> order_;         // of the reports
  std::vector<std::string> told_;  // everything that forces were told, as JSON
};

// Says what was expected and what was there.
base::Status Unexpected(std::string_view expected, std::string_view actual);
// OK where the status is an error whose words hold `text`.
base::Status FailsWith(const base::Status& status, const std::string& text);

}  // namespace firstbell::scenarios
