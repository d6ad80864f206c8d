#include "tests/fault/staff.h"

#include <utility>

#include "broker/base/clock.h"
#include "tests/support/eventually.h"

namespace firstbell::fault {

Staff::Staff(const Town& town, std::size_t school, Findings& findings)
    : town_(town), school_(school), findings_(findings) {
  const auto state = school::StateDirectory::Open(town.StateOf(school)).value();
  device_ = school::LoadDevice(state).value();
  person_ = school::Unlock(state, school::FindPerson(school::ListPeople(state).value(), "").value(),
                           base::Secret(kPassphrase))
                .value();
}

void Staff::Start() {
  stop_ = false;
  thread_ = std::thread([this] { Work(); });
}

Staff::~Staff() {
  Finish();
}

std::map<std::string, Staff::Read> Staff::Finish() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  return std::exchange(read_, {});
}

void Staff::Work() {
  const auto store = school::LocalStore::Open(town_.StateOf(school_) / "store.sqlite");
  if (!store.ok()) return findings_.Add("a school's store does not open");
  while (!stop_) {
    const base::Status looked = LookOnce(**store);
    // Busy: the daemon writes, or was killed while it did.
    if (!looked.ok() && looked.code() != base::Code::kUnavailable) {
      findings_.Add("at school " + std::to_string(school_) + ": " +
                    std::string(base::Message(looked)));
    }
    support::Eventually(absl::Milliseconds(50), [&] { return stop_.load(); });
  }
}

base::Status Staff::LookOnce(school::LocalStore& store) {
  FB_ASSIGN_OR_RETURN(const auto alerts, store.ShownAlerts());
  for (const school::HeldAlert& alert : alerts) {
    if (!alert.acknowledged_at) FB_RETURN_IF_ERROR(Take(store, alert));
  }
  return base::OkStatus();
}

base::Status Staff::Take(school::LocalStore& store, const school::HeldAlert& alert) {
  const absl::Time now = alert.show_from + absl::Minutes(1);
  FB_ASSIGN_OR_RETURN(
      v1::AlertContent content,
      school::OpenAlert(store, alert, *person_, device_->broker.envelope_public_key(), now));
  FB_ASSIGN_OR_RETURN(const school::Queued queued,
                      school::AcknowledgeAlert(store, alert, *person_, {}, now));
  Read& read = read_[alert.newest.alert_id.value()];
  read.content = std::move(content);
  if (queued == school::Queued::kNow) ++read.acknowledged;
  return base::OkStatus();
}

}  // namespace firstbell::fault
