#pragma once

// The broker's side of the school link, without the socket: who is linked, what each has been
// pushed, what comes back. A transport gives it authenticated frames and carries its frames out;
// the real one is ZeroMQ (server/), the simulated one a queue.
//
// Threads: safe. Work on one school runs in one task at a time, on the executor it is given. All
// that it is given outlives it. Nothing is sent before it is durable; a frame that the transport
// drops is sent again after limits::kResendAfter, or on the device's next session.

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/clock.h"
#include "broker/base/mutex.h"
#include "broker/dispatch/decide.h"
#include "broker/dispatch/devices.h"
#include "broker/dispatch/duty_desk.h"
#include "broker/dispatch/log_view.h"
#include "broker/dispatch/receipt_desk.h"
#include "broker/dispatch/sealer.h"
#include "broker/dispatch/welcome.h"
#include "broker/placing/ladders.h"
#include "broker/placing/policies.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::dispatch {

// A session of the transport: one connection of one device. Never reused.
using SessionId = std::string;

// Carries frames out. Must not block; may drop.
class LinkTransport {
 public:
  virtual ~LinkTransport() = default;
  virtual void Send(const SessionId& session, std::string frame) = 0;
};

using Executor = std::function<void(std::function<void()>)>;

struct LinkOptions {
  absl::Duration resend_after = limits::kResendAfter;
  // A push without a *received* for so long is recorded as sent; most are received before.
  absl::Duration sent_after = limits::kSentAfter;
  // Pushes of one device that wait for their *received*; more follow as these come back.
  std::size_t in_flight = 32;
  bool simulated_clock = false;
  absl::TimeZone zone = {};  // London's: by its days people are on duty
  LogView* log = nullptr;    // devices are told of it; outlives the links
};

class Crews;

class SchoolLinks {
 public:
  SchoolLinks(store::Store& store, const placing::Ladders& ladders,
              const placing::Policies& policies, Devices& devices, Sealer& sealer,
              ReceiptDesk& desk, DutyDesk& duties, AlertObserver& observer,
              LinkTransport& transport, Executor executor, const base::Clock& clock,
              LinkOptions options);
  SchoolLinks(const SchoolLinks&) = delete;
  SchoolLinks& operator=(const SchoolLinks&) = delete;

  // `curve_public_key` is the key that the transport authenticated for this frame. Does what the
  // frame asks in the calling thread; may wait for the store.
  void OnFrame(const SessionId& session, std::string_view curve_public_key, std::string_view frame);
  // The transport found nobody behind it.
  void OnGone(const SessionId& session);

  // Something changed at this school: an alert came, a person was enrolled or revoked.
  void Wake(base::Urn urn);
  // An alert was taken back: the school's devices are told that it is over.
  void TookBack(base::Urn urn, const base::AlertId& id);
  // Its people or devices changed: sessions of revoked devices end, the others hear who is
  // enrolled, the last to hear being what stands. Also where the log's tree has grown by who was
  // enrolled here: now it bears them out.
  void RecipientsChanged(base::Urn urn);
  // The simulated clock moved: every device is told.
  void ClockMoved();
  // Call about once a second: looks again at whatever waits for a time, and records as sent what
  // was pushed and not received since.
  void Tick();

  std::size_t linked() const;

 private:
  using SealingKey = std::pair<base::AlertId, std::uint32_t>;
  struct Session {
    Device device;
    std::map<SealingKey, absl::Time> in_flight;  // pushed at
    absl::Time look_again_at = absl::InfiniteFuture();
    // What it says that it holds, the newest of each, and received since; nothing: it has not said,
    // or not all.
    std::optional<std::map<base::AlertId, std::uint32_t>> held = std::nullopt;
    absl::Time holdings_answered_at = absl::InfinitePast();
    absl::Time linked_noted_at = absl::InfinitePast();
    bool starved = false;  // something waits until it has room
    bool told = false;     // it knows the school's people as they are; nothing is pushed before
    KnownOfLog log = {};
  };
  struct Pushed {
    base::ForceCode force;
    base::AuthorityCode authority;
    base::Urn urn;
    std::uint32_t sealing = 0;
    absl::Time at;
  };
  enum class Busy { kNo, kYes, kAgain };

  void OnHello(const SessionId& session, const Device& device, const v1::Hello& hello);
  void OnReceipts(const SessionId& session, const Device& device, const v1::ReceiptBatch& batch);
  void OnDuties(const SessionId& session, const Device& device, const v1::DutyBatch& batch);
  // That it is linked, once in limits::kLinkedWithin.
  void NoteLinked(const SessionId& session, const Device& device, absl::Time now);
  void OnHoldings(const SessionId& session, const Device& device, const v1::Holdings& holdings);
  base::Status PushUnseen(const SessionId& session, const Device& device, absl::Time now);
  void SendEnded(const std::vector<SessionId>& sessions, v1::EndedAlerts ended);
  void TellEnded(base::Urn urn, const std::vector<RecordedReceipt>& recorded);
  void TellEnded(base::Urn urn, const std::set<base::AlertId>& ids);
  void AddStillHeld(const Device& device, std::set<base::AlertId>& ids);
  void Forget(const SessionId& session) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Refuse(const SessionId& session, std::string_view why);
  void Send(const SessionId& session, const v1::LinkMessage& message);
  using Untold = std::map<KnownOfLog, std::vector<SessionId>>;
  Untold ClaimUntold(base::Urn urn);
  void Unclaim(const Untold& untold);
  base::Status TellPeople(base::Urn urn, const Untold& untold, const Welcomes& welcomes,
                          const std::vector<model::Recipient>& recipients);
  v1::LinkMessage Greeting(base::Urn urn, v1::Welcome welcome) const;
  void NoteTold(const SessionId& session, const KnownOfLog& before, const KnownOfLog& after);
  void EndRevoked(base::Urn urn, const std::vector<model::Recipient>& recipients);

  void RunSchool(base::Urn urn);
  base::Status PushSchool(base::Urn urn);
  base::Status PushOutbox(base::Urn urn, const std::vector<model::Recipient>& recipients);
  void PushPage(const std::vector<store::OpenAlert>& page, Crews& crews);
  // The newest sealing of each, made where it must be; an error is logged and leaves it for later.
  std::vector<std::optional<model::Sealing>> SealingsFor(const std::vector<store::OpenAlert>& page,
                                                         const std::vector<Decision>& decisions,
                                                         Crews& crews, absl::Time now);
  base::Status PushTo(const std::vector<base::RecipientId>& devices, const model::Alert& alert,
                      const model::Sealing& sealing, absl::Time now);
  // Pushed so long ago that the *received* of most would have come.
  std::vector<store::SentAlert> TakeUnanswered(absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RecordSent(absl::Span<const store::SentAlert> sent);
  void Trouble(const base::Status& status, const model::Alert& alert);
  std::vector<LinkedDevice> LinkedFor(const model::Alert& alert) const;
  // The device's session, once it was told and while it has room for one more push.
  std::optional<SessionId> SessionWithRoom(const base::RecipientId& device);
  // Where none has, the first that gets room makes the school looked at again.
  bool AnyRoom(base::Urn urn);
  // Pushes without a *received* for too long count as lost: they make room and are sent again.
  void ForgetOverdue(base::Urn urn);
  void LookAgain(base::Urn urn, absl::Time when);
  std::vector<SessionId> SessionsOf(base::Urn urn) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  store::Store& store_;
  const placing::Ladders& ladders_;
  const placing::Policies& policies_;
  Devices& devices_;
  Sealer& sealer_;
  ReceiptDesk& desk_;
  DutyDesk& duties_;
  AlertObserver& observer_;
  LinkTransport& transport_;
  const Executor executor_;
  const base::Clock& clock_;
  const LinkOptions options_;

  mutable base::Mutex mutex_;
  std::map<SessionId, Session> sessions_ ABSL_GUARDED_BY(mutex_);
  std::map<base::RecipientId, SessionId> newest_ ABSL_GUARDED_BY(mutex_);  // a device's session
  std::map<base::Urn, std::set<base::RecipientId>> linked_ ABSL_GUARDED_BY(mutex_);
  std::map<base::Urn, Busy> busy_ ABSL_GUARDED_BY(mutex_);
  // Alerts that stand as accepted, with the first push of which nothing is recorded; until a
  // receipt, or LinkOptions::sent_after.
  std::map<base::AlertId, Pushed> unanswered_ ABSL_GUARDED_BY(mutex_);
  bool recording_sent_ ABSL_GUARDED_BY(mutex_) = false;  // by one task at a time
};

}  // namespace firstbell::dispatch
