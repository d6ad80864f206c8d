#include "broker/review/replies.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/model/text.h"

namespace firstbell::review {
namespace {

base::Result<v1::SealedReply> ReplyOf(const model::Receipt& receipt) {
  v1::Receipt wire;
  v1::ReceiptStatement statement;
  if (!wire.ParseFromString(receipt.wire) || !statement.ParseFromString(wire.statement())) {
    return base::DataLoss("a stored reply does not read back; restore a backup");
  }
  v1::SealedReply reply;
  reply.set_ciphertext(statement.reply());
  *reply.mutable_at() = model::ToWire(receipt.at);
  reply.set_by(receipt.signer.value());
  return reply;
}

}  // namespace

base::Result<v1::GetRepliesResponse> RepliesOf(const std::vector<model::Receipt>& receipts) {
  std::vector<const model::Receipt*> replied;
  for (const model::Receipt& receipt : receipts) {
    if (receipt.kind == v1::RECEIPT_KIND_REPLIED) replied.push_back(&receipt);
  }
  const std::size_t left_out = replied.size() - std::min(replied.size(), limits::kRepliesRead);
  v1::GetRepliesResponse response;
  for (std::size_t i = left_out; i < replied.size(); ++i) {
    FB_ASSIGN_OR_RETURN(*response.add_replies(), ReplyOf(*replied[i]));
  }
  return response;
}

}  // namespace firstbell::review
