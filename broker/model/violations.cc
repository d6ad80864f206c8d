#include "broker/model/violations.h"

#include "broker/base/limits.h"

namespace firstbell::model {

void Violations::Add(std::string_view path, std::string_view description) {
  if (++count_ > limits::kViolationsNamed) return;
  auto* violation = request_.add_field_violations();
  violation->set_field(std::string(path));
  violation->set_description(std::string(description));
}

base::Status Violations::ToStatus() const {
  if (empty()) return base::OkStatus();
  const auto& first = request_.field_violations(0);
  std::string message = first.field() + ": " + first.description();
  const std::size_t more = count_ - 1;
  if (more > 0) message += " (and " + std::to_string(more) + " more)";
  base::Status status = base::InvalidArgument(message);
  status.SetPayload(base::View(kBadRequestType), absl::Cord(request_.SerializeAsString()));
  return status;
}

google::rpc::BadRequest BadRequestOf(const base::Status& status) {
  google::rpc::BadRequest request;
  const auto payload = status.GetPayload(base::View(kBadRequestType));
  if (payload.has_value()) request.ParseFromString(std::string(*payload));
  return request;
}

base::Status FieldError(std::string_view path, std::string_view description) {
  Violations violations;
  violations.Add(path, description);
  return violations.ToStatus();
}

}  // namespace firstbell::model
