#include "clients/school/web/sheet_page.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "broker/base/clock.h"
#include "broker/crypto/random.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "clients/school/web/child_page.h"
#include "clients/school/web/record_forms.h"

namespace firstbell::school::web {
namespace {

using school_records::ChildId;
using school_records::Draft;
using school_records::Record;
using school_records::Ring;

constexpr std::size_t kMostLines = 500;
constexpr std::size_t kMostReadings = 200;

// By class and name, as a teacher looks for it.
base::Result<std::vector<Record>> LinesNow(const Visit& visit, const Ring& ring) {
  FB_ASSIGN_OR_RETURN(auto page, visit.records->Due(ring, v1::RECORD_KIND_ADJUSTMENT,
                                                    visit.now + absl::Microseconds(1),
                                                    absl::InfiniteFuture(), {.limit = kMostLines}));
  const auto key = [](const Record& row) {
    const v1::SheetAdjustment& line = row.said.adjustment();
    return std::tie(line.form(), line.child_name());
  };
  std::stable_sort(page.rows.begin(), page.rows.end(),
                   [&](const Record& a, const Record& b) { return key(a) < key(b); });
  return std::move(page.rows);
}

// With what they took the place of. Some at a time: whoever looks next erases the others.
base::Status EraseOldLines(const Visit& visit, const Ring& ring) {
  FB_ASSIGN_OR_RETURN(const auto old,
                      visit.records->Due(ring, v1::RECORD_KIND_ADJUSTMENT, absl::InfinitePast(),
                                         visit.now - kLinesKept, {.limit = kMostLines}));
  std::vector<school_records::RecordId> rows;
  for (const Record& row : old.rows) {
    rows.push_back(row.head.id);
    if (!row.head.refers_to.empty()) rows.push_back(row.head.refers_to);
  }
  if (rows.empty()) return base::OkStatus();
  return visit.records->Erase(ring, visit.person().signer, rows, v1::ERASURE_REASON_RETENTION,
                              visit.now);
}

Json LinesView(const std::vector<Record>& rows) {
  Json lines = Json::array();
  for (const Record& row : rows) {
    const v1::SheetAdjustment& line = row.said.adjustment();
    lines.push_back({{"id", row.head.id.value()},
                     {"name", line.child_name()},
                     {"class", line.form()},
                     {"impact", line.impact()},
                     {"adjustment", line.adjustment()},
                     {"draft", crypto::RandomId()}});
  }
  return lines;
}

base::Result<absl::Time> Midnight(const Visit& visit) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  return school_records::Tonight(visit.now, london);
}

// `?day=2026-03-02`; today, where none is named.
absl::CivilDay AskedDay(const Visit& visit, absl::TimeZone london) {
  const auto asked = visit.request.query.find("day");
  const bool named = asked != visit.request.query.end();
  const auto day = named ? model::ParseDate(asked->second) : std::nullopt;
  return day ? absl::CivilDay(day->year(), day->month(), day->day())
             : absl::ToCivilDay(visit.now, london);
}

std::string HrefOf(absl::CivilDay day) {
  return "/sheet?day=" + absl::FormatCivilTime(day);
}

base::Result<Json> ReadingsOn(const Visit& visit, const Ring& ring, absl::CivilDay day,
                              absl::TimeZone london) {
  FB_ASSIGN_OR_RETURN(const auto page,
                      visit.records->Since(
                          ring, v1::RECORD_KIND_SHEET_READING, school_records::StartOf(day, london),
                          school_records::StartOf(day + 1, london), {.limit = kMostReadings}));
  const Writers writers(visit);
  Json readings = Json::array();
  for (const Record& row : page.rows) {
    const int lines = static_cast<int>(row.said.sheet_reading().lines());
    readings.push_back({{"at", visit.london.Format(row.head.at)},
                        {"by", writers.NameOf(row.head.writer)},
                        {"lines", lines == 1 ? "1 line" : std::to_string(lines) + " lines"}});
  }
  return readings;
}

Response ShowSheetAgain(const Visit& visit, Json error) {
  const auto ring = RingOf(visit);
  if (!ring.ok()) return Problem(visit, ring.status());
  const base::Status erased = EraseOldLines(visit, **ring);
  if (!erased.ok()) return Problem(visit, erased);
  const auto rows = LinesNow(visit, **ring);
  if (!rows.ok()) return Problem(visit, rows.status());
  const auto london = base::LondonTimeZone();
  if (!london.ok()) return Problem(visit, london.status());
  const absl::CivilDay day = AskedDay(visit, *london);
  const absl::CivilDay today = absl::ToCivilDay(visit.now, *london);
  auto readings = ReadingsOn(visit, **ring, day, *london);
  if (!readings.ok()) return Problem(visit, readings.status());
  const int status = error.is_null() ? 200 : 400;
  Json data = {{"none", rows->empty()},
               {"lines", LinesView(*rows)},
               {"unread", readings->empty()},
               {"read_day", absl::FormatCivilTime(day)},
               {"read_today", day == today},
               {"day_before", {{"href", HrefOf(day - 1)}}},
               {"day_after", day < today ? Json{{"href", HrefOf(day + 1)}} : Json(nullptr)},
               {"readings", *std::move(readings)},
               {"today", visit.london.Date(visit.now)},
               {"typed", status == 200 ? Json::object() : Typed(visit)},
               {"draft", crypto::RandomId()}};
  data["error"] = std::move(error);
  return Page(visit, "sheet", "The sheet for staff", std::move(data), status);
}

// One for each state of the sheet: who comes back the same day has not read it anew, unless it
// changed.
Draft ReadingOf(const Visit& visit, const std::vector<Record>& rows) {
  std::string all = visit.london.Date(visit.now);
  for (const Record& row : rows) all += row.head.id.value();
  Draft draft{.id = IdOf({"sheet reading", visit.staff().writer.id.value(), all}),
              .child = ChildId(),
              .at = visit.now};
  draft.body.mutable_sheet_reading()->set_lines(static_cast<std::uint32_t>(rows.size()));
  return draft;
}

// What the child wishes is on its page, and who learned something is written down there.
base::Status CheckNoFile(const Visit& visit, const Draft& draft) {
  FB_ASSIGN_OR_RETURN(const bool has, HasFile(visit, draft.body.adjustment().child_name()));
  if (!has) return base::OkStatus();
  return model::FieldError(
      "adjustment.child_name",
      "is of a child with a file here: put it on the sheet from the child’s page, which keeps to "
      "its wishes. If it is another child of that name, say so in it");
}

}  // namespace

Response ShowSheet(const Visit& visit) {
  return ShowSheetAgain(visit, nullptr);
}

Response AddByName(const Visit& visit) {
  const auto add = [&]() -> base::Status {
    // A child of this line alone: its name is in the line, and no file of it is begun.
    Draft draft = NewDraft(visit, ChildId(crypto::RandomId()));
    draft.child = ChildId(IdOf({"sheet child", draft.id.value()}).value());
    FB_RETURN_IF_ERROR(ReadForm(visit, v1::RECORD_KIND_ADJUSTMENT, draft));
    draft.body.mutable_adjustment()->set_child_name(visit.Field("sheet_name"));
    draft.body.mutable_adjustment()->set_form(visit.Field("sheet_class"));
    FB_ASSIGN_OR_RETURN(draft.due, Midnight(visit));
    FB_RETURN_IF_ERROR(CheckLine(draft.body.adjustment()));
    FB_RETURN_IF_ERROR(CheckNoFile(visit, draft));
    return Write(visit, draft);
  };
  const base::Status done = add();
  if (done.ok()) return SeeOther("/sheet");
  Json error = FormErrors(done);
  return error.is_null() ? Problem(visit, done) : ShowSheetAgain(visit, std::move(error));
}

Response TakeOffSheet(const Visit& visit) {
  const auto take_off = [&]() -> base::Status {
    const std::string_view id = visit.request.Field("line");
    if (!base::IsRandomId(id)) return base::NotFound("there is no such line");
    FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
    FB_ASSIGN_OR_RETURN(const Record row,
                        visit.records->Get(*ring, school_records::RecordId(std::string(id))));
    if (row.head.kind != v1::RECORD_KIND_ADJUSTMENT) return base::NotFound("there is no such line");
    Draft draft = NewDraft(visit, row.head.child);
    draft.body = row.said;
    FB_ASSIGN_OR_RETURN(const auto before, WrittenBefore(visit, draft));
    draft.due = before ? before->head.due : visit.now;
    draft.corrects = row.head.id;
    return Write(visit, draft);
  };
  const base::Status done = take_off();
  return done.ok() ? SeeOther("/sheet") : Problem(visit, done);
}

// Nothing is shown before it is written down who reads it.
Response ShowStaffSheet(const Visit& visit) {
  const auto& staff = visit.staff();
  const auto rows = LinesNow(visit, staff.ring);
  if (!rows.ok()) return Problem(visit, rows.status());
  const base::Status noted =
      visit.records->Add(staff.ring, staff.writer, ReadingOf(visit, *rows)).status();
  if (!noted.ok()) return Problem(visit, noted);
  return Page(visit, "staff_sheet", "The sheet for today",
              {{"none", rows->empty()},
               {"lines", LinesView(*rows)},
               {"day", visit.london.Format(visit.now)}});
}

}  // namespace firstbell::school::web
