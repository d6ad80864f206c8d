#include "tests/unit/server/link_peer.h"

#include <zmq.h>

#include "broker/model/text.h"
#include "broker/sealing/receipt.h"
#include "tests/support/device_crowd.h"
#include "tests/support/invented.h"

namespace firstbell::server {
namespace {

void Set(void* socket, int option, std::string_view value) {
  FB_CHECK(zmq_setsockopt(socket, option, value.data(), value.size()) == 0);
}

}  // namespace

LinkPeer::LinkPeer(const RunningBroker& broker, const crypto::CurveKeys& keys,
                   const std::string& routing_id, const std::string& address)
    : context_(zmq_ctx_new()), socket_(zmq_socket(context_, ZMQ_DEALER)) {
  const int linger = 0;
  FB_CHECK(zmq_setsockopt(socket_, ZMQ_LINGER, &linger, sizeof linger) == 0);
  Set(socket_, ZMQ_CURVE_SERVERKEY, broker.curve_public());
  Set(socket_, ZMQ_CURVE_PUBLICKEY, keys.public_key);
  Set(socket_, ZMQ_CURVE_SECRETKEY, keys.secret_key.Reveal());
  if (!routing_id.empty()) Set(socket_, ZMQ_ROUTING_ID, routing_id);
  const std::string& to = address.empty() ? broker.config().link_listen : address;
  FB_CHECK(zmq_connect(socket_, to.c_str()) == 0);
}

LinkPeer::~LinkPeer() {
  zmq_close(socket_);
  zmq_ctx_term(context_);
}

void LinkPeer::Send(const v1::LinkMessage& message) {
  const std::string bytes = message.SerializeAsString();
  FB_CHECK(zmq_send(socket_, bytes.data(), bytes.size(), 0) >= 0);
}

void LinkPeer::Hello(const std::string& device_id) {
  Send(support::HelloOf(device_id));
}

void LinkPeer::TryHello(const std::string& device_id) {
  const std::string bytes = support::HelloOf(device_id).SerializeAsString();
  zmq_send(socket_, bytes.data(), bytes.size(), ZMQ_DONTWAIT);
}

void LinkPeer::Receipts(const std::vector<v1::Receipt>& receipts) {
  v1::LinkMessage message;
  for (const v1::Receipt& receipt : receipts) {
    *message.mutable_receipts()->add_receipts() = receipt;
  }
  Send(message);
}

std::optional<v1::LinkMessage> LinkPeer::Next(absl::Duration patience) {
  zmq_pollitem_t item{socket_, 0, ZMQ_POLLIN, 0};
  if (zmq_poll(&item, 1, absl::ToInt64Milliseconds(patience)) <= 0) return std::nullopt;
  zmq_msg_t frame;
  zmq_msg_init(&frame);
  FB_CHECK(zmq_msg_recv(&frame, socket_, 0) >= 0);
  v1::LinkMessage message;
  FB_CHECK(message.ParseFromArray(zmq_msg_data(&frame), static_cast<int>(zmq_msg_size(&frame))));
  zmq_msg_close(&frame);
  return message;
}

v1::LinkMessage LinkPeer::Await(v1::LinkMessage::BodyCase body) {
  while (true) {
    const auto message = Next();
    FB_CHECK(message.has_value());
    if (message->body_case() == body) return *message;
  }
}

v1::Receipt ReceiptFor(const v1::SealedEnvelope& envelope, const Enrolled& signer,
                       v1::ReceiptKind kind) {
  v1::EnvelopeHeader header;
  FB_CHECK(header.ParseFromString(envelope.header()));
  v1::ReceiptStatement statement;
  statement.set_alert_id(header.alert_id());
  statement.set_sealing(header.sealing());
  statement.set_ciphertext_sha256(header.ciphertext_sha256());
  statement.set_kind(kind);
  statement.set_signer_id(signer.id);
  *statement.mutable_at() = model::ToWire(support::kNight);
  return sealing::SignReceipt(statement, signer.signing);
}

}  // namespace firstbell::server
