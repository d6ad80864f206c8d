#pragma once

// The school's pages: which path leads where, who may go there, and what lies between. No socket:
// a listener, or a test, hands requests over.
//
// Threads: any; pages are answered one at a time, but passphrases are tried beside them. Errors
// become pages that say what to do. What a page did is durable before it is answered.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/mutex.h"
#include "clients/school/desk.h"
#include "clients/school/enrol.h"
#include "clients/school/web/guard.h"
#include "clients/school/web/message.h"
#include "clients/school/web/refusal_log.h"
#include "clients/school/web/sessions.h"
#include "clients/school/web/tries.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

class Site {
 public:
  struct Options {
    GuardPolicy guard;
    std::filesystem::path state;  // made where absent, once a device enrols
    absl::Duration idle = kIdle;
  };
  // FailedPrecondition: no tzdata. `enrolment` outlives it.
  static base::Result<std::unique_ptr<Site>> Open(Options options, EnrolmentPort& enrolment);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // Of a user whose processes may not connect; before anything is read.
  std::optional<Response> RefuseUser(std::optional<uid_t> user);
  // Of one that may: what they sent was no request that could be read to the end of its head.
  void LogUnread(std::optional<uid_t> user);
  // Whether the guard lets it pass, by its head alone: before anything of its form is read.
  bool MayCome(const Request& head) const;
  Response Answer(const Request& request);

  // For pages that are open: rises with whatever changed in the device's store, by whichever
  // program.
  std::uint64_t Version();
  bool Lives(const std::string& session);
  // The keys of whoever has not been there for long, was removed, or is at a machine whose lease is
  // over or that the broker refuses, leave the memory, and after the last of them what its pages
  // left there; what was refused is logged. To be called once a second.
  void EndSessions();

 private:
  struct Route;
  static const std::vector<Route>& Routes();

  Site(Options options, EnrolmentPort& enrolment, console::LocalTime london);
  void LogRefusal(std::optional<uid_t> user, const std::string& why);
  Response Refused(std::optional<uid_t> user, const Refusal& refusal);
  Response PageOf(const Request& request);
  Response Serve(const Route& route, const Request& request, std::vector<std::string> parts);
  // The desk of an enrolled device; null where there is none yet.
  base::Result<Desk*> OpenDeskOnce() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Visit VisitOf(const Request& request, std::vector<std::string> parts, Desk* desk,
                Session* session) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::uint64_t VersionNow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static bool MayGo(const Route& route, const Visit& visit);
  Response Elsewhere(const Visit& visit);
  Response OfAnotherSession(const Visit& visit);
  // With nobody signed in: the first run, or who is to sign in, of staff where the page is theirs.
  Response Welcome(const Visit& visit);

  using Show = std::function<Response(const Visit& visit)>;
  Response WithVisit(const Request& request, const Show& show);

  // These take long, and hold the lock of the pages for none of it (site_sign_in.cc; of staff
  // site_staff.cc).
  struct Try {
    PersonIdentity person;
    StateDirectory state;
  };
  struct NewPerson {
    UnlockedPerson person;
    base::Secret recovery;
  };
  Response SignIn(const Request& request);
  Response Lock(const Request& request);
  Response RecoverHere(const Request& request);
  Response EnrolHere(const Request& request);
  Response StaffSignIn(const Request& request);
  Response StaffPassphrase(const Request& request);
  base::Result<base::RecipientId> MayTryAsStaff(const Request& request);
  base::Result<school_records::StaffSession> OpenSheet(const base::RecipientId& staff,
                                                       const base::Secret& secret);
  base::Status ChangeStaffPassphrase(const base::RecipientId& staff, const Request& request);
  base::Result<Try> MayTry(const Request& request);
  base::Result<PersonIdentity> PersonOf(const Request& request)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Succeeded(const base::RecipientId& person);
  using ShowAgain = Response (*)(const Visit& visit, const std::string& chosen, Json error,
                                 absl::Duration wait);
  // `field`: of the form, beside which it is said.
  Response TriedInVain(const Request& request, const base::Status& status, const std::string& field,
                       ShowAgain show);
  base::Status CheckChosenFor(const Request& request);
  base::Result<v1::EnrolResponse> EnrolBy(const Request& request);
  base::Result<NewPerson> UnlockNew(const base::RecipientId& id, const base::Secret& passphrase);
  Response Begin(SignedIn who, std::string to);

  const Options options_;
  const console::LocalTime london_;
  const std::string form_;  // the token of forms that nobody has signed in for
  EnrolmentPort& enrolment_;
  RefusalLog refusals_;
  Sessions sessions_;
  base::Mutex passphrase_;  // one is tried at a time: each takes 64 MiB
  base::Mutex mutex_;
  std::unique_ptr<Desk> desk_ ABSL_GUARDED_BY(mutex_);
  // Null: they cannot be opened.
  std::unique_ptr<school_records::RecordStore> records_ ABSL_GUARDED_BY(mutex_);
  Tries tries_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t own_changes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool in_use_ ABSL_GUARDED_BY(mutex_) = false;  // whether anybody was signed in a second ago
};

}  // namespace firstbell::school::web
