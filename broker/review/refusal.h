#pragma once

// A school's signed word that a child is not its pupil, as an officer sees it. Pure; any thread.

#include <vector>

#include "broker/model/alert.h"
#include "broker/model/receipt.h"
#include "broker/model/school.h"
#include "firstbell/v1/review_service.pb.h"

namespace firstbell::review {

// Of an alert that was refused; `receipts` are its own. Where the school says that the child has
// gone stands in the receipt alone, as it was signed.
v1::SchoolRefusal RefusalOf(const model::Alert& alert, const model::School& school,
                            const std::vector<model::Receipt>& receipts);

}  // namespace firstbell::review
