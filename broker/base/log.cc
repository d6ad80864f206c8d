#include "broker/base/log.h"

#include <atomic>
#include <memory>
#include <nlohmann/json.hpp>

#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace firstbell::base {
namespace {

// %v is a TextLine, or the rest of a JSON object that the pattern opens.
constexpr char kTextPattern[] = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr char kJsonPattern[] = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v)";

std::atomic<LogForm> log_form{LogForm::kText};

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = std::make_shared<spdlog::logger>("firstbell",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern(kTextPattern, spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *logger;
}

spdlog::level::level_enum Level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string TextLine(std::string_view stop, std::string_view sentence,
                     std::initializer_list<LogField> fields) {
  std::string line(stop);
  line.append(": ").append(sentence);
  for (const LogField& field : fields)
    line.append(" ").append(field.key).append("=").append(field.value);
  return line;
}

std::string JsonRest(std::string_view stop, std::string_view sentence,
                     std::initializer_list<LogField> fields) {
  nlohmann::ordered_json line = {{"stop", stop}, {"message", sentence}};
  for (const LogField& field : fields) line[std::string(field.key)] = field.value;
  return line.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace).substr(1);
}

}  // namespace

void ConfigureLog(LogLevel least, LogForm form) {
  log_form = form;
  Logger().set_pattern(form == LogForm::kJson ? kJsonPattern : kTextPattern,
                       spdlog::pattern_time_type::utc);
  Logger().set_level(Level(least));
}

void Log(LogLevel level, std::string_view stop, std::string_view sentence,
         std::initializer_list<LogField> fields) {
  if (!Logger().should_log(Level(level))) return;
  const std::string line = log_form == LogForm::kJson ? JsonRest(stop, sentence, fields)
                                                      : TextLine(stop, sentence, fields);
  Logger().log(Level(level), "{}", line);
}

}  // namespace firstbell::base
