#include "clients/school/web/alert_view.h"

#include <utility>

#include "broker/model/alert.h"
#include "broker/model/call_code.h"
#include "clients/school/alert_words.h"
#include "clients/school/inbox_text.h"
#include "clients/school/reply.h"
#include "clients/school/show.h"

namespace firstbell::school::web {
namespace {

// Null where there are none, so that the section is left out.
Json OrNone(Json list, const char* name) {
  return list.empty() ? Json(nullptr) : Json{{name, std::move(list)}};
}

Json ColleaguesOf(const Visit& visit) {
  Json colleagues = Json::array();
  const auto known = visit.store().People();
  if (!known.ok() || !*known) return colleagues;
  for (const link::Person& person : **known) {
    if (person.id == visit.person().identity.id) continue;
    colleagues.push_back({{"id", person.id.value()},
                          {"name", person.display_name},
                          {"role", model::Word(person.role)}});
  }
  return colleagues;
}

bool CanReply(const Visit& visit, const HeldAlert& alert) {
  const auto taken =
      TakesReplies(visit.store(), alert, visit.desk->device.broker.envelope_public_key());
  return taken.ok() && *taken;
}

Json CanDo(const Visit& visit, const HeldAlert& alert, const Json& colleagues) {
  const bool open = !OverAt(alert) && !alert.refused_at;
  const bool acknowledged = StateOf(alert) == v1::ALERT_STATE_ACKNOWLEDGED;
  const bool taken_back = alert.ended && model::TakenBack(alert.ended->state);
  const bool ours = !taken_back && !alert.refused_at;
  const bool reply = ours && CanReply(visit, alert);
  return {{"acknowledge", open}, {"hand_over", open && !colleagues.empty()},
          {"refuse", ours},      {"arrival", acknowledged},
          {"reply", reply},      {"telephone", ours && !reply}};
}

Json ArrivalView(const Visit& visit, const HeldAlert& alert) {
  const auto due = ArrivalDue(alert);
  if (!due && alert.arrival == v1::ARRIVAL_UNSPECIFIED) return nullptr;
  Json view = {
      {"said",
       alert.arrival == v1::ARRIVAL_UNSPECIFIED ? Json(nullptr) : Json(model::Word(alert.arrival))},
      {"absent", alert.arrival == v1::ARRIVAL_ABSENT},
      {"due", nullptr}};
  if (due) {
    view["due"] = {{"text", visit.london.Format(*due)},
                   {"left", TimeLeft(*due, visit.now)},
                   {"late", visit.now >= *due},
                   {"until_ms", absl::ToUnixMillis(*due)}};
  }
  return view;
}

// Its facts that need no key.
Json FactsOf(const Visit& visit, const HeldAlert& alert) {
  const model::CallCode code = model::CallCodeOf(alert.newest.alert_id);
  const auto over = OverAt(alert);
  return {{"href", "/alert/" + alert.newest.alert_id.value()},
          {"id", ShortId(alert.newest.alert_id)},
          {"state_text", StateText(alert)},
          {"late", IsLate(alert, visit.now)},
          {"over", over ? Json{{"at", visit.london.Format(*over)}} : Json(nullptr)},
          {"deadline_text", visit.london.Format(alert.deadline)},
          {"left", over ? Json(nullptr)
                        : Json{{"text", TimeLeft(alert.deadline, visit.now)},
                               {"until_ms", absl::ToUnixMillis(alert.deadline)}}},
          {"corrected", alert.newest.revision > 1},
          {"offered_to", alert.offered_to},
          {"offered_by", alert.offered_by},
          {"call_code", {{"officer", code.of_officer}, {"school", code.of_school}}}};
}

// What helps on such a morning (the scheme's own list), and what of this child is known.
Json NeedsToday(const v1::Child& child) {
  Json needs = {"Breakfast, and a warm word from the adult whom the child trusts.",
                "A quiet place to go to, and no telling-off for being late or tired.",
                "An exam or a test today? A room apart, and special consideration applied for."};
  const auto add = [&](std::string_view before, const std::string& text) {
    if (!text.empty()) needs.push_back(std::string(before) + text + ".");
  };
  add("An interpreter: ", child.needs().interpreter_language());
  add("Special needs: ", child.needs().send());
  add("How the child communicates: ", child.voice().how_the_child_communicates());
  return needs;
}

}  // namespace

Json FactsView(const std::vector<Fact>& facts) {
  Json view = Json::array();
  for (const Fact& fact : facts) view.push_back({{"term", fact.term}, {"text", fact.text}});
  return view;
}

Json WhoView(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content) {
  Json colleagues = ColleaguesOf(visit);
  return {{"alert", FactsOf(visit, alert)},
          {"identity", FactsView(IdentityFacts(content.child()))},
          {"asked", IsAsked(alert)},
          {"on_its_way", alert.part == v1::PART_IDENTITY && alert.ours_at.has_value()},
          {"whole", alert.part == v1::PART_WHOLE},
          {"can_pass_on", !OverAt(alert) && !colleagues.empty()},
          {"colleagues", std::move(colleagues)},
          {"urgent", content.urgent()}};
}

Json AlertView(const Visit& visit, const HeldAlert& alert, const v1::AlertContent& content) {
  const AlertWords words = WordsOf(content, visit.london);
  const v1::Child& child = content.child();
  Json colleagues = ColleaguesOf(visit);
  Json can = CanDo(visit, alert, colleagues);
  return {
      {"alert", FactsOf(visit, alert)},
      {"urgent", content.urgent()},
      {"child_name", NameText(child.name())},
      {"needs_today", OrNone(NeedsToday(child), "items")},
      {"changed", OrNone(words.changed, "items")},
      {"only_this_counts", kOnlyThisCounts},
      {"handling", words.handling},
      {"may_collect", OrNone(words.may_collect, "items")},
      {"must_not_collect", OrNone(words.must_not_collect, "items")},
      {"orders_in_force", OrNone(words.orders_in_force, "items")},
      {"nobody_may_collect", words.may_collect.empty() ? Json(kNobodyMayCollect) : Json(nullptr)},
      {"child", FactsView(words.child)},
      {"spoken_to", words.spoken_to},
      {"said", words.said},
      {"voice", OrNone(FactsView(words.voice), "facts")},
      {"happened", FactsView(words.happened)},
      {"account", words.account},
      {"support", FactsView(words.support)},
      {"contact", FactsView(words.contact)},
      {"can", std::move(can)},
      {"colleagues", std::move(colleagues)},
      {"arrival", ArrivalView(visit, alert)}};
}

}  // namespace firstbell::school::web
