#include "adapters/incident_json/incident_json.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace firstbell::adapters::incident_json {
namespace {

using nlohmann::json;

constexpr std::string_view kBlank = " \t\r\n";

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

bool IsName(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// protobuf says "(path) name: Cannot find field." or "(path): invalid value … for type T": of which
// only the path, a name that looks like a field's, and the kind of fault are repeated.
std::string Explain(std::string_view message) {
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
    return where + ": the field '" + std::string(name) + "' is unknown";
  }
  if (path.empty()) return ": the values are not those of an incident";
  constexpr std::string_view kForType = " for type ";
  std::string field = ", field " + std::string(path) + ": is not valid";
  const std::size_t found = message.rfind(kForType);
  if (found == std::string_view::npos) return field;
  const std::string_view type = message.substr(found + kForType.size());
  return IsName(type) ? field + " as " + std::string(type) : field;
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
    return base::InvalidArgument(at(*breaks) + ": this is not JSON");
  }
  v1::Incident incident;
  const auto status = google::protobuf::util::JsonStringToMessage(
      {text.data(), text.size()}, &incident, google::protobuf::util::JsonParseOptions());
  if (!status.ok()) {
    const auto message = status.message();
    return base::InvalidArgument(at(0) + Explain({message.data(), message.size()}));
  }
  return incident;
}

base::Status Read(std::istream& in, const Sink& sink) {
  bool has_lines = false;
  std::uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
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
