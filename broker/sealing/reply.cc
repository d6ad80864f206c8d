#include "broker/sealing/reply.h"

#include "broker/base/limits.h"
#include "broker/sealing/cms.h"

namespace firstbell::sealing {

base::Result<std::string> SealReply(const v1::Reply& reply, const std::string& desk_certificate) {
  FB_ASSIGN_OR_RETURN(const auto desk, OpeningCertificates::Read({&desk_certificate, 1}));
  std::string plaintext = reply.SerializeAsString();
  base::Result<std::string> sealed = SealTo(desk, plaintext);
  explicit_bzero(plaintext.data(), plaintext.size());
  if (!sealed.ok() || sealed->size() <= limits::kReplyBytes) return sealed;
  return base::ResourceExhausted("the reply is too long: say it in fewer words, or telephone");
}

base::Result<v1::Reply> OpenReply(std::string_view cms, const base::AlertId& alert,
                                  const crypto::PrivateKey& desk_key,
                                  std::string_view desk_certificate) {
  FB_ASSIGN_OR_RETURN(const base::Secret plaintext, Open(cms, desk_key, desk_certificate));
  const std::string_view bytes = plaintext.Reveal();
  v1::Reply reply;
  if (!reply.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::DataLoss("what was sealed is not a reply");
  }
  if (reply.alert_id() == alert.value()) return reply;
  return base::DataLoss("the reply is about another alert than the one that it was sent for");
}

}  // namespace firstbell::sealing
