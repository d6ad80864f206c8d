#pragma once

// The log as files, C2SP tlog-tiles: what is served over HTTP to whoever asks. All of it is
// commitments; nothing of it is secret.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "broker/inquiry/log_keeper.h"

namespace firstbell::inquiry {

struct LogFile {
  std::string bytes;
  bool text = false;       // otherwise octets
  bool immutable = false;  // it never changes, and may be kept for ever
};

// Threads: safe. All that it is given outlives it.
class LogFiles {
 public:
  LogFiles(store::Store& store, const LogKeeper& keeper) : store_(store), keeper_(keeper) {}

  // "checkpoint", "tile/<L>/<N>[.p/<W>]" or "tile/entries/<N>[.p/<W>]". NotFound: no such file of
  // the newest tree that was signed, published or waiting for witnesses, nor of an earlier one.
  base::Result<LogFile> Read(std::string_view path) const;

 private:
  base::Result<LogFile> ReadTile(int level, std::uint64_t index, int width) const;
  base::Result<LogFile> ReadBundle(std::uint64_t index, int width) const;

  store::Store& store_;
  const LogKeeper& keeper_;
};

}  // namespace firstbell::inquiry
