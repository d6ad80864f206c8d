#include "clients/school/records/record_check.h"

#include <string>
#include <string_view>

#include "broker/base/limits.h"
#include "broker/model/violations.h"
#include "clients/school/records/catalogue.h"
#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

// A draft in which everything is said and right.
Draft Whole(v1::RecordKind kind) {
  Draft draft{.id = NewId(),
              .child = ChildId(crypto::RandomId()),
              .at = kMonday,
              .due = kMonday + absl::Hours(8)};
  v1::RecordBody& body = draft.body;
  switch (kind) {
    case v1::RECORD_KIND_CHILD:
      *body.mutable_child() = MiaSandwell();
      break;
    case v1::RECORD_KIND_ALERT:
      return AlertDraft(draft.child, base::AlertId(crypto::RandomId()));
    case v1::RECORD_KIND_ACTION:
      body.mutable_action()->set_what("breakfast");
      body.mutable_action()->set_stage(v1::ACTION_STAGE_DONE);
      break;
    case v1::RECORD_KIND_CATALOGUE:
      draft.child = ChildId();
      body.mutable_catalogue()->set_code("dog-walk");
      body.mutable_catalogue()->set_words("A walk with the school's dog");
      break;
    case v1::RECORD_KIND_CONCERN:
      body.mutable_concern()->set_about("Mia");
      body.mutable_concern()->set_text("Tired.");
      break;
    case v1::RECORD_KIND_PAUSE:
      body.mutable_pause()->set_speak_to("A. Lead");
      break;
    case v1::RECORD_KIND_PASSPORT: {
      body.mutable_passport()->add_needs("a seat by the door");
      body.mutable_passport()->add_triggers("shouting");
      v1::ChildWish& wish = *body.mutable_passport()->add_wishes();
      wish.set_who("her form teacher");
      wish.set_may_know(v1::MAY_KNOW_YES);
      break;
    }
    case v1::RECORD_KIND_TOLD:
      body.mutable_told()->set_who("form teacher");
      body.mutable_told()->set_what("that she may be tired");
      body.mutable_told()->set_why("she asked for it");
      body.mutable_told()->set_against_wish(true);
      body.mutable_told()->set_why_overridden("she was not safe");
      break;
    case v1::RECORD_KIND_ADJUSTMENT:
      return AdjustmentDraft(draft.child, "quiet space", kMonday + absl::Hours(8));
    case v1::RECORD_KIND_SHEET_READING:
      draft.child = ChildId();
      body.mutable_sheet_reading()->set_lines(2);
      break;
    case v1::RECORD_KIND_FILED:
      body.mutable_filed()->set_system("the school's own");
      body.mutable_filed()->set_reference("2026-1");
      body.mutable_filed()->set_mode(v1::FILING_MODE_COPY);
      break;
    default:
      body.mutable_retention()->set_keep_until("2034-05-04");
      break;
  }
  return draft;
}

std::vector<std::string> Faults(const Draft& draft) {
  std::vector<std::string> fields;
  const google::rpc::BadRequest request = model::BadRequestOf(CheckDraft(draft).status());
  for (const auto& fault : request.field_violations()) {
    fields.push_back(fault.field());
  }
  return fields;
}

TEST(RecordCheckTest, EveryKindIsWrittenWhereAllIsSaid) {
  for (int kind = v1::RECORD_KIND_CHILD; kind <= v1::RECORD_KIND_RETENTION; ++kind) {
    if (kind == v1::RECORD_KIND_ERASED) continue;
    const Draft draft = Whole(static_cast<v1::RecordKind>(kind));
    EXPECT_EQ(KindOf(draft.body), kind);
    EXPECT_TRUE(CheckDraft(draft).ok()) << kind << " " << CheckDraft(draft).status().ToString();
  }
}

// A text field of a kind, by its path in RecordBody, and how long it may be.
struct TextField {
  v1::RecordKind kind;
  std::string path;
  std::size_t most;
};

std::vector<TextField> TextFields() {
  const std::size_t name = limits::kNameBytes, line = record_limits::kLineBytes,
                    text = record_limits::kTextBytes, code = record_limits::kCodeBytes;
  return {{v1::RECORD_KIND_CHILD, "child.given_names", name},
          {v1::RECORD_KIND_CHILD, "child.family_name", name},
          {v1::RECORD_KIND_CHILD, "child.preferred_name", name},
          {v1::RECORD_KIND_CHILD, "child.year_group", line},
          {v1::RECORD_KIND_CHILD, "child.form", line},
          {v1::RECORD_KIND_ACTION, "action.code", code},
          {v1::RECORD_KIND_ACTION, "action.what", line},
          {v1::RECORD_KIND_ACTION, "action.who", line},
          {v1::RECORD_KIND_ACTION, "action.outcome", text},
          {v1::RECORD_KIND_CATALOGUE, "catalogue.code", code},
          {v1::RECORD_KIND_CATALOGUE, "catalogue.words", line},
          {v1::RECORD_KIND_CONCERN, "concern.about", line},
          {v1::RECORD_KIND_CONCERN, "concern.text", text},
          {v1::RECORD_KIND_CONCERN, "concern.where", line},
          {v1::RECORD_KIND_CONCERN, "concern.first_written", line},
          {v1::RECORD_KIND_PAUSE, "pause.speak_to", line},
          {v1::RECORD_KIND_PAUSE, "pause.words", line},
          {v1::RECORD_KIND_PASSPORT, "passport.needs", line},
          {v1::RECORD_KIND_PASSPORT, "passport.triggers", line},
          {v1::RECORD_KIND_PASSPORT, "passport.communicates", text},
          {v1::RECORD_KIND_PASSPORT, "passport.trusted_adult", line},
          {v1::RECORD_KIND_PASSPORT, "passport.wishes.who", line},
          {v1::RECORD_KIND_PASSPORT, "passport.wishes.about", line},
          {v1::RECORD_KIND_TOLD, "told.who", line},
          {v1::RECORD_KIND_TOLD, "told.what", text},
          {v1::RECORD_KIND_TOLD, "told.why", text},
          {v1::RECORD_KIND_TOLD, "told.why_overridden", text},
          {v1::RECORD_KIND_ADJUSTMENT, "adjustment.child_name", 2 * name},
          {v1::RECORD_KIND_ADJUSTMENT, "adjustment.form", line},
          {v1::RECORD_KIND_ADJUSTMENT, "adjustment.impact", line},
          {v1::RECORD_KIND_ADJUSTMENT, "adjustment.adjustment", line},
          {v1::RECORD_KIND_FILED, "filed.system", line},
          {v1::RECORD_KIND_FILED, "filed.reference", line},
          {v1::RECORD_KIND_RETENTION, "retention.decision", text}};
}

// Of a list its first item.
void SetText(google::protobuf::Message& message, std::string_view path, const std::string& text) {
  const std::size_t dot = path.find('.');
  const auto* const field =
      message.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  ASSERT_NE(field, nullptr) << path;
  const auto* const reflection = message.GetReflection();
  if (dot != std::string_view::npos) {
    google::protobuf::Message* const inner =
        field->is_repeated() ? reflection->MutableRepeatedMessage(&message, field, 0)
                             : reflection->MutableMessage(&message, field);
    return SetText(*inner, path.substr(dot + 1), text);
  }
  if (field->is_repeated()) return reflection->SetRepeatedString(&message, field, 0, text);
  reflection->SetString(&message, field, text);
}

// Every text of every kind stands in the table above: a new field joins it.
std::size_t TextsIn(const google::protobuf::Descriptor& message) {
  std::size_t texts = 0;
  for (int i = 0; i < message.field_count(); ++i) {
    const auto& field = *message.field(i);
    if (field.type() == field.TYPE_STRING) ++texts;
    if (field.type() == field.TYPE_MESSAGE && field.message_type()->file() == message.file()) {
      texts += TextsIn(*field.message_type());
    }
  }
  return texts;
}

TEST(RecordCheckTest, EveryTextIsInTheTable) {
  const std::size_t dates = 2;  // date_of_birth, keep_until: neither is free text
  EXPECT_EQ(TextFields().size() + dates, TextsIn(*v1::RecordBody::descriptor()));
}

TEST(RecordCheckTest, EveryTextIsTakenAtItsBoundAndRefusedAbove) {
  for (const TextField& field : TextFields()) {
    Draft draft = Whole(field.kind);
    SetText(draft.body, field.path, std::string(field.most, 'x'));
    EXPECT_TRUE(CheckDraft(draft).ok()) << field.path << CheckDraft(draft).status().ToString();
    SetText(draft.body, field.path, std::string(field.most + 1, 'x'));
    EXPECT_THAT(Faults(draft), ElementsAre(field.path));
    SetText(draft.body, field.path, "a\x01z");
    EXPECT_THAT(Faults(draft), ElementsAre(field.path));
    SetText(draft.body, field.path, "a\xff");
    EXPECT_THAT(Faults(draft), ElementsAre(field.path));
  }
}

TEST(RecordCheckTest, WhatIsNeededIsNamed) {
  const auto emptied = [](v1::RecordKind kind) {
    Draft draft = Whole(kind);
    google::protobuf::Message* const body = &draft.body;
    const auto* field = body->GetDescriptor()->FindFieldByNumber(kind);
    body->GetReflection()->MutableMessage(body, field)->Clear();
    return Faults(draft);
  };
  EXPECT_THAT(emptied(v1::RECORD_KIND_CHILD), ElementsAre("child.family_name"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_ALERT), ElementsAre("alert.content"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_ACTION), ElementsAre("action.what", "action.stage"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_CATALOGUE), ElementsAre("catalogue.code", "catalogue.words"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_CONCERN), ElementsAre("concern.text"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_PAUSE), ElementsAre("pause.speak_to"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_PASSPORT), testing::IsEmpty());
  EXPECT_THAT(emptied(v1::RECORD_KIND_TOLD), ElementsAre("told.who", "told.what", "told.why"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_ADJUSTMENT),
              ElementsAre("adjustment.child_name", "adjustment.adjustment"));
  EXPECT_THAT(emptied(v1::RECORD_KIND_FILED),
              ElementsAre("filed.system", "filed.reference", "filed.mode"));
}

TEST(RecordCheckTest, OverridingAWishNeedsAReason) {
  Draft draft = Whole(v1::RECORD_KIND_TOLD);
  draft.body.mutable_told()->clear_why_overridden();
  EXPECT_THAT(Faults(draft), ElementsAre("told.why_overridden"));
  draft.body.mutable_told()->set_against_wish(false);
  EXPECT_TRUE(CheckDraft(draft).ok());
}

TEST(RecordCheckTest, AConcernNamesAChildOrSaysWhom) {
  Draft draft = Whole(v1::RECORD_KIND_CONCERN);
  draft.child = ChildId();
  EXPECT_TRUE(CheckDraft(draft).ok());
  draft.body.mutable_concern()->clear_about();
  EXPECT_THAT(Faults(draft), ElementsAre("concern.about"));
}

TEST(RecordCheckTest, ALineOfTheSheetSaysUntilWhenAndNamesNoAlert) {
  Draft draft = Whole(v1::RECORD_KIND_ADJUSTMENT);
  draft.alert = base::AlertId(crypto::RandomId());
  draft.due.reset();
  EXPECT_THAT(Faults(draft), ElementsAre("alert", "due"));
}

TEST(RecordCheckTest, WhatThePoliceSaidIsOfItsAlertAndBounded) {
  Draft draft = Whole(v1::RECORD_KIND_ALERT);
  draft.revision = 2;
  EXPECT_THAT(Faults(draft), ElementsAre("alert.content"));
  draft = AlertDraft(draft.child, base::AlertId(crypto::RandomId()),
                     std::string(record_limits::kContentBytes - 100, 'x'));
  EXPECT_TRUE(CheckDraft(draft).ok());
  draft.body.mutable_alert()->mutable_content()->append(200, '\0');
  EXPECT_THAT(Faults(draft), ElementsAre("alert.content"));
}

TEST(RecordCheckTest, ListsOfAPassportAreBounded) {
  Draft draft = Whole(v1::RECORD_KIND_PASSPORT);
  v1::ChildPassport& passport = *draft.body.mutable_passport();
  while (static_cast<std::size_t>(passport.needs_size()) < record_limits::kListItems) {
    passport.add_needs("x");
    *passport.add_wishes() = passport.wishes(0);
    passport.add_triggers("x");
  }
  EXPECT_TRUE(CheckDraft(draft).ok());
  passport.add_needs("x");
  passport.add_triggers("x");
  *passport.add_wishes() = passport.wishes(0);
  EXPECT_THAT(Faults(draft), ElementsAre("passport.needs", "passport.triggers", "passport.wishes"));
}

TEST(RecordCheckTest, IdsTimesAndDatesAreChecked) {
  Draft draft = Whole(v1::RECORD_KIND_ACTION);
  draft.id = RecordId("1");
  draft.child = ChildId();
  draft.alert = base::AlertId("Mia Sandwell");
  draft.corrects = RecordId("2");
  draft.at = absl::InfiniteFuture();
  draft.due = absl::InfinitePast();
  EXPECT_THAT(Faults(draft), ElementsAre("id", "child", "alert", "corrects", "at", "due"));
  draft = Whole(v1::RECORD_KIND_CHILD);
  draft.body.mutable_child()->set_date_of_birth("4 May");
  EXPECT_THAT(Faults(draft), ElementsAre("child.date_of_birth"));
  draft = Whole(v1::RECORD_KIND_ALERT);
  draft.corrects = NewId();
  EXPECT_THAT(Faults(draft), ElementsAre("corrects"));
}

TEST(RecordCheckTest, WhatWasErasedIsSaidByNobodyButErase) {
  Draft draft = Whole(v1::RECORD_KIND_ACTION);
  draft.body.mutable_erased()->set_why(v1::ERASURE_REASON_RETENTION);
  EXPECT_THAT(Faults(draft), ElementsAre("body"));
  draft.body.Clear();
  EXPECT_THAT(Faults(draft), ElementsAre("body"));
}

TEST(RecordCheckTest, InstantsAreKeptInMicroseconds) {
  Draft draft = Whole(v1::RECORD_KIND_ACTION);
  draft.at += absl::Nanoseconds(7);
  draft.due = *draft.due + absl::Nanoseconds(7);
  EXPECT_EQ(CheckDraft(draft)->at, kMonday);
  EXPECT_EQ(CheckDraft(draft)->due, kMonday + absl::Hours(8));
}

TEST(CatalogueTest, BuiltInItemsThenTheSchoolsOwn) {
  EXPECT_THAT(BuiltInCatalogue(), SizeIs(9));
  for (const CatalogueEntry& entry : BuiltInCatalogue()) EXPECT_TRUE(IsCode(entry.code));
  v1::CatalogueItem dog, old;
  dog.set_code("dog-walk");
  dog.set_words("A walk with the school's dog");
  old.set_code("old");
  old.set_words("What we did once");
  old.set_retired(true);
  const v1::CatalogueItem added[] = {dog, old};
  const std::vector<CatalogueEntry> all = CatalogueOf(added);
  ASSERT_THAT(all, SizeIs(10));
  EXPECT_EQ(all.back().code, "dog-walk");
  v1::SupportAction action;
  action.set_what("something else");
  EXPECT_EQ(WordsOf(action, added), "something else");
  action.set_code("breakfast");
  EXPECT_EQ(WordsOf(action, added), "Breakfast");
  action.set_code("old");
  EXPECT_EQ(WordsOf(action, added), "What we did once");
  action.set_code("unknown");
  EXPECT_EQ(WordsOf(action, added), "unknown");
}

TEST(CatalogueTest, ABuiltInCodeIsNotAddedAgain) {
  Draft draft = Whole(v1::RECORD_KIND_CATALOGUE);
  draft.body.mutable_catalogue()->set_code("breakfast");
  EXPECT_THAT(Faults(draft), ElementsAre("catalogue.code"));
}

}  // namespace
}  // namespace firstbell::school_records
