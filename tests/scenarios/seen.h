#pragma once

// What stands in a school's inbox, read from the JSON of `firstbell-school inbox list`. Values.

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"

namespace firstbell::scenarios {

struct SeenAlert {
  base::AlertId id;
  std::string state;
  bool late = false;
};

struct SeenNotice {
  std::string what;  // person_enrolled, person_removed …
  std::string name;
};

struct SeenRefusal {
  base::AlertId alert;
  std::string receipt;  // opened, acknowledged …
  base::RecipientId signer;
};

struct SeenInbox {
  absl::Time now;
  std::size_t unconfirmed = 0;  // receipts on their way
  std::vector<SeenAlert> alerts;
  std::vector<SeenNotice> notices;
  std::vector<SeenRefusal> refusals;
};

// InvalidArgument: not such an object.
base::Result<SeenInbox> ReadInboxJson(std::string_view json);

}  // namespace firstbell::scenarios
