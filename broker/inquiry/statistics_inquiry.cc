#include "broker/inquiry/statistics_inquiry.h"

#include <algorithm>
#include <map>

#include "broker/base/limits.h"
#include "broker/inquiry/delivery_inquiry.h"
#include "broker/inquiry/disclosure.h"
#include "broker/inquiry/figures.h"
#include "broker/model/text.h"

namespace firstbell::inquiry {
namespace {

constexpr std::uint32_t kStatisticsCost = 5;

base::Result<absl::CivilDay> DayOf(const std::string& text, std::string_view field) {
  absl::CivilDay day;
  if (absl::ParseCivilTime(base::View(std::string_view(text)), &day)) return day;
  return base::InvalidArgument(std::string(field) + ": a day, as 2026-09-01");
}

base::Result<store::GroupBy> GroupOf(int group) {
  switch (group) {
    case v1::STATISTICS_GROUP_DAY:
      return store::GroupBy::kDay;
    case v1::STATISTICS_GROUP_WEEK:
      return store::GroupBy::kWeek;
    case v1::STATISTICS_GROUP_WEEKDAY:
      return store::GroupBy::kWeekday;
    case v1::STATISTICS_GROUP_HOUR:
      return store::GroupBy::kHour;
    case v1::STATISTICS_GROUP_FORCE:
      return store::GroupBy::kForce;
    case v1::STATISTICS_GROUP_AUTHORITY:
      return store::GroupBy::kAuthority;
    default:
      return base::InvalidArgument("group_by: none of the groups that there are");
  }
}

template <typename Code>
base::Result<std::optional<Code>> Within(const std::optional<Code>& scope,
                                         const std::string& asked) {
  if (asked.empty()) return scope;
  if (scope && scope->value() != asked) {
    return base::PermissionDenied("this is outside the scope of your certificate");
  }
  return std::optional(Code(asked));
}

}  // namespace

// What a request asks for, within the scope.
struct StatisticsInquiry::Asked {
  absl::CivilDay from, before;
  std::optional<base::ForceCode> force;
  std::optional<base::AuthorityCode> authority;
  store::Grouping grouping;

  // By the hour there is little, and a case is of no authority.
  Kept kept() const {
    if (grouping.contains(store::GroupBy::kHour)) return Kept::kEnds;
    const bool of_authority = authority || grouping.contains(store::GroupBy::kAuthority);
    return of_authority ? Kept::kAlerts : Kept::kAll;
  }
  bool Takes(const base::ForceCode& of_force, const base::AuthorityCode& of_authority) const {
    return (!force || *force == of_force) && (!authority || *authority == of_authority);
  }
};

base::Result<StatisticsInquiry::Asked> StatisticsInquiry::Read(
    const Auditor& auditor, const v1::GetStatisticsRequest& request) const {
  Asked asked;
  FB_ASSIGN_OR_RETURN(asked.from, DayOf(request.from(), "from"));
  FB_ASSIGN_OR_RETURN(asked.before, DayOf(request.before(), "before"));
  if (asked.before <= asked.from) return base::InvalidArgument("before: a day after from");
  if (asked.before - asked.from > limits::kStatisticsDays) {
    return base::InvalidArgument("before: at most " + std::to_string(limits::kStatisticsDays) +
                                 " days after from");
  }
  FB_ASSIGN_OR_RETURN(asked.force, Within(auditor.force, request.force()));
  FB_ASSIGN_OR_RETURN(asked.authority, Within(auditor.authority, request.authority()));
  for (const int group : request.group_by()) {
    FB_ASSIGN_OR_RETURN(const store::GroupBy by, GroupOf(group));
    asked.grouping.insert(by);
  }
  return asked;
}

base::Result<store::Groups> StatisticsInquiry::Gather(const Asked& asked) {
  store::Groups groups;
  if (asked.grouping.empty()) groups[{}];
  FB_RETURN_IF_ERROR(parts_.store.ReadStatistics(
      asked.from, asked.before, [&](const store::StatKey& key, const store::StatCell& cell) {
        if (asked.Takes(key.force, key.authority)) {
          store::Fold(key, cell, asked.grouping, groups);
        }
      }));
  return groups;
}

base::Result<std::map<store::GroupKey, std::uint64_t>> StatisticsInquiry::Overdue(
    const Asked& asked, absl::Time now) {
  store::AlertFilter filter;
  if (asked.force) filter.force = *asked.force;
  if (asked.authority) filter.authority = *asked.authority;
  filter.standing = store::Standing::kOpen;
  filter.late_at = now;
  filter.accepted_from = absl::FromCivil(asked.from, london_);
  filter.accepted_before = absl::FromCivil(asked.before, london_);
  std::map<store::GroupKey, std::uint64_t> overdue;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page,
                        parts_.store.ListAlerts(filter, after, limits::kMaxPageSize));
    for (const model::Alert& alert : page.items) {
      store::GroupKey group = store::GroupOf(store::KeyOf(alert, london_), asked.grouping);
      if (asked.grouping.contains(store::GroupBy::kHour)) {
        group.hour = london_.At(alert.accepted_at).cs.hour();
      }
      ++overdue[group];
    }
    after = page.next;
  } while (!after.empty());
  return overdue;
}

base::Result<v1::GetStatisticsResponse> StatisticsInquiry::Get(
    const Auditor& auditor, const v1::GetStatisticsRequest& request, absl::Time now) {
  FB_RETURN_IF_ERROR(parts_.questions.Ask(auditor, "get_statistics", kStatisticsCost, now));
  FB_ASSIGN_OR_RETURN(const Asked asked, Read(auditor, request));
  FB_ASSIGN_OR_RETURN(const store::Groups cells, Gather(asked));
  FB_ASSIGN_OR_RETURN(const auto overdue, Overdue(asked, now));
  std::vector<Group> groups;
  for (const auto& [key, cell] : cells) {
    const auto late = overdue.find(key);
    groups.push_back({key, cell, late == overdue.end() ? 0 : late->second});
  }
  v1::GetStatisticsResponse response;
  FB_RETURN_IF_ERROR(AddFigures(groups, auditor.names, asked.kept(), response));
  const Auditor narrowed{.identity = "", .force = asked.force, .authority = asked.authority};
  FB_ASSIGN_OR_RETURN(const auto silent, parts_.without_link.For(narrowed, now));
  const std::uint64_t count = silent.size();
  const Count told = auditor.names == Names::kNamed ? Count(count) : Disclosed(count);
  if (told) response.mutable_schools_without_link()->set_value(*told);
  FB_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), Published());
  return response;
}

base::Result<v1::Checkpoint> StatisticsInquiry::Published() {
  FB_ASSIGN_OR_RETURN(const store::Identity identity, parts_.store.GetIdentity());
  return ToWire(parts_.keeper, parts_.keeper.Published(), identity.simulated);
}

base::Result<v1::ListSchoolsWithoutLinkResponse> StatisticsInquiry::ListWithoutLink(
    const Auditor& auditor, const v1::ListSchoolsWithoutLinkRequest& request, absl::Time now) {
  FB_RETURN_IF_ERROR(parts_.questions.Ask(auditor, "list_schools_without_link", 1, now));
  Auditor narrowed = auditor;
  FB_ASSIGN_OR_RETURN(narrowed.authority, Within(auditor.authority, request.authority()));
  FB_ASSIGN_OR_RETURN(const auto found, parts_.without_link.For(narrowed, now));
  v1::ListSchoolsWithoutLinkResponse response;
  FB_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), Published());
  const bool named = auditor.names == Names::kNamed;
  response.set_withheld(!named && !CheckList(found.size()).ok());
  if (response.withheld()) return response;
  const std::uint32_t asked =
      request.page_size() == 0 ? limits::kDefaultPageSize : request.page_size();
  const std::size_t size = std::min(asked, limits::kMaxPageSize);
  for (const WithoutLink& school : found) {
    if (!request.page_token().empty() && school.pseudonym <= request.page_token()) continue;
    if (static_cast<std::size_t>(response.schools_size()) == size) {
      const v1::SchoolWithoutLink& last = *response.schools().rbegin();
      response.set_next_page_token(last.school());
      break;
    }
    v1::SchoolWithoutLink& one = *response.add_schools();
    one.set_school(school.pseudonym);
    if (named) one.set_urn(school.urn.value());
    if (named) one.set_authority(school.authority.value());
    one.set_no_machine(school.no_machine);
    if (school.linked_at) *one.mutable_linked_at() = model::ToWire(*school.linked_at);
  }
  return response;
}

}  // namespace firstbell::inquiry
