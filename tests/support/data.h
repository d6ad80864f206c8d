#pragma once

// Where the real, public data lies that some tests read. It is not part of the project.

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace firstbell::support {

// $FIRSTBELL_DATA, else ../shared/data beside the project; nothing where that is no folder: then a
// test that needs it is skipped.
inline std::optional<std::filesystem::path> DataDir() {
  const char* named = std::getenv("FIRSTBELL_DATA");
  const std::filesystem::path path =
      named != nullptr ? std::filesystem::path(named)
                       : std::filesystem::path(FIRSTBELL_SOURCE) / ".." / "shared" / "data";
  std::error_code ignored;
  if (!std::filesystem::is_directory(path, ignored)) return std::nullopt;
  return path;
}

}  // namespace firstbell::support
