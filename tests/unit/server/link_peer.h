#pragma once

// A bare end of the school link, able to misbehave as no daemon of ours does: it may choose its own
// routing id, claim any device and send any frame. Threads: one.

#include <memory>
#include <optional>
#include <string>

#include "firstbell/v1/link.pb.h"
#include "tests/unit/server/running_broker.h"

namespace firstbell::server {

class LinkPeer {
 public:
  // `routing_id` empty: none is set, as it should be. `address` empty: the broker's own.
  LinkPeer(const RunningBroker& broker, const crypto::CurveKeys& keys,
           const std::string& routing_id = "", const std::string& address = "");
  ~LinkPeer();
  LinkPeer(const LinkPeer&) = delete;
  LinkPeer& operator=(const LinkPeer&) = delete;

  void Send(const v1::LinkMessage& message);
  void Hello(const std::string& device_id);
  // The same where there is room for it, and not otherwise.
  void TryHello(const std::string& device_id);
  void Receipts(const std::vector<v1::Receipt>& receipts);
  // The next message; nothing where none comes within `patience`.
  std::optional<v1::LinkMessage> Next(absl::Duration patience = absl::Seconds(20));
  // Messages up to and with the first that has this body; CHECKs that it comes.
  v1::LinkMessage Await(v1::LinkMessage::BodyCase body);

 private:
  void* context_;
  void* socket_;
};

// A receipt about the pushed sealing.
v1::Receipt ReceiptFor(const v1::SealedEnvelope& envelope, const Enrolled& signer,
                       v1::ReceiptKind kind);

}  // namespace firstbell::server
