#include "clients/audit/report_gather.h"

#include <algorithm>

#include "broker/audit/event_encoding.h"
#include "broker/model/text.h"
#include "clients/console/call.h"

namespace firstbell::audit_client {
namespace {

using Stub = v1::DeliveryLogService::Stub;
using Row = v1::StatisticsRow;

constexpr int kQuestions = 6;

// Asks of one period, group by group.
class Asker {
 public:
  Asker(Stub& stub, const ReportRequest& request, const std::function<void(double)>& progress)
      : stub_(stub), progress_(progress) {
    base_.set_from(absl::FormatCivilTime(request.first));
    base_.set_before(absl::FormatCivilTime(request.before));
    base_.set_force(request.force);
    base_.set_authority(request.authority);
  }

  base::Result<v1::GetStatisticsResponse> By(std::initializer_list<v1::StatisticsGroup> groups) {
    v1::GetStatisticsRequest request = base_;
    for (const v1::StatisticsGroup group : groups) request.add_group_by(group);
    progress_(0.5 * asked_++ / kQuestions);
    return console::Call(stub_, &Stub::GetStatistics, request);
  }

 private:
  Stub& stub_;
  const std::function<void(double)>& progress_;
  v1::GetStatisticsRequest base_;
  double asked_ = 0;
};

Count Of(const Row& row, const std::string& word) {
  const auto count = row.counts().find(word);
  if (count == row.counts().end() || !count->second.has_value()) return {};
  return {count->second.value()};
}

// As far as each of them is told.
Count Sum(std::initializer_list<Count> counts) {
  Count sum{std::uint64_t{0}};
  for (const Count& count : counts) {
    if (!count.rounded) return {};
    *sum.rounded += *count.rounded;
  }
  return sum;
}

Share BeforeBell(const Row& row) {
  Share share;
  if (row.has_before_bell()) share.percent = row.before_bell();
  share.part = Of(row, "acknowledged_before_bell");
  share.whole = Sum({share.part, Of(row, "acknowledged_late"), Of(row, "overdue")});
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

void AddReasons(const Row& total, ReportData& data) {
  static const std::pair<std::string, std::string> kFamilies[] = {
      {"unplaceable_", "Unplaceable"},
      {"withheld_", "Withheld"},
      {"refused_", "Refused by the school"},
      {"review_", "Went to a person"}};
  for (const auto& [prefix, outcome] : kFamilies) {
    std::vector<std::string> words;
    for (const auto& [word, count] : total.counts()) {
      const bool none = count.has_value() && count.value() == 0;
      if (word.starts_with(prefix) && !none && word != "review_waits") words.push_back(word);
    }
    std::sort(words.begin(), words.end());
    for (const std::string& word : words) {
      data.reasons.push_back({outcome, Sentence(word.substr(prefix.size())), Of(total, word)});
    }
  }
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

base::Status AddHistory(Stub& stub, const std::string& alert, LateAlert& late) {
  v1::GetDeliveryRequest request;
  request.set_alert_id(alert);
  FB_ASSIGN_OR_RETURN(const auto response, console::Call(stub, &Stub::GetDelivery, request));
  for (const v1::LogEntry& entry : response.history()) {
    late.events.push_back(EventInWords(entry.event()));
  }
  return base::OkStatus();
}

base::Status AddLate(Stub& stub, const ReportRequest& request,
                     const std::function<void(double)>& progress, ReportData& data) {
  v1::ListDeliveriesRequest list;
  list.set_late_only(true);
  list.set_force(request.force);
  list.set_authority(request.authority);
  list.set_page_size(static_cast<std::uint32_t>(kLateAlertsTold));
  *list.mutable_accepted_from() = model::ToWire(absl::FromCivil(request.first, data.london));
  *list.mutable_accepted_before() = model::ToWire(absl::FromCivil(request.before, data.london));
  FB_ASSIGN_OR_RETURN(const auto page, console::Call(stub, &Stub::ListDeliveries, list));
  data.late_withheld = page.withheld();
  for (const v1::Delivery& delivery : page.deliveries()) {
    LateAlert late = LateOf(delivery);
    FB_RETURN_IF_ERROR(AddHistory(stub, delivery.alert(), late));
    data.late.push_back(std::move(late));
    progress(0.5 + 0.5 * static_cast<double>(data.late.size()) / page.deliveries_size());
  }
  return base::OkStatus();
}

}  // namespace

base::Status GatherReport(Stub& stub, const ReportRequest& request,
                          const std::function<void(double)>& progress, ReportData& data) {
  data.first_day = request.first;
  data.last_day = request.before - 1;
  Asker asker(stub, request, progress);
  FB_ASSIGN_OR_RETURN(const auto all, asker.By({}));
  AddTotal(all.total(), data);
  if (all.schools_without_link().has_value()) {
    data.schools_without_link = {all.schools_without_link().value()};
  }
  FB_RETURN_IF_ERROR(AddGroups(asker, data));
  return AddLate(stub, request, progress, data);
}

}  // namespace firstbell::audit_client
