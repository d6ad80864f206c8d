#include "broker/inquiry/without_link.h"

#include <algorithm>
#include <map>

#include "broker/base/limits.h"
#include "broker/model/nobody_left.h"

namespace firstbell::inquiry {
namespace {

constexpr absl::Duration kKept = absl::Minutes(1);
constexpr int kDaysBack = 100;  // longer than a summer holiday

// Since when a machine is to have been linked: that it was is noted once in kLinkedWithin.
absl::Time LastMorning(const calendar::Calendar& calendar, const calendar::SchoolDays& school,
                       absl::Time now) {
  const model::Date today = calendar.LocalDate(now);
  for (model::Date day = today; day > today - kDaysBack; --day) {
    const model::SchoolHours& hours = school.HoursOn(day);
    if (!calendar.IsSchoolDay(school, day) || now < calendar.At(day, hours.bell)) continue;
    return calendar.At(day, hours.window) - limits::kLinkedWithin;
  }
  return calendar.At(today - kDaysBack, absl::ZeroDuration());
}

bool Covers(const Auditor& auditor, const WithoutLink& school) {
  if (auditor.authority && *auditor.authority != school.authority) return false;
  return !auditor.force || school.enrolled || school.waiting.contains(*auditor.force);
}

}  // namespace

base::Result<std::vector<WithoutLink>> WithoutLinks::For(const Auditor& auditor, absl::Time now) {
  base::MutexLock lock(mutex_);
  if (absl::AbsDuration(now - read_at_) >= kKept) {
    FB_ASSIGN_OR_RETURN(read_, Read(now));
    read_at_ = now;
  }
  std::vector<WithoutLink> found;
  std::copy_if(read_.begin(), read_.end(), std::back_inserter(found),
               [&](const WithoutLink& school) { return Covers(auditor, school); });
  return found;
}

base::Result<std::vector<WithoutLink>> WithoutLinks::Read(absl::Time now) {
  std::map<base::Urn, WithoutLink> schools;
  FB_ASSIGN_OR_RETURN(const auto waiting, store_.SchoolsWithOpenAlerts());
  for (const base::Urn urn : waiting) schools[urn].urn = urn;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.ListRecipients(after, limits::kMaxPageSize));
    for (const model::Recipient& recipient : page.items) {
      if (!recipient.in_force()) continue;
      WithoutLink& school = schools[recipient.urn];
      school.urn = recipient.urn;
      school.enrolled = true;
      if (!recipient.is_device()) continue;
      school.no_machine = false;
      school.linked_at = std::max(school.linked_at, recipient.linked_at);
    }
    after = page.next;
  } while (!after.empty());
  std::vector<WithoutLink> found;
  for (auto& [urn, school] : schools) {
    FB_ASSIGN_OR_RETURN(const bool silent, LookAt(now, school));
    if (silent) found.push_back(std::move(school));
  }
  std::sort(found.begin(), found.end(),
            [](const WithoutLink& a, const WithoutLink& b) { return a.pseudonym < b.pseudonym; });
  return found;
}

// Of most schools it is seen at once that a machine is there.
base::Result<bool> WithoutLinks::LookAt(absl::Time now, WithoutLink& school) {
  if (school.linked_at && now - *school.linked_at < limits::kLinkedWithin) return false;
  const auto facts = store_.GetSchool(school.urn);
  if (facts.ok() && school.linked_at) {
    const auto calendar = calendar_.Current();
    const calendar::SchoolDays days = placing::DaysOf(*calendar, *facts);
    if (*school.linked_at >= LastMorning(*calendar, days, now)) return false;
  }
  if (facts.ok()) school.authority = model::AuthorityCodeOf(facts->school);
  school.pseudonym = schools_.Of(school.urn);
  if (school.enrolled) return true;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page,
                        store_.OpenAlerts(school.urn, after, limits::kMaxPageSize));
    for (const store::OpenAlert& one : page.items) school.waiting.insert(one.alert.force);
    after = page.next;
  } while (!after.empty());
  return true;
}

}  // namespace firstbell::inquiry
