#include "clients/school/web/site.h"

#include <malloc.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_split.h"
#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "clients/school/lease.h"
#include "clients/school/web/alert_page.h"
#include "clients/school/web/child_page.h"
#include "clients/school/web/concerns_page.h"
#include "clients/school/web/export_page.h"
#include "clients/school/web/first_page.h"
#include "clients/school/web/patterns_page.h"
#include "clients/school/web/people_page.h"
#include "clients/school/web/sheet_page.h"
#include "clients/school/web/sign_in_page.h"
#include "clients/school/web/staff_page.h"
#include "clients/school/web/today_page.h"
#include "clients/school/web/web_assets.h"

namespace firstbell::school::web {
namespace {

constexpr std::string_view kStop = "school/web";

// What stands where the pattern has a *; nothing where the path is another.
std::optional<std::vector<std::string>> Match(std::string_view pattern, std::string_view path) {
  const std::vector<std::string> wanted = absl::StrSplit(base::View(pattern), '/');
  const std::vector<std::string> given = absl::StrSplit(base::View(path), '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i] == "*" && !given[i].empty()) {
      parts.push_back(given[i]);
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return parts;
}

// What a form was refused on stands at the form's own address; whoever asks for that again (a link
// to the page as it is now, a browser that comes back) is shown the page that has the form.
std::string Above(const std::string& path) {
  const std::size_t end = path.rfind('/');
  return end == 0 ? "/" : path.substr(0, end);
}

bool IsOfStaff(const std::string& path) {
  return path.starts_with("/staff/");
}

// What goes back into an address is an id and nothing else.
bool IsId(const std::string& part) {
  return base::IsRandomId(part);
}

Response FileOf(const std::string& name) {
  Response response;
  const auto asset = FindAsset(name);
  if (!asset) {
    response.status = 404;
    response.type = "text/plain; charset=utf-8";
    response.body = "There is no such file.\n";
    return response;
  }
  response.type = asset->type;
  response.body = asset->bytes;
  return response;
}

Response Stream() {
  Response response;
  response.stream = true;
  response.type = "text/event-stream";
  return response;
}

}  // namespace

enum class Access { kAnyone, kPerson, kStaff };

struct Site::Route {
  std::string_view method, pattern;
  Access access;
  Response (*show)(const Visit& visit);  // null: the site's own
};

const std::vector<Site::Route>& Site::Routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/", Access::kPerson, ShowToday},
      {"GET", "/alert/*", Access::kPerson, ShowAlert},
      {"POST", "/alert/*/read", Access::kPerson, ReadAlert},
      {"POST", "/alert/*/pass-on", Access::kPerson, PassOn},
      {"POST", "/alert/*/take", Access::kPerson, TakeAlert},
      {"POST", "/alert/*/ask", Access::kPerson, AskColleague},
      {"POST", "/alert/*/ours", Access::kPerson, SayOursHere},
      {"POST", "/alert/*/refuse", Access::kPerson, RefuseHere},
      {"POST", "/alert/*/arrival", Access::kPerson, SayArrivalHere},
      {"POST", "/alert/*/reply", Access::kPerson, ReplyHere},
      {"GET", "/children", Access::kPerson, ShowChildren},
      {"GET", "/child/*", Access::kPerson, ShowChild},
      {"POST", "/children/find", Access::kPerson, FindChildren},
      {"POST", "/child/*/action", Access::kPerson, AddAction},
      {"POST", "/child/*/reviewed", Access::kPerson, ReviewAction},
      {"POST", "/child/*/concern", Access::kPerson, AddConcern},
      {"POST", "/child/*/pause", Access::kPerson, AddPause},
      {"POST", "/child/*/lift-pause", Access::kPerson, LiftPause},
      {"POST", "/child/*/told", Access::kPerson, AddTold},
      {"POST", "/child/*/sheet", Access::kPerson, AddToSheet},
      {"POST", "/child/*/filed", Access::kPerson, AddFiled},
      {"POST", "/child/*/kept", Access::kPerson, ReviewFile},
      {"POST", "/child/*/erase", Access::kPerson, EraseFile},
      {"GET", "/child/*/correct/*", Access::kPerson, ShowCorrect},
      {"POST", "/child/*/correct/*", Access::kPerson, CorrectRow},
      {"GET", "/child/*/export", Access::kPerson, ShowExport},
      {"POST", "/child/*/export", Access::kPerson, Export},
      {"GET", "/child/*/passport", Access::kPerson, ShowPassport},
      {"POST", "/child/*/passport", Access::kPerson, SavePassport},
      {"GET", "/catalogue", Access::kPerson, ShowCatalogue},
      {"POST", "/catalogue/add", Access::kPerson, AddToCatalogue},
      {"POST", "/catalogue/retire", Access::kPerson, RetireFromCatalogue},
      {"GET", "/concerns", Access::kPerson, ShowConcerns},
      {"POST", "/concerns/place", Access::kPerson, PlaceConcern},
      {"GET", "/sheet", Access::kPerson, ShowSheet},
      {"POST", "/sheet/add", Access::kPerson, AddByName},
      {"POST", "/sheet/take-off", Access::kPerson, TakeOffSheet},
      {"GET", "/patterns", Access::kPerson, ShowPatterns},
      {"GET", "/people", Access::kPerson, ShowPeople},
      {"POST", "/people/staff", Access::kPerson, AddStaff},
      {"POST", "/people/remove", Access::kPerson, RemoveReader},
      {"POST", "/people/let-in", Access::kPerson, LetIn},
      {"POST", "/people/away", Access::kPerson, SayAway},
      {"POST", "/people/back", Access::kPerson, SayBack},
      {"POST", "/people/confirm", Access::kPerson, ConfirmDuty},
      {"POST", "/first/recovery", Access::kPerson, ShowSchemeOnceKept},
      {"GET", "/first/scheme", Access::kPerson, ShowScheme},
      {"POST", "/first/scheme", Access::kPerson,
       [](const Visit&) { return SeeOther("/practice"); }},
      {"GET", "/practice", Access::kPerson, ShowPractice},
      {"POST", "/practice/take", Access::kPerson, TakePractice},
      {"GET", "/staff/sheet", Access::kStaff, ShowStaffSheet},
      {"GET", "/staff/concern", Access::kStaff, ShowStaffConcern},
      {"POST", "/staff/concern", Access::kStaff, AddStaffConcern},
      {"GET", "/staff/passphrase", Access::kStaff,
       [](const Visit& visit) { return ShowStaffPassphrase(visit, nullptr, false); }},
      {"GET", "/staff", Access::kAnyone, [](const Visit& visit) { return ShowStaffSignIn(visit); }},
      {"GET", "/pulse", Access::kAnyone, ShowPulse},
      {"GET", "/recover", Access::kAnyone, [](const Visit& visit) { return ShowRecover(visit); }},
      {"GET", "/first", Access::kAnyone, [](const Visit& visit) { return ShowFirst(visit); }},
  };
  return kRoutes;
}

base::Result<std::unique_ptr<Site>> Site::Open(Options options, EnrolmentPort& enrolment) {
  FB_ASSIGN_OR_RETURN(console::LocalTime london, console::LocalTime::London());
  return std::unique_ptr<Site>(new Site(std::move(options), enrolment, london));
}

Site::Site(Options options, EnrolmentPort& enrolment, console::LocalTime london)
    : options_(std::move(options)),
      london_(london),
      form_(base::Base64UrlEncode(crypto::RandomBytes(32))),
      enrolment_(enrolment),
      sessions_(options_.idle) {}

std::optional<Response> Site::RefuseUser(std::optional<uid_t> user) {
  const auto refusal = JudgeUser(user, options_.guard);
  return refusal ? std::optional(Refused(user, *refusal)) : std::nullopt;
}

void Site::LogRefusal(std::optional<uid_t> user, const std::string& why) {
  refusals_.Note(user, why, ReadMachineTime().since_boot);
}

void Site::LogUnread(std::optional<uid_t> user) {
  LogRefusal(user, "no request that can be read");
}

bool Site::MayCome(const Request& head) const {
  return !Judge(head, options_.guard);
}

Response Site::Answer(const Request& request) {
  if (const auto refusal = Judge(request, options_.guard)) return Refused(request.user, *refusal);
  Response response = PageOf(request);
  if (response.status == 404) LogRefusal(request.user, "there is no such page");
  return response;
}

Response Site::PageOf(const Request& request) {
  if (const auto file = Match("/assets/*", request.path)) return FileOf(file->front());
  if (request.path == "/events") {
    return Lives(request.session) ? Stream() : Refused(request.user, {403, "nobody is signed in"});
  }
  if (request.method == "POST") {
    if (request.path == "/sign-in") return SignIn(request);
    if (request.path == "/lock") return Lock(request);
    if (request.path == "/recover") return RecoverHere(request);
    if (request.path == "/first/enrol") return EnrolHere(request);
    if (request.path == "/staff/sign-in") return StaffSignIn(request);
    if (request.path == "/staff/passphrase") return StaffPassphrase(request);
  }
  for (const Route& route : Routes()) {
    auto parts = Match(route.pattern, request.path);
    if (parts && route.method == request.method) return Serve(route, request, *std::move(parts));
  }
  const bool posted_alone = std::any_of(Routes().begin(), Routes().end(), [&](const Route& route) {
    const auto parts = Match(route.pattern, request.path);
    return route.method == "POST" && parts && std::all_of(parts->begin(), parts->end(), IsId);
  });
  if (request.method == "GET" && posted_alone) return SeeOther(Above(request.path));
  return WithVisit(request, [](const Visit& visit) {
    return Problem(visit, base::NotFound("there is no such page"));
  });
}

// Before anybody is asked who they are: nothing that was sent is repeated, and no page is drawn.
Response Site::Refused(std::optional<uid_t> user, const Refusal& refusal) {
  LogRefusal(user, refusal.why);
  Response response;
  response.status = refusal.status;
  response.type = "text/plain; charset=utf-8";
  response.body = "Refused: " + refusal.why + ".\n";
  if (refusal.status == 421) response.body += "Open http://" + options_.guard.host + "/\n";
  return response;
}

base::Result<Desk*> Site::OpenDeskOnce() {
  if (desk_ != nullptr) return desk_.get();
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(options_.state));
  if (!there) return nullptr;
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::Open(options_.state));
  FB_ASSIGN_OR_RETURN(const bool enrolled, IsEnrolled(state));
  if (!enrolled) return nullptr;
  FB_ASSIGN_OR_RETURN(Desk desk, OpenDesk(options_.state));
  // Alerts are read and taken also where the records cannot be opened; their own pages say why.
  auto records = school_records::RecordStore::Open(state.Records());
  if (records.ok()) {
    records_ = *std::move(records);
  } else {
    base::LogError(kStop, std::string(base::Message(records.status())), {});
  }
  desk_ = std::make_unique<Desk>(std::move(desk));
  return desk_.get();
}

Visit Site::VisitOf(const Request& request, std::vector<std::string> parts, Desk* desk,
                    Session* session) {
  TimeReading reading{ReadMachineTime().wall, Certainty::kWall};
  bool known = true;
  if (desk != nullptr) {
    const auto anchor = desk->store->LastTimeAnchor();
    const SchoolClock clock(desk->clock.simulated(), anchor.ok() ? *anchor : std::nullopt);
    reading = clock.Read(ReadMachineTime());
    known = clock.known();
  }
  return {.request = request,
          .parts = std::move(parts),
          .desk = desk,
          .session = session,
          .form = session != nullptr ? session->form : form_,
          .now = reading.now,
          .certainty = reading.certainty,
          .time_known = known,
          .idle = options_.idle,
          .locks_in = sessions_.Left(request.session, ReadMachineTime().since_boot),
          .london = london_,
          .records = records_.get(),
          .sessions = &sessions_,
          .version = VersionNow()};
}

Response Site::WithVisit(const Request& request, const Show& show) {
  base::MutexLock lock(mutex_);
  const auto session = sessions_.Use(request.session, ReadMachineTime().since_boot);
  const auto desk = OpenDeskOnce();
  const Visit visit = VisitOf(request, {}, desk.ok() ? *desk : nullptr, session.get());
  return desk.ok() ? show(visit) : Problem(visit, desk.status());
}

Response Site::Serve(const Route& route, const Request& request, std::vector<std::string> parts) {
  // First of all: while it is waited for, a session's keys may be replaced.
  base::MutexLock lock(mutex_);
  // A page that asks again by itself says so: nobody did anything.
  const absl::Duration now = ReadMachineTime().since_boot;
  const auto session = request.query.contains(kAgain) ? sessions_.Look(request.session, now)
                                                      : sessions_.Use(request.session, now);
  const auto desk = OpenDeskOnce();
  Visit visit = VisitOf(request, std::move(parts), desk.ok() ? *desk : nullptr, session.get());
  if (!desk.ok()) return Problem(visit, desk.status());
  if (!MayGo(route, visit)) return Elsewhere(visit);
  if (request.method == "POST") {
    if (!crypto::ConstantTimeEqual(request.Field("form"), visit.form)) {
      return OfAnotherSession(visit);
    }
    ++own_changes_;
    visit.version = VersionNow();
  }
  return route.show(visit);
}

bool Site::MayGo(const Route& route, const Visit& visit) {
  if (route.access == Access::kAnyone) return true;
  if (visit.session == nullptr || visit.desk == nullptr) return false;
  const bool for_staff = route.access == Access::kStaff;
  return for_staff == (visit.session->staff() != nullptr);
}

// Where somebody may not go: to the page that is theirs. A form whose session has ended is answered
// by the sign-in itself, which says that nothing was done.
Response Site::Elsewhere(const Visit& visit) {
  const bool asks = visit.request.method == "GET";
  const bool staff = visit.session != nullptr && visit.session->staff() != nullptr;
  if (asks && staff) return SeeOther("/staff/sheet");
  const bool of_staff = visit.session == nullptr && IsOfStaff(visit.request.path);
  if (asks && visit.request.path != "/") return SeeOther(of_staff ? "/staff" : "/");
  if (!asks) {
    LogRefusal(visit.request.user, visit.session ? "not theirs to do" : "nobody is signed in");
  }
  if (visit.session != nullptr) {
    return Problem(visit, base::PermissionDenied("this is not yours to do"));
  }
  Response response = Welcome(visit);
  if (!asks) response.status = 403;
  return response;
}

// Of a page that was loaded before they signed in anew, or of somebody who cannot read our pages.
Response Site::OfAnotherSession(const Visit& visit) {
  LogRefusal(visit.request.user, "a form that is not of this session");
  return Problem(visit,
                 base::PermissionDenied("the page that you sent this from is older than your "
                                        "sign-in. Go back to it and copy what you typed; then load "
                                        "it again, and send it from there"));
}

Response Site::Welcome(const Visit& visit) {
  if (visit.desk == nullptr) return ShowFirst(visit);
  return IsOfStaff(visit.request.path) ? ShowStaffSignIn(visit) : ShowSignIn(visit);
}

base::Result<PersonIdentity> Site::PersonOf(const Request& request) {
  const std::string_view id = request.Field("person");
  if (!base::IsRandomId(id)) return base::InvalidArgument("Choose who you are");
  FB_ASSIGN_OR_RETURN(Desk* const desk, OpenDeskOnce());
  if (desk == nullptr) return base::FailedPrecondition("this device is not enrolled yet");
  FB_ASSIGN_OR_RETURN(const auto here, ListPeople(desk->state));
  return FindPerson(here, id);
}

std::uint64_t Site::Version() {
  base::MutexLock lock(mutex_);
  return VersionNow();
}

std::uint64_t Site::VersionNow() {
  if (desk_ == nullptr) return own_changes_;
  return own_changes_ + desk_->store->ShownChanges().value_or(0);
}

bool Site::Lives(const std::string& session) {
  return sessions_.Lives(session, ReadMachineTime().since_boot);
}

void Site::EndSessions() {
  const absl::Duration since_boot = ReadMachineTime().since_boot;
  refusals_.Flush(since_boot);
  sessions_.EndIdle(since_boot);
  base::MutexLock lock(mutex_);
  if (desk_ == nullptr) return;
  const Request nobodys;
  const absl::Time now = VisitOf(nobodys, {}, desk_.get(), nullptr).now;
  const bool over = absl::IsFailedPrecondition(CheckLease(*desk_->store, now));
  sessions_.EndAllOf([&](const base::RecipientId& person) {
    return over || desk_->store->WasRemoved(person).value_or(false);
  });
  const bool any = sessions_.Any(since_boot);
  if (in_use_ && !any) ::malloc_trim(0);
  in_use_ = any;
}

}  // namespace firstbell::school::web
