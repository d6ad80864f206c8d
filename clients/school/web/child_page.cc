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

base::Result<Json> DueActions(const Visit& visit, const Ring& ring) {
  FB_ASSIGN_OR_RETURN(const auto due,
                      visit.records->Due(ring, v1::RECORD_KIND_ACTION, absl::InfinitePast(),
                                         visit.now, {.limit = kMostDue}));
  FB_ASSIGN_OR_RETURN(const auto added, AddedToCatalogue(visit));
  Json items = Json::array();
  for (const Record& record : due.rows) {
    FB_ASSIGN_OR_RETURN(const v1::RecordedChild child, ChildAsKnown(visit, record.head.child));
    items.push_back({{"href", PathOf(record.head.child)},
                     {"child", NameOf(child)},
                     {"text", school_records::WordsOf(record.said.action(), added)}});
  }
  return items;
}

base::Result<Json> DueFiles(const Visit& visit, const Ring& ring) {
  FB_ASSIGN_OR_RETURN(const auto due,
                      visit.records->Due(ring, v1::RECORD_KIND_RETENTION, absl::InfinitePast(),
                                         visit.now, {.limit = kMostDue}));
  Json items = Json::array();
  for (const Record& record : due.rows) {
    FB_ASSIGN_OR_RETURN(const v1::RecordedChild child, ChildAsKnown(visit, record.head.child));
    items.push_back({{"href", PathOf(record.head.child) + "#kept"},
                     {"child", NameOf(child)},
                     {"text", "is what is written down still to be kept?"}});
  }
  return items;
}

}  // namespace

base::Result<bool> HasFile(const Visit& visit, const std::string& name) {
  const std::string folded = school_records::Folded(name);
  const auto called = [&](const v1::RecordedChild& child) {
    const std::string given = child.given_names() + " " + child.family_name();
    return school_records::Folded(NameOf(child)) == folded ||
           school_records::Folded(given) == folded;
  };
  FB_ASSIGN_OR_RETURN(const auto found, ChildrenOf(visit, called, 1));
  return !found.empty();
}

base::Result<Json> DueToday(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (absl::IsPermissionDenied(ring.status())) return Json(nullptr);
  FB_RETURN_IF_ERROR(ring.status());
  FB_ASSIGN_OR_RETURN(Json items, DueActions(visit, **ring));
  FB_ASSIGN_OR_RETURN(const Json files, DueFiles(visit, **ring));
  for (const Json& file : files) items.push_back(file);
  FB_ASSIGN_OR_RETURN(const std::int64_t concerns, visit.records->CountUnplacedConcerns());
  if (items.empty() && concerns == 0) return Json(nullptr);
  Json due = {{"items", std::move(items)}, {"concerns", nullptr}};
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
  (*data)["typed"] = Typed(visit);
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

// What was typed stands in the fields again, or else what the row says.
Json FieldsView(const Visit& visit, const Record& row, const Json& error) {
  Json fields = Json::array();
  for (const FormField& field : FieldsOf(row, visit.london)) {
    const bool typed = visit.request.form.contains(field.name);
    const bool wrong = error.is_object() && error["at"].contains(field.name);
    fields.push_back({{"name", field.name},
                      {"label", field.label},
                      {"value", typed ? visit.Field(field.name) : field.value},
                      {"lines", field.as == FormField::As::kText},
                      {"type", field.as == FormField::As::kDay ? "date" : "text"},
                      {"wrong", wrong ? error["at"][field.name] : Json(nullptr)}});
  }
  return fields;
}

Response ShowForm(const Visit& visit, const Correcting& correcting, Json error) {
  const auto child = ChildAsKnown(visit, correcting.child);
  if (!child.ok()) return Problem(visit, child.status());
  const RecordWords words = WordsOf(correcting.row, {}, visit.london);
  const int status = error.is_null() ? 200 : 400;
  Json data = {
      {"child", {{"name", NameOf(*child)}, {"href", PathOf(correcting.child)}}},
      {"heading", words.heading},
      {"at", visit.london.Format(correcting.row.head.at)},
      {"fields", FieldsView(visit, correcting.row, error)},
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

Response CorrectRow(const Visit& visit) {
  const auto correcting = CorrectingOf(visit);
  if (!correcting.ok()) return Problem(visit, correcting.status());
  const Record& row = correcting->row;
  school_records::Draft draft = NewDraft(visit, correcting->child);
  draft.body = row.said;
  draft.alert = row.head.alert;
  draft.due = row.head.due;
  draft.corrects = row.head.id;
  base::Status done = ReadForm(visit, row.head.kind, draft);
  if (done.ok()) done = Write(visit, draft);
  if (done.ok()) return SeeOther(PathOf(correcting->child));
  Json error = FormErrors(done);
  return error.is_null() ? Problem(visit, done) : ShowForm(visit, *correcting, std::move(error));
}

}  // namespace firstbell::school::web
