#pragma once

// Grows a log's tree and the tiles that show it (C2SP tlog-tiles), entry by entry: by it a store
// takes entries in, a verifier recomputes them, and an auditor writes a copy. Not thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "broker/audit/merkle.h"
#include "broker/audit/tile.h"
#include "broker/base/status.h"

namespace firstbell::audit {

// Of a tile: level, then place in the level.
struct TilePlace {
  int level = 0;
  std::uint64_t index = 0;
  friend auto operator<=>(const TilePlace&, const TilePlace&) = default;
};

class TileBuilder {
 public:
  // A tile's hashes as far as `tree` has come; asked for those alone that have begun and are not
  // full.
  using Read = std::function<base::Result<std::string>(const TilePlace& place)>;

  TileBuilder(Frontier tree, Read read) : tree_(std::move(tree)), read_(std::move(read)) {}

  // An error is the reader's own; what was built is of no use after it.
  base::Status Append(std::string_view entry);
  const Frontier& tree() const { return tree_; }
  // Those that have grown, from their first hash on.
  const std::map<TilePlace, std::string>& tiles() const { return tiles_; }
  // Lets go of those that are full, once they are kept or compared.
  void ForgetFull();

 private:
  base::Status Add(const TilePlace& place, std::uint64_t at, const std::string& hash);

  Frontier tree_;
  const Read read_;
  std::map<TilePlace, std::string> tiles_;
};

}  // namespace firstbell::audit
