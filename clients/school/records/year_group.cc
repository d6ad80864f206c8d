#include "clients/school/records/year_group.h"

namespace firstbell::school_records {
namespace {

constexpr int kSeptember = 9;
// From the September in or before which a child is born to that in which it comes to Reception.
constexpr int kYearsToReception = 5;
constexpr int kLastYearGroup = 13;

}  // namespace

int SchoolYearOf(absl::CivilDay day) {
  return static_cast<int>(day.year()) - (day.month() < kSeptember ? 1 : 0);
}

std::string YearGroupOf(absl::CivilDay born, absl::CivilDay day) {
  const int group = SchoolYearOf(day) - SchoolYearOf(born) - kYearsToReception;
  if (born > day || group > kLastYearGroup) return "";
  if (group < 0) return "Nursery";
  return group == 0 ? "Reception" : "Year " + std::to_string(group);
}

}  // namespace firstbell::school_records
