#pragma once

// One fault of one process, written to a file that `faulty_disk` finds there: what is to happen at
// which write to which file, or as it gets its name. It happens once: whoever carries it out
// removes the file first, so that the process started next runs unharmed.

#include <cstddef>
#include <filesystem>
#include <string>

namespace firstbell::fault {

enum class Point { kBeforeWrite, kAfterWrite, kAfterSync, kBeforeRename, kAfterRename };

enum class Act {
  kKill,      // SIGKILL to the process itself
  kIoError,   // EIO
  kFull,      // ENOSPC
  kReadOnly,  // EROFS
  kTorn,      // half of the bytes are written, then SIGKILL
  kWait,      // as slow as the test wants: until something is written to the FIFO <plan>.go
};

struct Plan {
  std::string file;    // stands in the path of the file that is written, or in its new path
  std::string needle;  // stands in the bytes that are written; empty: any
  Point point = Point::kBeforeWrite;
  Act act = Act::kKill;
  std::size_t skip = 0;  // so many such writes pass unharmed
};

// In place of an earlier one; whole or not at all.
void Put(const Plan& plan, const std::filesystem::path& path);
std::string Describe(const Plan& plan);

// What makes a program that links faulty_disk read `path`: the arguments before its own.
inline constexpr char kPlanVariable[] = "FIRSTBELL_FAULT_PLAN";

}  // namespace firstbell::fault
