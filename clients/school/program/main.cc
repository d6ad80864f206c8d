// firstbell-school: what a school runs. Each command opens what it needs, does one thing and ends;
// `run` is the daemon.

#include <malloc.h>

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

// One heap for all threads. Pages are made one at a time, so that nobody waits for it, and with one
// each a thread would keep some 2 MB of what its last page was made of.
void ShareOneHeap() {
  ::mallopt(M_ARENA_MAX, 1);
}

}  // namespace

int main(int argc, char** argv) {
  ShareOneHeap();
  firstbell::base::ForbidDumps();
  firstbell::crypto::LockPrivateKeys();
  firstbell::school::Program program(ProxyConfigured());
  return program.Main(argc, argv);
}
