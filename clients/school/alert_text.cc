#include "clients/school/alert_text.h"

#include <nlohmann/json.hpp>

#include "clients/console/output.h"
#include "clients/school/alert_words.h"
#include "clients/school/inbox_text.h"
#include "clients/school/page.h"
#include "clients/school/show.h"

namespace firstbell::school {
namespace {

void TimesOf(Page& page, const HeldAlert& alert, absl::Time now, const console::LocalTime& london) {
  if (const auto over_at = OverAt(alert)) {
    page.Paragraph("Over for this school: " + StateText(alert) + ", " + london.Format(*over_at) +
                   (IsLate(alert, now) ? ", late." : "."));
  } else if (IsLate(alert, now)) {
    page.Paragraph("LATE: it was to be acknowledged by " + london.Format(alert.deadline) + ".");
  } else {
    page.Paragraph("To be acknowledged by " + london.Format(alert.deadline) + ": " +
                   TimeLeft(alert.deadline, now) + " left.");
  }
}

void FactsOf(Page& page, const std::vector<Fact>& facts) {
  for (const Fact& fact : facts) page.Field(fact.term, fact.text);
}

void BulletsOf(Page& page, const std::vector<std::string>& texts, const std::string& before = "") {
  for (const std::string& text : texts) page.Bullet(before + text);
}

void ChangedOf(Page& page, const AlertWords& words) {
  if (words.changed.empty()) return;
  page.Heading("CORRECTED BY THE FORCE SINCE SOMEBODY HERE READ IT");
  BulletsOf(page, words.changed);
  page.Paragraph(kOnlyThisCounts);
}

void CollectionOf(Page& page, const AlertWords& words) {
  page.Heading("WHO MAY COLLECT THE CHILD");
  BulletsOf(page, words.may_collect, "May collect: ");
  BulletsOf(page, words.must_not_collect, "MUST NOT collect: ");
  BulletsOf(page, words.orders_in_force, "Order in force: ");
  if (words.may_collect.empty()) page.Bullet(kNobodyMayCollect);
}

void VoiceOf(Page& page, const AlertWords& words) {
  page.Heading("THE VOICE OF THE CHILD");
  page.Paragraph(words.spoken_to);
  if (!words.said.empty()) page.Quote(words.said);
  FactsOf(page, words.voice);
}

void Section(Page& page, std::string_view heading, const std::vector<Fact>& facts) {
  page.Heading(heading);
  FactsOf(page, facts);
}

std::string IdentityText(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now,
                         const console::LocalTime& london) {
  const std::string id = ShortId(alert.newest.alert_id);
  Page page;
  page.Heading("Alert " + alert.newest.alert_id.value());
  TimesOf(page, alert, now, london);
  page.Heading("IS THIS CHILD A PUPIL OF YOURS?");
  FactsOf(page, IdentityFacts(content.child()));
  page.Paragraph(
      "No roll says that the child is yours, so that nothing else is told before you have looked. "
      "Ask neither the child nor the parents.");
  if (alert.ours_at) {
    page.Paragraph(
        "It was said that it is, by one of you or by this machine, from your roll. What happened "
        "is "
        "on its way.");
    return page.text();
  }
  page.Heading("It is: firstbell-school inbox ours " + id);
  page.Heading("It is not: firstbell-school inbox refuse " + id + " --reason never-here");
  return page.text();
}

}  // namespace

std::string AlertText(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now,
                      const console::LocalTime& london) {
  if (alert.part == v1::PART_IDENTITY) return IdentityText(alert, content, now, london);
  const AlertWords words = WordsOf(content, london);
  Page page;
  page.Heading("Alert " + alert.newest.alert_id.value());
  TimesOf(page, alert, now, london);
  ChangedOf(page, words);
  page.Heading("WHAT TO DO, AND WHAT NOT TO DO");
  BulletsOf(page, words.handling);
  CollectionOf(page, words);
  Section(page, "THE CHILD", words.child);
  VoiceOf(page, words);
  Section(page, "WHAT HAPPENED", words.happened);
  if (!words.account.empty()) page.Paragraph(words.account);
  Section(page, "SUPPORT AND NEEDS", words.support);
  Section(page, "QUESTIONS", words.contact);
  if (!OverAt(alert)) {
    page.Heading("Say that you have this: firstbell-school inbox acknowledge " +
                 ShortId(alert.newest.alert_id));
    page.Paragraph("Not a pupil of yours? firstbell-school inbox refuse " +
                   ShortId(alert.newest.alert_id));
  }
  return page.text();
}

std::string AlertJson(const HeldAlert& alert, const v1::AlertContent& content, absl::Time now) {
  nlohmann::ordered_json json = FactsJson(alert, now);
  json["content"] = nlohmann::ordered_json::parse(console::ToJson(content));
  return json.dump();
}

}  // namespace firstbell::school
