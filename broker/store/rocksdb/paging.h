#pragma once

// Reading one page of a table whose keys end in (instant, id).

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "broker/store/page_token.h"
#include "broker/store/rocksdb/reader.h"

namespace firstbell::store::rocks {

// The id at the end of an index key that is `prefix`, 8 bytes of an instant, id. Of a damaged key:
// an empty id, which names no row.
inline std::string_view IdOf(std::string_view key, std::string_view prefix) {
  return key.substr(std::min(key.size(), prefix.size() + 8));
}

inline PageToken TokenOf(absl::Time at, const std::string& id) {
  return {absl::ToUnixNanos(at), id};
}

// Fills `page` up to `limit` with what `load` makes of each row from `from` on, and sets `next` to
// the last one's token when there is another. `load` returns nothing for a row to leave out;
// `is_past` ends the page for good.
template <typename Item, typename Load, typename IsPast, typename Token>
Result<Page<Item>> ReadPage(const Reader& reader, std::string_view prefix, std::string_view from,
                            std::size_t limit, const Load& load, const IsPast& is_past,
                            const Token& token) {
  Page<Item> page;
  FB_RETURN_IF_ERROR(
      reader.Scan(prefix, from, [&](std::string_view key, std::string_view value) -> Result<Next> {
        FB_ASSIGN_OR_RETURN(std::optional<Item> item, load(key, value));
        if (!item) return Next::kMore;
        if (is_past(*item)) return Next::kStop;
        if (page.items.size() >= limit) {
          page.next = FormatPageToken(token(page.items.back()));
          return Next::kStop;
        }
        page.items.push_back(*std::move(item));
        return Next::kMore;
      }));
  return page;
}

}  // namespace firstbell::store::rocks
