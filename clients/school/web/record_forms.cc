#include "clients/school/web/record_forms.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "clients/school/records/catalogue.h"

namespace firstbell::school::web {
namespace {

using school_records::Draft;
using school_records::Record;
using As = FormField::As;

// Of an action that is in the words of whoever wrote it down.
constexpr char kOwnWords[] = "other";

// A field of a row, where it stands on a form, and what it is called there.
struct Named {
  std::string_view path, field, label;
};
constexpr std::array kNamed = {
    Named{"child.given_names", "given_names", "Given names"},
    Named{"child.family_name", "family_name", "The family name"},
    Named{"child.preferred_name", "preferred_name", "What the child is called"},
    Named{"child.date_of_birth", "born", "The date of birth"},
    Named{"child.year_group", "year", "The year"},
    Named{"child.form", "class", "The class"},
    Named{"action.what", "what", "What was done"},
    Named{"action.code", "what", "What was done"},
    Named{"action.who", "who", "Who does it"},
    Named{"action.outcome", "outcome", "What came of it"},
    Named{"action.stage", "stage", "How far it is"},
    Named{"catalogue.words", "words", "What you offer"},
    Named{"concern.about", "about", "Whom it is about"},
    Named{"concern.text", "text", "What was seen or heard"},
    Named{"concern.where", "where", "Where it was"},
    Named{"pause.speak_to", "speak_to", "Whom to speak to"},
    Named{"pause.words", "pause_note", "The note"},
    Named{"passport.needs", "needs", "A need"},
    Named{"passport.triggers", "triggers", "What sets it off"},
    Named{"passport.communicates", "communicates", "How the child communicates"},
    Named{"passport.trusted_adult", "trusted_adult", "The trusted adult"},
    Named{"passport.wishes", "wishes", "The wishes"},
    Named{"passport.wishes.who", "wishes", "Who, of a wish"},
    Named{"passport.wishes.about", "wishes", "About what, of a wish"},
    Named{"passport.wishes.may_know", "wishes", "What the child wishes"},
    Named{"told.who", "told_who", "Who was told"},
    Named{"told.what", "told_what", "What they were told"},
    Named{"told.why", "told_why", "Why they were told"},
    Named{"told.why_overridden", "overridden", "Why it is done against the child’s wish"},
    Named{"adjustment.child_name", "sheet_name", "The child’s name"},
    Named{"adjustment.form", "sheet_class", "The class"},
    Named{"adjustment.impact", "impact", "How it shows today"},
    Named{"adjustment.adjustment", "adjustment", "What staff are to do"},
    Named{"filed.system", "system", "The name of the system"},
    Named{"filed.reference", "reference", "The reference there"},
    Named{"retention.keep_until", "keep_until", "The day until which it is kept"},
    Named{"retention.decision", "decision", "What was decided"},
    Named{"sheet_overridden", "sheet_overridden", "Why it is done against the child’s wish"},
    Named{"other", "other", "What you wrote under “Something else”"},
    Named{"note", "note", "The note"},
    Named{"review_follow_up", "review_follow_up", "The day to look once more"},
    Named{"follow_up", "follow_up", "The day to look again"},
    Named{"until", "until", "The last day of the pause"},
    Named{"review", "review", "The day of the next review"},
    Named{"text", "text", "Your message"},
};

const Named* Find(std::string_view path) {
  const auto found = std::find_if(kNamed.begin(), kNamed.end(),
                                  [&](const Named& one) { return one.path == path; });
  return found == kNamed.end() ? nullptr : &*found;
}

std::string DayOf(const school_records::RowHead& head, const console::LocalTime& london) {
  return head.due ? london.Date(*head.due) : std::string();
}

// A pause holds through its last day.
base::Status ReadLastDay(const Visit& visit, Draft& draft) {
  FB_RETURN_IF_ERROR(ReadDay(visit, "until", draft.due));
  if (draft.due) {
    FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
    draft.due = school_records::Tonight(*draft.due, london);
  }
  return base::OkStatus();
}

v1::ActionStage StageOf(std::string_view word) {
  return word == "plan"      ? v1::ACTION_STAGE_PLANNED
         : word == "review"  ? v1::ACTION_STAGE_REVIEWED
         : word == "stopped" ? v1::ACTION_STAGE_STOPPED
                             : v1::ACTION_STAGE_DONE;
}

void Read(const Visit& visit, v1::RecordedChild& child) {
  child.set_given_names(visit.Field("given_names"));
  child.set_family_name(visit.Field("family_name"));
  child.set_preferred_name(visit.Field("preferred_name"));
  child.set_date_of_birth(visit.Field("born"));
  child.set_year_group(visit.Field("year"));
  child.set_form(visit.Field("class"));
}

// One of the catalogue, with a note; or the school's own words, which are their own note. What has
// no place in the row is not lost without a word.
base::Status Read(const Visit& visit, v1::SupportAction& action) {
  const std::string what = visit.Field("what"), other = visit.Field("other"),
                    note = visit.Field("note");
  if (what.empty()) return model::FieldError("action.what", "is to be chosen");
  const bool own = what == kOwnWords;
  action.set_code(own ? "" : what);
  action.set_what(own ? other : note);
  action.set_stage(StageOf(visit.request.Field("stage")));
  action.set_who(visit.Field("who"));
  action.set_outcome(visit.Field("outcome"));
  if (own && !note.empty()) {
    return model::FieldError("note", "goes into the same line as what you did, in your own words");
  }
  if (!own && !other.empty()) {
    return model::FieldError("other", "is for what you choose “Something else” for: clear one");
  }
  return base::OkStatus();
}

void Read(const Visit& visit, v1::RecordedConcern& concern) {
  concern.set_text(visit.Field("text"));
  concern.set_where(visit.Field("where"));
  if (!visit.request.Field("about").empty()) concern.set_about(visit.Field("about"));
}

void Read(const Visit& visit, v1::SanctionPause& pause) {
  pause.set_speak_to(visit.Field("speak_to"));
  pause.set_words(visit.Field("pause_note"));
}

void Read(const Visit& visit, v1::WhoWasTold& told) {
  told.set_who(visit.Field("told_who"));
  told.set_what(visit.Field("told_what"));
  told.set_why(visit.Field("told_why"));
  told.set_why_overridden(visit.Field("overridden"));
  told.set_against_wish(!told.why_overridden().empty());
}

void Read(const Visit& visit, v1::SheetAdjustment& line) {
  line.set_impact(visit.Field("impact"));
  line.set_adjustment(visit.Field("adjustment"));
}

void Read(const Visit& visit, v1::FiledElsewhere& filed) {
  filed.set_system(visit.Field("system"));
  filed.set_reference(visit.Field("reference"));
  if (filed.mode() == v1::FILING_MODE_UNSPECIFIED) {
    filed.set_mode(visit.request.Field("alone").empty() ? v1::FILING_MODE_COPY
                                                        : v1::FILING_MODE_ALERT_ONLY);
  }
}

void Read(const Visit& visit, v1::RetentionReview& review) {
  review.set_keep_until(visit.Field("keep_until"));
  review.set_decision(visit.Field("decision"));
}

// Each wish stands in three fields of one number; one without a name is none.
void Read(const Visit& visit, v1::ChildPassport& passport) {
  passport.Clear();
  for (const std::string& need : LinesOf(visit.request.Field("needs"))) passport.add_needs(need);
  for (const std::string& one : LinesOf(visit.request.Field("triggers"))) {
    passport.add_triggers(one);
  }
  passport.set_communicates(visit.Field("communicates"));
  passport.set_trusted_adult(visit.Field("trusted_adult"));
  for (int i = 0;; ++i) {
    const std::string number = std::to_string(i);
    if (!visit.request.form.contains("wish_who_" + number)) return;
    const std::string who = visit.Field("wish_who_" + number);
    if (absl::StripAsciiWhitespace(base::View(std::string_view(who))).empty()) continue;
    v1::ChildWish& wish = *passport.add_wishes();
    wish.set_who(who);
    wish.set_about(visit.Field("wish_about_" + number));
    const std::string_view may = visit.request.Field("wish_may_" + number);
    wish.set_may_know(may == "yes"  ? v1::MAY_KNOW_YES
                      : may == "no" ? v1::MAY_KNOW_NO
                                    : v1::MAY_KNOW_ASK_ME);
  }
}

std::string StageWord(v1::ActionStage stage) {
  return stage == v1::ACTION_STAGE_PLANNED    ? "plan"
         : stage == v1::ACTION_STAGE_REVIEWED ? "review"
         : stage == v1::ACTION_STAGE_STOPPED  ? "stopped"
                                              : "done";
}

// With what it was itself, which the school may offer no more.
std::vector<FormChoice> WhatChoices(const v1::SupportAction& action,
                                    const std::vector<v1::CatalogueItem>& added) {
  std::vector<FormChoice> choices;
  bool itself = action.code().empty();
  for (const auto& entry : school_records::CatalogueOf(added)) {
    choices.push_back({entry.code, entry.words});
    itself = itself || entry.code == action.code();
  }
  if (!itself) choices.push_back({action.code(), school_records::WordsOf(action, added)});
  choices.push_back({kOwnWords, "Something else"});
  return choices;
}

std::vector<FormField> ActionFields(const Record& record,
                                    const std::vector<v1::CatalogueItem>& added,
                                    const console::LocalTime& london) {
  const v1::SupportAction& action = record.said.action();
  const bool own = action.code().empty();
  std::vector<FormChoice> stages = {{"done", "Done"}, {"plan", "Planned"}, {"stopped", "Stopped"}};
  if (action.stage() == v1::ACTION_STAGE_REVIEWED) stages.push_back({"review", "Looked at again"});
  return {{"what", "What was it?", own ? kOwnWords : action.code(), As::kChoice,
           WhatChoices(action, added)},
          {"other", "Something else: what?", own ? action.what() : ""},
          {"note", "Note", own ? "" : action.what()},
          {"stage", "How far is it?", StageWord(action.stage()), As::kChoice, std::move(stages)},
          {"who", "Who does it", action.who()},
          {"outcome", "What came of it", action.outcome(), As::kText},
          {"follow_up", "Look again on", DayOf(record.head, london), As::kDay}};
}

std::vector<FormField> ChildFields(const v1::RecordedChild& child) {
  return {{"given_names", "Given names", child.given_names()},
          {"family_name", "Family name", child.family_name()},
          {"preferred_name", "Called", child.preferred_name()},
          {"born", "Date of birth", child.date_of_birth(), As::kDay},
          {"year", "Year, as “Year 4”", child.year_group()},
          {"class", "Class", child.form()}};
}

}  // namespace

bool HasForm(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_CHILD:
    case v1::RECORD_KIND_ACTION:
    case v1::RECORD_KIND_CONCERN:
    case v1::RECORD_KIND_TOLD:
    case v1::RECORD_KIND_FILED:
      return true;
    default:
      return false;
  }
}

std::vector<FormField> FieldsOf(const Record& record, const std::vector<v1::CatalogueItem>& added,
                                const console::LocalTime& london) {
  const v1::RecordBody& said = record.said;
  switch (record.head.kind) {
    case v1::RECORD_KIND_CHILD:
      return ChildFields(said.child());
    case v1::RECORD_KIND_ACTION:
      return ActionFields(record, added, london);
    case v1::RECORD_KIND_CONCERN:
      return {{"text", "What was seen or heard", said.concern().text(), As::kText},
              {"where", "Where", said.concern().where()}};
    case v1::RECORD_KIND_TOLD:
      return {{"told_who", "Who was told", said.told().who()},
              {"told_what", "What", said.told().what(), As::kText},
              {"told_why", "Why", said.told().why(), As::kText},
              {"overridden", "Against the child’s wish, because", said.told().why_overridden(),
               As::kText}};
    case v1::RECORD_KIND_FILED:
      return {{"system", "The school’s own system", said.filed().system()},
              {"reference", "Filed as", said.filed().reference()}};
    default:
      return {};
  }
}

base::Status ReadForm(const Visit& visit, v1::RecordKind kind, Draft& draft) {
  v1::RecordBody& body = draft.body;
  switch (kind) {
    case v1::RECORD_KIND_CHILD:
      Read(visit, *body.mutable_child());
      return base::OkStatus();
    case v1::RECORD_KIND_ACTION:
      FB_RETURN_IF_ERROR(Read(visit, *body.mutable_action()));
      return ReadDay(visit, "follow_up", draft.due);
    case v1::RECORD_KIND_CONCERN:
      Read(visit, *body.mutable_concern());
      return base::OkStatus();
    case v1::RECORD_KIND_PAUSE:
      Read(visit, *body.mutable_pause());
      return ReadLastDay(visit, draft);
    case v1::RECORD_KIND_PASSPORT:
      Read(visit, *body.mutable_passport());
      return base::OkStatus();
    case v1::RECORD_KIND_TOLD:
      Read(visit, *body.mutable_told());
      return base::OkStatus();
    case v1::RECORD_KIND_ADJUSTMENT:
      Read(visit, *body.mutable_adjustment());
      return base::OkStatus();
    case v1::RECORD_KIND_FILED:
      Read(visit, *body.mutable_filed());
      return base::OkStatus();
    case v1::RECORD_KIND_RETENTION:
      Read(visit, *body.mutable_retention());
      return ReadDay(visit, "review", draft.due);
    default:
      return base::InvalidArgument("this is not written by a form");
  }
}

base::Status CheckLine(const v1::SheetAdjustment& line) {
  const std::pair<const char*, const std::string&> required[] = {
      {"adjustment.child_name", line.child_name()},
      {"adjustment.form", line.form()},
      {"adjustment.adjustment", line.adjustment()}};
  for (const auto& [field, text] : required) {
    if (absl::StripAsciiWhitespace(base::View(std::string_view(text))).empty()) {
      return model::FieldError(field, "is required");
    }
  }
  return base::OkStatus();
}

base::Status ReadDay(const Visit& visit, const std::string& field, std::optional<absl::Time>& due) {
  const std::string day(absl::StripAsciiWhitespace(base::View(visit.request.Field(field))));
  due = std::nullopt;
  if (day.empty()) return base::OkStatus();
  const auto at =
      model::ParseDate(day) ? visit.london.Parse(day, field) : base::InvalidArgument("no day");
  if (!at.ok()) return model::FieldError(field, "is a day, as 2026-12-04");
  due = model::FromWire(*at);
  return base::OkStatus();
}

Json FormErrors(const base::Status& status) {
  if (!absl::IsInvalidArgument(status)) return nullptr;
  Json items = Json::array(), at = Json::object();
  const auto faults = model::BadRequestOf(status);
  for (const auto& fault : faults.field_violations()) {
    const Named* const named = Find(fault.field());
    const std::string field(named != nullptr ? named->field : "");
    const std::string label(named != nullptr ? named->label : fault.field());
    const std::string text = label + " " + fault.description();
    items.push_back({{"text", text}, {"field", field}});
    if (!field.empty() && !at.contains(field)) at[field] = text;
  }
  if (items.empty()) return ErrorOf(status);
  return {{"title", "There is a problem"}, {"items", std::move(items)}, {"at", std::move(at)}};
}

std::vector<std::string> LinesOf(std::string_view text) {
  std::vector<std::string> lines;
  const std::vector<std::string> all = absl::StrSplit(base::View(text), '\n');
  for (const std::string& line : all) {
    const std::string trimmed(absl::StripAsciiWhitespace(line));
    if (!trimmed.empty()) lines.push_back(trimmed);
  }
  return lines;
}

}  // namespace firstbell::school::web
