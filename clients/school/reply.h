#pragma once

// What a person at the school says back to the force's desk: sealed here, to the desk alone. It is
// kept nowhere at the school but sealed, in the signed receipt that carries it.
//
// Threads: one. Errors beside the store's own are named.

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/school/identity.h"
#include "clients/school/local_store.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::school {

// Line breaks become spaces. InvalidArgument: empty, more than limits::kReplyCharacters, not UTF-8,
// or with control characters.
base::Result<std::string> CheckReplyText(std::string text);
// "attendance", "concern" or "call"; anything else is unspecified.
v1::ReplyAbout ParseReplyAbout(std::string_view typed);

// Whether the force takes replies to this alert: its header says to whom they are sealed.
base::Result<bool> TakesReplies(LocalStore& store, const HeldAlert& alert,
                                std::string_view envelope_public_key);

// Queues the signed reply. PermissionDenied: the alert is not sealed to this person.
// FailedPrecondition: CheckInForce; this person has not opened it in its newest revision; it was
// taken back or refused; its force takes no replies here. `text` has passed CheckReplyText; `form`:
// as LocalStore::QueueReceipt has it.
base::Result<Queued> SendReply(LocalStore& store, const HeldAlert& alert,
                               const UnlockedPerson& person, v1::ReplyAbout about,
                               const std::string& text, std::string_view envelope_public_key,
                               absl::Time now, std::string_view form = {});

}  // namespace firstbell::school
