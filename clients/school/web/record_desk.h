#pragma once

// The school's records as a visitor's pages use them: opened by the visitor's own key, and every
// row under the signature of whoever writes it.

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// Somebody looks once a year whether what is written down of a child is still to be kept.
inline constexpr absl::Duration kReviewEvery = absl::Hours(365 * 24);

// The keys of the records. The first who asks makes them. PermissionDenied: nobody has let them in
// yet.
base::Result<const school_records::Ring*> RingOf(const Visit& visit);

// An id that the same words always have, so that what is written twice is kept once.
school_records::RecordId IdOf(std::initializer_list<std::string_view> words);

// What the visitor is about to write, now. A form that is sent twice, or again after a crash, says
// its own draft, which becomes the row's id.
school_records::Draft NewDraft(const Visit& visit, const school_records::ChildId& child);
base::Status Write(const Visit& visit, const school_records::Draft& draft);
// What was written under this draft before, where the form is sent again: a correction then names
// what it named, though that is the newest no longer.
base::Result<std::optional<school_records::Record>> WrittenBefore(
    const Visit& visit, const school_records::Draft& draft);

// The child whose page was asked for. NotFound: none of these records.
base::Result<school_records::ChildId> ChildOfPath(const Visit& visit);
// The same, to write something of it. FailedPrecondition: what there was of it was erased.
base::Result<school_records::ChildId> ChildToWrite(const Visit& visit);
// As it is written down now; without a name where that was erased.
base::Result<v1::RecordedChild> ChildAsKnown(const Visit& visit,
                                             const school_records::ChildId& child);
std::string NameOf(const v1::RecordedChild& child);
// As staff call it: what it is called, or one given name, and the family's.
std::string NameInUse(const v1::RecordedChild& child);
std::string PathOf(const school_records::ChildId& child);

// The row that a form speaks of, if it is this child's.
base::Result<school_records::Record> RowOf(const Visit& visit, const school_records::ChildId& child,
                                           std::string_view id);

// Writes down what the police said and of whom, once for each revision that was opened, and where
// the child's chronology is. Empty: the child's file was erased. The errors of RingOf.
base::Result<std::string> KeepAlert(const Visit& visit, const HeldAlert& alert,
                                    const v1::AlertContent& content);

// To where it stands, which says so.
Response WrittenDown(const Visit& visit, std::string to);
// What was typed, so that it stands in the form again beside what is wrong. Of pages whose
// templates show it; never of a passphrase.
Json Typed(const Visit& visit);

// What the school added to the catalogue of actions, what it no longer uses as well.
base::Result<std::vector<v1::CatalogueItem>> AddedToCatalogue(const Visit& visit);

// The names of everybody who writes here, by id.
class Writers {
 public:
  explicit Writers(const Visit& visit);
  std::string NameOf(const base::RecipientId& id) const;

 private:
  std::map<base::RecipientId, std::string> names_;
};

// Of a concern that somebody else writes down with a child: who did so first, and when, unless that
// stands there already.
void KeepWhoWroteIt(const Visit& visit, const school_records::RowHead& first,
                    v1::RecordedConcern& concern);

// What was signed here about an alert: these are receipts, and stand in the device's store.
Json ActsOf(const Visit& visit, const Writers& writers, const base::AlertId& alert);

}  // namespace firstbell::school::web
