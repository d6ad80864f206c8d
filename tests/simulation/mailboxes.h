#pragma once

// Where schools are woken: mailboxes that take a message at once, never, not before ten minutes
// have gone by, or that do not exist. What is handed to them is written down as it comes.
//
// Threads: one. A resource.

#include <vector>

#include "broker/dispatch/wake_ups.h"
#include "tests/simulation/stage.h"

namespace firstbell::simulation {

class Mailboxes final : public dispatch::WakeUpSender {
 public:
  // `truth`: what stands, whatever the broker is told of it.
  Mailboxes(Stage& stage, store::Store& truth) : stage_(stage), truth_(truth) {}
  Mailboxes(const Mailboxes&) = delete;
  Mailboxes& operator=(const Mailboxes&) = delete;

  // Of every third school. Nothing: it is never woken.
  static std::vector<model::WakeUpAddress> AddressesOf(SchoolIndex school, base::Urn urn);

  std::vector<dispatch::Sent> Send(absl::Span<const dispatch::WakeUpCall> calls) override;

 private:
  dispatch::Sent SendOne(const dispatch::WakeUpCall& call);
  // Something waits there for whoever is woken.
  bool Needed(base::Urn urn, const dispatch::WakeUpCall& call);

  Stage& stage_;
  store::Store& truth_;
};

}  // namespace firstbell::simulation
