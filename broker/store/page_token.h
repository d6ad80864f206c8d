#pragma once

// Where a page ended: the ordering number of its last item (an instant in Unix nanoseconds, or a
// URN) and that item's id, as "<number>.<id>". Opaque to callers, the same in every driver. Pure;
// any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/status.h"

namespace firstbell::store {

struct PageToken {
  std::int64_t number = 0;
  std::string id;
  friend bool operator==(const PageToken&, const PageToken&) = default;
};

std::string FormatPageToken(const PageToken& token);
// InvalidArgument where no page of ours ended so.
base::Result<PageToken> ParsePageToken(std::string_view text);

}  // namespace firstbell::store
