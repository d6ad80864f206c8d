#include "clients/school/web/export_page.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "broker/crypto/random.h"
#include "clients/school/alert_words.h"
#include "clients/school/filing/filing.h"
#include "clients/school/records/chronology.h"
#include "clients/school/web/record_desk.h"
#include "clients/school/web/record_words.h"

namespace firstbell::school::web {
namespace {

using school_filing::FiledEntry;
using school_filing::FiledRecord;
using school_records::ChildId;
using school_records::ChronologyEntry;
using school_records::Record;
using school_records::Ring;

constexpr std::size_t kRowsALook = 500;

base::Result<std::vector<Record>> AllRows(const Visit& visit, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  std::vector<Record> rows;
  std::string token;
  do {
    FB_ASSIGN_OR_RETURN(
        auto page, visit.records->ByChild(*ring, child, {}, {.limit = kRowsALook, .token = token}));
    for (Record& row : page.rows) rows.push_back(std::move(row));
    token = page.next;
  } while (!token.empty());
  return rows;
}

// What was signed here about the alerts of these rows.
base::Result<std::vector<school_records::ReceiptAct>> ActsOf(const Visit& visit,
                                                             const std::vector<Record>& rows) {
  std::vector<school_records::ReceiptAct> acts;
  for (const Record& row : rows) {
    if (row.head.kind != v1::RECORD_KIND_ALERT) continue;
    FB_ASSIGN_OR_RETURN(const auto signed_here, visit.store().ActsOn(row.head.alert));
    for (const AlertAct& act : signed_here) {
      acts.push_back({row.head.alert, act.kind, act.at, act.signer});
    }
  }
  return acts;
}

void AddFacts(FiledEntry& entry, const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) entry.facts.push_back({fact.term, fact.text});
}

void AddList(FiledEntry& entry, const std::string& term, const std::vector<std::string>& lines) {
  if (!lines.empty()) entry.facts.push_back({term, absl::StrJoin(lines, "\n")});
}

base::Status AddPolice(FiledEntry& entry, const Record& record, const console::LocalTime& london) {
  entry.police = true;
  if (record.erased) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const v1::AlertContent content, PoliceContent(record));
  const AlertWords words = school::WordsOf(content, london);
  AddList(entry, "What to do, and what not to do", words.handling);
  AddList(entry, "Must not collect", words.must_not_collect);
  AddList(entry, "May collect", words.may_collect);
  AddList(entry, "Orders in force", words.orders_in_force);
  AddList(entry, "The child said", {words.said});
  AddFacts(entry, words.voice);
  AddList(entry, "What happened", {words.account});
  AddFacts(entry, words.happened);
  AddFacts(entry, words.support);
  std::erase_if(entry.facts, [](const auto& fact) { return fact.text.empty(); });
  return base::OkStatus();
}

base::Result<FiledEntry> FiledOf(const Visit& visit, const ChronologyEntry& from,
                                 const Writers& writers,
                                 absl::Span<const v1::CatalogueItem> added) {
  FiledEntry entry;
  entry.at = from.at;
  if (from.act) {
    entry.by = writers.NameOf(from.act->who);
    entry.heading = "Signed: " + std::string(ActText(from.act->kind));
    return entry;
  }
  const Record& record = *from.record;
  const RecordWords words = WordsOf(record, added, visit.london);
  entry.by = writers.NameOf(record.head.writer);
  entry.heading = words.heading;
  entry.gone = words.gone;
  entry.corrected = !record.current && !record.erased;
  AddFacts(entry, words.facts);
  if (record.head.kind == v1::RECORD_KIND_ALERT) {
    FB_RETURN_IF_ERROR(AddPolice(entry, record, visit.london));
  }
  return entry;
}

base::Result<FiledRecord> RecordFor(const Visit& visit, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const v1::RecordedChild known, ChildAsKnown(visit, child));
  const DeviceIdentity& device = visit.desk->device;
  FiledRecord record;
  record.urn = device.urn.value();
  record.school = device.school_name;
  record.child = NameOf(known);
  record.born = known.date_of_birth();
  record.form = known.year_group() + (known.form().empty() ? "" : " " + known.form());
  record.made_by = visit.person().identity.display_name;
  record.made_at = visit.now;
  record.police_text = !visit.request.Field("police").empty();
  FB_ASSIGN_OR_RETURN(auto rows, AllRows(visit, child));
  FB_ASSIGN_OR_RETURN(auto acts, ActsOf(visit, rows));
  FB_ASSIGN_OR_RETURN(const auto added, AddedToCatalogue(visit));
  const Writers writers(visit);
  const auto entries =
      Chronology(std::move(rows), std::move(acts), school_records::ChronologyOrder::kOldestFirst);
  for (const ChronologyEntry& entry : entries) {
    FB_ASSIGN_OR_RETURN(FiledEntry filed, FiledOf(visit, entry, writers, added));
    record.entries.push_back(std::move(filed));
  }
  return record;
}

// The ledger's line. A form that is sent again makes another copy of the same file.
base::Status NoteCopy(const Visit& visit, const ChildId& child, bool pdf, bool police) {
  school_records::Draft draft = NewDraft(visit, child);
  v1::WhoWasTold& told = *draft.body.mutable_told();
  told.set_who(std::string("A copy of this record, as ") + (pdf ? "PDF" : "JSON"));
  told.set_what(police ? "All of it, with what the police said."
                       : "All of it, without what the police said.");
  told.set_why("To be filed in the school’s own safeguarding system.");
  return Write(visit, draft);
}

base::Result<Response> Copy(const Visit& visit, const ChildId& child) {
  const bool pdf = visit.request.Field("as") != "json";
  FB_ASSIGN_OR_RETURN(const FiledRecord record, RecordFor(visit, child));
  Response response;
  if (pdf) {
    FB_ASSIGN_OR_RETURN(response.body, FilingPdf(record, visit.london));
  } else {
    response.body = FilingJson(record);
  }
  FB_RETURN_IF_ERROR(NoteCopy(visit, child, pdf, record.police_text));
  response.type = pdf ? "application/pdf" : "application/json";
  response.file_name = pdf ? "firstbell-record.pdf" : "firstbell-record.json";
  return response;
}

}  // namespace

Response ShowExport(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  const auto known = ChildAsKnown(visit, *child);
  if (!known.ok()) return Problem(visit, known.status());
  return Page(visit, "export_copy", "Hand a record over",
              {{"child", {{"name", NameOf(*known)}, {"href", PathOf(*child)}}},
               {"draft", crypto::RandomId()}});
}

Response Export(const Visit& visit) {
  const auto child = ChildOfPath(visit);
  if (!child.ok()) return Problem(visit, child.status());
  auto copy = Copy(visit, *child);
  return copy.ok() ? *std::move(copy) : Problem(visit, copy.status());
}

}  // namespace firstbell::school::web
