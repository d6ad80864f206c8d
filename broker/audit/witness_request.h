#pragma once

// What a log says to a witness (C2SP tlog-witness, add-checkpoint): a checkpoint, and the proof
// that it continues the last one which the witness cosigned. The witness answers with signature
// lines (note.h), or, where it knows another size, with that. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::audit {

inline constexpr std::string_view kSizeContentType = "text/x.tlog.size";

struct WitnessRequest {
  std::uint64_t old_size = 0;      // 0: the witness knows none
  std::vector<std::string> proof;  // as ConsistencyProof makes it
  std::string checkpoint;          // the signed note, byte for byte
  friend bool operator==(const WitnessRequest&, const WitnessRequest&) = default;
};

// CHECKs that ParseWitnessRequest reads it.
std::string FormatWitnessRequest(const WitnessRequest& request);
// InvalidArgument (the witness's answer is then 400): not such a body, its checkpoint is none, or
// is of a smaller tree than the old one. Neither signatures nor the proof are checked.
base::Result<WitnessRequest> ParseWitnessRequest(std::string_view body);

// The body of the answer 409: the size of the last checkpoint that the witness cosigned.
std::string FormatKnownSize(std::uint64_t size);
base::Result<std::uint64_t> ParseKnownSize(std::string_view body);  // InvalidArgument

}  // namespace firstbell::audit
