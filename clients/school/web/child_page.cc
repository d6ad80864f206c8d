#include "clients/school/web/child_page.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "clients/console/output.h"
#include "clients/school/alert_words.h"
#include "clients/school/people_text.h"
#include "clients/school/records/bodies.h"
#include "clients/school/web/child_view.h"

namespace firstbell::school::web {
namespace {

constexpr std::size_t kRowsAPage = 50;
constexpr std::size_t kMostDue = 20;

// An id that the same words always have, so that what is written twice is kept once.
std::string IdOf(std::initializer_list<std::string_view> words) {
  return base::FormatRandomId(std::string_view(crypto::Sha256(words)).substr(0, 16));
}

RecordFacts FactsBy(const Visit& visit, const ChildId& child, RecordKind kind) {
  // A form that is sent twice, or again after a crash, says the same thing under the same id.
  const std::string_view draft = visit.request.Field("draft");
  return {.id = RecordId(base::IsRandomId(draft) ? std::string(draft) : crypto::RandomId()),
          .child = child,
          .kind = kind,
          .at = visit.now,
          .by = visit.person().identity.id};
}

base::Result<Added> Add(const Visit& visit, const RecordFacts& facts, const std::string& body) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  return visit.records->Add(*ring, visit.person().signer, facts, body);
}

// A child that was written down before under a body of its own is that child.
base::Status KeepChild(const Visit& visit, const ChildId& id, const v1::Child& child) {
  RecordFacts facts = FactsBy(visit, id, RecordKind::kChild);
  facts.id = RecordId(IdOf({"child row", id.value()}));
  const ChildBody body{NameText(child.name()), child.date_of_birth(), ""};
  const base::Status kept = Add(visit, facts, ToText(body)).status();
  return absl::IsAlreadyExists(kept) ? base::OkStatus() : kept;
}

base::Result<ChildId> ChildOfPath(const Visit& visit) {
  const std::string& id = visit.parts.front();
  if (!base::IsRandomId(id)) return base::NotFound("there is no such child here");
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto row,
                      visit.records->Newest(*ring, ChildId(id), RecordKind::kChild));
  if (!row) return base::NotFound("there is no such child here");
  return ChildId(id);
}

std::string Text(const Visit& visit, const std::string& name) {
  return std::string(visit.request.Field(name));
}

std::uint64_t BeforeOf(const Visit& visit) {
  const auto found = visit.request.query.find("before");
  std::uint64_t before = 0;
  if (found != visit.request.query.end()) {
    const std::string& text = found->second;
    std::from_chars(text.data(), text.data() + text.size(), before);
  }
  return before;
}

Response Show(const Visit& visit, const ChildId& child, Json error) {
  const auto ring = RingOf(visit);
  if (!ring.ok()) return Problem(visit, ring.status());
  const auto page = visit.records->OfChild(**ring, child, BeforeOf(visit), kRowsAPage);
  if (!page.ok()) return Problem(visit, page.status());
  auto data = ChildView(visit, **ring, child, *page);
  if (!data.ok()) return Problem(visit, data.status());
  const int status = error.is_null() ? 200 : 400;
  (*data)["error"] = std::move(error);
  return Page(visit, "child", "A child", *std::move(data), status);
}

// Added, or the page again with what is wrong beside the field.
template <typename Body>
Response AddTo(const Visit& visit, const RecordFacts& facts, const Body& body,
               const std::string& field) {
  base::Status done = Check(body);
  if (done.ok()) done = Add(visit, facts, ToText(body)).status();
  if (done.ok()) return SeeOther("/child/" + facts.child.value());
  if (absl::IsInvalidArgument(done)) return Show(visit, facts.child, ErrorOf(done, field));
  return Problem(visit, done);
}

std::optional<absl::Time> MorningOf(const Visit& visit, const std::string& day) {
  const auto at = visit.london.Parse(day, "day");
  return day.empty() || !at.ok() ? std::nullopt : std::optional(model::FromWire(*at));
}

}  // namespace

base::Result<const Ring*> RingOf(const Visit& visit) {
  if (visit.records == nullptr) {
    return base::DataLoss(
        "what this school has written down cannot be opened: whoever looks after this machine runs "
        "firstbell-school verify, which says why. Alerts are not touched by it");
  }
  if (visit.session->ring) return &*visit.session->ring;
  FB_ASSIGN_OR_RETURN(const bool any, visit.records->HasKey());
  auto ring = any ? visit.records->OpenRing(visit.person())
                  : visit.records->MakeFirst(visit.person().identity);
  // Somebody else made it a moment ago.
  if (absl::IsFailedPrecondition(ring.status())) ring = visit.records->OpenRing(visit.person());
  FB_RETURN_IF_ERROR(ring.status());
  visit.session->ring.emplace(*std::move(ring));
  return &*visit.session->ring;
}

// If we crash between the rows, the next look at the alert writes what is missing. The daemon may
// be told meanwhile that the alert was taken back: whoever comes second erases it.
base::Result<std::string> KeepAlert(const Visit& visit, const HeldAlert& alert,
                                    const v1::AlertContent& content) {
  const auto ring = RingOf(visit);
  if (absl::IsPermissionDenied(ring.status())) return std::string();
  FB_RETURN_IF_ERROR(ring.status());
  const std::string& id = alert.newest.alert_id.value();
  // Without a birth date no child is like another: this one is this alert's.
  const ChildId fresh(IdOf({"child", id}));
  ChildId child = fresh;
  if (const auto tag = TagText(content.child())) {
    FB_ASSIGN_OR_RETURN(child, visit.records->ChildOf(**ring, *tag, fresh));
  }
  FB_RETURN_IF_ERROR(KeepChild(visit, child, content.child()));
  RecordFacts facts = FactsBy(visit, child, RecordKind::kAlert);
  facts.id = RecordId(IdOf({"alert row", id, std::to_string(alert.newest.revision)}));
  facts.alert = alert.newest.alert_id;
  FB_RETURN_IF_ERROR(Add(visit, facts, console::ToJson(content)).status());
  FB_ASSIGN_OR_RETURN(const auto since, visit.store().ShownAlert(alert.newest.alert_id));
  if (since && since->ended && model::TakenBack(since->ended->state)) {
    FB_RETURN_IF_ERROR(visit.records->EraseOfAlert(alert.newest.alert_id, RecordKind::kAlert,
                                                   ErasedWhy::kTakenBack, visit.now));
  }
  return "/child/" + child.value();
}

base::Result<Json> DueToday(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (absl::IsPermissionDenied(ring.status())) return Json(nullptr);
  FB_RETURN_IF_ERROR(ring.status());
  FB_ASSIGN_OR_RETURN(const auto due, visit.records->Due(**ring, visit.now, kMostDue));
  if (due.empty()) return Json(nullptr);
  Json items = Json::array();
  for (const Record& record : due) {
    FB_ASSIGN_OR_RETURN(const std::string name, NameOf(visit, **ring, record.facts.child));
    FB_ASSIGN_OR_RETURN(const ActionBody body, Parse<ActionBody>(record.body));
    items.push_back({{"href", "/child/" + record.facts.child.value()},
                     {"child", name},
                     {"text", WordsOfAction(body.what)}});
  }
  return Json{{"items", std::move(items)}};
}

Response ShowChildren(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (!ring.ok()) return Problem(visit, ring.status());
  const auto page = visit.records->OfKind(**ring, RecordKind::kChild, BeforeOf(visit), kRowsAPage);
  if (!page.ok()) return Problem(visit, page.status());
  Json children = Json::array();
  std::set<ChildId> listed;
  for (const Record& record : page->records) {
    const auto body = Parse<ChildBody>(record.body);
    if (!body.ok() || !listed.insert(record.facts.child).second) continue;
    children.push_back({{"href", "/child/" + record.facts.child.value()},
                        {"name", body->name},
                        {"born", body->born}});
  }
  Json data = {{"none", children.empty()}, {"children", std::move(children)}};
  data["older"] =
      page->next == 0 ? Json(nullptr) : Json("/children?before=" + std::to_string(page->next));
  return Page(visit, "children", "Children", std::move(data));
}

Response ShowChild(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  return child.ok() ? Show(visit, *child, nullptr) : Problem(visit, child.status());
}

Response AddAction(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  const std::string stage = Text(visit, "stage");
  ActionBody body{.what = Text(visit, "what"),
                  .stage = stage == "plan"     ? Stage::kPlan
                           : stage == "review" ? Stage::kReview
                                               : Stage::kDone,
                  .who = Text(visit, "who"),
                  .note = Text(visit, "note"),
                  .outcome = Text(visit, "outcome"),
                  .follow_up = Text(visit, "follow_up")};
  if (body.what == "other") body.what = Text(visit, "other");
  RecordFacts facts = FactsBy(visit, *child, RecordKind::kAction);
  facts.due = MorningOf(visit, body.follow_up);
  // What is looked at again names what it was said of, which is then no longer due.
  const std::string reviews = Text(visit, "reviews");
  if (base::IsRandomId(reviews)) facts.corrects = RecordId(reviews);
  return AddTo(visit, facts, body, "what");
}

Response AddConcern(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  const ConcernBody body{Text(visit, "text"), Text(visit, "seen_by")};
  return AddTo(visit, FactsBy(visit, *child, RecordKind::kConcern), body, "text");
}

Response AddPause(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  const PauseBody body{Text(visit, "who"), Text(visit, "pause_note"), Text(visit, "until"), false};
  return AddTo(visit, FactsBy(visit, *child, RecordKind::kPause), body, "who");
}

Response LiftPause(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  return AddTo(visit, FactsBy(visit, *child, RecordKind::kPause), PauseBody{.lifted = true}, "who");
}

base::Result<Json> WaitingToBeLetIn(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (absl::IsPermissionDenied(ring.status())) return Json(nullptr);
  FB_RETURN_IF_ERROR(ring.status());
  FB_ASSIGN_OR_RETURN(const auto readers, visit.records->ReaderIds());
  FB_ASSIGN_OR_RETURN(const auto here, ListPeople(visit.desk->state));
  Json people = Json::array();
  for (const PersonIdentity& person : here) {
    const bool reads = std::find(readers.begin(), readers.end(), person.id) != readers.end();
    FB_ASSIGN_OR_RETURN(const bool removed, visit.store().WasRemoved(person.id));
    if (reads || removed) continue;
    people.push_back({{"id", person.id.value()},
                      {"name", person.display_name},
                      {"role", model::Word(person.role)}});
  }
  return people.empty() ? Json(nullptr) : Json{{"people", std::move(people)}};
}

Response LetIn(const Visit& visit) {
  const std::string id = Text(visit, "person");
  const auto let_in = [&]() -> base::Status {
    if (!base::IsRandomId(id)) return base::InvalidArgument("Choose whom to let in");
    FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
    FB_ASSIGN_OR_RETURN(auto here, ListPeople(visit.desk->state));
    FB_ASSIGN_OR_RETURN(const PersonIdentity person, FindPerson(std::move(here), id));
    FB_ASSIGN_OR_RETURN(const link::LogTrust trust, visit.store().Trust());
    const std::string_view in_log = InLog(person.id, trust);
    if (in_log == "stranger" || in_log == "not_yet") {
      return base::FailedPrecondition(
          "the delivery log does not bear them out yet: wait some minutes, and where it stays so "
          "telephone your operator");
    }
    return visit.records->LetIn(*ring, person);
  };
  const base::Status done = let_in();
  return done.ok() ? SeeOther("/people") : Problem(visit, done);
}

}  // namespace firstbell::school::web
