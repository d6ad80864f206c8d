// Files that operators import, read through the file system as in life; gzip is tried by its magic.

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "adapters/calendar_csv/calendar.h"
#include "adapters/calendar_ics/calendar.h"
#include "adapters/gias/links.h"
#include "adapters/gias/register.h"
#include "adapters/question_csv/questions.h"
#include "adapters/roll_csv/roll.h"
#include "broker/base/clock.h"
#include "broker/base/limits.h"
#include "broker/base/status.h"
#include "broker/calendar/calendar.h"
#include "broker/model/calendar_change.h"
#include "broker/model/ladder.h"
#include "broker/model/policy.h"
#include "broker/model/violations.h"
#include "clients/admin/ladder_file.h"
#include "clients/admin/policy_file.h"
#include "tests/fuzz/targets.h"

namespace firstbell::fuzz {
namespace {

// A file in memory, gone with it.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    FB_CHECK(descriptor_ >= 0);
    FB_CHECK(::write(descriptor_, content.data(), content.size()) ==
             static_cast<ssize_t>(content.size()));
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(descriptor_); }
  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  const int descriptor_;
};

// A reject names a line of the file and says why.
void CheckReject(const adapters::Reject& reject) {
  FB_CHECK(reject.line > 0 && !reject.reason.empty());
}

// What passes the broker's check is a calendar: every day has a next school day, and not in the
// past; what does not is named by a line of the file.
void CheckCalendars(const adapters::calendar_csv::CalendarFile& file) {
  static const auto* const real =
      new calendar::Calendar(base::LondonTimeZone().value(), calendar::Holidays());
  for (const adapters::calendar_csv::Calendar& calendar : file.calendars) {
    FB_CHECK(calendar.line > 1 && calendar.rejected <= file.totals.rejected);
    const auto change = model::ParseCalendarChange(calendar.change, "");
    const auto request = model::BadRequestOf(change.status());
    for (const auto& violation : request.field_violations()) {
      FB_CHECK(calendar.LineOf(violation.field()) > 1);
    }
    if (!change.ok()) continue;
    const model::SchoolYear year = model::Apply(*change, {});
    FB_CHECK(model::ParseSchoolYear(model::ToWire(year), "").value() == year);
    const calendar::Layer own{.year = &year};
    const auto school = calendar::Resolve(v1::NATION_ENGLAND, {&own, 1});
    const model::Date day = year.terms.empty() ? model::Date(2026, 3, 3) : year.terms.front().last;
    const model::Date next = real->NextSchoolDay(school, day);
    FB_CHECK(day <= next && next <= day + 120);
  }
}

}  // namespace

void RollCsv(std::string_view input) {
  const MemoryFile file(input);
  std::uint64_t taken = 0;
  const auto totals = adapters::roll_csv::ReadRoll(
      file.path(), {.pupil =
                        [&](adapters::roll_csv::RollRow row) {
                          FB_CHECK(!row.urn.empty() && !row.pupil.local_id().empty());
                          ++taken;
                          return base::OkStatus();
                        },
                    .reject = CheckReject,
                    .progress = {}});
  FB_CHECK(!totals.ok() || taken + totals->rejected == totals->rows);
}

void CalendarCsv(std::string_view input) {
  const MemoryFile memory(input);
  const auto file = adapters::calendar_csv::ReadCalendars(memory.path(), {CheckReject, {}});
  if (file.ok()) CheckCalendars(*file);
}

void CalendarIcs(std::string_view input) {
  const MemoryFile memory(input);
  v1::CalendarChange scope;
  scope.set_urn(100000);
  const auto ignored = [](const adapters::calendar_ics::Ignored& one) {
    FB_CHECK(one.line > 1 && !one.reason.empty());
  };
  const auto file =
      adapters::calendar_ics::ReadCalendar(memory.path(), scope, {CheckReject, ignored, {}});
  if (!file.ok()) return;
  FB_CHECK(file->calendars.size() <= 1);
  CheckCalendars(*file);
}

void QuestionCsv(std::string_view input) {
  const MemoryFile file(input);
  std::uint64_t taken = 0;
  const auto totals = adapters::question_csv::ReadQuestions(
      file.path(), {.question =
                        [&](const adapters::question_csv::Question& question) {
                          FB_CHECK(!question.id.empty());
                          ++taken;
                          return base::OkStatus();
                        },
                    .reject = CheckReject,
                    .progress = {}});
  FB_CHECK(!totals.ok() || taken + totals->rejected == totals->rows);
}

void RegisterCsv(std::string_view input) {
  const MemoryFile file(input);
  std::uint64_t taken = 0;
  const auto totals = adapters::gias::ReadRegister(
      file.path(), absl::CivilDay(2026, 3, 2),
      {.school =
           [&](v1::School school) {
             FB_CHECK(school.urn() >= 100000 && school.urn() <= 999999);
             ++taken;
             return base::OkStatus();
           },
       .reject = CheckReject,
       .progress = {}});
  FB_CHECK(!totals.ok() || taken + totals->rejected == totals->rows);
}

void LinksCsv(std::string_view input) {
  const MemoryFile file(input);
  const auto links =
      adapters::gias::ReadLinks(file.path(), {.reject = CheckReject, .progress = {}});
  if (!links.ok()) return;
  FB_CHECK(links->totals.rejected + links->totals.left_aside <= links->totals.rows);
  for (const auto& [urn, predecessors] : links->predecessors) {
    FB_CHECK(!urn.empty() && !predecessors.empty());
    FB_CHECK(predecessors.size() <= limits::kPredecessorsPerSchool);
    for (const base::Urn before : predecessors) FB_CHECK(!before.empty() && before != urn);
  }
}

// What is a ladder is written and read back as the same.
void LadderFile(std::string_view input) {
  const auto ladder = admin::ParseLadderFile(input);
  if (!ladder.ok()) return;
  const auto parsed = model::ParseLadder(*ladder, "ladder");
  if (!parsed.ok()) return;
  const auto again = admin::ParseLadderFile(admin::FormatLadderFile(model::ToWire(*parsed)));
  FB_CHECK(again.ok() && model::ParseLadder(*again, "ladder").value() == *parsed);
}

// The same of a policy.
void PolicyFile(std::string_view input) {
  const auto policy = admin::ParsePolicyFile(input);
  if (!policy.ok()) return;
  const base::ForceCode force("kent");
  const auto parsed = model::ParsePolicy(*policy, force, "policy");
  if (!parsed.ok()) return;
  const auto again = admin::ParsePolicyFile(admin::FormatPolicyFile(*parsed));
  FB_CHECK(again.ok());
  const model::OwnPolicy written{force, *parsed}, read{force, *again};
  FB_CHECK(written == read);
}

}  // namespace firstbell::fuzz
