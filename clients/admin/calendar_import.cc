#include "clients/admin/calendar_import.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "broker/base/limits.h"
#include "broker/model/calendar_change.h"
#include "broker/model/violations.h"
#include "clients/admin/calendar_file.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using adapters::calendar_csv::Calendar;
using console::Exit;

constexpr std::size_t kIgnoredNamed = 20;

struct Outcome {
  Sums sums;
  std::uint64_t moved = 0;     // alerts
  std::uint64_t left_out = 0;  // scopes
  std::vector<std::string> unknown_authorities, unknown_trusts;
};

// What the broker, or its own check, finds wrong with a calendar, by the lines of the file.
void RejectAll(const Calendar& calendar, const google::rpc::BadRequest& request,
               std::string_view prefix, adapters::RejectFile& rejects) {
  const std::string urn =
      calendar.change.has_urn() ? std::to_string(calendar.change.urn()) : std::string();
  for (const auto& violation : request.field_violations()) {
    std::string_view path = violation.field();
    if (path.substr(0, prefix.size()) != prefix) continue;
    path.remove_prefix(prefix.size());
    rejects.Add(
        {calendar.LineOf(path), path == "urn" ? "scope" : "", violation.description(), urn, ""});
  }
}

// Those that can be sent. A list that lacks a row is another list: a scope with a faulty row is
// left out whole.
std::vector<Calendar> Whole(std::vector<Calendar> all, Outcome& outcome,
                            adapters::RejectFile& rejects) {
  std::vector<Calendar> whole;
  for (Calendar& calendar : all) {
    const base::Status checked = model::ParseCalendarChange(calendar.change, "").status();
    if (calendar.rejected == 0 && checked.ok()) {
      whole.push_back(std::move(calendar));
      continue;
    }
    ++outcome.left_out;
    if (calendar.rejected == 0) RejectAll(calendar, model::BadRequestOf(checked), "", rejects);
  }
  return whole;
}

// Of "changes[7].urn" the 7.
std::optional<std::size_t> PlaceOf(std::string_view path) {
  constexpr std::string_view kBefore = "changes[";
  if (path.substr(0, kBefore.size()) != kBefore) return std::nullopt;
  path.remove_prefix(kBefore.size());
  std::size_t place = 0;
  const auto read = std::from_chars(path.data(), path.data() + path.size(), place);
  if (read.ec != std::errc()) return std::nullopt;
  return place;
}

// Takes those that the broker refuses out of the batch; false: it named none.
bool TakeOut(const base::Status& refusal, std::vector<Calendar>& batch, Outcome& outcome,
             adapters::RejectFile& rejects) {
  const google::rpc::BadRequest request = model::BadRequestOf(refusal);
  std::vector<bool> faulty(batch.size());
  for (const auto& violation : request.field_violations()) {
    const auto place = PlaceOf(violation.field());
    if (place && *place < batch.size()) faulty[*place] = true;
  }
  std::vector<Calendar> rest;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!faulty[i]) {
      rest.push_back(std::move(batch[i]));
      continue;
    }
    ++outcome.left_out;
    RejectAll(batch[i], request, "changes[" + std::to_string(i) + "].", rejects);
  }
  const bool any = rest.size() < batch.size();
  batch = std::move(rest);
  return any;
}

base::Status Send(OperatorDoor& door, std::vector<Calendar> batch, Outcome& outcome,
                  adapters::RejectFile& rejects) {
  while (!batch.empty()) {
    v1::ImportCalendarsRequest request;
    for (const Calendar& calendar : batch) *request.add_changes() = calendar.change;
    const auto response = door.ImportCalendars(request);
    if (response.ok()) {
      outcome.sums.Add(*response);
      outcome.moved += response->alerts_moved();
      for (const std::string& code : response->unknown_authorities()) {
        outcome.unknown_authorities.push_back(code);
      }
      for (const std::string& code : response->unknown_trusts()) {
        outcome.unknown_trusts.push_back(code);
      }
      return base::OkStatus();
    }
    if (!absl::IsInvalidArgument(response.status()) ||
        !TakeOut(response.status(), batch, outcome, rejects)) {
      return response.status();
    }
  }
  return base::OkStatus();
}

nlohmann::ordered_json Named(const std::vector<adapters::calendar_ics::Ignored>& ignored) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& one : ignored) list.push_back({{"line", one.line}, {"reason", one.reason}});
  return list;
}

// Of a published calendar, what was taken for nothing: the operator knows whether that is right.
void SayIgnored(console::App& app, const CalendarsRead& file) {
  if (file.says_nothing > 0) {
    app.out() << file.says_nothing << " events say nothing of school days and were ignored\n";
  }
  for (std::size_t i = 0; i < file.ignored.size() && i < kIgnoredNamed; ++i) {
    app.out() << "Ignored: line " << file.ignored[i].line << ", the event "
              << file.ignored[i].reason << "\n";
  }
  if (file.ignored.size() > kIgnoredNamed) {
    app.out() << "Ignored: " << file.ignored.size() - kIgnoredNamed
              << " more such events; --json names all\n";
  }
}

void Say(console::App& app, const CalendarsRead& file, const Outcome& outcome) {
  const Sums& sums = outcome.sums;
  if (app.json()) {
    app.out() << nlohmann::ordered_json({{"rows", file.totals.rows},
                                         {"added", sums.added},
                                         {"changed", sums.changed},
                                         {"removed", sums.removed},
                                         {"unchanged", sums.unchanged},
                                         {"left_out", outcome.left_out},
                                         {"alerts_moved", outcome.moved},
                                         {"unknown_authorities", outcome.unknown_authorities},
                                         {"unknown_trusts", outcome.unknown_trusts},
                                         {"says_nothing", file.says_nothing},
                                         {"ignored", Named(file.ignored)}})
                     .dump()
              << "\n";
    return;
  }
  app.out() << "Calendars: " << file.totals.rows << " " << file.rows
            << " read; of nations, authorities, trusts and schools " << sums.added << " added, "
            << sums.changed << " changed, " << sums.removed << " removed, " << sums.unchanged
            << " unchanged, " << outcome.left_out << " left out\n";
  SayIgnored(app, file);
  if (outcome.moved > 0) {
    app.out() << outcome.moved << " of the alerts that wait moved to earlier\n";
  }
  const auto nobodys = [&](std::string_view what, const std::vector<std::string>& codes) {
    for (const std::string& code : codes) {
      app.err() << "No school of the register has the " << what << " " << code
                << ": nothing follows from its calendar. Is the code right?\n";
    }
  };
  nobodys("authority", outcome.unknown_authorities);
  nobodys("trust", outcome.unknown_trusts);
}

}  // namespace

base::Result<Exit> ImportCalendars(console::App& app, const Where& where,
                                   const ImportOptions& options) {
  FB_RETURN_IF_ERROR(CheckScope(options));
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  adapters::RejectFile rejects(options.RejectPath());
  FB_RETURN_IF_ERROR(rejects.Begin());
  console::Progress progress("Reading " + options.file.filename().string());
  FB_ASSIGN_OR_RETURN(CalendarsRead file, ReadCalendars(options, rejects, [&](double done) {
                        progress.Update(done / 2);
                      }));
  Outcome outcome;
  std::vector<Calendar> whole = Whole(std::move(file.calendars), outcome, rejects);
  for (std::size_t first = 0; first < whole.size(); first += limits::kCalendarsPerImport) {
    const std::size_t end = std::min(whole.size(), first + limits::kCalendarsPerImport);
    FB_RETURN_IF_ERROR(
        Send(*door,
             {std::make_move_iterator(whole.begin() + static_cast<std::ptrdiff_t>(first)),
              std::make_move_iterator(whole.begin() + static_cast<std::ptrdiff_t>(end))},
             outcome, rejects));
    progress.Update(0.5 + 0.5 * static_cast<double>(end) / static_cast<double>(whole.size()));
  }
  progress.Finish();
  FB_RETURN_IF_ERROR(rejects.Finish());
  Say(app, file, outcome);
  if (rejects.count() == 0) return Exit::kDone;
  app.err() << "Rejected rows are in " << rejects.path().string()
            << ", each with its line, field and reason; whose calendar has one was left out whole. "
               "Mend those rows and import the file again.\n";
  return Exit::kFailed;
}

}  // namespace firstbell::admin
