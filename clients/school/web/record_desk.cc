#include "clients/school/web/record_desk.h"

#include <utility>

#include "absl/time/civil_time.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "clients/school/alert_words.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::Draft;
using school_records::KeyRing;
using school_records::RecordId;
using school_records::Ring;

constexpr int kYearsAfterBirth = 25;  // child protection files are kept until then
constexpr std::size_t kMostAdded = 200;

base::Status CannotOpen() {
  return base::DataLoss(
      "what this school has written down cannot be opened: whoever looks after this machine runs "
      "firstbell-school verify, which says why. Alerts are not touched by it");
}

v1::RecordedChild AsRecorded(const v1::Child& child) {
  v1::RecordedChild recorded;
  recorded.set_given_names(child.name().given_names());
  recorded.set_family_name(child.name().family_name());
  recorded.set_preferred_name(child.name().preferred_given_name());
  recorded.set_date_of_birth(child.date_of_birth());
  if (recorded.given_names().empty() && recorded.family_name().empty()) {
    recorded.set_family_name("Name not known");
  }
  return recorded;
}

// Who an alert is about. Without a birth date no child is like another: it is this alert's own.
base::Result<ChildId> FindOrAdd(const Visit& visit, const Ring& ring, const HeldAlert& alert,
                                const v1::AlertContent& content) {
  const v1::RecordedChild child = AsRecorded(content.child());
  if (!child.date_of_birth().empty()) {
    FB_ASSIGN_OR_RETURN(const auto found, visit.records->FindOrAddChild(ring, visit.person().signer,
                                                                        child, visit.now));
    return found.id;
  }
  const std::string& id = alert.newest.alert_id.value();
  Draft draft{.id = IdOf({"child row", id}),
              .child = ChildId(IdOf({"child", id}).value()),
              .at = visit.now};
  *draft.body.mutable_child() = child;
  FB_RETURN_IF_ERROR(Write(visit, draft));
  return draft.child;
}

// How long it is to be kept, and when somebody is to look at that: said of each child once.
base::Status KeepUntil(const Visit& visit, const ChildId& child, const v1::AlertContent& content) {
  Draft draft{.id = IdOf({"retention", child.value()}),
              .child = child,
              .at = visit.now,
              .due = visit.now + kReviewEvery};
  auto& review = *draft.body.mutable_retention();
  if (const auto born = model::ParseDate(content.child().date_of_birth())) {
    review.set_keep_until(absl::FormatCivilTime(
        absl::CivilDay(born->year() + kYearsAfterBirth, born->month(), born->day())));
  }
  return Write(visit, draft);
}

base::Status KeepText(const Visit& visit, const ChildId& child, const HeldAlert& alert,
                      const v1::AlertContent& content) {
  // Of an alert's revision there is one row, whatever its id.
  Draft draft{.id = RecordId(crypto::RandomId()),
              .child = child,
              .alert = alert.newest.alert_id,
              .revision = content.revision(),
              .at = visit.now};
  auto& text = *draft.body.mutable_alert();
  text.set_content(content.SerializeAsString());
  *text.mutable_opened_at() = model::ToWire(visit.now);
  const base::Status kept = Write(visit, draft);
  // One of each revision is enough; and what was handed over and erased here stays erased, however
  // often the alert is read.
  const bool there = absl::IsFailedPrecondition(kept) || absl::IsAlreadyExists(kept);
  return there ? base::OkStatus() : kept;
}

}  // namespace

base::Result<const Ring*> RingOf(const Visit& visit) {
  if (visit.records == nullptr) return CannotOpen();
  if (visit.session->ring) return &*visit.session->ring;
  KeyRing keys(*visit.records);
  auto ring = keys.Open(visit.person());
  if (absl::IsNotFound(ring.status())) ring = keys.MakeFirst(visit.person(), visit.now);
  // Somebody else made them a moment ago.
  if (absl::IsFailedPrecondition(ring.status())) ring = keys.Open(visit.person());
  FB_RETURN_IF_ERROR(ring.status());
  visit.session->ring.emplace(*std::move(ring));
  return &*visit.session->ring;
}

RecordId IdOf(std::initializer_list<std::string_view> words) {
  return RecordId(base::FormatRandomId(std::string_view(crypto::Sha256(words)).substr(0, 16)));
}

Draft NewDraft(const Visit& visit, const ChildId& child) {
  const std::string_view draft = visit.request.Field("draft");
  return {.id = RecordId(base::IsRandomId(draft) ? std::string(draft) : crypto::RandomId()),
          .child = child,
          .at = visit.now};
}

base::Status Write(const Visit& visit, const Draft& draft) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  return visit.records->Add(*ring, visit.person().signer, draft).status();
}

base::Result<std::optional<school_records::Record>> WrittenBefore(const Visit& visit,
                                                                  const Draft& draft) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  auto row = visit.records->Get(*ring, draft.id);
  if (absl::IsNotFound(row.status())) return std::nullopt;
  FB_RETURN_IF_ERROR(row.status());
  return *std::move(row);
}

std::string PathOf(const ChildId& child) {
  return "/child/" + child.value();
}

base::Result<ChildId> ChildOfPath(const Visit& visit) {
  const ChildId child(visit.parts.front());
  if (!base::IsRandomId(child.value())) return base::NotFound("there is no such child here");
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto rows, visit.records->ByChild(*ring, child, {}, {.limit = 1}));
  if (rows.rows.empty()) return base::NotFound("there is no such child here");
  return child;
}

base::Result<ChildId> ChildToWrite(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const ChildId child, ChildOfPath(visit));
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto known,
                      visit.records->CurrentOf(*ring, child, v1::RECORD_KIND_CHILD));
  if (known) return child;
  return base::FailedPrecondition("what was written down of this child was erased");
}

base::Result<v1::RecordedChild> ChildAsKnown(const Visit& visit, const ChildId& child) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto row,
                      visit.records->CurrentOf(*ring, child, v1::RECORD_KIND_CHILD));
  return row ? row->said.child() : v1::RecordedChild();
}

std::string NameOf(const v1::RecordedChild& child) {
  v1::PersonName name;
  name.set_given_names(child.given_names());
  name.set_family_name(child.family_name());
  name.set_preferred_given_name(child.preferred_name());
  const std::string text = NameText(name);
  return text.empty() ? "A child" : text;
}

std::string NameInUse(const v1::RecordedChild& child) {
  const std::string& given = child.given_names();
  v1::PersonName name;
  name.set_given_names(child.preferred_name().empty() ? given.substr(0, given.find(' '))
                                                      : child.preferred_name());
  name.set_family_name(child.family_name());
  return NameText(name);
}

base::Result<school_records::Record> RowOf(const Visit& visit, const ChildId& child,
                                           std::string_view id) {
  if (!base::IsRandomId(id)) return base::NotFound("there is no such entry");
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(auto row, visit.records->Get(*ring, RecordId(std::string(id))));
  if (row.head.child != child) return base::NotFound("there is no such entry");
  return row;
}

// If we crash between the rows, the next look at the alert writes what is missing. The daemon may
// be told meanwhile that the alert was taken back: whoever comes second erases it.
base::Result<std::string> KeepAlert(const Visit& visit, const HeldAlert& alert,
                                    const v1::AlertContent& content) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  const base::AlertId& id = alert.newest.alert_id;
  FB_ASSIGN_OR_RETURN(const auto rows, visit.records->ByAlert(*ring, id, {.limit = 1}));
  ChildId child;
  if (rows.rows.empty()) {
    FB_ASSIGN_OR_RETURN(child, FindOrAdd(visit, *ring, alert, content));
  } else {
    child = rows.rows.front().head.child;
    // Its file was erased, and a look at the alert begins no other without a name.
    FB_ASSIGN_OR_RETURN(const auto known,
                        visit.records->CurrentOf(*ring, child, v1::RECORD_KIND_CHILD));
    if (!known) return std::string();
  }
  FB_ASSIGN_OR_RETURN(const auto kept,
                      visit.records->CurrentOf(*ring, child, v1::RECORD_KIND_RETENTION));
  if (!kept) FB_RETURN_IF_ERROR(KeepUntil(visit, child, content));
  FB_RETURN_IF_ERROR(KeepText(visit, child, alert, content));
  FB_ASSIGN_OR_RETURN(const auto since, visit.store().ShownAlert(id));
  if (since && since->ended && model::TakenBack(since->ended->state)) {
    FB_RETURN_IF_ERROR(visit.records
                           ->EraseAlertText(visit.desk->device.signer, id,
                                            v1::ERASURE_REASON_TAKEN_BACK, visit.now)
                           .status());
  }
  return PathOf(child);
}

Response WrittenDown(const Visit& visit, std::string to) {
  visit.session->outcome = "It is written down.";
  return SeeOther(std::move(to));
}

void KeepWhoWroteIt(const Visit& visit, const school_records::RowHead& first,
                    v1::RecordedConcern& concern) {
  if (!concern.first_written().empty()) return;
  concern.set_first_written(visit.london.Format(first.at) + ", " +
                            Writers(visit).NameOf(first.writer));
}

Json Typed(const Visit& visit) {
  Json typed = Json::object();
  for (const auto& [name, value] : visit.request.form) typed[name] = value;
  return typed;
}

base::Result<std::vector<v1::CatalogueItem>> AddedToCatalogue(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const auto rows, visit.records->Current(*ring, v1::RECORD_KIND_CATALOGUE,
                                                              {.limit = kMostAdded}));
  std::vector<v1::CatalogueItem> items;
  for (const auto& row : rows.rows) items.push_back(row.said.catalogue());
  return items;
}

Writers::Writers(const Visit& visit) {
  const auto here = ListPeople(visit.desk->state);
  if (here.ok()) {
    for (const PersonIdentity& person : *here) names_[person.id] = person.display_name;
  }
  const auto people = visit.store().People();
  if (people.ok() && *people) {
    for (const link::Person& person : **people) names_[person.id] = person.display_name;
  }
  names_[visit.desk->device.signer.id] = "this computer";
  if (visit.records == nullptr) return;
  const auto readers = KeyRing(*visit.records).Readers();
  if (!readers.ok()) return;
  for (const auto& reader : *readers) {
    const bool staff = reader.kind == school_records::ReaderKind::kStaff;
    if (staff) names_[reader.id] = reader.display_name + " (staff)";
  }
}

std::string Writers::NameOf(const base::RecipientId& id) const {
  const auto found = names_.find(id);
  return found == names_.end() ? "a colleague who has left" : found->second;
}

Json ActsOf(const Visit& visit, const Writers& writers, const base::AlertId& alert) {
  Json acts = Json::array();
  const auto receipts = visit.store().ActsOn(alert);
  if (!receipts.ok()) return acts;
  for (const AlertAct& act : *receipts) {
    acts.push_back({{"at", visit.london.Format(act.at)},
                    {"what", ActText(act.kind)},
                    {"by", writers.NameOf(act.signer)}});
  }
  return acts;
}

}  // namespace firstbell::school::web
