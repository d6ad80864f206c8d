#include "adapters/incident_json/incident_json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "adapters/csv/text.h"

namespace firstbell::adapters::incident_json {
namespace {

using nlohmann::json;

constexpr std::string_view kBlank = " \t\r\n";
constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

bool IsBlank(std::string_view line) {
  return line.find_first_not_of(kBlank) == std::string_view::npos;
}

// Where the text stops being JSON, as a count of line breaks; nothing where it is JSON.
std::optional<std::uint64_t> LinesToDefect(std::string_view text) {
  try {
    [[maybe_unused]] const json parsed = json::parse(text);
    return std::nullopt;
  } catch (const json::parse_error& error) {
    // The position is that of the character at fault, counted from 1.
    const std::size_t good = error.byte == 0 ? 0 : std::min(error.byte - 1, text.size());
    return static_cast<std::uint64_t>(
        std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(good), '\n'));
  } catch (const json::exception&) {
    return std::nullopt;  // a number beyond all bounds is JSON, and protobuf names its field
  }
}

// As a field's: they all begin with a small letter, as what was meant for a value hardly does.
bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 40 && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_';
         });
}

// Why bytes are no JSON, where they are not UTF-8 text in the first place; else nothing.
std::string_view EncodingFault(std::string_view text) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") ||
      text.find('\0') != std::string_view::npos) {
    return "; it holds zero bytes or is UTF-16: save the file as UTF-8";
  }
  if (!csv::IsUtf8(text)) return "; it is not UTF-8, perhaps Latin-1: save the file as UTF-8";
  return "";
}

// The first name that stands twice in one object: of two values one would be lost without a word.
std::optional<std::string> RepeatedName(std::string_view text) {
  std::vector<std::set<std::string>> names;
  std::optional<std::string> repeated;
  const auto note = [&](int, json::parse_event_t event, json& value) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !repeated) {
      const auto name = value.get<std::string>();
      if (!names.back().insert(name).second) repeated = name;
    }
    return true;
  };
  try {
    [[maybe_unused]] const json parsed = json::parse(text, note);
  } catch (const json::exception&) {
    return std::nullopt;  // what protobuf says of it is enough
  }
  return repeated;
}

// How many line breaks stand before the one place where `name` is a field's; 0 where there are
// more.
std::uint64_t BreaksBefore(std::string_view text, std::string_view name) {
  const std::string quoted = "\"" + std::string(name) + "\"";
  const std::size_t at = text.find(quoted);
  if (at == std::string_view::npos || text.find(quoted, at + 1) != std::string_view::npos) return 0;
  return static_cast<std::uint64_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

// "children[0].presence" in v1::Incident; none where it leads nowhere.
const google::protobuf::FieldDescriptor* FieldAt(std::string_view path) {
  const google::protobuf::Descriptor* message = v1::Incident::descriptor();
  const google::protobuf::FieldDescriptor* field = nullptr;
  while (!path.empty()) {
    if (message == nullptr) return nullptr;
    const std::string_view step = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(step.size() + 1, path.size()));
    const std::string name(step.substr(0, step.find('[')));
    field = message->FindFieldByName(name);
    if (field == nullptr) field = message->FindFieldByCamelcaseName(name);
    if (field == nullptr) return nullptr;
    message = field->message_type();
  }
  return field;
}

// What a field takes, in words; empty where that is not known.
std::string Takes(const google::protobuf::FieldDescriptor* field) {
  using Field = google::protobuf::FieldDescriptor;
  if (field == nullptr) return "";
  switch (field->cpp_type()) {
    case Field::CPPTYPE_STRING:
      return ": it takes a text in quotes";
    case Field::CPPTYPE_BOOL:
      return ": it takes true or false";
    case Field::CPPTYPE_ENUM:
      break;
    case Field::CPPTYPE_MESSAGE:
      return field->message_type()->full_name() == "google.protobuf.Timestamp"
                 ? ": it takes a time like \"2026-03-03T01:10:00Z\""
                 : "";
    default:
      return ": it takes a whole number";
  }
  std::string words;
  for (int i = 0; i < field->enum_type()->value_count(); ++i) {
    if (field->enum_type()->value(i)->number() == 0) continue;  // not said
    words += (words.empty() ? "" : ", ") + field->enum_type()->value(i)->name();
  }
  return ": it takes one of " + words;
}

// protobuf says "(path) name: Cannot find field." or "(path): invalid value … for type T": of which
// only the path, a name that looks like a field's, and the kind of fault are repeated.
std::string Explain(std::string_view message, std::string_view text, std::uint64_t& breaks) {
  std::string_view path;
  if (message.starts_with("(") && message.find(')') != std::string_view::npos) {
    path = message.substr(1, message.find(')') - 1);
    message.remove_prefix(path.size() + 2);
  }
  if (message.ends_with("Cannot find field.")) {
    std::string_view name = message.substr(0, message.find(':'));
    if (name.starts_with(" ")) name.remove_prefix(1);
    const std::string where = path.empty() ? "" : ", in " + std::string(path);
    if (!IsName(name)) return where + ": a field here is unknown";
    breaks = BreaksBefore(text, name);
    return where + ": the field '" + std::string(name) + "' is unknown";
  }
  if (path.empty()) return ": the values are not those of an incident";
  return ", field " + std::string(path) + ": is not valid" + Takes(FieldAt(path));
}

std::string TooLong() {
  return "the incident is longer than " + std::to_string(kMaxTextBytes / (1024 * 1024)) + " MiB";
}

// The rest of a stream whose first line was not a whole incident: one object over many lines.
base::Status ReadWhole(std::istream& in, std::string text, std::uint64_t first_line,
                       const Sink& sink) {
  std::string line;
  while (text.size() <= kMaxTextBytes && std::getline(in, line)) {
    text.push_back('\n');
    text.append(line);
  }
  return sink(Item{first_line, Form::kWhole, Parse(text, first_line)});
}

}  // namespace

base::Result<v1::Incident> Parse(std::string_view text, std::uint64_t first_line) {
  const auto at = [&](std::uint64_t breaks) {
    return "line " + std::to_string(first_line + breaks);
  };
  if (text.size() > kMaxTextBytes) return base::InvalidArgument(at(0) + ": " + TooLong());
  if (const auto breaks = LinesToDefect(text)) {
    return base::InvalidArgument(at(*breaks) + ": this is not JSON" +
                                 std::string(EncodingFault(text)));
  }
  if (text.substr(text.find_first_not_of(kBlank)).starts_with('[')) {
    return base::InvalidArgument(
        at(0) +
        ": this is a list; a file holds one incident, or one a line without commas between");
  }
  if (const auto name = RepeatedName(text)) {
    return base::InvalidArgument(at(0) + ": " +
                                 (IsName(*name) ? "the field '" + *name + "'" : "a field") +
                                 " stands twice in one object: which is meant?");
  }
  v1::Incident incident;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {text.data(), text.size()}, &incident, google::protobuf::util::JsonParseOptions());
  if (!status.ok()) {
    const auto message = status.message();
    std::uint64_t breaks = 0;
    const std::string what = Explain({message.data(), message.size()}, text, breaks);
    return base::InvalidArgument(at(breaks) + what);
  }
  return incident;
}

base::Status Read(std::istream& in, const Sink& sink) {
  bool has_lines = false;
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    if (++number == 1 && line.starts_with(kUtf8Mark)) line.erase(0, kUtf8Mark.size());
    if (IsBlank(line)) continue;
    if (!has_lines && LinesToDefect(line)) {
      return ReadWhole(in, std::move(line), number, sink);
    }
    has_lines = true;
    FB_RETURN_IF_ERROR(sink(Item{number, Form::kLine, Parse(line, number)}));
  }
  if (in.bad()) return base::DataLoss("the input cannot be read");
  if (!has_lines) return base::InvalidArgument("there is no incident in the input");
  return base::OkStatus();
}

}  // namespace firstbell::adapters::incident_json
