#pragma once

// The school's own roll, as a file that somebody else writes: read when it is new. Of it this
// machine keeps in memory what a probe is compared with, and nothing else.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/model/text.h"
#include "broker/sealing/identity_probe.h"

namespace firstbell::school {

struct Roll {
  std::vector<sealing::IdentityText> pupils;  // who is on it today
  std::uint64_t faulty = 0;                   // rows that could not be read; the others count
  std::string first_fault;  // "line 7: date_of_birth is …"; nothing of a pupil's
};

// The rows of this school, of a file as `firstbell-admin roll import` takes it (adapters/roll_csv).
// Errors name the line and the column and no value: NotFound, no such file; InvalidArgument, not a
// roll; DataLoss, cut off; ResourceExhausted, more than limits::kPupilsPerRoll of this school.
base::Result<Roll> ReadRoll(const std::filesystem::path& path, base::Urn urn, model::Date today);

// Threads: one.
class RollFile {
 public:
  RollFile(std::filesystem::path path, base::Urn urn, absl::TimeZone london)
      : path_(std::move(path)), urn_(urn), london_(london) {}

  // The roll, where the file has changed since it was read, or a new day has begun; looked at once
  // a minute at most. Nothing: it is as it was. An error is said once for each state of the file.
  std::optional<base::Result<Roll>> Look(absl::Time now, absl::Duration since_boot);

 private:
  // By which one state of the file is told from another.
  struct State {
    std::optional<std::filesystem::file_time_type> written;  // nothing: it is not there
    std::uintmax_t bytes = 0;
    model::Date day;
    friend bool operator==(const State&, const State&) = default;
  };
  State StateOf(absl::Time now) const;

  const std::filesystem::path path_;
  const base::Urn urn_;
  const absl::TimeZone london_;
  std::optional<State> seen_;
  absl::Duration looked_at_ = -absl::InfiniteDuration();  // since boot
};

}  // namespace firstbell::school
