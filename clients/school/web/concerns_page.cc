#include "clients/school/web/concerns_page.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "broker/crypto/random.h"
#include "broker/model/violations.h"
#include "clients/school/web/record_forms.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::Draft;
using school_records::Record;
using school_records::Ring;

constexpr std::size_t kConcernsAPage = 20;  // the next stand there once these are placed
constexpr std::size_t kMostChoices = 500;   // children to choose from

base::Result<Json> ConcernsView(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto page,
                      visit.records->UnplacedConcerns(*ring, {.limit = kConcernsAPage}));
  FB_ASSIGN_OR_RETURN(const std::vector<FormChoice> choices, ChildChoices(visit));
  const Writers writers(visit);
  Json concerns = Json::array();
  for (const Record& row : page.rows) {
    const v1::RecordedConcern& concern = row.said.concern();
    const bool sent = visit.request.Field("concern") == row.head.id.value();
    Json children = Json::array();
    for (const auto& [id, name] : choices) {
      children.push_back(
          {{"id", id}, {"name", name}, {"chosen", sent && visit.request.Field("child") == id}});
    }
    concerns.push_back({{"id", row.head.id.value()},
                        {"at", visit.london.Format(row.head.at)},
                        {"by", writers.NameOf(row.head.writer)},
                        {"about", concern.about()},
                        {"text", concern.text()},
                        {"where", concern.where()},
                        {"draft", crypto::RandomId()},
                        {"sent", sent},
                        {"of", sent ? "" : "-" + row.head.id.value()},
                        {"children", std::move(children)}});
  }
  return Json{{"none", concerns.empty()}, {"concerns", std::move(concerns)}};
}

Response ShowConcernsAgain(const Visit& visit, Json error) {
  auto data = ConcernsView(visit);
  if (!data.ok()) return Problem(visit, data.status());
  const int status = error.is_null() ? 200 : 400;
  (*data)["typed"] = error.is_null() ? Json::object() : Typed(visit);
  (*data)["error"] = std::move(error);
  return Page(visit, "concerns", "Concerns of staff", *std::move(data), status);
}

// One of those who are written down, or by their name.
base::Result<ChildId> ChosenChild(const Visit& visit, const Ring& ring) {
  const std::string chosen = visit.Field("child");
  if (base::IsRandomId(chosen)) {
    const ChildId child(chosen);
    FB_ASSIGN_OR_RETURN(const auto known,
                        visit.records->CurrentOf(ring, child, v1::RECORD_KIND_CHILD));
    if (known) return child;
    return base::InvalidArgument("What is written down of this child was erased: choose again");
  }
  v1::RecordedChild child;
  child.set_given_names(visit.Field("given_names"));
  child.set_family_name(visit.Field("family_name"));
  child.set_date_of_birth(visit.Field("born"));
  if (child.given_names().empty() || child.family_name().empty()) {
    return base::InvalidArgument("Choose the child, or write down who it is by both its names");
  }
  FB_ASSIGN_OR_RETURN(const auto found,
                      visit.records->FindOrAddChild(ring, visit.person().signer, child, visit.now));
  return found.id;
}

Response ShowStaffConcernAgain(const Visit& visit, Json error, bool done) {
  const int status = error.is_null() ? 200 : 400;
  Json data = {{"draft", crypto::RandomId()}, {"typed", Json::object()}};
  if (status != 200) data["typed"] = Typed(visit);
  if (done) {
    data["success"] = {{"text", "The safeguarding people have it. You cannot read it again."}};
  }
  data["error"] = std::move(error);
  return Page(visit, "staff_concern", "Report a concern", std::move(data), status);
}

}  // namespace

base::Result<std::vector<FormChoice>> ChildChoices(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto page, visit.records->Current(*ring, v1::RECORD_KIND_CHILD,
                                                              {.limit = kMostChoices}));
  std::vector<FormChoice> choices;
  for (const Record& row : page.rows) {
    const v1::RecordedChild& child = row.said.child();
    const std::string& born = child.date_of_birth();
    choices.push_back(
        {row.head.child.value(), NameOf(child) + (born.empty() ? "" : ", born " + born)});
  }
  std::sort(choices.begin(), choices.end(), [](const FormChoice& a, const FormChoice& b) {
    return std::tie(a.text, a.value) < std::tie(b.text, b.value);
  });
  return choices;
}

Response ShowConcerns(const Visit& visit) {
  return ShowConcernsAgain(visit, nullptr);
}

Response PlaceConcern(const Visit& visit) {
  ChildId child;
  const auto place = [&]() -> base::Status {
    FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
    FB_ASSIGN_OR_RETURN(const Record row, RowOf(visit, ChildId(), visit.request.Field("concern")));
    if (row.head.kind != v1::RECORD_KIND_CONCERN) return base::NotFound("there is no such concern");
    FB_ASSIGN_OR_RETURN(child, ChosenChild(visit, *ring));
    Draft draft = NewDraft(visit, child);
    draft.body = row.said;
    KeepWhoWroteIt(visit, row.head, *draft.body.mutable_concern());
    draft.corrects = row.head.id;
    return Write(visit, draft);
  };
  const base::Status done = place();
  if (done.ok()) return WrittenDown(visit, PathOf(child));
  Json error = FormErrors(done);
  if (error.is_null()) return Problem(visit, done);
  if (error["at"].empty()) error = ErrorOf(done, "child");
  return ShowConcernsAgain(visit, std::move(error));
}

Response ShowStaffConcern(const Visit& visit) {
  const bool done = visit.request.query.contains("done");
  return ShowStaffConcernAgain(visit, nullptr, done);
}

Response AddStaffConcern(const Visit& visit) {
  Draft draft = NewDraft(visit, ChildId());
  base::Status done = ReadForm(visit, v1::RECORD_KIND_CONCERN, draft);
  const auto& staff = visit.staff();
  if (done.ok()) done = visit.records->Add(staff.ring, staff.writer, draft).status();
  // Sent again: they have it.
  if (done.ok() || absl::IsAlreadyExists(done)) return SeeOther("/staff/concern?done=1");
  Json error = FormErrors(done);
  return error.is_null() ? Problem(visit, done)
                         : ShowStaffConcernAgain(visit, std::move(error), false);
}

}  // namespace firstbell::school::web
