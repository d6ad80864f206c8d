#pragma once

// The daemon: keeps the link to the broker up, keeps what it pushes, shows it from its window, and
// sends the receipts that it and the inbox commands queue. It opens no port and holds no person's
// key.

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/console/local_time.h"
#include "clients/link/curve_dealer.h"
#include "clients/link/session.h"
#include "clients/school/identity.h"
#include "clients/school/local_store.h"
#include "clients/school/roll_answers.h"
#include "clients/school/roll_file.h"
#include "clients/school/school_clock.h"

namespace firstbell::school {

enum class LineForm { kText, kJson };

// What the daemon says on standard output: one line each, without content. Threads: one.
class DaemonVoice {
 public:
  DaemonVoice(std::ostream& out, LineForm form, absl::TimeZone london)
      : out_(out), form_(form), london_(london), local_(london) {}

  void Started(const DeviceIdentity& device, absl::Time now);
  void Unacknowledged(std::size_t count, absl::Time now);
  void Shown(const HeldAlert& alert, absl::Time now);
  // In the inbox from now on, and nobody needs to take it.
  void Over(const HeldAlert& alert, absl::Time now);
  // It was taken back, and the copies on this machine are destroyed.
  void TakenBack(const base::AlertId& alert, absl::Time now);
  // How the link stands now, and what that means for the school.
  void Link(const LinkStanding& standing, absl::Time now);
  // The broker's clock is a simulated one, and this is what it says.
  void SimulatedTime(absl::Time now);
  void Stopped(absl::Time now);

 private:
  void Line(std::string_view event, absl::Time now, const std::string& sentence,
            const std::string& alert_id = "");

  std::ostream& out_;
  const LineForm form_;
  const absl::TimeZone london_;
  const console::LocalTime local_;
};

// Threads: one. Everything it is given outlives it.
class Daemon {
 public:
  Daemon(const DeviceIdentity& device, std::string_view version, LocalStore& store,
         SchoolClock& clock, DaemonVoice& voice);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Before Run: whether a child is this school's pupil is answered by this roll, where it can be.
  void AnswerBy(RollFile roll) { roll_.emplace(std::move(roll)); }
  // Before Run: what else is to be destroyed of an alert that was taken back. Said again at each
  // start, so that a crash between leaves nothing.
  using Forget = std::function<base::Status(const base::AlertId& alert, absl::Time now)>;
  void ForgetBy(Forget forget) { forget_ = std::move(forget); }
  // Until `stop`. An error only where the link cannot be opened at all; whatever else fails is
  // logged and tried again, for a school is better served by a daemon that stays.
  base::Status Run(const std::atomic<bool>& stop);

 private:
  base::Status Connect();
  void Handle(const link::LinkEvent& event);
  void Perform(base::Result<link::Reaction> reaction);
  void Learn(const link::BrokerTime& broker);
  void Tick();
  base::Status FollowTrust();
  void LookAtRoll(absl::Time now);
  bool MayShow();
  void WatchLink();
  void NoteHeard();
  void AnnounceUnacknowledged();
  absl::Time TimeToSay() const;
  void Complain(const base::Status& status);

  const DeviceIdentity& device_;
  LocalStore& store_;
  SchoolClock& clock_;
  DaemonVoice& voice_;
  link::Session session_;
  std::unique_ptr<link::CurveDealer> dealer_;
  std::optional<RollFile> roll_;
  Forget forget_ = [](const base::AlertId&, absl::Time) { return base::OkStatus(); };
  RollAnswers answers_;
  std::optional<LinkWatch> watch_;           // while it runs
  std::optional<LinkStanding> kept_;         // as it stands in the store
  absl::Duration woke_at_, ticked_at_;       // since boot
  absl::Time heard_ = absl::InfinitePast();  // as it was last noted
  std::string last_complaint_;
  absl::Duration complained_at_ = -absl::InfiniteDuration();  // since boot
};

}  // namespace firstbell::school
