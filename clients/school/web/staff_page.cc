#include "clients/school/web/staff_page.h"

#include <algorithm>
#include <utility>

#include "broker/base/log.h"
#include "broker/crypto/random.h"
#include "broker/model/alert.h"
#include "clients/school/people_text.h"
#include "clients/school/records/staff_secret.h"
#include "clients/school/web/people_page.h"
#include "clients/school/web/record_forms.h"
#include "clients/school/web/sign_in_page.h"

namespace firstbell::school::web {
namespace {

using school_records::KeyRing;
using school_records::Reader;
using school_records::ReaderKind;
using school_records::Ring;
using school_records::WriterId;

base::Result<std::vector<Reader>> ReadersNow(const Visit& visit) {
  if (visit.records == nullptr) return std::vector<Reader>();
  FB_ASSIGN_OR_RETURN(auto readers, KeyRing(*visit.records).Readers());
  std::erase_if(readers, [](const Reader& reader) { return reader.removed_at.has_value(); });
  return readers;
}

// Those with keys here who are enrolled still, and read nothing yet.
base::Result<Json> Waiting(const Visit& visit, const std::vector<Reader>& readers) {
  FB_ASSIGN_OR_RETURN(const auto here, ListPeople(visit.desk->state));
  Json people = Json::array();
  for (const PersonIdentity& person : here) {
    const bool reads = std::any_of(readers.begin(), readers.end(),
                                   [&](const Reader& one) { return one.id == person.id; });
    FB_ASSIGN_OR_RETURN(const bool removed, visit.store().WasRemoved(person.id));
    if (reads || removed) continue;
    people.push_back({{"id", person.id.value()},
                      {"name", person.display_name},
                      {"role", model::Word(person.role)}});
  }
  return people;
}

base::Status LetInById(const Visit& visit, const std::string& id) {
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
  return KeyRing(*visit.records).LetIn(*ring, visit.person().identity.id, person, visit.now);
}

// The form's draft is their id: sent again, it makes no second sign-in.
base::Result<base::Secret> MakeStaff(const Visit& visit, const std::string& name) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  const WriterId id(NewDraft(visit, school_records::ChildId()).id.value());
  base::Secret code = school_records::NewStaffCode();
  FB_ASSIGN_OR_RETURN(const base::Secret secret, school_records::StaffSecret(id, code));
  FB_RETURN_IF_ERROR(
      KeyRing(*visit.records)
          .LetInStaff(*ring, visit.person().identity.id, {id, name}, secret, visit.now));
  return code;
}

}  // namespace

Response ShowStaffSignIn(const Visit& visit, const std::string& chosen, Json error,
                         absl::Duration wait) {
  if (visit.desk == nullptr) return SeeOther("/");
  const auto readers = ReadersNow(visit);
  if (!readers.ok()) return Problem(visit, readers.status());
  Json people = Json::array();
  for (const Reader& reader : *readers) {
    if (reader.kind != ReaderKind::kStaff) continue;
    people.push_back({{"id", reader.id.value()},
                      {"name", reader.display_name},
                      {"role", kStaffRole},
                      {"checked", reader.id.value() == chosen}});
  }
  if (people.size() == 1) people[0]["checked"] = true;
  const std::int64_t seconds = absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1)));
  Json data = {{"none", people.empty()},
               {"people", std::move(people)},
               {"wait_seconds", seconds > 0 ? Json(seconds) : Json(nullptr)}};
  data["error"] = std::move(error);
  data["signed_out"] = SignedOutView(visit, data["error"]);
  data["undone"] = IsUndone(visit, data["error"]);
  return Page(visit, "staff_sign_in", "Sign in, staff", std::move(data));
}

Response ShowStaffPassphrase(const Visit& visit, Json error, bool done) {
  const int status = error.is_null() ? 200 : 400;
  Json data = Json::object();
  if (done) data["success"] = {{"text", "From now on you sign in with the new passphrase."}};
  data["error"] = std::move(error);
  return Page(visit, "staff_passphrase", "Your passphrase", std::move(data), status);
}

base::Result<Json> ReadersView(const Visit& visit) {
  const auto ring = RingOf(visit);
  if (absl::IsPermissionDenied(ring.status())) return Json(nullptr);
  FB_RETURN_IF_ERROR(ring.status());
  FB_ASSIGN_OR_RETURN(const auto readers, ReadersNow(visit));
  FB_ASSIGN_OR_RETURN(Json waiting, Waiting(visit, readers));
  const Writers writers(visit);
  Json people = Json::array(), staff = Json::array();
  for (const Reader& reader : readers) {
    const bool is_staff = reader.kind == ReaderKind::kStaff;
    Json row = {{"id", reader.id.value()},
                {"name", is_staff ? reader.display_name : writers.NameOf(reader.id)},
                {"since", visit.london.Date(reader.let_in_at)},
                {"self", reader.id == visit.person().identity.id}};
    (is_staff ? staff : people).push_back(std::move(row));
  }
  Json view = {{"readers", std::move(people)}, {"staff", std::move(staff)}, {"waiting", nullptr}};
  if (!waiting.empty()) view["waiting"] = {{"people", std::move(waiting)}};
  view["no_staff"] = view["staff"].empty();
  view["draft"] = crypto::RandomId();
  return view;
}

Response LetIn(const Visit& visit) {
  const base::Status done = LetInById(visit, visit.Field("person"));
  return done.ok() ? SeeOther("/people") : Problem(visit, done);
}

Response AddStaff(const Visit& visit) {
  const auto code = MakeStaff(visit, visit.Field("staff_name"));
  if (absl::IsInvalidArgument(code.status())) {
    return ShowPeopleAgain(visit, ErrorOf(base::InvalidArgument("Say their name"), "staff_name"));
  }
  if (absl::IsAlreadyExists(code.status())) {
    return Problem(visit, base::AlreadyExists(
                              "they have a sign-in already, and its code was shown once: remove it "
                              "and make another if they do not have it"));
  }
  if (!code.ok()) return Problem(visit, code.status());
  return Page(visit, "staff_code", "A sign-in for a colleague",
              {{"name", visit.Field("staff_name")}, {"code", std::string(code->Reveal())}});
}

Response RemoveReader(const Visit& visit) {
  const WriterId id(visit.Field("reader"));
  const auto remove = [&]() -> base::Status {
    if (!base::IsRandomId(id.value())) return base::InvalidArgument("Choose whom to remove");
    if (id == visit.person().identity.id) {
      return base::FailedPrecondition("a colleague removes you, nobody themselves");
    }
    FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
    return KeyRing(*visit.records).Remove(*ring, id, visit.now).status();
  };
  const base::Status done = remove();
  if (!done.ok()) return Problem(visit, done);
  visit.sessions->ForgetRings([&](const school_records::StaffSession& before) {
    return KeyRing(*visit.records).OpenSheetAgain(before);
  });
  base::LogInfo("school/web", "somebody reads the school's records no longer",
                {{"reader", id.value()}, {"by", visit.person().identity.id.value()}});
  return SeeOther("/people");
}

}  // namespace firstbell::school::web
