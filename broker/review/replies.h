#pragma once

// What a school has said back about an alert, as its receipts carry it. Pure; any thread.

#include <vector>

#include "broker/base/status.h"
#include "broker/model/receipt.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// Of an alert's receipts, oldest first as they were recorded; of more than limits::kRepliesRead,
// the newest. DataLoss: one that is kept does not read back.
base::Result<v1::GetRepliesResponse> RepliesOf(const std::vector<model::Receipt>& receipts);

}  // namespace firstbell::review
