#include "clients/school/web/site.h"

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
#include "clients/school/web/first_page.h"
#include "clients/school/web/people_page.h"
#include "clients/school/web/sign_in_page.h"
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

enum class Access { kAnyone, kSignedIn };

struct Site::Route {
  std::string_view method, pattern;
  Access access;
  Response (*show)(const Visit& visit);  // null: the site's own
};

const std::vector<Site::Route>& Site::Routes() {
  static const std::vector<Route> kRoutes = {
      {"GET", "/", Access::kSignedIn, ShowToday},
      {"GET", "/alert/*", Access::kSignedIn, ShowAlert},
      {"POST", "/alert/*/read", Access::kSignedIn, ReadAlert},
      {"POST", "/alert/*/pass-on", Access::kSignedIn, PassOn},
      {"POST", "/alert/*/take", Access::kSignedIn, TakeAlert},
      {"POST", "/alert/*/ask", Access::kSignedIn, AskColleague},
      {"POST", "/alert/*/ours", Access::kSignedIn, SayOursHere},
      {"POST", "/alert/*/refuse", Access::kSignedIn, RefuseHere},
      {"POST", "/alert/*/arrival", Access::kSignedIn, SayArrivalHere},
      {"POST", "/alert/*/reply", Access::kSignedIn, ReplyHere},
      {"GET", "/children", Access::kSignedIn, ShowChildren},
      {"GET", "/child/*", Access::kSignedIn, ShowChild},
      {"POST", "/child/*/action", Access::kSignedIn, AddAction},
      {"POST", "/child/*/concern", Access::kSignedIn, AddConcern},
      {"POST", "/child/*/pause", Access::kSignedIn, AddPause},
      {"POST", "/child/*/lift-pause", Access::kSignedIn, LiftPause},
      {"GET", "/people", Access::kSignedIn, ShowPeople},
      {"POST", "/people/let-in", Access::kSignedIn, LetIn},
      {"POST", "/people/away", Access::kSignedIn, SayAway},
      {"POST", "/people/back", Access::kSignedIn, SayBack},
      {"POST", "/people/confirm", Access::kSignedIn, ConfirmDuty},
      {"POST", "/first/recovery", Access::kSignedIn, ShowSchemeOnceKept},
      {"GET", "/first/scheme", Access::kSignedIn, ShowScheme},
      {"POST", "/first/scheme", Access::kSignedIn,
       [](const Visit&) { return SeeOther("/practice"); }},
      {"GET", "/practice", Access::kSignedIn, ShowPractice},
      {"POST", "/practice/take", Access::kSignedIn, TakePractice},
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

Response Site::Answer(const Request& request) {
  if (const auto refusal = Judge(request, options_.guard)) return Refused(request, *refusal);
  if (const auto file = Match("/assets/*", request.path)) return FileOf(file->front());
  if (request.path == "/events") return Stream();
  if (request.method == "POST") {
    if (request.path == "/sign-in") return SignIn(request);
    if (request.path == "/lock") return Lock(request);
    if (request.path == "/recover") return RecoverHere(request);
    if (request.path == "/first/enrol") return EnrolHere(request);
  }
  for (const Route& route : Routes()) {
    auto parts = Match(route.pattern, request.path);
    if (parts && route.method == request.method) return Serve(route, request, *std::move(parts));
  }
  return WithVisit(request, [](const Visit& visit) {
    return Problem(visit, base::NotFound("there is no such page"));
  });
}

// Before anybody is asked who they are: nothing that was sent is repeated, and no page is drawn.
Response Site::Refused(const Request& request, const Refusal& refusal) {
  base::LogWarning(
      kStop, "a request was refused",
      {{"why", refusal.why}, {"user", request.user ? std::to_string(*request.user) : "unknown"}});
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
  auto records = RecordStore::Open(state.Records());
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
          .london = london_,
          .records = records_.get(),
          .version = VersionNow()};
}

Response Site::WithVisit(const Request& request, const Show& show) {
  const auto session = sessions_.Use(request.session, ReadMachineTime().since_boot);
  base::MutexLock lock(mutex_);
  const auto desk = OpenDeskOnce();
  const Visit visit = VisitOf(request, {}, desk.ok() ? *desk : nullptr, session.get());
  return desk.ok() ? show(visit) : Problem(visit, desk.status());
}

Response Site::Serve(const Route& route, const Request& request, std::vector<std::string> parts) {
  const auto session = sessions_.Use(request.session, ReadMachineTime().since_boot);
  base::MutexLock lock(mutex_);
  const auto desk = OpenDeskOnce();
  Visit visit = VisitOf(request, std::move(parts), desk.ok() ? *desk : nullptr, session.get());
  if (!desk.ok()) return Problem(visit, desk.status());
  if (route.access == Access::kSignedIn && (session == nullptr || visit.desk == nullptr)) {
    if (request.method == "GET" && request.path != "/") return SeeOther("/");
    Response response = Welcome(visit);
    if (request.method == "POST") response.status = 403;
    return response;
  }
  if (request.method == "POST") {
    if (!crypto::ConstantTimeEqual(request.Field("form"), visit.form)) {
      return Refused(request, {403, "a form that is not of this session"});
    }
    ++own_changes_;
    visit.version = VersionNow();
  }
  return route.show(visit);
}

Response Site::Welcome(const Visit& visit) {
  return visit.desk == nullptr ? ShowFirst(visit) : ShowSignIn(visit);
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
  return own_changes_ + desk_->store->ChangesByOthers().value_or(0);
}

bool Site::Lives(const std::string& session) {
  return sessions_.Lives(session, ReadMachineTime().since_boot);
}

void Site::EndSessions() {
  sessions_.EndIdle(ReadMachineTime().since_boot);
  base::MutexLock lock(mutex_);
  if (desk_ == nullptr) return;
  const Request nobodys;
  const absl::Time now = VisitOf(nobodys, {}, desk_.get(), nullptr).now;
  const bool over = absl::IsFailedPrecondition(CheckLease(*desk_->store, now));
  sessions_.EndAllOf([&](const base::RecipientId& person) {
    return over || desk_->store->WasRemoved(person).value_or(false);
  });
}

}  // namespace firstbell::school::web
