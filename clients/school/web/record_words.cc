#include "clients/school/web/record_words.h"

#include "absl/strings/str_join.h"
#include "clients/school/records/catalogue.h"

namespace firstbell::school::web {
namespace {

using school_records::Record;

std::string_view StageText(v1::ActionStage stage) {
  switch (stage) {
    case v1::ACTION_STAGE_PLANNED:
      return "Planned: ";
    case v1::ACTION_STAGE_DONE:
      return "Done: ";
    case v1::ACTION_STAGE_REVIEWED:
      return "Looked at again: ";
    case v1::ACTION_STAGE_STOPPED:
      return "Stopped: ";
    default:
      return "";
  }
}

std::string_view GoneText(v1::ErasureReason why) {
  switch (why) {
    case v1::ERASURE_REASON_TAKEN_BACK:
      return "Erased: the police took it back.";
    case v1::ERASURE_REASON_ABOUT_ANOTHER_CHILD:
      return "Erased: it was about another child.";
    case v1::ERASURE_REASON_FILED_ELSEWHERE:
      return "Erased here: it is kept in the school’s own system alone.";
    default:
      return "Erased: it was no longer to be kept.";
  }
}

std::string_view KindText(v1::RecordKind kind) {
  switch (kind) {
    case v1::RECORD_KIND_CHILD:
      return "Name and class";
    case v1::RECORD_KIND_ALERT:
      return "From the police";
    case v1::RECORD_KIND_ACTION:
      return "What we did";
    case v1::RECORD_KIND_CATALOGUE:
      return "What this school offers";
    case v1::RECORD_KIND_CONCERN:
      return "A concern";
    case v1::RECORD_KIND_PAUSE:
      return "A pause before any sanction";
    case v1::RECORD_KIND_PASSPORT:
      return "The child’s passport";
    case v1::RECORD_KIND_TOLD:
      return "Who was told";
    case v1::RECORD_KIND_ADJUSTMENT:
      return "On the sheet for staff";
    case v1::RECORD_KIND_SHEET_READING:
      return "The sheet was read";
    case v1::RECORD_KIND_FILED:
      return "Filed";
    case v1::RECORD_KIND_RETENTION:
      return "How long it is kept";
    default:
      return "Erased";
  }
}

class Filler {
 public:
  Filler(RecordWords& words, const school_records::RowHead& head, const console::LocalTime& london)
      : words_(words), head_(head), london_(london) {}

  void Fill(const v1::RecordBody& said, absl::Span<const v1::CatalogueItem> added) {
    using Body = v1::RecordBody;
    switch (said.kind_case()) {
      case Body::kChild:
        return Fill(said.child());
      case Body::kAction:
        return Fill(said.action(), added);
      case Body::kConcern:
        return Fill(said.concern());
      case Body::kPause:
        return Fill(said.pause());
      case Body::kPassport:
        return Fill(said.passport());
      case Body::kTold:
        return Fill(said.told());
      case Body::kAdjustment:
        return Fill(said.adjustment());
      case Body::kFiled:
        return Fill(said.filed());
      case Body::kRetention:
        return Fill(said.retention());
      default:
        return;
    }
  }

 private:
  void Add(std::string term, std::string text) {
    if (!text.empty()) words_.facts.push_back({std::move(term), std::move(text)});
  }
  std::string DueDay() const { return head_.due ? london_.Date(*head_.due) : std::string(); }

  void Fill(const v1::RecordedChild& child) {
    Add("Given names", child.given_names());
    Add("Family name", child.family_name());
    Add("Called", child.preferred_name());
    Add("Born", child.date_of_birth());
    Add("Year", child.year_group());
    Add("Class", child.form());
  }
  void Fill(const v1::SupportAction& action, absl::Span<const v1::CatalogueItem> added) {
    words_.heading =
        std::string(StageText(action.stage())) + school_records::WordsOf(action, added);
    Add("By", action.who());
    if (!action.code().empty()) Add("Note", action.what());
    Add("What came of it", action.outcome());
  }
  void Fill(const v1::RecordedConcern& concern) {
    Add("About", concern.about());
    Add("Seen or heard", concern.text());
    Add("Where", concern.where());
    Add("First written down", concern.first_written());
  }
  void Fill(const v1::SanctionPause& pause) {
    words_.heading = pause.lifted() ? "The pause before sanctions was lifted"
                                    : "Before any sanction, speak to " + pause.speak_to();
    Add("Note", pause.words());
    // It holds through that day: what is stored is the instant at which the day is over.
    if (!pause.lifted() && head_.due) Add("Until", london_.Date(*head_.due - absl::Seconds(1)));
  }
  void Fill(const v1::ChildPassport& passport) {
    Add("Needs", absl::StrJoin(passport.needs(), "\n"));
    Add("What sets it off", absl::StrJoin(passport.triggers(), "\n"));
    Add("How the child communicates", passport.communicates());
    Add("Trusted adult", passport.trusted_adult());
    for (const v1::ChildWish& wish : passport.wishes()) {
      Add("A wish", WishText(wish));
    }
  }
  void Fill(const v1::WhoWasTold& told) {
    words_.heading = "Told: " + told.who();
    Add("What", told.what());
    Add("Why", told.why());
    Add("Against the child’s wish, because", told.why_overridden());
  }
  void Fill(const v1::SheetAdjustment& line) {
    Add("Today", line.impact());
    Add("Please", line.adjustment());
  }
  void Fill(const v1::FiledElsewhere& filed) {
    words_.heading = "Filed as " + filed.reference();
    Add("In", filed.system());
    const bool alone = filed.mode() == v1::FILING_MODE_ALERT_ONLY;
    Add("Here", alone ? "what the police said is kept there alone" : "a copy is kept");
  }
  void Fill(const v1::RetentionReview& review) {
    Add("Kept until", review.keep_until());
    Add("Looked at next", DueDay());
    Add("Decided", review.decision());
  }

  RecordWords& words_;
  const school_records::RowHead& head_;
  const console::LocalTime& london_;
};

}  // namespace

RecordWords WordsOf(const Record& record, absl::Span<const v1::CatalogueItem> added,
                    const console::LocalTime& london) {
  RecordWords words{.heading = std::string(KindText(record.head.kind)), .facts = {}, .gone = {}};
  if (record.erased) {
    words.gone = GoneText(record.erased->why);
  } else {
    Filler(words, record.head, london).Fill(record.said, added);
  }
  return words;
}

base::Result<v1::AlertContent> PoliceContent(const Record& record) {
  v1::AlertContent content;
  if (!content.ParseFromString(record.said.alert().content())) {
    return base::DataLoss("a record of the school does not read back: restore from a backup");
  }
  return content;
}

std::string WishText(const v1::ChildWish& wish) {
  const std::string about = wish.about().empty() ? "" : " (" + wish.about() + ")";
  return wish.who() + about + ": " + std::string(MayKnowText(wish.may_know()));
}

std::string_view MayKnowText(v1::MayKnow may_know) {
  switch (may_know) {
    case v1::MAY_KNOW_YES:
      return "may know";
    case v1::MAY_KNOW_NO:
      return "not to know";
    default:
      return "ask the child first";
  }
}

}  // namespace firstbell::school::web
