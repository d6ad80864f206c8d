#include "clients/school/web/visit.h"

#include <algorithm>
#include <iterator>
#include <span>
#include <utility>

#include "absl/strings/ascii.h"
#include "broker/model/alert.h"
#include "clients/school/inbox_text.h"
#include "clients/school/web/render.h"

namespace firstbell::school::web {
namespace {

struct NavItem {
  std::string_view page, href, text;
};
constexpr NavItem kPersons[] = {{"today", "/", "Today"},
                                {"children", "/children", "Children"},
                                {"sheet", "/sheet", "Staff sheet"},
                                {"patterns", "/patterns", "Patterns"},
                                {"people", "/people", "People"}};
constexpr NavItem kStaffs[] = {{"staff_sheet", "/staff/sheet", "Sheet"},
                               {"staff_concern", "/staff/concern", "Report a concern"},
                               {"staff_passphrase", "/staff/passphrase", "Passphrase"}};

// Under which of these a page stands.
std::string_view PlaceOf(std::string_view page) {
  constexpr std::string_view kOfChildren[] = {"child", "passport", "correct", "export_copy",
                                              "catalogue"};
  const bool of_children =
      std::find(std::begin(kOfChildren), std::end(kOfChildren), page) != std::end(kOfChildren);
  return of_children ? "children" : page == "concerns" ? "today" : page;
}

Json NavigationOf(std::span<const NavItem> pages, std::string_view page) {
  Json items = Json::array();
  for (const NavItem& item : pages) {
    items.push_back({{"href", item.href},
                     {"text", item.text},
                     {"current", item.page == PlaceOf(page)},
                     {"here", item.page == page}});
  }
  return items;
}

void AddTold(const Visit& visit, Json& data) {
  auto inbox = ReadInboxFacts(*visit.desk->store, visit.now);
  if (!inbox.ok()) return;
  inbox->simulated_clock = visit.desk->clock.simulated();
  inbox->time_known = visit.time_known;
  inbox->wrong_clock = visit.certainty == Certainty::kWrong;
  const InboxWords words = WordsOf(*inbox, visit.london);
  data["told"] = words.standing;
  const bool person = visit.session != nullptr && visit.session->person() != nullptr;
  if (person) data["notices"] = words.notices;
}

void AddSignedIn(const Visit& visit, std::string_view page, Json& data) {
  const UnlockedPerson* const person = visit.session->person();
  data["signed_in"] = {
      {"name", person != nullptr ? person->identity.display_name : visit.staff().display_name},
      {"role", person != nullptr ? model::Word(person->identity.role) : kStaffRole},
      {"locks_in_ms", absl::ToInt64Milliseconds(visit.locks_in)},
      {"idle_ms", absl::ToInt64Milliseconds(visit.idle)}};
  data["nav"] = person != nullptr ? NavigationOf(kPersons, page) : NavigationOf(kStaffs, page);
}

// Said on the page that follows a form, and on no other.
void AddOutcome(const Visit& visit, Json& data) {
  if (visit.session->outcome.empty() || visit.request.method != "GET") return;
  data["success"] = {{"text", std::exchange(visit.session->outcome, "")}};
}

// Without a script: what stands on a page is gone from it soon after its session. What answers a
// form cannot be asked for again, and stays.
void AddAgain(const Visit& visit, Json& data) {
  if (visit.request.method != "GET") return;
  const absl::Duration after = visit.locks_in + absl::Seconds(1);
  data.emplace("refresh_seconds", absl::ToInt64Seconds(absl::Ceil(after, absl::Seconds(1))));
  data["of_staff"] = visit.session->staff() != nullptr;
}

int StatusOf(const base::Status& status) {
  switch (status.code()) {
    case base::Code::kNotFound:
      return 404;
    case base::Code::kPermissionDenied:
      return 403;
    case base::Code::kInvalidArgument:
      return 400;
    case base::Code::kFailedPrecondition:
    case base::Code::kAlreadyExists:
      return 409;
    case base::Code::kUnavailable:
    case base::Code::kResourceExhausted:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

Response Page(const Visit& visit, std::string_view page, std::string title, Json data, int status) {
  data["title"] = std::move(title);
  data["page"] = page;
  data["form"] = visit.form;
  data["now_ms"] = absl::ToUnixMillis(visit.now);
  data["version"] = visit.version;
  if (visit.desk != nullptr) {
    data["school"] = visit.desk->device.school_name;
    AddTold(visit, data);
  }
  if (visit.session != nullptr) {
    AddSignedIn(visit, page, data);
    AddOutcome(visit, data);
    AddAgain(visit, data);
  }
  Response response;
  response.status = status;
  response.body = Render(page, data);
  return response;
}

Response Problem(const Visit& visit, const base::Status& status) {
  return Page(visit, "problem", "That was not done",
              {{"heading", "That was not done"},
               {"text", std::string(base::Message(status))},
               {"next", {{"href", "/"}, {"text", "Back to today"}}}},
              StatusOf(status));
}

Json ErrorOf(const base::Status& status, const std::string& field) {
  std::string text(base::Message(status));
  if (!text.empty()) text.front() = absl::ascii_toupper(static_cast<unsigned char>(text.front()));
  Json error = {{"title", "There is a problem"},
                {"items", {{{"text", text}, {"field", field}}}},
                {"at", Json::object()}};
  if (!field.empty()) error["at"][field] = text;
  return error;
}

}  // namespace firstbell::school::web
