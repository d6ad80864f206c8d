#pragma once

// The rows of the log's tree. Kept are the right edge from which it grows, each full tile of level
// 0 and every tile above; a level 0 that is not full follows from the entries themselves, so that a
// small step need not write 8 KiB of hashes again. Threads: those of the reader.

#include <cstdint>
#include <functional>
#include <string>

#include "broker/audit/tile_builder.h"
#include "broker/store/rocksdb/reader.h"

namespace firstbell::store::rocks {

Result<std::uint64_t> ReadLogSize(const Reader& rows);
std::string EncodeLogSize(std::uint64_t size);
Result<audit::Frontier> ReadTree(const Reader& rows);

// Entries of [first, end), in order. DataLoss: one is not there.
Status VisitEntries(const Reader& rows, std::uint64_t first, std::uint64_t end,
                    const std::function<Status(const std::string& entry)>& visit);
// A tile of the tree of `size` entries. NotFound: that tree has none there. DataLoss.
Result<std::string> ReadTileAt(const Reader& rows, const audit::TilePlace& place,
                               std::uint64_t size);
bool IsKept(const audit::TilePlace& place, std::string_view hashes);

}  // namespace firstbell::store::rocks
