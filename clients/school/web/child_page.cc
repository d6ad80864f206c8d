#include "clients/school/web/child_page.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "absl/strings/str_split.h"
#include "broker/base/bytes.h"
#include "broker/crypto/random.h"
#include "clients/school/records/catalogue.h"
#include "clients/school/records/child_name.h"
#include "clients/school/web/child_view.h"
#include "clients/school/web/concerns_page.h"
#include "clients/school/web/record_forms.h"
#include "clients/school/web/record_words.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::Record;
using school_records::Ring;

constexpr std::size_t kChildrenAPage = 50;
constexpr std::size_t kMostDue = 20;
constexpr std::size_t kMostFound = 50;
constexpr std::size_t kRowsALook = 500;

std::string QueryOf(const Visit& visit, const std::string& name) {
  const auto found = visit.request.query.find(name);
  return found == visit.request.query.end() ? std::string() : found->second;
}

Json ChildLine(const Record& record) {
  const v1::RecordedChild& child = record.said.child();
  return {{"href", PathOf(record.head.child)},
          {"name", NameOf(child)},
          {"born", child.date_of_birth()},
          {"class", child.form()}};
}

bool HasEveryWord(const v1::RecordedChild& child, const std::vector<std::string>& words) {
  const std::string name = school_records::Folded(
      child.given_names() + " " + child.preferred_name() + " " + child.family_name());
  return std::all_of(words.begin(), words.end(),
                     [&](const std::string& word) { return name.find(word) != std::string::npos; });
}

// Until there are `most`. All of them are looked through: a name stands nowhere in the clear by
// which it could be found.
base::Result<std::vector<Record>> ChildrenOf(
    const Visit& visit, const std::function<bool(const v1::RecordedChild&)>& fits,
    std::size_t most) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  std::vector<Record> children;
  std::string token;
  do {
    FB_ASSIGN_OR_RETURN(auto page, visit.records->Current(*ring, v1::RECORD_KIND_CHILD,
                                                          {.limit = kRowsALook, .token = token}));
    for (Record& record : page.rows) {
      if (children.size() < most && fits(record.said.child())) {
        children.push_back(std::move(record));
      }
    }
    token = page.next;
  } while (!token.empty() && children.size() < most);
  return children;
}

Response ShowList(const Visit& visit, Json children, Json older, bool found) {
  Json data = {{"none", children.empty()},
               {"children", std::move(children)},
               {"older", std::move(older)},
               {"found", found}};
  return Page(visit, "children", "Children", std::move(data));
}

// Of that kind, those that wait longest, each with the text that `words` says of it.
template <typename Words>
base::Status AddDue(const Visit& visit, const Ring& ring, v1::RecordKind kind, const Words& words,
                    Json& due) {
  FB_ASSIGN_OR_RETURN(const auto page, visit.records->Due(ring, kind, absl::InfinitePast(),
                                                          visit.now, {.limit = kMostDue}));
  for (const Record& record : page.rows) {
    FB_ASSIGN_OR_RETURN(const v1::RecordedChild child, ChildAsKnown(visit, record.head.child));
    const char* const at = kind == v1::RECORD_KIND_RETENTION ? "#kept" : "";
    due["items"].push_back({{"href", PathOf(record.head.child) + at},
                            {"child", NameOf(child)},
                            {"text", words(record)}});
  }
  if (!page.next.empty()) due["more"] = true;
  return base::OkStatus();
}

}  // namespace

base::Result<bool> HasFile(const Visit& visit, const std::string& name) {
  const std::string folded = school_records::Folded(name);
  const auto called = [&](const v1::RecordedChild& child) {
    const std::vector<std::string> names = {NameOf(child), NameInUse(child),
                                            child.given_names() + " " + child.family_name()};
    return std::any_of(names.begin(), names.end(), [&](const std::string& one) {
      return school_records::Folded(one) == folded;
    });
  };
  FB_ASSIGN_OR_RETURN(const auto found, ChildrenOf(visit, called, 1));
  return !found.empty();
}

base::Result<Json> DueToday(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (absl::IsPermissionDenied(ring.status())) return Json(nullptr);
  FB_RETURN_IF_ERROR(ring.status());
  FB_ASSIGN_OR_RETURN(const auto added, AddedToCatalogue(visit));
  Json due = {{"items", Json::array()}, {"more", false}, {"concerns", nullptr}};
  const auto action = [&](const Record& record) {
    return school_records::WordsOf(record.said.action(), added);
  };
  FB_RETURN_IF_ERROR(AddDue(visit, **ring, v1::RECORD_KIND_ACTION, action, due));
  const auto file = [](const Record&) { return "is what is written down still to be kept?"; };
  FB_RETURN_IF_ERROR(AddDue(visit, **ring, v1::RECORD_KIND_RETENTION, file, due));
  FB_ASSIGN_OR_RETURN(const std::int64_t concerns, visit.records->CountUnplacedConcerns());
  if (due["items"].empty() && concerns == 0) return Json(nullptr);
  if (concerns > 0) {
    due["concerns"] = concerns == 1
                          ? "A colleague has reported a concern"
                          : "Colleagues have reported " + std::to_string(concerns) + " concerns";
  }
  return due;
}

Response ShowChildren(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (!ring.ok()) return Problem(visit, ring.status());
  const auto page = visit.records->Current(
      **ring, v1::RECORD_KIND_CHILD, {.limit = kChildrenAPage, .token = QueryOf(visit, "before")});
  if (!page.ok()) return Problem(visit, page.status());
  Json children = Json::array();
  for (const Record& record : page->rows) children.push_back(ChildLine(record));
  Json older = page->next.empty() ? Json(nullptr) : Json("/children?before=" + page->next);
  return ShowList(visit, std::move(children), std::move(older), false);
}

Response FindChildren(const Visit& visit) {
  const std::vector<std::string> words =
      absl::StrSplit(school_records::Folded(visit.Field("name")), ' ', absl::SkipEmpty());
  if (words.empty()) return SeeOther("/children");
  const auto found = ChildrenOf(
      visit, [&](const v1::RecordedChild& child) { return HasEveryWord(child, words); },
      kMostFound);
  if (!found.ok()) return Problem(visit, found.status());
  Json children = Json::array();
  for (const Record& record : *found) children.push_back(ChildLine(record));
  return ShowList(visit, std::move(children), nullptr, true);
}

Response ShowChildAgain(const Visit& visit, const ChildId& child, Json error) {
  auto data =
      ChildView(visit, child, {.show = QueryOf(visit, "show"), .token = QueryOf(visit, "before")});
  if (!data.ok()) return Problem(visit, data.status());
  const int status = error.is_null() ? 200 : 400;
  Json& typed = (*data)["typed"] = Typed(visit);
  if (visit.request.form.contains("reviews")) typed = Json::object();  // it has a form of its own
  for (const char* const chosen : {"what", "stage"}) {
    if (typed.contains(chosen)) typed[chosen] = {{visit.Field(chosen), true}};
  }
  (*data)["error"] = std::move(error);
  return Page(visit, "child", "A child", *std::move(data), status);
}

Response ShowChild(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  return child.ok() ? ShowChildAgain(visit, *child, nullptr) : Problem(visit, child.status());
}

// --- Correcting -------------------------------------------------------------------------------

namespace {

struct Correcting {
  ChildId child;
  Record row;
};

// By somebody else, or by this form as it was sent before?
base::Result<bool> WasCorrectedByThis(const Visit& visit, const Record& row) {
  FB_ASSIGN_OR_RETURN(const auto before, WrittenBefore(visit, NewDraft(visit, row.head.child)));
  return before && before->head.refers_to == row.head.id;
}

base::Result<Correcting> CorrectingOf(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const ChildId child, ChildOfPath(visit));
  FB_ASSIGN_OR_RETURN(Record row, RowOf(visit, child, visit.parts.at(1)));
  FB_ASSIGN_OR_RETURN(const bool again, WasCorrectedByThis(visit, row));
  if ((!row.current && !again) || row.erased || !HasForm(row.head.kind)) {
    return base::FailedPrecondition("this entry was corrected or erased meanwhile: read it again");
  }
  return Correcting{child, std::move(row)};
}

// What was typed stands in the field again, or else what the row says.
Json FieldView(const Visit& visit, const FormField& field, const Json& error) {
  const bool typed = visit.request.form.contains(field.name);
  const bool wrong = error.is_object() && error["at"].contains(field.name);
  const std::string value = typed ? visit.Field(field.name) : field.value;
  Json options = Json::array();
  for (const auto& [choice, text] : field.choices) {
    options.push_back({{"value", choice}, {"text", text}, {"chosen", choice == value}});
  }
  const bool choice = field.as == FormField::As::kChoice;
  return {{"name", field.name},
          {"label", field.label},
          {"value", value},
          {"choice", choice ? Json{{"options", std::move(options)}} : Json(nullptr)},
          {"lines", field.as == FormField::As::kText},
          {"line", field.as == FormField::As::kLine || field.as == FormField::As::kDay},
          {"type", field.as == FormField::As::kDay ? "date" : "text"},
          {"wrong", wrong ? error["at"][field.name] : Json(nullptr)}};
}

base::Result<Json> FieldsView(const Visit& visit, const Correcting& correcting, const Json& error) {
  const Record& row = correcting.row;
  FB_ASSIGN_OR_RETURN(const auto added, AddedToCatalogue(visit));
  std::vector<FormField> fields = FieldsOf(row, added, visit.london);
  if (row.head.kind == v1::RECORD_KIND_CONCERN) {
    FB_ASSIGN_OR_RETURN(std::vector<FormChoice> children, ChildChoices(visit));
    std::erase_if(children,
                  [&](const FormChoice& one) { return one.value == correcting.child.value(); });
    // However many there are: nothing is moved that nobody moves.
    children.insert(children.begin(), {"", "This child, as it is"});
    fields.push_back(
        {"child", "Whom it is about", "", FormField::As::kChoice, std::move(children)});
  }
  Json view = Json::array();
  for (const FormField& field : fields) view.push_back(FieldView(visit, field, error));
  return view;
}

Response ShowForm(const Visit& visit, const Correcting& correcting, Json error) {
  const auto child = ChildAsKnown(visit, correcting.child);
  if (!child.ok()) return Problem(visit, child.status());
  auto fields = FieldsView(visit, correcting, error);
  if (!fields.ok()) return Problem(visit, fields.status());
  const RecordWords words = WordsOf(correcting.row, {}, visit.london);
  const int status = error.is_null() ? 200 : 400;
  Json data = {
      {"child", {{"name", NameOf(*child)}, {"href", PathOf(correcting.child)}}},
      {"heading", words.heading},
      {"at", visit.london.Format(correcting.row.head.at)},
      {"fields", *std::move(fields)},
      {"draft", crypto::RandomId()},
      {"correct",
       {{"href", PathOf(correcting.child) + "/correct/" + correcting.row.head.id.value()}}}};
  data["error"] = std::move(error);
  return Page(visit, "correct", "Correct an entry", std::move(data), status);
}

}  // namespace

Response ShowCorrect(const Visit& visit) {
  const auto correcting = CorrectingOf(visit);
  if (!correcting.ok()) return Problem(visit, correcting.status());
  return ShowForm(visit, *correcting, nullptr);
}

namespace {

// A concern that was placed with the wrong child: it is written down with the other, and what
// stands of it in the first one's file is erased, for it is nothing about that child. If we crash
// between, it stands with both, and the form sent again erases the first.
base::Status MoveConcern(const Visit& visit, const Correcting& from, const ChildId& to) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto known, visit.records->CurrentOf(*ring, to, v1::RECORD_KIND_CHILD));
  if (!known) return base::NotFound("there is no such child here");
  school_records::Draft draft = NewDraft(visit, to);
  draft.body = from.row.said;
  FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_CONCERN, draft));
  std::vector<school_records::RecordId> rows = {from.row.head.id};
  school_records::RowHead first = from.row.head;
  while (!first.refers_to.empty()) {
    FB_ASSIGN_OR_RETURN(const Record row, visit.records->Get(*ring, first.refers_to));
    if (row.head.child == from.child && !row.erased) rows.push_back(row.head.id);
    first = row.head;
  }
  KeepWhoWroteIt(visit, first, *draft.body.mutable_concern());
  FB_RETURN_IF_ERROR(Write(visit, draft));
  return visit.records->Erase(*ring, visit.person().signer, rows,
                              v1::ERASURE_REASON_ABOUT_ANOTHER_CHILD, visit.now);
}

// Sent again, after it was cut off.
bool WasMoved(const Visit& visit, const ChildId& to) {
  const auto moved = WrittenBefore(visit, NewDraft(visit, to));
  return moved.ok() && *moved && (*moved)->head.child == to;
}

// The other child, where a concern's form names one.
std::optional<ChildId> MovedTo(const Visit& visit) {
  const std::string other = visit.Field("child");
  if (!base::IsRandomId(other) || other == visit.parts.front()) return std::nullopt;
  return ChildId(other);
}

}  // namespace

Response CorrectRow(const Visit& visit) {
  const auto correcting = CorrectingOf(visit);
  const auto to = MovedTo(visit);
  if (!correcting.ok() && to && WasMoved(visit, *to)) return WrittenDown(visit, PathOf(*to));
  if (!correcting.ok()) return Problem(visit, correcting.status());
  const Record& row = correcting->row;
  if (to && row.head.kind == v1::RECORD_KIND_CONCERN) {
    const base::Status moved = MoveConcern(visit, *correcting, *to);
    if (moved.ok()) return WrittenDown(visit, PathOf(*to));
    Json error = FormErrors(moved);
    return error.is_null() ? Problem(visit, moved) : ShowForm(visit, *correcting, std::move(error));
  }
  school_records::Draft draft = NewDraft(visit, correcting->child);
  draft.body = row.said;
  draft.alert = row.head.alert;
  draft.due = row.head.due;
  draft.corrects = row.head.id;
  base::Status done = ReadForm(visit, row.head.kind, draft);
  if (done.ok() && row.head.kind == v1::RECORD_KIND_TOLD) {
    done = CheckWish(visit, draft.child, "told.why_overridden", *draft.body.mutable_told());
  }
  if (done.ok()) done = Write(visit, draft);
  if (done.ok()) return WrittenDown(visit, PathOf(correcting->child));
  Json error = FormErrors(done);
  return error.is_null() ? Problem(visit, done) : ShowForm(visit, *correcting, std::move(error));
}

}  // namespace firstbell::school::web
