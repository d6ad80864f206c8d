// The part of child_page.h that writes: each form is one row, or two of which the second says who
// learned it. A form that is sent again finishes what was begun.

#include <algorithm>
#include <utility>

#include "absl/strings/str_join.h"
#include "broker/base/clock.h"
#include "broker/crypto/random.h"
#include "broker/model/violations.h"
#include "clients/school/records/catalogue.h"
#include "clients/school/records/wishes.h"
#include "clients/school/web/child_page.h"
#include "clients/school/web/child_view.h"
#include "clients/school/web/record_forms.h"
#include "clients/school/web/record_words.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::Draft;
using school_records::Record;
using school_records::RecordId;
using school_records::Ring;

constexpr char kStaff[] = "All staff";
constexpr std::size_t kMostRows = 500;

// The child of the path and the form, or the page with what is wrong.
template <typename Fill>
Response Add(const Visit& visit, const Fill& fill) {
  const auto child = ChildToWrite(visit);
  if (!child.ok()) return Problem(visit, child.status());
  Draft draft = NewDraft(visit, *child);
  const base::Status done = fill(draft);
  if (done.ok()) return WrittenDown(visit, PathOf(*child));
  Json error = FormErrors(done);
  return error.is_null() ? Problem(visit, done) : ShowChildAgain(visit, *child, std::move(error));
}

Response AddOf(const Visit& visit, v1::RecordKind kind) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    FB_RETURN_IF_ERROR(ReadForm(visit, kind, draft));
    return Write(visit, draft);
  });
}

// The child's row of that kind that this draft takes the place of; empty: there is none yet.
base::Result<RecordId> Replaces(const Visit& visit, const Draft& draft, v1::RecordKind kind) {
  FB_ASSIGN_OR_RETURN(const auto before, WrittenBefore(visit, draft));
  if (before) return before->head.refers_to;
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto row, visit.records->CurrentOf(*ring, draft.child, kind));
  return row ? row->head.id : RecordId();
}

// What the child wishes that is against telling somebody, in words; empty: nothing is.
base::Result<std::string> WishesAgainst(const Visit& visit, const ChildId& child,
                                        const std::string& who) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto row,
                      visit.records->CurrentOf(*ring, child, v1::RECORD_KIND_PASSPORT));
  if (!row) return "";
  const auto wishes = school_records::WishesAgainst(row->said.passport(), who);
  return absl::StrJoin(wishes, "; ", [](std::string* text, const v1::ChildWish& wish) {
    text->append(WishText(wish));
  });
}

// Kept as something to choose next time.
base::Status Offer(const Visit& visit, const std::string& words, std::string_view draft_id) {
  Draft draft = NewDraft(visit, ChildId());
  draft.id = IdOf({"offer", draft_id});
  auto& item = *draft.body.mutable_catalogue();
  item.set_code(IdOf({"offer code", draft_id}).value());
  item.set_words(words);
  return Write(visit, draft);
}

// What was done, looked at again: a row that takes its place.
base::Status Review(const Visit& visit, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const Record row, RowOf(visit, child, visit.request.Field("reviews")));
  if (row.head.kind != v1::RECORD_KIND_ACTION) {
    return base::FailedPrecondition("what was done is looked at again, and nothing else");
  }
  Draft draft = NewDraft(visit, child);
  draft.body = row.said;
  draft.body.mutable_action()->set_stage(v1::ACTION_STAGE_REVIEWED);
  const std::string outcome = visit.Field("review_outcome");
  if (!outcome.empty()) draft.body.mutable_action()->set_outcome(outcome);
  draft.corrects = row.head.id;
  FB_RETURN_IF_ERROR(ReadDay(visit, "review_follow_up", draft.due));
  return Write(visit, draft);
}

base::Result<std::vector<RecordId>> RowsOf(const Visit& visit, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  std::vector<RecordId> ids;
  std::string token;
  do {
    FB_ASSIGN_OR_RETURN(
        const auto page,
        visit.records->ByChild(*ring, child, {}, {.limit = kMostRows, .token = token}));
    for (const Record& row : page.rows) {
      if (row.head.kind != v1::RECORD_KIND_ERASED && !row.erased) ids.push_back(row.head.id);
    }
    token = page.next;
  } while (!token.empty());
  return ids;
}

}  // namespace

base::Status CheckWish(const Visit& visit, const ChildId& child, const std::string& path,
                       v1::WhoWasTold& told) {
  FB_ASSIGN_OR_RETURN(const std::string against, WishesAgainst(visit, child, told.who()));
  if (!against.empty()) told.set_against_wish(true);
  if (against.empty() || !told.why_overridden().empty()) return base::OkStatus();
  return model::FieldError(path, "is to be said: the child wishes “" + against + "”");
}

Response AddAction(const Visit& visit) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_ACTION, draft));
    FB_RETURN_IF_ERROR(Write(visit, draft));
    if (visit.request.Field("offer").empty() || !draft.body.action().code().empty()) {
      return base::OkStatus();
    }
    return Offer(visit, draft.body.action().what(), draft.id.value());
  });
}

Response ReviewAction(const Visit& visit) {
  const auto child = ChildToWrite(visit);
  if (!child.ok()) return Problem(visit, child.status());
  const base::Status done = Review(visit, *child);
  if (done.ok()) return WrittenDown(visit, PathOf(*child));
  Json error = FormErrors(done);
  if (error.is_null()) return Problem(visit, done);
  // There is another form on that page with the row's field.
  for (Json& item : error["items"]) {
    if (item["field"] == "outcome") item["field"] = "review_outcome";
  }
  if (error["at"].contains("outcome")) {
    error["at"]["review_outcome"] = error["at"]["outcome"];
    error["at"].erase("outcome");
  }
  return ShowChildAgain(visit, *child, std::move(error));
}

Response AddConcern(const Visit& visit) {
  return AddOf(visit, v1::RECORD_KIND_CONCERN);
}

Response AddPause(const Visit& visit) {
  return AddOf(visit, v1::RECORD_KIND_PAUSE);
}

Response LiftPause(const Visit& visit) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    draft.body.mutable_pause()->set_lifted(true);
    return Write(visit, draft);
  });
}

Response AddTold(const Visit& visit) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_TOLD, draft));
    FB_RETURN_IF_ERROR(
        CheckWish(visit, draft.child, "told.why_overridden", *draft.body.mutable_told()));
    return Write(visit, draft);
  });
}

// The ledger first: if we crash between, it says too much rather than too little.
Response AddToSheet(const Visit& visit) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_ADJUSTMENT, draft));
    v1::SheetAdjustment& line = *draft.body.mutable_adjustment();
    line.set_child_name(visit.Field("sheet_name"));
    line.set_form(visit.Field("sheet_class"));
    draft.due = school_records::Tonight(visit.now, london);
    FB_RETURN_IF_ERROR(CheckLine(line));

    Draft told = draft;
    told.id = IdOf({"told", draft.id.value()});
    told.due = std::nullopt;
    told.body.Clear();
    v1::WhoWasTold& learned = *told.body.mutable_told();
    learned.set_who(kStaff);
    learned.set_what(line.impact().empty() ? line.adjustment()
                                           : line.impact() + "\n" + line.adjustment());
    learned.set_why("On the sheet for staff, without a reason, until tonight.");
    learned.set_why_overridden(visit.Field("sheet_overridden"));
    FB_RETURN_IF_ERROR(CheckWish(visit, draft.child, "sheet_overridden", learned));
    if (!learned.against_wish()) learned.clear_why_overridden();
    FB_RETURN_IF_ERROR(Write(visit, told));
    return Write(visit, draft);
  });
}

Response AddFiled(const Visit& visit) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    const base::AlertId alert(visit.Field("alert"));
    if (!base::IsRandomId(alert.value())) return base::NotFound("there is no such alert here");
    FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
    FB_ASSIGN_OR_RETURN(const auto rows, visit.records->ByAlert(*ring, alert, {.limit = 1}));
    const bool theirs = !rows.rows.empty() && rows.rows.front().head.child == draft.child;
    if (!theirs) return base::NotFound("there is no such alert of this child");
    draft.alert = alert;
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_FILED, draft));
    return Write(visit, draft);
  });
}

Response ReviewFile(const Visit& visit) {
  return Add(visit, [&](Draft& draft) -> base::Status {
    FB_ASSIGN_OR_RETURN(draft.corrects, Replaces(visit, draft, v1::RECORD_KIND_RETENTION));
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_RETENTION, draft));
    if (!draft.due || *draft.due <= visit.now) {
      return model::FieldError("review", "is a day that is still to come");
    }
    return Write(visit, draft);
  });
}

// If we crash between the steps, the rest is still listed and is erased the next time.
Response EraseFile(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  if (visit.request.Field("confirm") != "yes") {
    return ShowChildAgain(
        visit, *child,
        ErrorOf(base::InvalidArgument("Say that you have looked at what is erased"), "confirm"));
  }
  const auto erase = [&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
    FB_ASSIGN_OR_RETURN(const auto rows, RowsOf(visit, *child));
    for (std::size_t at = 0; at < rows.size(); at += kMostRows) {
      const std::size_t count = std::min(kMostRows, rows.size() - at);
      FB_RETURN_IF_ERROR(visit.records->Erase(*ring, visit.person().signer,
                                              absl::MakeConstSpan(rows).subspan(at, count),
                                              v1::ERASURE_REASON_RETENTION, visit.now));
    }
    return base::OkStatus();
  };
  const base::Status done = erase();
  return done.ok() ? SeeOther("/children") : Problem(visit, done);
}

// --- The passport -----------------------------------------------------------------------------

namespace {

constexpr int kSpareWishes = 2;

std::string_view MayWord(v1::MayKnow may) {
  return may == v1::MAY_KNOW_YES ? "yes" : may == v1::MAY_KNOW_NO ? "no" : "ask";
}

std::string Lines(const google::protobuf::RepeatedPtrField<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

Json WishesView(const v1::ChildPassport& passport) {
  Json wishes = Json::array();
  for (int i = 0; i < passport.wishes_size() + kSpareWishes; ++i) {
    const v1::ChildWish wish = i < passport.wishes_size() ? passport.wishes(i) : v1::ChildWish();
    const std::string_view may = MayWord(wish.may_know());
    wishes.push_back({{"number", i},
                      {"shown", i + 1},
                      {"who", wish.who()},
                      {"about", wish.about()},
                      {"yes", may == "yes"},
                      {"no", may == "no"},
                      {"ask", may == "ask"}});
  }
  return wishes;
}

// As it was typed, where that was refused.
Response ShowPassportAgain(const Visit& visit, const ChildId& child,
                           const v1::ChildPassport& passport, Json error) {
  const auto known = ChildAsKnown(visit, child);
  if (!known.ok()) return Problem(visit, known.status());
  const int status = error.is_null() ? 200 : 400;
  Json data = {{"child", {{"name", NameOf(*known)}, {"href", PathOf(child)}}},
               {"needs", Lines(passport.needs())},
               {"triggers", Lines(passport.triggers())},
               {"communicates", passport.communicates()},
               {"trusted_adult", passport.trusted_adult()},
               {"wishes", WishesView(passport)},
               {"draft", crypto::RandomId()}};
  data["error"] = std::move(error);
  return Page(visit, "passport", "A child’s passport", std::move(data), status);
}

base::Result<std::optional<Record>> PassportOf(const Visit& visit, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  return visit.records->CurrentOf(*ring, child, v1::RECORD_KIND_PASSPORT);
}

}  // namespace

Response ShowPassport(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  const auto row = PassportOf(visit, *child);
  if (!row.ok()) return Problem(visit, row.status());
  return ShowPassportAgain(visit, *child, *row ? (*row)->said.passport() : v1::ChildPassport(),
                           nullptr);
}

Response SavePassport(const Visit& visit) {
  const auto child = ChildToWrite(visit);
  if (!child.ok()) return Problem(visit, child.status());
  Draft draft = NewDraft(visit, *child);
  const auto save = [&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(draft.corrects, Replaces(visit, draft, v1::RECORD_KIND_PASSPORT));
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_PASSPORT, draft));
    return Write(visit, draft);
  };
  const base::Status done = save();
  if (done.ok()) return WrittenDown(visit, PathOf(*child));
  Json error = FormErrors(done);
  if (error.is_null()) return Problem(visit, done);
  return ShowPassportAgain(visit, *child, draft.body.passport(), std::move(error));
}

// --- The catalogue ----------------------------------------------------------------------------

namespace {

Response ShowCatalogueAgain(const Visit& visit, Json error) {
  const auto ring = RingOf(visit);
  if (!ring.ok()) return Problem(visit, ring.status());
  const auto rows = visit.records->Current(**ring, v1::RECORD_KIND_CATALOGUE, {.limit = kMostRows});
  if (!rows.ok()) return Problem(visit, rows.status());
  Json own = Json::array(), always = Json::array();
  for (const Record& row : rows->rows) {
    const v1::CatalogueItem& item = row.said.catalogue();
    if (item.retired()) continue;
    own.push_back(
        {{"id", row.head.id.value()}, {"words", item.words()}, {"draft", crypto::RandomId()}});
  }
  for (const auto& entry : school_records::BuiltInCatalogue()) always.push_back(entry.words);
  const int status = error.is_null() ? 200 : 400;
  Json data = {{"own", std::move(own)},
               {"always", std::move(always)},
               {"draft", crypto::RandomId()},
               {"typed", Typed(visit)}};
  data["error"] = std::move(error);
  return Page(visit, "catalogue", "What this school offers", std::move(data), status);
}

}  // namespace

Response ShowCatalogue(const Visit& visit) {
  return ShowCatalogueAgain(visit, nullptr);
}

Response AddToCatalogue(const Visit& visit) {
  const Draft draft = NewDraft(visit, ChildId());
  const base::Status done = Offer(visit, visit.Field("words"), draft.id.value());
  if (done.ok()) return WrittenDown(visit, "/catalogue");
  Json error = FormErrors(done);
  return error.is_null() ? Problem(visit, done) : ShowCatalogueAgain(visit, std::move(error));
}

Response RetireFromCatalogue(const Visit& visit) {
  const auto retire = [&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const Record row, RowOf(visit, ChildId(), visit.request.Field("item")));
    if (row.head.kind != v1::RECORD_KIND_CATALOGUE) return base::NotFound("there is no such entry");
    Draft draft = NewDraft(visit, ChildId());
    draft.body = row.said;
    draft.body.mutable_catalogue()->set_retired(true);
    draft.corrects = row.head.id;
    return Write(visit, draft);
  };
  const base::Status done = retire();
  return done.ok() ? SeeOther("/catalogue") : Problem(visit, done);
}

}  // namespace firstbell::school::web
