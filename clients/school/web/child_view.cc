#include "clients/school/web/child_view.h"

#include <google/protobuf/util/json_util.h>

#include <map>
#include <set>
#include <utility>

#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "clients/school/alert_words.h"
#include "clients/school/inbox_text.h"
#include "clients/school/records/bodies.h"

namespace firstbell::school::web {
namespace {

std::string_view WordOf(Stage stage) {
  switch (stage) {
    case Stage::kPlan:
      return "Planned";
    case Stage::kDone:
      return "Done";
    case Stage::kReview:
      return "Looked at again";
  }
  return "";
}

std::string_view WhyText(ErasedWhy why) {
  switch (why) {
    case ErasedWhy::kRetention:
      return "Erased: its time was over.";
    case ErasedWhy::kTakenBack:
      return "Erased: the police took it back.";
    case ErasedWhy::kFiled:
      return "Erased: it is kept in the school's own system.";
    case ErasedWhy::kNot:
      break;
  }
  return "";
}

class Entries {
 public:
  explicit Entries(const Visit& visit) : visit_(visit) {
    const auto people = visit.store().People();
    if (!people.ok() || !*people) return;
    for (const link::Person& person : **people) names_[person.id] = person.display_name;
  }

  base::Result<Json> Of(const Record& record) {
    const bool corrected = corrected_.contains(record.facts.id);
    if (!record.facts.corrects.empty()) corrected_.insert(record.facts.corrects);
    Json entry = {
        {"id", record.facts.id.value()},
        {"at", visit_.london.Format(record.facts.at)},
        {"by", NameOfWriter(record.facts.by)},
        {"draft_review", crypto::RandomId()},
        {"corrected", corrected},
        {"gone", WhyText(record.erased)},
        {"due", record.facts.due && !corrected ? Json(visit_.london.Date(*record.facts.due))
                                               : Json(nullptr)}};
    for (const char* const name : {"police", "heading", "text", "note", "outcome", "who"}) {
      entry[name] = nullptr;
    }
    if (record.erased != ErasedWhy::kNot) {
      entry["heading"] = HeadingOf(record.facts.kind);
      return entry;
    }
    FB_RETURN_IF_ERROR(Fill(record, entry));
    return entry;
  }

 private:
  std::string NameOfWriter(const base::RecipientId& id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? "a colleague who has left" : found->second;
  }

  static std::string_view HeadingOf(RecordKind kind) {
    switch (kind) {
      case RecordKind::kChild:
        return "Written down here";
      case RecordKind::kAction:
        return "What we did";
      case RecordKind::kConcern:
        return "A concern";
      case RecordKind::kPause:
        return "A pause before any sanction";
      case RecordKind::kFiled:
        return "Filed";
      case RecordKind::kAlert:
        return "From the police";
    }
    return "";
  }

  base::Status Fill(const Record& record, Json& entry) const {
    entry["heading"] = HeadingOf(record.facts.kind);
    switch (record.facts.kind) {
      case RecordKind::kChild:
        break;
      case RecordKind::kAction: {
        FB_ASSIGN_OR_RETURN(const ActionBody body, Parse<ActionBody>(record.body));
        entry["heading"] = std::string(WordOf(body.stage)) + ": " + WordsOfAction(body.what);
        entry["who"] = body.who;
        entry["note"] = body.note;
        entry["outcome"] = body.outcome;
        break;
      }
      case RecordKind::kConcern: {
        FB_ASSIGN_OR_RETURN(const ConcernBody body, Parse<ConcernBody>(record.body));
        entry["text"] = body.text;
        entry["who"] = body.seen_by;
        break;
      }
      case RecordKind::kPause: {
        FB_ASSIGN_OR_RETURN(const PauseBody body, Parse<PauseBody>(record.body));
        entry["heading"] = body.lifted ? "The pause before sanctions was lifted"
                                       : "Before any sanction, speak to " + body.who;
        entry["note"] = body.note;
        break;
      }
      case RecordKind::kFiled: {
        FB_ASSIGN_OR_RETURN(const FiledBody body, Parse<FiledBody>(record.body));
        entry["text"] = body.system + ": " + body.reference;
        break;
      }
      case RecordKind::kAlert:
        return FillPolice(record, entry);
    }
    return base::OkStatus();
  }

  base::Status FillPolice(const Record& record, Json& entry) const {
    v1::AlertContent content;
    if (!google::protobuf::util::JsonStringToMessage(record.body, &content).ok()) {
      return base::DataLoss("a record of the school does not read back: restore from a backup");
    }
    const AlertWords words = WordsOf(content, visit_.london);
    Json facts = Json::array();
    for (const Fact& fact : words.happened) {
      facts.push_back({{"term", fact.term}, {"text", fact.text}});
    }
    entry["police"] = {{"facts", std::move(facts)},
                       {"account", words.account},
                       {"said", words.said},
                       {"handling", words.handling},
                       {"href", "/alert/" + record.facts.alert.value()},
                       {"id", ShortId(record.facts.alert)},
                       {"revision", content.revision() > 1},
                       {"acts", ActsOf(record.facts.alert)}};
    return base::OkStatus();
  }

  // What was signed here about the alert: these are receipts, and stand in the device's store.
  Json ActsOf(const base::AlertId& alert) const {
    Json acts = Json::array();
    const auto receipts = visit_.store().ActsOn(alert);
    if (!receipts.ok()) return acts;
    for (const AlertAct& act : *receipts) {
      acts.push_back({{"at", visit_.london.Format(act.at)},
                      {"what", model::Word(act.kind)},
                      {"by", NameOfWriter(act.signer)}});
    }
    return acts;
  }

  const Visit& visit_;
  std::map<base::RecipientId, std::string> names_;
  std::set<RecordId> corrected_;
};

// What is in force: that anybody who thinks of a sanction speaks to somebody first.
base::Result<Json> PauseNow(const Visit& visit, const Ring& ring, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const auto row, visit.records->Newest(ring, child, RecordKind::kPause));
  if (!row) return Json(nullptr);
  FB_ASSIGN_OR_RETURN(const PauseBody body, Parse<PauseBody>(row->body));
  const bool over = !body.until.empty() && body.until < visit.london.Date(visit.now);
  if (body.lifted || over) return Json(nullptr);
  return Json{{"who", body.who}, {"note", body.note}, {"until", body.until}};
}

Json CatalogueView() {
  Json items = Json::array();
  for (const CatalogueItem& item : Catalogue()) {
    items.push_back({{"code", item.code}, {"words", item.words}});
  }
  return items;
}

}  // namespace

base::Result<std::string> NameOf(const Visit& visit, const Ring& ring, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const auto row, visit.records->Newest(ring, child, RecordKind::kChild));
  if (!row) return std::string("A child");
  FB_ASSIGN_OR_RETURN(const ChildBody body, Parse<ChildBody>(row->body));
  return body.name;
}

base::Result<Json> ChildView(const Visit& visit, const Ring& ring, const ChildId& child,
                             const RecordPage& page) {
  Entries entries(visit);
  Json list = Json::array();
  for (const Record& record : page.records) {
    if (record.facts.kind == RecordKind::kChild) continue;  // it is the heading
    FB_ASSIGN_OR_RETURN(Json entry, entries.Of(record));
    list.push_back(std::move(entry));
  }
  const std::string href = "/child/" + child.value();
  FB_ASSIGN_OR_RETURN(const std::string name, NameOf(visit, ring, child));
  FB_ASSIGN_OR_RETURN(Json pause, PauseNow(visit, ring, child));
  return Json{{"child", {{"name", name}, {"href", href}}},
              {"entries", std::move(list)},
              {"pause", std::move(pause)},
              {"catalogue", CatalogueView()},
              {"draft",
               {{"action", crypto::RandomId()},
                {"concern", crypto::RandomId()},
                {"pause", crypto::RandomId()}}},
              {"today", visit.london.Date(visit.now)},
              {"older", page.next == 0 ? Json(nullptr)
                                       : Json(href + "?before=" + std::to_string(page.next))}};
}

}  // namespace firstbell::school::web
