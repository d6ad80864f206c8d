#pragma once

// A school's month as a page of text, at most 80 columns wide, and findings in words. Pure; any
// thread.

#include <string>

#include "broker/base/status.h"
#include "broker/model/text.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::admin {

struct Month {
  model::Date first;
  model::Date last;
};

// "YYYY-MM", 1900 to 2199. InvalidArgument otherwise.
base::Result<Month> ParseMonth(const std::string& text);

// `calendar` has the days of one month.
std::string DrawMonth(const v1::GetCalendarResponse& calendar);

// "no terms are known: every weekday counts as a school day".
std::string InWords(const v1::CalendarFinding& finding);

}  // namespace firstbell::admin
