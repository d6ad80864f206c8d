#include "broker/base/tzdata.h"

#include <algorithm>
#include <fstream>
#include <string_view>

namespace firstbell::base {
namespace {

constexpr char kUnknown[] = "unknown";
constexpr std::string_view kFirstLine = "# version ";
constexpr std::size_t kLongest = 20;

bool IsVersion(std::string_view text) {
  return !text.empty() && text.size() <= kLongest &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
         });
}

std::string Read() {
  std::ifstream file("/usr/share/zoneinfo/tzdata.zi");
  std::string line;
  if (!std::getline(file, line) || !line.starts_with(kFirstLine)) return kUnknown;
  line.erase(0, kFirstLine.size());
  return IsVersion(line) ? line : kUnknown;
}

}  // namespace

const std::string& TzdataVersion() {
  static const std::string version = Read();
  return version;
}

}  // namespace firstbell::base
