#include "broker/model/retry.h"

#include <string>

namespace firstbell::model {
namespace {

constexpr std::string_view kRetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

}  // namespace

base::Status WithRetryAfter(base::Status status, absl::Duration delay) {
  status.SetPayload(base::View(kRetryInfoType), absl::Cord(RetryInfoOf(delay).SerializeAsString()));
  return status;
}

std::optional<absl::Duration> RetryAfter(const base::Status& status) {
  google::rpc::RetryInfo info;
  const auto payload = status.GetPayload(base::View(kRetryInfoType));
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  return absl::Seconds(info.retry_delay().seconds()) +
         absl::Nanoseconds(info.retry_delay().nanos());
}

google::rpc::RetryInfo RetryInfoOf(absl::Duration delay) {
  google::rpc::RetryInfo info;
  info.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  info.mutable_retry_delay()->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(delay % absl::Seconds(1))));
  return info;
}

}  // namespace firstbell::model
