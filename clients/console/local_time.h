#pragma once

// Instants as people in Europe/London read and write them. A value; any thread.

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "google/protobuf/timestamp.pb.h"

namespace firstbell::console {

class LocalTime {
 public:
  // FailedPrecondition where tzdata is not installed.
  static base::Result<LocalTime> London();
  // `zone` is base::LondonTimeZone().
  explicit LocalTime(absl::TimeZone zone) : zone_(zone) {}

  std::string Format(absl::Time time) const;  // "Tue 3 Mar 2026 07:30"
  std::string Format(const google::protobuf::Timestamp& time) const;
  std::string Date(absl::Time time) const;                                   // "2026-03-03"
  std::string FormatSeconds(const google::protobuf::Timestamp& time) const;  // "… 07:30:05"

  // "2026-03-03" (its first instant), "2026-03-03 07:30", or an instant as in RFC 3339.
  // InvalidArgument otherwise, naming `flag`.
  base::Result<google::protobuf::Timestamp> Parse(std::string_view text,
                                                  std::string_view flag) const;

 private:
  absl::TimeZone zone_;
};

}  // namespace firstbell::console
