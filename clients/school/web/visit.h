#pragma once

// One request on its way through the pages, with all that a page may ask. Threads: one, which holds
// the site's lock for as long as the visit lasts, but where a page says otherwise.

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/console/local_time.h"
#include "clients/school/desk.h"
#include "clients/school/inbox.h"
#include "clients/school/records/record_store.h"
#include "clients/school/web/message.h"
#include "clients/school/web/sessions.h"

namespace firstbell::school::web {

using Json = nlohmann::json;

// In the query of a page that asks again by itself.
inline constexpr char kAgain[] = "again";
// What stands beside the name of one of the staff, as a person's role does beside theirs.
inline constexpr std::string_view kStaffRole = "staff";

struct Visit {
  const Request& request;
  std::vector<std::string> parts;  // what the path had where its pattern has a *
  Desk* desk = nullptr;            // null: this device is not enrolled yet
  Session* session = nullptr;      // null: nobody is signed in
  std::string form;                // the token that the page's forms carry
  absl::Time now;
  Certainty certainty = Certainty::kWall;  // of now
  bool time_known = true;                  // not before a simulated broker has said its time
  absl::Duration idle;                     // after which somebody who does nothing is signed out
  absl::Duration locks_in;                 // of this session, where nothing is done
  const console::LocalTime& london;
  school_records::RecordStore* records = nullptr;  // null: they cannot be opened
  Sessions* sessions = nullptr;
  std::uint64_t version = 0;  // of what the page shows, as the stream of events counts it

  LocalStore& store() const { return *desk->store; }
  // On the routes of each alone (site.cc).
  const UnlockedPerson& person() const { return *session->person(); }
  const school_records::StaffSession& staff() const { return *session->staff(); }
  // What a form field says, as text.
  std::string Field(const std::string& name) const { return std::string(request.Field(name)); }
};

// A page of that template: `data` with what every page has (who is signed in, the navigation, what
// the people here are to be told). `title` names nobody: it stands in the browser's history.
Response Page(const Visit& visit, std::string_view page, std::string title, Json data,
              int status = 200);
// That something was not done, and why: `status` is one of ours.
Response Problem(const Visit& visit, const base::Status& status);
// The same beside a form that is shown again.
Json ErrorOf(const base::Status& status, const std::string& field = "");

}  // namespace firstbell::school::web
