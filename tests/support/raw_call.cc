#include "tests/support/raw_call.h"

#include <grpcpp/generic/generic_stub.h>

#include "broker/base/status.h"
#include "tests/support/installation.h"

namespace firstbell::support {

RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  Context context;
  const grpc::Slice slice(bytes);
  const auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
  RawAnswer answer;
  grpc::ByteBuffer response;
  call->StartCall();
  call->Finish(&response, &answer.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  FB_CHECK(queue.Next(&tag, &ok));
  std::vector<grpc::Slice> slices;
  if (answer.status.ok() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& one : slices) {
      answer.bytes.append(reinterpret_cast<const char*>(one.begin()), one.size());
    }
  }
  queue.Shutdown();
  return answer;
}

}  // namespace firstbell::support
