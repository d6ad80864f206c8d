#pragma once

// Structured log lines on standard error: a level, the stop's name, a sentence, then key=value
// pairs. Ids only, never a name, a reference, a text of an incident, or a key. Threads: safe.

#include <initializer_list>
#include <string>
#include <string_view>

namespace firstbell::base {

enum class LogLevel { kDebug, kInfo, kWarning, kError };
enum class LogForm { kText, kJson };

struct LogField {
  std::string_view key;
  std::string value;
};

// Before the first line; text at kInfo unless called.
void ConfigureLog(LogLevel least, LogForm form);
void Log(LogLevel level, std::string_view stop, std::string_view sentence,
         std::initializer_list<LogField> fields = {});

inline void LogDebug(std::string_view stop, std::string_view sentence,
                     std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kDebug, stop, sentence, fields);
}
inline void LogInfo(std::string_view stop, std::string_view sentence,
                    std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kInfo, stop, sentence, fields);
}
inline void LogWarning(std::string_view stop, std::string_view sentence,
                       std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kWarning, stop, sentence, fields);
}
inline void LogError(std::string_view stop, std::string_view sentence,
                     std::initializer_list<LogField> fields = {}) {
  Log(LogLevel::kError, stop, sentence, fields);
}

}  // namespace firstbell::base
