#pragma once

// What a school has said back about an alert, as its receipts carry it. Pure; any thread.

#include <vector>

#include "broker/base/status.h"
#include "broker/model/receipt.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// Of an alert's receipts, oldest first as they were recorded, of which the last `waiting` are not
// dealt with. Of more than limits::kRepliesRead, the newest; where more than so many wait, the
// first of those. DataLoss: one that is kept does not read back.
base::Result<v1::GetRepliesResponse> RepliesOf(const std::vector<model::Receipt>& receipts,
                                               std::size_t waiting);

}  // namespace firstbell::review
