#include "clients/school/web/child_view.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "clients/school/alert_words.h"
#include "clients/school/inbox.h"
#include "clients/school/inbox_text.h"
#include "clients/school/records/catalogue.h"
#include "clients/school/show.h"
#include "clients/school/web/alert_view.h"
#include "clients/school/web/record_forms.h"
#include "clients/school/web/record_words.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::Record;
using school_records::RecordId;
using school_records::Records;
using school_records::Ring;

constexpr std::size_t kRowsAPage = 50;

struct Filter {
  std::string_view word, text;
  std::vector<v1::RecordKind> kinds;
};
const std::vector<Filter>& Filters() {
  static const auto* const filters = new std::vector<Filter>{
      {"",
       "All that happened",
       {v1::RECORD_KIND_ALERT, v1::RECORD_KIND_ACTION, v1::RECORD_KIND_CONCERN,
        v1::RECORD_KIND_PAUSE, v1::RECORD_KIND_PASSPORT, v1::RECORD_KIND_TOLD,
        v1::RECORD_KIND_ADJUSTMENT, v1::RECORD_KIND_FILED}},
      {"police", "From the police", {v1::RECORD_KIND_ALERT}},
      {"did",
       "What we did",
       {v1::RECORD_KIND_ACTION, v1::RECORD_KIND_PAUSE, v1::RECORD_KIND_ADJUSTMENT}},
      {"concerns", "Concerns", {v1::RECORD_KIND_CONCERN}},
      // Of an alert stands who read it.
      {"told",
       "Who learned what",
       {v1::RECORD_KIND_TOLD, v1::RECORD_KIND_ADJUSTMENT, v1::RECORD_KIND_ALERT}},
      {"file",
       "The file itself",
       {v1::RECORD_KIND_CHILD, v1::RECORD_KIND_PASSPORT, v1::RECORD_KIND_FILED,
        v1::RECORD_KIND_RETENTION, v1::RECORD_KIND_ERASED}},
  };
  return *filters;
}

const Filter& FilterOf(std::string_view word) {
  const auto found = std::find_if(Filters().begin(), Filters().end(),
                                  [&](const Filter& one) { return one.word == word; });
  return found == Filters().end() ? Filters().front() : *found;
}

class Entries {
 public:
  Entries(const Visit& visit, const ChildId& child, std::vector<v1::CatalogueItem> added,
          std::string system, const std::vector<Record>& rows)
      : visit_(visit),
        path_(PathOf(child)),
        added_(std::move(added)),
        system_(std::move(system)),
        writers_(visit) {
    for (const Record& row : rows) {
      if (!row.head.refers_to.empty()) corrections_[row.head.refers_to] = &row;
    }
  }

  base::Result<Json> Of(const Record& record) const {
    const RecordWords words = WordsOf(record, added_, visit_.london);
    Json entry = {{"id", record.head.id.value()},
                  {"at", visit_.london.Format(record.head.at)},
                  {"by", writers_.NameOf(record.head.writer)},
                  {"heading", words.heading},
                  {"gone", words.gone},
                  {"facts", FactsView(words.facts)},
                  {"corrected", CorrectedText(record)},
                  {"due", nullptr},
                  {"correct", nullptr},
                  {"police", nullptr}};
    if (record.erased || !record.current) return entry;
    const bool form = HasForm(record.head.kind);
    if (form) entry["correct"] = {{"href", path_ + "/correct/" + record.head.id.value()}};
    const bool due = record.head.kind == v1::RECORD_KIND_ACTION && record.head.due;
    if (due) {
      entry["due"] = ReviewOf(record);
    }
    if (record.head.kind == v1::RECORD_KIND_ALERT) {
      FB_ASSIGN_OR_RETURN(entry["police"], PoliceOf(record));
    }
    return entry;
  }

 private:
  std::string CorrectedText(const Record& record) const {
    if (record.current || record.erased) return "";
    const auto later = corrections_.find(record.head.id);
    const bool reviewed = later != corrections_.end() &&
                          later->second->said.action().stage() == v1::ACTION_STAGE_REVIEWED;
    return reviewed ? "Looked at again above." : "Corrected above. Both are kept.";
  }

  base::Result<Json> PoliceOf(const Record& record) const {
    FB_ASSIGN_OR_RETURN(const v1::AlertContent content, PoliceContent(record));
    const AlertWords words = school::WordsOf(content, visit_.london);
    return Json{{"facts", FactsView(words.happened)},
                {"account", words.account},
                {"said", words.said},
                {"handling", words.handling},
                {"may_collect", words.may_collect},
                {"must_not_collect", words.must_not_collect},
                {"orders_in_force", words.orders_in_force},
                {"support", FactsView(words.support)},
                {"contact", FactsView(words.contact)},
                {"itself", ItselfOf(record.head.alert)},
                {"alert", record.head.alert.value()},
                {"id", ShortId(record.head.alert)},
                {"filing", FilingOf(record.head.id.value())},
                {"acts", ActsOf(visit_, writers_, record.head.alert)}};
  }

  // The alert's own page, for as long as this person can open it.
  Json ItselfOf(const base::AlertId& id) const {
    const auto held = visit_.store().ShownAlert(id);
    const bool there = held.ok() && *held && !IsExpired(**held, visit_.now) &&
                       CheckMayAnswer(visit_.store(), **held, visit_.person()).ok();
    return there ? Json{{"href", "/alert/" + id.value()}} : Json(nullptr);
  }

  // In the form that was just sent stands what was typed.
  Json ReviewOf(const Record& record) const {
    const std::string& id = record.head.id.value();
    const bool sent = visit_.request.path == path_ + "/reviewed" && visit_.Field("reviews") == id;
    return {{"text", visit_.london.Date(*record.head.due)},
            {"draft", crypto::RandomId()},
            {"sent", sent},
            {"of", sent ? "" : "-" + id},
            {"outcome", sent ? visit_.Field("review_outcome") : ""},
            {"follow_up", sent ? visit_.Field("review_follow_up") : ""}};
  }

  // Each entry has its form, of which an alert that was corrected has several. In the one that was
  // just sent stands what was typed; in the others the system that the school named last. What is
  // erased is ticked anew each time.
  Json FilingOf(const std::string& entry) const {
    const bool sent = visit_.request.path == path_ + "/filed" && visit_.Field("entry") == entry;
    return {{"draft", crypto::RandomId()},
            {"entry", entry},
            {"sent", sent},
            {"of", sent ? "" : "-" + entry},
            {"system", sent ? visit_.Field("system") : system_},
            {"reference", sent ? visit_.Field("reference") : ""},
            {"alone", sent && !visit_.request.Field("alone").empty()}};
  }

  const Visit& visit_;
  const std::string path_;
  const std::vector<v1::CatalogueItem> added_;
  const std::string system_;  // in which this school files
  const Writers writers_;
  std::map<RecordId, const Record*> corrections_;
};

// What is in force: that anybody who thinks of a sanction speaks to somebody first.
base::Result<Json> PauseNow(const Visit& visit, const Ring& ring, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const auto row, visit.records->CurrentOf(ring, child, v1::RECORD_KIND_PAUSE));
  const bool over =
      !row || row->said.pause().lifted() || (row->head.due && *row->head.due <= visit.now);
  if (over) return Json(nullptr);
  Json pause = {{"who", row->said.pause().speak_to()}, {"note", row->said.pause().words()}};
  pause["until"] =
      row->head.due ? Json(visit.london.Date(*row->head.due - absl::Seconds(1))) : Json(nullptr);
  return pause;
}

// What of the passport whoever opens the page should see first.
base::Result<Json> PassportNow(const Visit& visit, const Ring& ring, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const auto row,
                      visit.records->CurrentOf(ring, child, v1::RECORD_KIND_PASSPORT));
  if (!row) return Json(nullptr);
  Json wished = Json::array();
  for (const v1::ChildWish& wish : row->said.passport().wishes()) wished.push_back(WishText(wish));
  Json passport = {{"facts", FactsView(WordsOf(*row, {}, visit.london).facts)}};
  passport["wished"] = wished.empty() ? Json(nullptr) : Json{{"items", wished}};
  return passport;
}

base::Result<Json> RetentionNow(const Visit& visit, const Ring& ring, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const auto row,
                      visit.records->CurrentOf(ring, child, v1::RECORD_KIND_RETENTION));
  Json kept = {{"until", ""}, {"next", ""}, {"now", false}};
  if (!row || !row->head.due) return kept;
  kept["until"] = row->said.retention().keep_until();
  kept["next"] = visit.london.Date(*row->head.due);
  kept["now"] = *row->head.due <= visit.now;
  return kept;
}

// In which the last alert was filed, of whichever child. Nothing, where that cannot be read:
// another child's entry keeps nobody from this one's.
std::string SystemNow(const Visit& visit, const Ring& ring) {
  const auto filed = visit.records->Current(ring, v1::RECORD_KIND_FILED, {.limit = 1});
  return filed.ok() && !filed->rows.empty() ? filed->rows.front().said.filed().system() : "";
}

Json FiltersView(const std::string& path, const std::string& shown) {
  Json filters = Json::array();
  for (const Filter& filter : Filters()) {
    const std::string query = filter.word.empty() ? "" : "?show=" + std::string(filter.word);
    filters.push_back({{"href", path + query + "#chronology"},
                       {"text", filter.text},
                       {"current", filter.word == shown}});
  }
  return filters;
}

// What was chosen is chosen still, where something else in the form was wrong.
Json CatalogueView(const Visit& visit, const std::vector<v1::CatalogueItem>& added) {
  const std::string chosen = visit.Field("what");
  Json items = Json::array();
  for (const auto& entry : school_records::CatalogueOf(added)) {
    items.push_back(
        {{"code", entry.code}, {"words", entry.words}, {"checked", entry.code == chosen}});
  }
  return items;
}

// What stands in the sheet's form: what was typed, where something else in it was wrong.
Json OnSheet(const Visit& visit, const v1::RecordedChild& child) {
  const bool sent = visit.request.form.contains("sheet_name");
  return {{"name", sent ? visit.Field("sheet_name") : NameInUse(child)},
          {"class", sent ? visit.Field("sheet_class") : child.form()}};
}

Json DraftsOfForms() {
  Json drafts = Json::object();
  for (const char* const form : {"action", "concern", "pause", "told", "sheet", "retention"}) {
    drafts[form] = crypto::RandomId();
  }
  return drafts;
}

std::string OlderHref(const std::string& path, const Filter& filter, const std::string& next) {
  const std::string show = filter.word.empty() ? "" : "&show=" + std::string(filter.word);
  return path + "?before=" + next + show + "#chronology";
}

}  // namespace

base::Result<Json> ChildView(const Visit& visit, const ChildId& child, const ChronologyView& view) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  const Filter& filter = FilterOf(view.show);
  FB_ASSIGN_OR_RETURN(const Records page,
                      visit.records->ByChild(*ring, child, filter.kinds,
                                             {.limit = kRowsAPage, .token = view.token}));
  FB_ASSIGN_OR_RETURN(auto added, AddedToCatalogue(visit));
  Json catalogue = CatalogueView(visit, added);
  const Entries entries(visit, child, std::move(added), SystemNow(visit, *ring), page.rows);
  Json list = Json::array();
  for (const Record& record : page.rows) {
    FB_ASSIGN_OR_RETURN(Json entry, entries.Of(record));
    list.push_back(std::move(entry));
  }
  const std::string path = PathOf(child);
  FB_ASSIGN_OR_RETURN(const v1::RecordedChild known, ChildAsKnown(visit, child));
  FB_ASSIGN_OR_RETURN(Json pause, PauseNow(visit, *ring, child));
  FB_ASSIGN_OR_RETURN(Json passport, PassportNow(visit, *ring, child));
  FB_ASSIGN_OR_RETURN(Json retention, RetentionNow(visit, *ring, child));
  return Json{
      {"child",
       {{"name", NameOf(known)},
        {"erased", known.given_names().empty() && known.family_name().empty()},
        {"born", known.date_of_birth()},
        {"year", known.year_group()},
        {"class", known.form()},
        {"href", path}}},
      {"on_sheet", OnSheet(visit, known)},
      {"entries", std::move(list)},
      {"filters", FiltersView(path, std::string(filter.word))},
      {"pause", std::move(pause)},
      {"passport", std::move(passport)},
      {"retention", std::move(retention)},
      {"catalogue", std::move(catalogue)},
      {"drafts", DraftsOfForms()},
      {"today", visit.london.Date(visit.now)},
      {"older", page.next.empty() ? Json(nullptr) : Json(OlderHref(path, filter, page.next))}};
}

}  // namespace firstbell::school::web
