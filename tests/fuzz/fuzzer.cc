// libFuzzer's way in: fuzz --target=NAME [libFuzzer's options] CORPUS...

#include <google/protobuf/stubs/logging.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "broker/base/log.h"
#include "tests/fuzz/targets.h"

namespace {

const firstbell::fuzz::Target* chosen = nullptr;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  constexpr std::string_view kOption = "--target=";
  for (int i = 1; i < *argc; ++i) {
    const std::string_view argument = (*argv)[i];
    if (!argument.starts_with(kOption)) continue;
    const auto found = firstbell::fuzz::Targets().find(argument.substr(kOption.size()));
    if (found != firstbell::fuzz::Targets().end()) chosen = &found->second;
  }
  if (chosen == nullptr) {
    std::fputs("fuzz: --target=NAME is one of", stderr);
    for (const auto& [name, target] : firstbell::fuzz::Targets()) {
      std::fprintf(stderr, " %s", name.c_str());
    }
    std::fputs("\n", stderr);
    std::exit(2);
  }
  firstbell::base::ConfigureLog(firstbell::base::LogLevel::kError, firstbell::base::LogForm::kText);
  google::protobuf::SetLogHandler(nullptr);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  (*chosen)({reinterpret_cast<const char*>(data), size});
  return 0;
}
