#pragma once

// The device's side of the school link's protocol (proto/firstbell/v1/link.proto): what to answer
// to each frame. No socket, no clock: the same frames and times give the same answers, so that a
// whole school runs in one process with a simulated link.
//
// Nothing leaves before it is durable: a *received* receipt is in the storage, in one step with the
// sealing, before its frame is returned. A crash after that step resends it on the next session; a
// crash before it leaves nothing, and the broker pushes again.
//
// What the broker says is held against its delivery log (log_watch.h). What is wrong goes into the
// device's log, by ids, and to the school's people as a notice, once; every alert is kept all the
// same.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/link/log_watch.h"
#include "clients/link/queued_receipt.h"
#include "clients/link/session_storage.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::link {

inline constexpr std::uint32_t kProtocol = 1;
// The pause before the next Hello after a refused one, and where the broker contradicts what this
// device pinned.
inline constexpr absl::Duration kRefusedBackOff = absl::Seconds(60);
// The same after a refusal on a session that was open: the broker may only have forgotten it.
inline constexpr absl::Duration kForgottenBackOff = absl::Seconds(5);

// Who this device is and what it pinned of its broker at enrolment.
struct SessionIdentity {
  base::Urn urn;
  Signer device;
  std::string envelope_public_key;  // SubjectPublicKeyInfo DER
  bool simulated_clock = false;
  std::string program_version;
  std::string log_key = {};  // of the delivery log, a verifier key; empty: the first told counts
  // Who is to bear out what is shown of it.
  audit::TrustPolicy witnesses = audit::TrustPolicy::None();
};

// What the broker's clock said.
struct BrokerTime {
  absl::Time now;
  bool simulated = false;
};

struct Reaction {
  std::vector<std::string> frames;  // to send, in this order
  std::optional<BrokerTime> broker_time;
  std::vector<base::AlertId> taken_back;  // now, and their copies here destroyed
};

// Threads: one. Owns nothing of its arguments; storage outlives it. Errors of every call are the
// storage's: nothing of that frame was kept, and the broker sends it again.
class Session {
 public:
  Session(SessionIdentity identity, SessionStorage& storage);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The transport is connected anew: says Hello; what was sent on an earlier one is open again.
  Reaction Start(absl::Time now);
  // The transport is gone. What is remembered of the delivery log is read again with the next one.
  void Stop();
  base::Result<Reaction> OnFrame(std::string_view frame, absl::Time now);
  // From time to time: sends receipts that others queued, and those unanswered for
  // limits::kResendAfter; says what is held; repeats an unanswered Hello.
  base::Result<Reaction> OnTick(absl::Time now);

  // Welcomed, and not stopped or refused since.
  bool open() const { return stage_ == Stage::kOpen; }
  // It is open, and the broker has said since what of that which is held here is over.
  bool caught_up() const { return open() && told_; }
  // What was told is old: the machine slept. It is asked for anew.
  void AskAgain();
  // LogTrust's, as it was read on this transport. Where the storage has another by now, this
  // transport is to be given up: what is still on its way answers a hello that knew another log.
  std::optional<std::uint32_t> trust_edition() const {
    return trust_ ? std::optional(trust_->edition) : std::nullopt;
  }
  // Why this device is not taken, where it was refused before it was ever welcomed on this
  // transport: a broker that only forgot a session refuses too.
  std::optional<std::string> refusal() const {
    return stage_ == Stage::kRefused ? why_refused_ : std::nullopt;
  }

 private:
  enum class Stage { kStopped, kGreeting, kOpen, kRefused };

  Reaction Greet(absl::Time now);
  std::string Hello(absl::Time now);
  base::Result<Reaction> OnWelcome(const v1::Welcome& welcome, absl::Time now);
  base::Result<Reaction> OnPush(const v1::SealedEnvelope& envelope, absl::Time now);
  base::Result<Reaction> OnDutyAnswers(const v1::DutyAnswers& answers);
  base::Status AddDuties(absl::Time now, Reaction& reaction);
  base::Result<Reaction> OnAnswers(const v1::ReceiptAnswers& answers, absl::Time now);
  Reaction OnRefusal(const v1::Refusal& refusal, absl::Time now);
  Reaction BackOff(std::string_view why, absl::Time now);
  base::Result<v1::EnvelopeHeader> CheckPush(const v1::SealedEnvelope& envelope,
                                             absl::Time now) const;
  base::Status Keep(const v1::SealedEnvelope& envelope, const v1::EnvelopeHeader& header,
                    absl::Time now);
  base::Status ReceiveAgain(const SealingRef& pushed);
  base::Status NotePeople(const v1::Welcome& welcome, absl::Time now);
  base::Status LoadTrust();
  base::Status NoteLog(const v1::Welcome& welcome, absl::Time now);
  base::Status WatchSealing(const v1::SealedEnvelope& envelope, const v1::EnvelopeHeader& header,
                            absl::Time now);
  base::Status Take(Judged judged, const v1::Welcome& welcome, absl::Time now);
  void AskAboutLog(absl::Time now, Reaction& reaction);
  base::Result<Reaction> OnEnded(const v1::EndedAlerts& ended, absl::Time now);
  SignErased Erasing(absl::Time now) const;
  base::Result<Reaction> SendReceipts(absl::Time now);
  void SayHoldings(absl::Time now, Reaction& reaction);

  const SessionIdentity identity_;
  SessionStorage& storage_;
  Stage stage_ = Stage::kStopped;
  std::optional<std::string> why_refused_;
  absl::Time again_at_;  // the next Hello, while greeting or refused
  absl::Time said_holdings_at_;
  bool told_ = false;                       // of alerts that are over, on this transport
  std::optional<LogTrust> trust_;           // as the storage has it; nothing: not read yet
  bool hello_open_ = false;                 // one was said, and no welcome has come since
  absl::Time hello_at_;                     // the last
  std::map<std::string, absl::Time> sent_;  // by statement digest, on this transport; unanswered
};

// How a pushed sealing stands to the newest that is kept.
enum class Replay {
  kNewer,     // the first, or a higher (revision, sealing)
  kSame,      // pushed again
  kOlder,     // overtaken: ignored
  kConflict,  // the same number with another ciphertext: ignored, an error of the broker
};
Replay JudgeReplay(const std::optional<SealingRef>& newest, const SealingRef& pushed);

// What changed among a school's people, as notices. Pure. `before`: none where this is the first
// list; then there is nothing to compare with and no notice.
std::vector<Notice> ComparePeople(const std::optional<std::vector<Person>>& before,
                                  const std::vector<Person>& after, absl::Time now);

}  // namespace firstbell::link
