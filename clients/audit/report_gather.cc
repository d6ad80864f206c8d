#include "clients/audit/report_gather.h"

#include <algorithm>

#include "broker/model/alert.h"
#include "broker/model/decision_reason.h"
#include "broker/model/text.h"
#include "clients/console/call.h"

namespace firstbell::audit_client {
namespace {

using Stub = v1::DeliveryLogService::Stub;
using Row = v1::StatisticsRow;

constexpr int kQuestions = 7;

base::Status CheckAnswer(AnswerChecker* checker, const v1::Checkpoint& checkpoint) {
  if (checker == nullptr) return base::OkStatus();
  return checker->CheckCheckpoint(checkpoint).status();
}

// Asks of one period, group by group.
class Asker {
 public:
  Asker(Stub& stub, AnswerChecker* checker, const ReportRequest& request,
        const std::function<void(double)>& progress)
      : stub_(stub), checker_(checker), progress_(progress) {
    base_.set_from(absl::FormatCivilTime(request.first));
    base_.set_before(absl::FormatCivilTime(request.before));
    base_.set_force(request.force);
    base_.set_authority(request.authority);
  }

  base::Result<v1::GetStatisticsResponse> By(std::initializer_list<v1::StatisticsGroup> groups) {
    v1::GetStatisticsRequest request = base_;
    for (const v1::StatisticsGroup group : groups) request.add_group_by(group);
    progress_(0.5 * asked_++ / kQuestions);
    FB_ASSIGN_OR_RETURN(auto answer, console::Call(stub_, &Stub::GetStatistics, request));
    FB_RETURN_IF_ERROR(CheckAnswer(checker_, answer.checkpoint()));
    return answer;
  }

 private:
  Stub& stub_;
  AnswerChecker* const checker_;
  const std::function<void(double)>& progress_;
  v1::GetStatisticsRequest base_;
  double asked_ = 0;
};

Count Of(const Row& row, const std::string& word) {
  const auto count = row.counts().find(word);
  if (count == row.counts().end()) return {.rounded = {}, .counted = false};
  if (!count->second.has_value()) return {};
  return {count->second.value()};
}

// Of rounded numbers no sum is made: it would not be the one that the share is of. Where each is
// nought, so is their sum.
Count Due(const Row& row) {
  const Count told = Of(row, "due");
  if (told.counted) return told;
  for (const char* word : {"acknowledged_before_bell", "acknowledged_late", "overdue"}) {
    if (Of(row, word).rounded != std::uint64_t{0}) return told;
  }
  return {0};
}

Share BeforeBell(const Row& row) {
  Share share;
  if (row.has_before_bell()) share.percent = row.before_bell();
  share.part = Of(row, "acknowledged_before_bell");
  share.whole = Due(row);
  return share;
}

Share ByRegistration(const Row& row) {
  Share share;
  if (row.has_by_registration()) share.percent = row.by_registration();
  share.part = Of(row, "arrival_by_registration");
  share.whole = Of(row, "arrival_asked");
  return share;
}

std::string Sentence(std::string word) {
  std::replace(word.begin(), word.end(), '_', ' ');
  if (!word.empty()) word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
  return word;
}

// Words of a row that begin so, and what each says of children or alerts.
struct ReasonFamily {
  std::string prefix, outcome;
};

void AddFamily(const Row& total, const ReasonFamily& family, ReportData& data) {
  std::vector<std::string> words;
  for (const auto& [word, count] : total.counts()) {
    const bool none = count.has_value() && count.value() == 0;
    if (word.starts_with(family.prefix) && !none && word != "review_waits") words.push_back(word);
  }
  std::sort(words.begin(), words.end());
  for (const std::string& word : words) {
    data.reasons.push_back(
        {family.outcome, Sentence(word.substr(family.prefix.size())), Of(total, word)});
  }
}

// What officers decided, but for children whom they placed.
void AddDecided(const Row& total, v1::ChildOutcome outcome, const std::string& label,
                ReportData& data) {
  for (int number = 1; number <= v1::DecisionReason_MAX; ++number) {
    const auto reason = static_cast<v1::DecisionReason>(number);
    const std::string word(model::Word(reason));
    const Count count = Of(total, "decided_" + word);
    if (model::OutcomeOf(reason) != outcome || !count.counted ||
        count.rounded == std::uint64_t{0}) {
      continue;
    }
    data.reasons.push_back({label, Sentence(word), count});
  }
}

bool CountsCases(const Row& total) {
  return std::any_of(total.counts().begin(), total.counts().end(), [](const auto& count) {
    return count.first.starts_with("withheld_") || count.first.starts_with("unplaceable_");
  });
}

void AddReasons(const Row& total, ReportData& data) {
  data.cases_counted = CountsCases(total);
  AddFamily(total, {"unplaceable_", "Unplaceable"}, data);
  AddDecided(total, v1::CHILD_OUTCOME_UNPLACEABLE, "Unplaceable, an officer decided", data);
  AddFamily(total, {"withheld_", "Withheld"}, data);
  AddDecided(total, v1::CHILD_OUTCOME_WITHHELD, "Withheld, an officer decided", data);
  AddFamily(total, {"refused_", "Refused by the school"}, data);
  AddFamily(total, {"review_", "Went to a person"}, data);
}

void AddTotal(const Row& total, ReportData& data) {
  data.accepted = Of(total, "alerts");
  data.before_bell = BeforeBell(total);
  data.by_registration = ByRegistration(total);
  static const std::pair<const char*, const char*> kStandings[] = {
      {"acknowledged_before_bell", "Acknowledged before the bell"},
      {"acknowledged_late", "Acknowledged at or after the bell"},
      {"overdue", "Past its deadline, and not acknowledged"},
      {"waits", "Waits for its deadline"},
      {"redirected", "Taken back: the child is told of elsewhere"},
      {"withdrawn", "Withdrawn by the force"}};
  for (const auto& [word, label] : kStandings) data.standings.push_back({label, Of(total, word)});
  static const std::pair<const char*, const char*> kReached[] = {
      {"alerts", "Accepted"},           {"reached_sent", "Sent"},
      {"reached_received", "Received"}, {"reached_shown", "Shown"},
      {"reached_opened", "Opened"},     {"reached_acknowledged", "Acknowledged"}};
  for (const auto& [word, label] : kReached) data.reached.push_back({label, Of(total, word)});
  for (int rung = 0;; ++rung) {
    const std::string word = "rung_" + std::to_string(rung);
    if (!total.counts().contains(word)) break;
    const Count count = Of(total, word);
    if (rung > 0 && count.rounded == std::uint64_t{0}) continue;
    data.rungs.push_back({rung == 0 ? "Before any rung" : "Rung " + std::to_string(rung), count});
  }
  for (const v1::StepTimes& times : total.times()) {
    const auto time = [](bool there, const google::protobuf::Duration& value) {
      return there ? std::optional(absl::Seconds(value.seconds())) : std::nullopt;
    };
    data.steps.push_back({"Accepted to " + times.step(), time(times.has_median(), times.median()),
                          time(times.has_p90(), times.p90()), time(times.has_p99(), times.p99())});
  }
  AddReasons(total, data);
}

absl::CivilDay DayOf(const std::string& text) {
  absl::CivilDay day;
  absl::ParseCivilTime(text, &day);
  return day;
}

absl::Weekday WeekdayOf(const Row& row) {
  return static_cast<absl::Weekday>((row.weekday() + 6) % 7);
}

base::Status AddGroups(Asker& asker, ReportData& data) {
  const bool by_day = data.last_day - data.first_day < kDaysToldByDay;
  data.step = by_day ? PeriodStep::kDay : PeriodStep::kWeek;
  FB_ASSIGN_OR_RETURN(const auto over_time,
                      asker.By({by_day ? v1::STATISTICS_GROUP_DAY : v1::STATISTICS_GROUP_WEEK}));
  for (const Row& row : over_time.rows()) {
    data.over_time.push_back({DayOf(by_day ? row.day() : row.week()), BeforeBell(row)});
  }
  FB_ASSIGN_OR_RETURN(const auto weekdays, asker.By({v1::STATISTICS_GROUP_WEEKDAY}));
  for (const Row& row : weekdays.rows()) {
    data.by_weekday.push_back({WeekdayOf(row), BeforeBell(row)});
  }
  FB_ASSIGN_OR_RETURN(const auto hours, asker.By({v1::STATISTICS_GROUP_HOUR}));
  for (const Row& row : hours.rows()) {
    data.by_hour.push_back({static_cast<int>(row.hour()), BeforeBell(row)});
  }
  FB_ASSIGN_OR_RETURN(const auto week,
                      asker.By({v1::STATISTICS_GROUP_WEEKDAY, v1::STATISTICS_GROUP_HOUR}));
  for (const Row& row : week.rows()) {
    data.by_weekday_and_hour.push_back(
        {WeekdayOf(row), static_cast<int>(row.hour()), Of(row, "alerts")});
  }
  FB_ASSIGN_OR_RETURN(const auto forces, asker.By({v1::STATISTICS_GROUP_FORCE}));
  for (const Row& row : forces.rows()) data.by_force.push_back({row.force(), BeforeBell(row)});
  FB_ASSIGN_OR_RETURN(const auto authorities, asker.By({v1::STATISTICS_GROUP_AUTHORITY}));
  for (const Row& row : authorities.rows()) {
    // Children without a school are of no authority.
    if (row.authority().empty()) continue;
    data.by_authority.push_back({row.authority(), BeforeBell(row)});
  }
  return base::OkStatus();
}

LateAlert LateOf(const v1::Delivery& delivery) {
  LateAlert late;
  late.alert = delivery.alert();
  late.school = delivery.urn() == 0 ? delivery.school() : std::to_string(delivery.urn());
  late.force = delivery.force();
  late.deadline = model::FromWire(delivery.deadline());
  if (delivery.has_acknowledged_at()) {
    late.acknowledged_at = model::FromWire(delivery.acknowledged_at());
  }
  return late;
}

LateEvent ToldOf(const v1::LogEntry& entry, std::uint64_t size) {
  LateEvent event = EventInWords(entry.event());
  if (entry.position() >= size) event.what += " (in no signed checkpoint yet)";
  return event;
}

base::Status AddHistory(Stub& stub, AnswerChecker* checker, const std::string& alert,
                        LateAlert& late) {
  v1::GetDeliveryRequest request;
  request.set_alert_id(alert);
  FB_ASSIGN_OR_RETURN(const auto response, console::Call(stub, &Stub::GetDelivery, request));
  if (checker != nullptr) {
    const auto checked = checker->CheckHistory(response, alert);
    if (!checked.ok()) return base::Annotate(checked.status(), "alert " + alert);
  }
  for (const v1::LogEntry& entry : response.history()) {
    late.events.push_back(ToldOf(entry, response.checkpoint().size()));
  }
  return base::OkStatus();
}

// The newest late ones, kLateAlertsTold at most. A page may be empty and still have a next one.
base::Result<std::vector<v1::Delivery>> ListLate(Stub& stub, AnswerChecker* checker,
                                                 v1::ListDeliveriesRequest list, ReportData& data) {
  std::vector<v1::Delivery> late;
  for (int pages = 0; pages < kMostLatePages; ++pages) {
    FB_ASSIGN_OR_RETURN(const auto page, console::Call(stub, &Stub::ListDeliveries, list));
    FB_RETURN_IF_ERROR(CheckAnswer(checker, page.checkpoint()));
    data.late_withheld = page.withheld();
    if (data.late_withheld) return std::vector<v1::Delivery>();
    for (const v1::Delivery& delivery : page.deliveries()) {
      data.late_more = late.size() == kLateAlertsTold;
      if (data.late_more) return late;
      late.push_back(delivery);
    }
    if (page.next_page_token().empty()) return late;
    list.set_page_token(page.next_page_token());
  }
  return base::DataLoss("the broker's list of late alerts has no end");
}

base::Status AddLate(Stub& stub, AnswerChecker* checker, const ReportRequest& request,
                     const std::function<void(double)>& progress, ReportData& data) {
  v1::ListDeliveriesRequest list;
  list.set_late_only(true);
  list.set_force(request.force);
  list.set_authority(request.authority);
  list.set_page_size(static_cast<std::uint32_t>(kLateAlertsTold));
  *list.mutable_accepted_from() = model::ToWire(absl::FromCivil(request.first, data.london));
  *list.mutable_accepted_before() = model::ToWire(absl::FromCivil(request.before, data.london));
  FB_ASSIGN_OR_RETURN(const auto deliveries, ListLate(stub, checker, list, data));
  for (const v1::Delivery& delivery : deliveries) {
    LateAlert late = LateOf(delivery);
    FB_RETURN_IF_ERROR(AddHistory(stub, checker, delivery.alert(), late));
    data.late.push_back(std::move(late));
    progress(0.5 +
             0.5 * static_cast<double>(data.late.size()) / static_cast<double>(deliveries.size()));
  }
  return base::OkStatus();
}

}  // namespace

base::Status GatherReport(Stub& stub, AnswerChecker* checker, const ReportRequest& request,
                          const std::function<void(double)>& progress, ReportData& data) {
  data.first_day = request.first;
  data.last_day = request.before - 1;
  Asker asker(stub, checker, request, progress);
  FB_ASSIGN_OR_RETURN(const auto all, asker.By({}));
  AddTotal(all.total(), data);
  data.schools_without_link = {};
  if (all.schools_without_link().has_value()) {
    data.schools_without_link = {all.schools_without_link().value()};
  }
  FB_RETURN_IF_ERROR(AddGroups(asker, data));
  FB_RETURN_IF_ERROR(AddLate(stub, checker, request, progress, data));
  if (checker != nullptr && checker->newest()) {
    data.checkpoint.answers_up_to = checker->newest()->size;
  }
  return base::OkStatus();
}

}  // namespace firstbell::audit_client
