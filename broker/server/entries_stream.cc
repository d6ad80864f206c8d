#include "broker/server/entries_stream.h"

namespace firstbell::server {

EntriesStream::EntriesStream(const Edge& edge, inquiry::DeliveryInquiry& inquiry,
                             base::Result<registry::Identity> caller, const grpc::ByteBuffer& in)
    : edge_(edge), inquiry_(inquiry) {
  const bool taken =
      caller.ok() && edge_.pool.TryPost([this, caller = *caller, in] { Run(caller, in); });
  if (taken) return;
  {
    base::MutexLock lock(mutex_);
    --holders_;
  }
  Finish(ToRpc(caller.ok() ? TooBusy() : caller.status()));
}

void EntriesStream::Run(const registry::Identity& caller, const grpc::ByteBuffer& in) {
  const base::Status status = Read(caller, in);
  LogFailure(Name(Method::kReadEntries), status);
  {
    base::MutexLock lock(mutex_);
    while (writing_) written_.Wait(mutex_);
  }
  Finish(ToRpc(status));
  Release();
}

base::Status EntriesStream::Read(const registry::Identity& caller, const grpc::ByteBuffer& in) {
  v1::ReadEntriesRequest request;
  FB_RETURN_IF_ERROR(ParseMessage(in, request));
  FB_ASSIGN_OR_RETURN(const inquiry::Auditor auditor,
                      inquiry::AuditorOf(caller.uri, caller.parts.front()));
  return inquiry_.ReadEntries(auditor, request, edge_.clock.Now(),
                              [this](const v1::LogEntry& entry) { return Write(entry); });
}

bool EntriesStream::Write(const v1::LogEntry& entry) {
  base::MutexLock lock(mutex_);
  while (writing_ && !gone_) written_.Wait(mutex_);
  if (gone_) return false;
  outgoing_ = ToBytes(entry);
  writing_ = true;
  StartWrite(&outgoing_);
  return true;
}

void EntriesStream::OnWriteDone(bool ok) {
  base::MutexLock lock(mutex_);
  writing_ = false;
  gone_ |= !ok;
  written_.NotifyAll();
}

void EntriesStream::OnCancel() {
  base::MutexLock lock(mutex_);
  gone_ = true;
  written_.NotifyAll();
}

void EntriesStream::OnDone() {
  Release();
}

void EntriesStream::Release() {
  bool last = false;
  {
    base::MutexLock lock(mutex_);
    last = --holders_ == 0;
  }
  if (last) delete this;
}

}  // namespace firstbell::server
