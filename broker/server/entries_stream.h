#pragma once

// One ReadEntries call. A worker reads the log page by page and waits for a slow reader, so that at
// most one entry more than the reader took is held.

#include "broker/inquiry/delivery_inquiry.h"
#include "broker/server/rpc.h"

namespace firstbell::server {

// Deletes itself when gRPC and the worker are done with it.
class EntriesStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  EntriesStream(const Edge& edge, inquiry::DeliveryInquiry& inquiry,
                base::Result<registry::Identity> caller, const grpc::ByteBuffer& in);

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void Run(const registry::Identity& caller, const grpc::ByteBuffer& in);
  base::Status Read(const registry::Identity& caller, const grpc::ByteBuffer& in);
  // False where the reader is gone.
  bool Write(const v1::LogEntry& entry);
  void Release();

  const Edge& edge_;
  inquiry::DeliveryInquiry& inquiry_;
  grpc::ByteBuffer outgoing_;  // gRPC's while writing_

  base::Mutex mutex_;
  base::CondVar written_;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool gone_ ABSL_GUARDED_BY(mutex_) = false;
  int holders_ ABSL_GUARDED_BY(mutex_) = 2;  // gRPC and Run
};

}  // namespace firstbell::server
