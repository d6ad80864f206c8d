#include "clients/school/records/record_check.h"

#include <string>
#include <utility>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "clients/school/records/catalogue.h"
#include "clients/school/records/record_limits.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::school_records {
namespace {

using model::Lines;
using model::Presence;
using model::Violations;

// A text of one line, one of several, and a name.
void Line(std::string* text, std::string_view path, Presence presence, Violations& wrong) {
  model::CheckText(*text, path, record_limits::kLineBytes, presence, Lines::kOne, wrong);
}
void Text(std::string* text, std::string_view path, Presence presence, Violations& wrong) {
  model::CheckText(*text, path, record_limits::kTextBytes, presence, Lines::kMany, wrong);
}
void Name(std::string* text, std::string_view path, Violations& wrong) {
  model::CheckText(*text, path, limits::kNameBytes, Presence::kOptional, Lines::kOne, wrong);
}

void Date(std::string_view text, std::string_view path, Violations& wrong) {
  if (!text.empty() && !model::ParseDate(text)) wrong.Add(path, "is no date YYYY-MM-DD");
}

template <typename Enum>
void Known(Enum value, bool (*is_known)(int), std::string_view path, Violations& wrong) {
  if (value == 0 || !is_known(value)) wrong.Add(path, "is required");
}

void CheckTime(absl::Time time, std::string_view path, Violations& wrong) {
  static const absl::Time kFirst = absl::UnixEpoch();
  static const absl::Time kLast = absl::FromCivil(absl::CivilYear(2200), absl::UTCTimeZone());
  if (time < kFirst || time >= kLast) wrong.Add(path, "lies outside 1970 to 2199");
}

void CheckId(const std::string& id, std::string_view path, Presence presence, Violations& wrong) {
  if (id.empty() && presence == Presence::kOptional) return;
  if (!base::IsRandomId(id)) wrong.Add(path, "is not one of our ids");
}

void CheckBody(v1::RecordedChild& child, const Draft&, Violations& wrong) {
  Name(child.mutable_given_names(), "child.given_names", wrong);
  Name(child.mutable_family_name(), "child.family_name", wrong);
  Name(child.mutable_preferred_name(), "child.preferred_name", wrong);
  if (child.given_names().empty() && child.family_name().empty()) {
    wrong.Add("child.family_name", "is required where there are no given names");
  }
  Date(child.date_of_birth(), "child.date_of_birth", wrong);
  Line(child.mutable_year_group(), "child.year_group", Presence::kOptional, wrong);
  Line(child.mutable_form(), "child.form", Presence::kOptional, wrong);
}

void CheckBody(v1::PoliceText& alert, const Draft& draft, Violations& wrong) {
  v1::AlertContent content;
  if (alert.content().size() > record_limits::kContentBytes) {
    wrong.Add("alert.content",
              "is longer than " + std::to_string(record_limits::kContentBytes) + " bytes");
  } else if (!content.ParseFromString(alert.content()) ||
             content.alert_id() != draft.alert.value() || content.revision() != draft.revision ||
             draft.revision == 0) {
    wrong.Add("alert.content", "is not what was opened of this alert and revision");
  }
  if (!model::ValidTimestamp(alert.opened_at())) wrong.Add("alert.opened_at", "is no time");
}

void CheckBody(v1::SupportAction& action, const Draft&, Violations& wrong) {
  if (!action.code().empty() && !IsCode(action.code())) {
    wrong.Add("action.code", "is not 1 to 40 characters a-z 0-9 -");
  }
  Line(action.mutable_what(), "action.what",
       action.code().empty() ? Presence::kRequired : Presence::kOptional, wrong);
  Line(action.mutable_who(), "action.who", Presence::kOptional, wrong);
  Text(action.mutable_outcome(), "action.outcome", Presence::kOptional, wrong);
  Known(action.stage(), v1::ActionStage_IsValid, "action.stage", wrong);
}

void CheckBody(v1::CatalogueItem& item, const Draft&, Violations& wrong) {
  if (!IsCode(item.code())) wrong.Add("catalogue.code", "is not 1 to 40 characters a-z 0-9 -");
  if (IsBuiltIn(item.code())) wrong.Add("catalogue.code", "is one of the built-in ones");
  Line(item.mutable_words(), "catalogue.words", Presence::kRequired, wrong);
}

void CheckBody(v1::RecordedConcern& concern, const Draft& draft, Violations& wrong) {
  Line(concern.mutable_about(), "concern.about",
       draft.child.empty() ? Presence::kRequired : Presence::kOptional, wrong);
  Text(concern.mutable_text(), "concern.text", Presence::kRequired, wrong);
  Line(concern.mutable_where(), "concern.where", Presence::kOptional, wrong);
  Line(concern.mutable_first_written(), "concern.first_written", Presence::kOptional, wrong);
}

void CheckBody(v1::SanctionPause& pause, const Draft&, Violations& wrong) {
  Line(pause.mutable_speak_to(), "pause.speak_to",
       pause.lifted() ? Presence::kOptional : Presence::kRequired, wrong);
  Line(pause.mutable_words(), "pause.words", Presence::kOptional, wrong);
}

void CheckLines(google::protobuf::RepeatedPtrField<std::string>& lines, std::string_view path,
                Violations& wrong) {
  if (static_cast<std::size_t>(lines.size()) > record_limits::kListItems) {
    wrong.Add(path, "has more than " + std::to_string(record_limits::kListItems) + " items");
  }
  for (std::string& line : lines) Line(&line, path, Presence::kRequired, wrong);
}

void CheckBody(v1::ChildPassport& passport, const Draft&, Violations& wrong) {
  CheckLines(*passport.mutable_needs(), "passport.needs", wrong);
  CheckLines(*passport.mutable_triggers(), "passport.triggers", wrong);
  Text(passport.mutable_communicates(), "passport.communicates", Presence::kOptional, wrong);
  Line(passport.mutable_trusted_adult(), "passport.trusted_adult", Presence::kOptional, wrong);
  if (static_cast<std::size_t>(passport.wishes_size()) > record_limits::kListItems) {
    wrong.Add("passport.wishes",
              "has more than " + std::to_string(record_limits::kListItems) + " items");
  }
  for (v1::ChildWish& wish : *passport.mutable_wishes()) {
    Line(wish.mutable_who(), "passport.wishes.who", Presence::kRequired, wrong);
    Line(wish.mutable_about(), "passport.wishes.about", Presence::kOptional, wrong);
    Known(wish.may_know(), v1::MayKnow_IsValid, "passport.wishes.may_know", wrong);
  }
}

void CheckBody(v1::WhoWasTold& told, const Draft&, Violations& wrong) {
  Line(told.mutable_who(), "told.who", Presence::kRequired, wrong);
  Text(told.mutable_what(), "told.what", Presence::kRequired, wrong);
  Text(told.mutable_why(), "told.why", Presence::kRequired, wrong);
  Text(told.mutable_why_overridden(), "told.why_overridden",
       told.against_wish() ? Presence::kRequired : Presence::kOptional, wrong);
}

void CheckBody(v1::SheetAdjustment& line, const Draft& draft, Violations& wrong) {
  model::CheckText(*line.mutable_child_name(), "adjustment.child_name", 2 * limits::kNameBytes,
                   Presence::kRequired, Lines::kOne, wrong);
  Line(line.mutable_form(), "adjustment.form", Presence::kOptional, wrong);
  Line(line.mutable_impact(), "adjustment.impact", Presence::kOptional, wrong);
  Line(line.mutable_adjustment(), "adjustment.adjustment", Presence::kRequired, wrong);
  // An alert's id in the clear beside a line of the sheet would say why the child is on it.
  if (!draft.alert.empty()) wrong.Add("alert", "is not said of a line of the sheet");
  if (!draft.due) wrong.Add("due", "is required: until when the line holds");
}

void CheckBody(v1::SheetReading&, const Draft& draft, Violations& wrong) {
  if (!draft.child.empty() || !draft.alert.empty()) {
    wrong.Add("child", "is not said of who reads the sheet");
  }
}

void CheckBody(v1::FiledElsewhere& filed, const Draft& draft, Violations& wrong) {
  Line(filed.mutable_system(), "filed.system", Presence::kRequired, wrong);
  Line(filed.mutable_reference(), "filed.reference", Presence::kRequired, wrong);
  Known(filed.mode(), v1::FilingMode_IsValid, "filed.mode", wrong);
  if (filed.mode() == v1::FILING_MODE_ALERT_ONLY && draft.alert.empty()) {
    wrong.Add("alert", "is required where what the police said is kept elsewhere alone");
  }
}

void CheckBody(v1::RetentionReview& review, const Draft& draft, Violations& wrong) {
  Date(review.keep_until(), "retention.keep_until", wrong);
  Text(review.mutable_decision(), "retention.decision", Presence::kOptional, wrong);
  if (!draft.due) wrong.Add("due", "is required: when it is to be looked at next");
}

bool NeedsChild(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_CATALOGUE:
    case v1::RECORD_KIND_CONCERN:
    case v1::RECORD_KIND_SHEET_READING:
      return false;
    default:
      return true;
  }
}

void CheckIds(const Draft& draft, Violations& wrong) {
  const v1::RecordKind kind = KindOf(draft.body);
  CheckId(draft.id.value(), "id", Presence::kRequired, wrong);
  CheckId(draft.child.value(), "child",
          NeedsChild(kind) ? Presence::kRequired : Presence::kOptional, wrong);
  CheckId(draft.alert.value(), "alert",
          kind == v1::RECORD_KIND_ALERT ? Presence::kRequired : Presence::kOptional, wrong);
  CheckId(draft.corrects.value(), "corrects", Presence::kOptional, wrong);
  if (draft.alert.empty() && draft.revision != 0) {
    wrong.Add("revision", "is said of no alert");
  }
  if (!draft.corrects.empty() && !IsCorrected(kind)) {
    wrong.Add("corrects", "is not said of this kind, which is never corrected");
  }
}

void CheckBody(v1::RecordBody& body, const Draft& draft, Violations& wrong) {
  using Body = v1::RecordBody;
  switch (body.kind_case()) {
    case Body::kChild:
      return CheckBody(*body.mutable_child(), draft, wrong);
    case Body::kAlert:
      return CheckBody(*body.mutable_alert(), draft, wrong);
    case Body::kAction:
      return CheckBody(*body.mutable_action(), draft, wrong);
    case Body::kCatalogue:
      return CheckBody(*body.mutable_catalogue(), draft, wrong);
    case Body::kConcern:
      return CheckBody(*body.mutable_concern(), draft, wrong);
    case Body::kPause:
      return CheckBody(*body.mutable_pause(), draft, wrong);
    case Body::kPassport:
      return CheckBody(*body.mutable_passport(), draft, wrong);
    case Body::kTold:
      return CheckBody(*body.mutable_told(), draft, wrong);
    case Body::kAdjustment:
      return CheckBody(*body.mutable_adjustment(), draft, wrong);
    case Body::kSheetReading:
      return CheckBody(*body.mutable_sheet_reading(), draft, wrong);
    case Body::kFiled:
      return CheckBody(*body.mutable_filed(), draft, wrong);
    case Body::kRetention:
      return CheckBody(*body.mutable_retention(), draft, wrong);
    case Body::kErased:
      return wrong.Add("body", "is written by Erase alone");
    case Body::KIND_NOT_SET:
      return wrong.Add("body", "is required");
  }
}

absl::Time WholeMicroseconds(absl::Time time) {
  return absl::FromUnixMicros(absl::ToUnixMicros(time));
}

}  // namespace

bool IsCorrected(v1::RecordKind kind) {
  return kind != v1::RECORD_KIND_ALERT && kind != v1::RECORD_KIND_ERASED &&
         kind != v1::RECORD_KIND_SHEET_READING;
}

base::Result<Draft> CheckDraft(const Draft& draft) {
  Draft checked = draft;
  Violations wrong;
  CheckIds(checked, wrong);
  CheckTime(checked.at, "at", wrong);
  if (checked.due) CheckTime(*checked.due, "due", wrong);
  checked.body.DiscardUnknownFields();
  CheckBody(checked.body, draft, wrong);
  FB_RETURN_IF_ERROR(wrong.ToStatus());
  checked.at = WholeMicroseconds(checked.at);
  if (checked.due) checked.due = WholeMicroseconds(*checked.due);
  return checked;
}

}  // namespace firstbell::school_records
