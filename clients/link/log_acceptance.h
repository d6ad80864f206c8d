#pragma once

// Another log in the place of one that forked, as a school's people accept it: what a device
// remembers from then on, and where they are refused. An operator who has lost the newest data
// begins another log; to a device that looks as if somebody hid something, and only people can
// learn, elsewhere, which of the two it is.
//
// Pure; any thread.

#include <string>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/audit/note.h"
#include "broker/base/status.h"
#include "clients/link/log_trust.h"

namespace firstbell::link {

// What is remembered once exactly this key is trusted, whose name is the log's: nothing of the log
// before. Whom that one bore out waits for the new one's word, strangers stay what they are, and
// who has left is forgotten; witnesses have as long again as at first to bear it out. `past`: the
// forks before this one.
//
// FailedPrecondition, with what to do: the trusted log has not forked, so that nobody has cause to
// ask for another; the broker does not show a log that this key has signed; or the log's name is
// one that this device has known: another log has another. AlreadyExists: it is trusted, and has
// not forked. InvalidArgument: it is no log's key.
base::Result<LogTrust> AcceptLog(const LogTrust& before, absl::Span<const PastFork> past,
                                 const audit::VerifierKey& key, absl::Time now);

}  // namespace firstbell::link
