// The part of site.h that tries passphrases and enrols: what takes long, and holds no lock while it
// does.

#include <utility>

#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "clients/console/passphrase.h"
#include "clients/school/enrolment_code.h"
#include "clients/school/lease.h"
#include "clients/school/web/first_page.h"
#include "clients/school/web/sign_in_page.h"
#include "clients/school/web/site.h"
#include "clients/school/web/typed_secret.h"

namespace firstbell::school::web {
namespace {

constexpr std::string_view kStop = "school/web";

std::string CookieOf(const std::string& host, const std::string& token) {
  return SessionCookie(host) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict" +
         (token.empty() ? "; Max-Age=0" : "");
}

absl::Duration SinceBoot() {
  return ReadMachineTime().since_boot;
}

// For the log: a message may name whoever tried.
std::string WhyOf(const base::Status& status) {
  if (absl::IsPermissionDenied(status)) return "a wrong passphrase or recovery code";
  if (absl::IsResourceExhausted(status)) return "too many tries";
  if (absl::IsInvalidArgument(status)) return "a sign-in that was not filled in";
  return "the keys may not be opened now";
}

}  // namespace

base::Secret SecretField(const Request& request, const std::string& name) {
  return base::Secret(request.Field(name));
}

base::Status CheckChosen(const Request& request) {
  FB_RETURN_IF_ERROR(console::CheckPassphrase(SecretField(request, "passphrase")));
  if (request.Field("passphrase") == request.Field("again")) return base::OkStatus();
  return base::InvalidArgument("the two passphrases differ: type the same twice");
}

base::Status OutOfDate() {
  return base::FailedPrecondition("this page was out of date: try again");
}

// Who tries, and where their keys are; counted as a try.
base::Result<Site::Try> Site::MayTry(const Request& request) {
  if (!crypto::ConstantTimeEqual(request.Field("form"), form_)) return OutOfDate();
  base::MutexLock lock(mutex_);
  FB_ASSIGN_OR_RETURN(PersonIdentity person, PersonOf(request));
  if (tries_.Wait(person.id, SinceBoot()) > absl::ZeroDuration()) {
    return base::ResourceExhausted("too many tries: wait before the next");
  }
  const Visit visit = VisitOf(request, {}, desk_.get(), nullptr);
  FB_RETURN_IF_ERROR(CheckLease(*desk_->store, visit.now));
  FB_RETURN_IF_ERROR(CheckInForce(*desk_->store, person.id));
  tries_.Began(person.id, SinceBoot());
  return Try{std::move(person), desk_->state};
}

void Site::Succeeded(const base::RecipientId& person) {
  base::MutexLock lock(mutex_);
  tries_.Succeeded(person);
}

Response Site::TriedInVain(const Request& request, const base::Status& status,
                           const std::string& field, ShowAgain show) {
  LogRefusal(request.user, WhyOf(status));
  const base::RecipientId person{std::string(request.Field("person"))};
  absl::Duration wait;
  {
    base::MutexLock lock(mutex_);
    wait = tries_.Wait(person, SinceBoot());
  }
  Response response = WithVisit(request, [&](const Visit& visit) {
    if (visit.desk == nullptr) return ShowFirst(visit);
    return show(visit, person.value(), ErrorOf(status, field), wait);
  });
  response.status = absl::IsResourceExhausted(status) ? 429 : 403;
  return response;
}

Response Site::Begin(SignedIn who, std::string to) {
  const std::string token = sessions_.Begin(std::move(who), SinceBoot());
  base::LogInfo(kStop, "signed in", {{"person", sessions_.Use(token, SinceBoot())->id().value()}});
  Response response = SeeOther(std::move(to));
  response.set_cookie = CookieOf(options_.guard.host, token);
  return response;
}

Response Site::SignIn(const Request& request) {
  base::MutexLock one_at_a_time(passphrase_);
  const auto tried = MayTry(request);
  if (!tried.ok()) return TriedInVain(request, tried.status(), "person", ShowSignIn);
  auto unlocked = Unlock(tried->state, tried->person, SecretField(request, "passphrase"));
  if (!unlocked.ok()) return TriedInVain(request, unlocked.status(), "passphrase", ShowSignIn);
  Succeeded(tried->person.id);
  return Begin(*std::move(unlocked), "/");
}

// Without a form's token as well: that somebody is locked out of the page harms nobody. The form
// says whose page it was, for the session may have ended before.
Response Site::Lock(const Request& request) {
  sessions_.End(request.session);
  Response response = SeeOther(request.Field("role") == kStaffRole ? "/staff" : "/");
  response.set_cookie = CookieOf(options_.guard.host, "");
  return response;
}

Response Site::RecoverHere(const Request& request) {
  base::MutexLock one_at_a_time(passphrase_);
  const auto tried = MayTry(request);
  if (!tried.ok()) return TriedInVain(request, tried.status(), "person", ShowRecover);
  const base::Status chosen = CheckChosen(request);
  if (!chosen.ok()) return TriedInVain(request, chosen, "passphrase", ShowRecover);
  const base::Status changed =
      Recover(tried->state, tried->person, SecretField(request, "recovery"),
              SecretField(request, "passphrase"));
  if (!changed.ok()) return TriedInVain(request, changed, "recovery", ShowRecover);
  sessions_.EndAllOf([&](const base::RecipientId& id) { return id == tried->person.id; });
  auto unlocked = Unlock(tried->state, tried->person, SecretField(request, "passphrase"));
  if (!unlocked.ok()) return TriedInVain(request, unlocked.status(), "passphrase", ShowRecover);
  Succeeded(tried->person.id);
  return Begin(*std::move(unlocked), "/");
}

// Nothing is chosen for a device; and before one is enrolled a person's code is what is wrong.
base::Status Site::CheckChosenFor(const Request& request) {
  {
    base::MutexLock lock(mutex_);
    FB_ASSIGN_OR_RETURN(const Desk* const desk, OpenDeskOnce());
    if (desk == nullptr) return base::OkStatus();
  }
  const auto code = DecodeEnrolmentCode(request.Field("code"));
  return code.ok() && !IsDevice(*code) ? CheckChosen(request) : base::OkStatus();
}

base::Result<v1::EnrolResponse> Site::EnrolBy(const Request& request) {
  if (!crypto::ConstantTimeEqual(request.Field("form"), form_)) return OutOfDate();
  FB_ASSIGN_OR_RETURN(const v1::EnrolmentCode code, DecodeEnrolmentCode(request.Field("code")));
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::OpenOrMake(options_.state));
  const base::Secret passphrase =
      IsDevice(code) ? base::Secret() : SecretField(request, "passphrase");
  return Enrol(state, code, passphrase, enrolment_);
}

// A device's code, and then a person's, whose recovery code is shown this once, and who is signed
// in by it.
Response Site::EnrolHere(const Request& request) {
  base::MutexLock one_at_a_time(passphrase_);
  const auto again = [&](const base::Status& status, const std::string& field) {
    return WithVisit(request,
                     [&](const Visit& visit) { return ShowFirst(visit, ErrorOf(status, field)); });
  };
  const base::Status chosen = CheckChosenFor(request);
  if (!chosen.ok()) return again(chosen, "passphrase");
  const auto enrolled = EnrolBy(request);
  if (!enrolled.ok()) return again(enrolled.status(), "code");
  if (enrolled->role() == v1::RECIPIENT_ROLE_DEVICE) return SeeOther("/first");
  const base::Secret passphrase = SecretField(request, "passphrase");
  const base::RecipientId id(enrolled->recipient_id());
  auto unlocked = UnlockNew(id, passphrase);
  if (!unlocked.ok()) {
    return WithVisit(request,
                     [&](const Visit& visit) { return Problem(visit, unlocked.status()); });
  }
  const PersonIdentity person = unlocked->person.identity;
  Request as_them = request;
  as_them.session = sessions_.Begin(std::move(unlocked->person), SinceBoot());
  Response page = WithVisit(
      as_them, [&](const Visit& visit) { return ShowRecovery(visit, person, unlocked->recovery); });
  page.set_cookie = CookieOf(options_.guard.host, as_them.session);
  return page;
}

base::Result<Site::NewPerson> Site::UnlockNew(const base::RecipientId& id,
                                              const base::Secret& passphrase) {
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::Open(options_.state));
  FB_ASSIGN_OR_RETURN(auto here, ListPeople(state));
  FB_ASSIGN_OR_RETURN(const PersonIdentity person, FindPerson(std::move(here), id.value()));
  FB_ASSIGN_OR_RETURN(base::Secret recovery, RecoveryOf(state, person, passphrase));
  FB_ASSIGN_OR_RETURN(UnlockedPerson unlocked, Unlock(state, person, passphrase));
  return NewPerson{std::move(unlocked), std::move(recovery)};
}

}  // namespace firstbell::school::web
