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

base::Result<v1::GetRepliesResponse> RepliesOf(const std::vector<model::Receipt>& receipts,
                                               std::size_t waiting) {
  std::vector<const model::Receipt*> replied;
  for (const model::Receipt& receipt : receipts) {
    if (receipt.kind == v1::RECEIPT_KIND_REPLIED) replied.push_back(&receipt);
  }
  const std::size_t all = replied.size();
  const std::size_t first = all - std::min(all, std::max(waiting, limits::kRepliesRead));
  const std::size_t end = std::min(all, first + limits::kRepliesRead);
  v1::GetRepliesResponse response;
  for (std::size_t i = first; i < end; ++i) {
    FB_ASSIGN_OR_RETURN(*response.add_replies(), ReplyOf(*replied[i]));
  }
  response.set_earlier(static_cast<std::uint32_t>(first));
  response.set_later(static_cast<std::uint32_t>(all - end));
  return response;
}

}  // namespace firstbell::review
