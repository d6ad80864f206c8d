#include "broker/audit/witness_request.h"

#include "broker/audit/checkpoint.h"
#include "broker/audit/lines.h"

namespace firstbell::audit {

namespace {

constexpr std::string_view kOld = "old ";

base::Status CheckSizes(const WitnessRequest& request) {
  FB_ASSIGN_OR_RETURN(const SignedCheckpoint opened, ParseSignedCheckpoint(request.checkpoint));
  if (request.old_size <= opened.checkpoint.size) return base::OkStatus();
  return base::InvalidArgument("its old size is larger than its checkpoint's");
}

base::Result<WitnessRequest> Read(std::string_view body) {
  WitnessRequest request;
  FB_ASSIGN_OR_RETURN(const std::string_view line, TakeLine(body));
  if (!line.starts_with(kOld)) {
    return base::InvalidArgument("its first line does not begin with \"old \"");
  }
  FB_ASSIGN_OR_RETURN(request.old_size, ParseDecimal(line.substr(kOld.size())));
  FB_ASSIGN_OR_RETURN(request.proof, TakeHashes(body));
  request.checkpoint = body;
  FB_RETURN_IF_ERROR(CheckSizes(request));
  return request;
}

}  // namespace

std::string FormatWitnessRequest(const WitnessRequest& request) {
  std::string body = std::string(kOld) + std::to_string(request.old_size) + "\n" +
                     FormatHashes(request.proof) + request.checkpoint;
  FB_CHECK(Read(body).ok());
  return body;
}

base::Result<WitnessRequest> ParseWitnessRequest(std::string_view body) {
  base::Result<WitnessRequest> request = Read(body);
  if (!request.ok()) return base::Annotate(request.status(), "not an add-checkpoint request");
  return request;
}

std::string FormatKnownSize(std::uint64_t size) {
  return std::to_string(size) + "\n";
}

base::Result<std::uint64_t> ParseKnownSize(std::string_view body) {
  FB_ASSIGN_OR_RETURN(const std::string_view line, TakeLine(body));
  if (!body.empty()) return base::InvalidArgument("a witness's size is one line; more follows");
  return ParseDecimal(line);
}

}  // namespace firstbell::audit
