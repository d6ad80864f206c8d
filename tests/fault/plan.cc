#include "tests/fault/plan.h"

#include "broker/base/file.h"

namespace firstbell::fault {
namespace {

// Read by faulty_disk.cc, which may use no more than system calls: numbers and words, one a line.
std::string Encode(const Plan& plan) {
  return std::to_string(static_cast<int>(plan.point)) + "\n" +
         std::to_string(static_cast<int>(plan.act)) + "\n" + std::to_string(plan.skip) + "\n" +
         plan.file + "\n" + plan.needle + "\n";
}

const char* Word(Point point) {
  constexpr const char* kWords[] = {"before the write", "after the write", "after the sync",
                                    "before the rename", "after the rename"};
  return kWords[static_cast<int>(point)];
}

const char* Word(Act act) {
  constexpr const char* kWords[] = {"killed", "EIO", "ENOSPC", "EROFS", "torn", "slow"};
  return kWords[static_cast<int>(act)];
}

}  // namespace

void Put(const Plan& plan, const std::filesystem::path& path) {
  FB_CHECK(base::WriteFileDurably(path, Encode(plan), base::kOwnerOnly).ok());
}

std::string Describe(const Plan& plan) {
  return std::string(Word(plan.act)) + " " + Word(plan.point) + " of '" + plan.file + "'" +
         (plan.needle.empty() ? "" : " holding " + plan.needle) + ", after " +
         std::to_string(plan.skip);
}

}  // namespace firstbell::fault
