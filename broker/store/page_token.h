#pragma once

// Where a page ended: the ordering number of its last item (an instant in Unix nanoseconds, or a
// URN) and that item's id, as "<number>.<id>". Opaque to callers, the same in every driver. Pure;
// any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/ids.h"
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

// A case among those of one instant: its incident, and its place among the incident's cases.
struct CasePlace {
  base::IncidentId incident_id;
  std::uint32_t ordinal = 0;
  friend auto operator<=>(const CasePlace&, const CasePlace&) = default;
};
// As a token's id. InvalidArgument as above.
std::string FormatCasePlace(const CasePlace& place);
base::Result<CasePlace> ParseCasePlace(std::string_view text);

}  // namespace firstbell::store
