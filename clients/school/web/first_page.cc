#include "clients/school/web/first_page.h"

#include <utility>

#include "absl/strings/str_split.h"
#include "broker/crypto/random.h"
#include "broker/model/text.h"
#include "clients/school/web/alert_view.h"

namespace firstbell::school::web {
namespace {

v1::AlertContent InventedContent(absl::Time now) {
  v1::AlertContent content;
  content.set_force("practice");
  content.set_reference("FB-PRACTICE");
  *content.mutable_occurred_at() = model::ToWire(now - absl::Hours(10));
  content.set_nature("Invented, to practise on");
  content.mutable_contact()->set_name_or_role("nobody: this is practice");
  v1::Child& child = *content.mutable_child();
  child.mutable_name()->set_given_names("Robin");
  child.mutable_name()->set_family_name("Practice");
  child.set_date_of_birth("2015-05-04");
  child.set_account(
      "Police were called to the child's home late in the evening, where a parent had been hurt. "
      "The child was upstairs and heard it. This is an invented account.");
  child.mutable_voice()->set_spoken_to(v1::SPOKEN_TO_YES);
  child.mutable_voice()->set_what_was_said("I could not sleep.");
  child.mutable_handling()->set_parent_contact(v1::PARENT_CONTACT_NONE);
  child.mutable_handling()->set_child_awareness(v1::CHILD_AWARENESS_HIDDEN);
  return content;
}

HeldAlert InventedAlert(absl::Time now) {
  HeldAlert alert;
  alert.newest.alert_id = base::AlertId(crypto::RandomId());
  alert.newest.revision = 1;
  alert.show_from = alert.received_at = now - absl::Minutes(5);
  alert.shown_at = alert.opened_at = now;
  alert.deadline = now + absl::Minutes(45);
  alert.expires_at = now + absl::Hours(24);
  return alert;
}

}  // namespace

Response ShowFirst(const Visit& visit, Json error) {
  const int status = error.is_null() ? 200 : 400;
  const char* const page = visit.desk == nullptr ? "first_device" : "first_person";
  return Page(visit, page, "Set up Firstbell", {{"error", std::move(error)}}, status);
}

Response ShowRecovery(const Visit& visit, const PersonIdentity& person,
                      const base::Secret& recovery) {
  const std::vector<std::string> words = absl::StrSplit(base::View(recovery.Reveal()), '-');
  return Page(visit, "first_recovery", "Your recovery code",
              {{"name", person.display_name}, {"words", words}});
}

Response ShowSchemeOnceKept(const Visit& visit) {
  if (!visit.request.Field("printed").empty()) return SeeOther("/first/scheme");
  return Page(visit, "problem", "That was not done",
              {{"heading", "Your recovery code is not on paper yet"},
               {"text",
                "If you have not written it down, print it now: on this computer, the command "
                "firstbell-school keys recovery shows the same code again. It asks for your "
                "passphrase. Then put the paper into the school’s safe."},
               {"next", {{"href", "/first/scheme"}, {"text", "I have it on paper: continue"}}}},
              400);
}

Response ShowScheme(const Visit& visit) {
  return Page(visit, "first_scheme", "What is asked of you", Json::object());
}

Response ShowPractice(const Visit& visit) {
  Json data = AlertView(visit, InventedAlert(visit.now), InventedContent(visit.now));
  data["practice"] = true;
  // Nothing of it is kept, so that nobody could be asked, and no answer would reach the police.
  data["can"] = {{"acknowledge", true},
                 {"hand_over", false},
                 {"refuse", false},
                 {"arrival", false},
                 {"reply", false}};
  data["alert"]["href"] = "/practice";
  return Page(visit, "alert", "Practice", std::move(data));
}

Response TakePractice(const Visit& visit) {
  return Page(visit, "done", "Practice",
              {{"heading", "You are ready"},
               {"text",
                "That was practice: nothing was signed or sent. With a real alert, your signature "
                "now says that you are in school and have it, and the police telephone nobody."},
               {"next", {{"href", "/"}, {"text", "Go to today"}}}});
}

}  // namespace firstbell::school::web
