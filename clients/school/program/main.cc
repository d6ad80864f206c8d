// firstbell-school: what a school runs. Each command opens what it needs, does one thing and ends;
// `run` is the daemon.

#include <algorithm>
#include <array>
#include <cstdlib>

#include "broker/base/dumps.h"
#include "broker/crypto/secure_heap.h"
#include "clients/school/program/program.h"

namespace {

bool ProxyConfigured() {
  constexpr std::array kNames = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                 "ALL_PROXY"};
  return std::any_of(kNames.begin(), kNames.end(), [](const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr && *value != '\0';
  });
}

}  // namespace

int main(int argc, char** argv) {
  firstbell::base::ForbidDumps();
  firstbell::crypto::LockPrivateKeys();
  firstbell::school::Program program(ProxyConfigured());
  return program.Main(argc, argv);
}
