#include "adapters/calendar_ics/event_reader.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "adapters/csv/line_reader.h"
#include "adapters/csv/text.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::calendar_ics {
namespace {

constexpr std::size_t kDepth = 8;  // of components; VALARM in VEVENT in VCALENDAR has 3
constexpr std::uint64_t kLinesBetweenProgress = 1024;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kRead[] = {"UID",     "SUMMARY", "CATEGORIES", "STATUS",
                                      "DTSTART", "DTEND",   "RRULE",      "RECURRENCE-ID",
                                      "RDATE",   "EXDATE",  "DURATION"};

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = 'a' <= c && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

// Behind the first colon that stands in no quoted parameter.
std::string_view ValueOf(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == ':' && !quoted) return csv::Trim(text.substr(i + 1));
  }
  return {};
}

base::Status At(std::uint64_t line, std::string_view what) {
  return base::InvalidArgument("line " + std::to_string(line) + ": " + std::string(what));
}

class EventReader {
 public:
  // A line of the file without its break.
  base::Status Take(std::uint64_t number, std::string_view physical);
  base::Result<std::vector<RawEvent>> Finish();

 private:
  base::Status TakeContent();
  base::Status Begin(const std::string& component);
  base::Status End(const std::string& component);
  base::Status CheckCalendar(const std::string& value);
  base::Status Keep();
  bool InEvent() const { return open_.size() == 2 && open_.back() == "VEVENT"; }

  ContentLine content_;  // until a line comes that does not continue it
  bool too_long_ = false;
  bool begun_ = false;
  std::vector<std::string> open_;  // components
  RawEvent event_;
  std::vector<RawEvent> events_;
};

base::Status EventReader::Take(std::uint64_t number, std::string_view physical) {
  const bool continues = !physical.empty() && (physical[0] == ' ' || physical[0] == '\t');
  if (!continues) {
    FB_RETURN_IF_ERROR(TakeContent());
    content_ = {number, "", std::string(physical)};
    too_long_ = false;
    return base::OkStatus();
  }
  too_long_ = too_long_ || content_.text.size() + physical.size() > limits::kImportLineBytes;
  if (!too_long_) content_.text.append(physical.substr(1));
  return base::OkStatus();
}

base::Status EventReader::TakeContent() {
  if (content_.text.empty()) return base::OkStatus();
  const std::size_t end = std::min(content_.text.find_first_of(":;"), content_.text.size());
  content_.name = Upper(std::string_view(content_.text).substr(0, end));
  const std::string value = Upper(ValueOf(content_.text));
  if (content_.name == "BEGIN") return Begin(value);
  if (open_.empty()) return At(content_.line, "this is not an iCalendar file (RFC 5545)");
  if (content_.name == "END") return End(value);
  if (open_.size() == 1) return CheckCalendar(value);
  return InEvent() && !value.empty() ? Keep() : base::OkStatus();
}

base::Status EventReader::Begin(const std::string& component) {
  if (open_.empty() != (component == "VCALENDAR")) {
    return At(content_.line, open_.empty() ? "this is not an iCalendar file (RFC 5545)"
                                           : "a calendar begins inside another");
  }
  if (component == "VEVENT" && open_.size() != 1) {
    return At(content_.line, "an event begins inside another component");
  }
  if (open_.size() == kDepth) return At(content_.line, "components lie too deep in each other");
  begun_ = true;
  open_.push_back(component);
  if (component == "VEVENT") event_ = {content_.line, {}};
  return base::OkStatus();
}

base::Status EventReader::End(const std::string& component) {
  if (component != open_.back()) {
    return At(content_.line, "this END is not of the component that is open: the file is damaged");
  }
  if (InEvent()) {
    if (events_.size() == limits::kCalendarEvents) {
      return base::ResourceExhausted("the file holds more than " +
                                     std::to_string(limits::kCalendarEvents) + " events");
    }
    events_.push_back(std::move(event_));
  }
  open_.pop_back();
  return base::OkStatus();
}

base::Status EventReader::CheckCalendar(const std::string& value) {
  if (content_.name == "VERSION" && value != "2.0") {
    return At(content_.line, "VERSION is not 2.0: export the calendar as iCalendar (RFC 5545)");
  }
  if (content_.name == "METHOD" && value == "CANCEL") {
    return At(content_.line, "METHOD is CANCEL: the file takes events back and is no calendar");
  }
  return base::OkStatus();
}

base::Status EventReader::Keep() {
  if (std::find(std::begin(kRead), std::end(kRead), content_.name) == std::end(kRead)) {
    return base::OkStatus();
  }
  if (too_long_) {
    return At(content_.line, content_.name + " is longer than " +
                                 std::to_string(limits::kImportLineBytes) + " bytes");
  }
  std::replace(content_.text.begin(), content_.text.end(), '\t', ' ');
  if (const auto defect =
          csv::TextDefect(content_.text, limits::kImportLineBytes, csv::Lines::kOne)) {
    return At(content_.line, content_.name + " " + *defect);
  }
  event_.lines.push_back(std::move(content_));
  if (event_.lines.size() > limits::kEventLines) {
    return At(event_.line, "the event has more than " + std::to_string(limits::kEventLines) +
                               " lines of dates and names");
  }
  return base::OkStatus();
}

base::Result<std::vector<RawEvent>> EventReader::Finish() {
  const std::uint64_t last = content_.line;
  FB_RETURN_IF_ERROR(TakeContent());
  if (!begun_) return base::InvalidArgument("the file is empty: no calendar begins in it");
  if (!open_.empty()) return At(last, "the file is cut off: " + open_.back() + " has no END");
  return std::move(events_);
}

std::string_view WithoutBreak(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

base::Result<std::vector<RawEvent>> ReadEvents(const std::filesystem::path& path,
                                               const ProgressSink& progress) {
  using Outcome = csv::LineReader::Outcome;
  FB_ASSIGN_OR_RETURN(csv::LineReader lines, csv::LineReader::Open(path));
  EventReader reader;
  std::string line;
  std::size_t bytes = 0;
  for (std::uint64_t number = 1;; ++number) {
    FB_ASSIGN_OR_RETURN(const Outcome outcome, lines.Next(line));
    if (outcome == Outcome::kEnd) return reader.Finish();
    if (outcome == Outcome::kTooLong) {
      return At(number, "is longer than " + std::to_string(limits::kImportLineBytes) + " bytes");
    }
    bytes += line.size();
    if (bytes > limits::kCalendarFileBytes) {
      return base::ResourceExhausted("the file holds more than " +
                                     std::to_string(limits::kCalendarFileBytes) + " bytes");
    }
    std::string_view text = WithoutBreak(line);
    if (number == 1 && text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    FB_RETURN_IF_ERROR(reader.Take(number, text));
    if (number % kLinesBetweenProgress == 0 && progress) progress(lines.fraction());
  }
}

}  // namespace firstbell::adapters::calendar_ics
