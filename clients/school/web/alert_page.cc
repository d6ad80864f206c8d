#include "clients/school/web/alert_page.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "clients/school/alert_words.h"
#include "clients/school/inbox_text.h"
#include "clients/school/reply.h"
#include "clients/school/show.h"
#include "clients/school/web/alert_view.h"
#include "clients/school/web/record_desk.h"
#include "clients/school/web/record_forms.h"
#include "clients/school/web/today_page.h"

namespace firstbell::school::web {
namespace {

constexpr char kTitle[] = "An alert";

std::string PathOf(const HeldAlert& alert) {
  return "/alert/" + alert.newest.alert_id.value();
}

// By its whole id: a page never takes a beginning for one.
base::Result<HeldAlert> AlertOf(const Visit& visit) {
  if (!base::IsRandomId(visit.parts.front())) return base::NotFound("there is no such alert here");
  FB_ASSIGN_OR_RETURN(auto alert, visit.store().ShownAlert(base::AlertId(visit.parts.front())));
  if (!alert) return base::NotFound("there is no such alert here");
  return *std::move(alert);
}

base::Result<v1::AlertContent> WhoItIs(const Visit& visit, const HeldAlert& alert) {
  return ReadWhoItIs(visit.store(), alert, visit.person(),
                     visit.desk->device.broker.envelope_public_key(), visit.now);
}

// Whether they have said that they read it, here or under an earlier signature.
base::Result<bool> MayRead(const Visit& visit, const HeldAlert& alert) {
  if (visit.session->reads.contains(alert.newest.alert_id)) return true;
  return visit.store().HasOpened(alert.newest, visit.person().identity.id);
}

// What a form was refused on stands in its fields again; of what is chosen, under its own name.
Json TypedHere(const Visit& visit) {
  Json typed = Typed(visit);
  for (const char* const chosen : {"about", "reason"}) {
    typed[chosen] = {{visit.Field(chosen), true}};
  }
  return typed;
}

// `error`: of a form of that page, or null.
Response PageOf(const Visit& visit, std::string_view page, Json data, Json error) {
  const int status = error.is_null() ? 200 : 400;
  data["typed"] = error.is_null() ? Json::object() : TypedHere(visit);
  data["error"] = std::move(error);
  data["draft"] = crypto::RandomId();
  return Page(visit, page, kTitle, std::move(data), status);
}

Response ShowWhoItIs(const Visit& visit, const HeldAlert& alert, Json error) {
  const auto content = WhoItIs(visit, alert);
  if (!content.ok()) return Problem(visit, content.status());
  Json data = WhoView(visit, alert, *content);
  data["kin"] = KinOf(visit, alert, *content);
  return PageOf(visit, "alert_who", std::move(data), std::move(error));
}

// A record that cannot be kept keeps nobody from reading the alert; it is said to them.
Json ChronologyOf(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content) {
  const bool let_in = !absl::IsPermissionDenied(RingOf(visit).status());
  if (!let_in) {
    return {{"text",
             "It does not stand in this child’s chronology yet: ask a colleague to let you "
             "in on the page People, and open the alert again."}};
  }
  const auto kept = KeepAlert(visit, alert, content);
  if (!kept.ok()) {
    base::LogError("school/web", "an alert was not written down in the school's records",
                   {{"alert", alert.newest.alert_id.value()},
                    {"why", std::string(base::Message(kept.status()))}});
    return {{"text",
             "It could not be written down in this child’s chronology: tell whoever looks "
             "after this computer. The alert itself is whole."}};
  }
  return kept->empty() ? Json(nullptr) : Json{{"link", {{"href", *kept}}}};
}

Response ShowContent(const Visit& visit, const HeldAlert& alert, Json error) {
  const auto content = OpenAlert(visit.store(), alert, visit.person(),
                                 visit.desk->device.broker.envelope_public_key(), visit.now);
  if (!content.ok()) return Problem(visit, content.status());
  Json data = AlertView(visit, alert, *content);
  data["kin"] = KinOf(visit, alert, *content);
  data["chronology"] = ChronologyOf(visit, alert, *content);
  Json acts = ActsOf(visit, Writers(visit), alert.newest.alert_id);
  data["acts"] = acts.empty() ? Json(nullptr) : Json{{"items", std::move(acts)}};
  return PageOf(visit, "alert", std::move(data), std::move(error));
}

// As much of it as this person has asked for.
Response ShowAsRead(const Visit& visit, const HeldAlert& alert, Json error = nullptr) {
  if (alert.part == v1::PART_IDENTITY) return ShowWhoItIs(visit, alert, std::move(error));
  const auto may_read = MayRead(visit, alert);
  if (!may_read.ok()) return Problem(visit, may_read.status());
  return *may_read ? ShowContent(visit, alert, std::move(error))
                   : ShowWhoItIs(visit, alert, std::move(error));
}

// Where an act was refused because of what was typed, the alert is shown again with why.
Response Answered(const Visit& visit, const HeldAlert& alert, const base::Status& done,
                  const std::string& field) {
  if (done.ok()) return SeeOther(PathOf(alert));
  const bool typed = absl::IsInvalidArgument(done);
  return typed ? ShowAsRead(visit, alert, ErrorOf(done, field)) : Problem(visit, done);
}

base::Result<base::RecipientId> ColleagueOf(const Visit& visit) {
  const std::string_view id = visit.request.Field("colleague");
  if (!base::IsRandomId(id)) return base::InvalidArgument("Choose a colleague");
  FB_ASSIGN_OR_RETURN(const link::Person colleague,
                      FindColleague(visit.store(), id, visit.person().identity.id));
  return colleague.id;
}

// Of a form that was drawn once: what it says. Sent again, by a second click or after it was cut
// off, it says that once; changed, it says something else. Nobody can guess what was typed from it.
std::string FormOf(const Visit& visit) {
  if (!base::IsRandomId(visit.request.Field("draft"))) return "";
  std::string said = visit.request.path;
  for (const auto& [name, value] : visit.request.form) {
    if (name == "form") continue;  // the session's
    absl::StrAppend(&said, " ", name.size(), ":", name, value.size(), ":", value);
  }
  return crypto::Sha256(said);
}

}  // namespace

Response ShowAlert(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  return ShowAsRead(visit, *alert);
}

Response ReadAlert(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  // Signs that they opened it; the page that follows opens it again, and signs nothing twice.
  const auto content = OpenAlert(visit.store(), *alert, visit.person(),
                                 visit.desk->device.broker.envelope_public_key(), visit.now);
  if (!content.ok()) return Problem(visit, content.status());
  visit.session->reads.insert(alert->newest.alert_id);
  return SeeOther(PathOf(*alert));
}

Response PassOn(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  const auto colleague = ColleagueOf(visit);
  if (absl::IsInvalidArgument(colleague.status())) {
    return ShowWhoItIs(visit, *alert, ErrorOf(colleague.status(), "colleague"));
  }
  if (!colleague.ok()) return Problem(visit, colleague.status());
  const auto asked =
      OfferAlert(visit.store(), *alert, visit.person(), *colleague, visit.now, FormOf(visit))
          .status();
  return asked.ok() ? SeeOther("/") : Problem(visit, asked);
}

Response TakeAlert(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  base::RecipientId handed_to;
  if (visit.request.Field("how") == "handed") {
    const auto colleague = ColleagueOf(visit);
    if (!colleague.ok()) return Answered(visit, *alert, colleague.status(), "colleague");
    handed_to = *colleague;
  }
  const auto said =
      AcknowledgeAlert(visit.store(), *alert, visit.person(), handed_to, visit.now).status();
  return Answered(visit, *alert, said, "how");
}

Response AskColleague(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  const auto colleague = ColleagueOf(visit);
  if (!colleague.ok()) return Answered(visit, *alert, colleague.status(), "ask");
  const auto asked =
      OfferAlert(visit.store(), *alert, visit.person(), *colleague, visit.now, FormOf(visit))
          .status();
  return Answered(visit, *alert, asked, "ask");
}

Response SayOursHere(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  const auto said = SayOurs(visit.store(), *alert, visit.person(), visit.now).status();
  return said.ok() ? SeeOther(PathOf(*alert)) : Problem(visit, said);
}

Response RefuseHere(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  if (visit.request.Field("reason").empty()) {
    return Answered(visit, *alert, base::InvalidArgument("Say why the child is not your pupil"),
                    "reason");
  }
  v1::SchoolHeard new_school;
  new_school.set_name(visit.request.Field("new_school").data(),
                      visit.request.Field("new_school").size());
  new_school.set_town(visit.request.Field("new_town").data(),
                      visit.request.Field("new_town").size());
  const auto said =
      RefuseAlert(visit.store(), *alert, visit.person(),
                  ParseRefusal(std::string(visit.request.Field("reason"))), new_school, visit.now)
          .status();
  return said.ok() ? SeeOther("/") : Answered(visit, *alert, said, "new_school");
}

Response SayArrivalHere(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  const std::string_view word = visit.request.Field("said");
  const v1::Arrival arrival = word == "seen"     ? v1::ARRIVAL_SEEN
                              : word == "late"   ? v1::ARRIVAL_LATE
                              : word == "absent" ? v1::ARRIVAL_ABSENT
                                                 : v1::ARRIVAL_UNSPECIFIED;
  if (arrival == v1::ARRIVAL_UNSPECIFIED) {
    return Problem(visit, base::InvalidArgument("Say whether the child has come"));
  }
  const auto said =
      SayArrival(visit.store(), *alert, visit.person(), arrival, visit.now, FormOf(visit)).status();
  return Answered(visit, *alert, said, "said");
}

Response ReplyHere(const Visit& visit) {
  const auto alert = AlertOf(visit);
  if (!alert.ok()) return Problem(visit, alert.status());
  const v1::ReplyAbout about = ParseReplyAbout(visit.request.Field("about"));
  const auto text = CheckReplyText(std::string(visit.request.Field("text")));
  if (!text.ok()) return ShowAsRead(visit, *alert, FormErrors(text.status()));
  const auto said =
      SendReply(visit.store(), *alert, visit.person(), about, *text,
                visit.desk->device.broker.envelope_public_key(), visit.now, FormOf(visit))
          .status();
  return Answered(visit, *alert, said, "text");
}

}  // namespace firstbell::school::web
