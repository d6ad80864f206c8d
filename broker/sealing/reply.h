#pragma once

// What a school says back to the force's desk: sealed at the school to the desk's certificate, and
// opened by the desk alone; the broker carries it. Format: proto/FORMATS.md, "Replies". Threads:
// safe.

#include <string>
#include <string_view>

#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::sealing {

// CMS AuthEnvelopedData in DER, at most limits::kReplyBytes. InvalidArgument: not a certificate
// that can be sealed to. ResourceExhausted: it says too much.
base::Result<std::string> SealReply(const v1::Reply& reply, const std::string& desk_certificate);

// The errors of Open; InvalidArgument: `desk_certificate` is none. DataLoss too where what was
// sealed is not a reply, or is one about another alert.
base::Result<v1::Reply> OpenReply(std::string_view cms, const base::AlertId& alert,
                                  const crypto::PrivateKey& desk_key,
                                  std::string_view desk_certificate);

}  // namespace firstbell::sealing
