// firstbell-school doctor and verify: whether this machine can do its work, and whether its store
// is whole.

#include <nlohmann/json.hpp>

#include "clients/console/output.h"
#include "clients/school/doctor.h"
#include "clients/school/program/program.h"
#include "clients/school/records/record_store.h"

namespace firstbell::school {
namespace {

constexpr char kDoctorWhat[] =
    "Say what keeps this machine from its work: network, proxy, clock, disk, certificates, daemon. "
    "For whoever looks after it; nothing of any alert is read";

std::string_view Word(Health health) {
  switch (health) {
    case Health::kGood:
      return "good";
    case Health::kWarning:
      return "warning";
    case Health::kBad:
      return "bad";
  }
  return "";
}

std::string_view Mark(Health health) {
  switch (health) {
    case Health::kGood:
      return "good  ";
    case Health::kWarning:
      return "look  ";
    case Health::kBad:
      return "BAD   ";
  }
  return "";
}

}  // namespace

void Program::AddDoctor() {
  app_.Command("doctor", kDoctorWhat, "  firstbell-school doctor --state DIR\n",
               [this] { return Doctor(); });
  app_.Command("verify",
               "Hold everything that this device keeps against its digests and signatures",
               "  firstbell-school verify --state DIR\n", [this] { return Verify(); });
}

base::Result<Exit> Program::Doctor() {
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::Open(state_));
  MachineFacts facts = LookAtMachine(state);
  facts.proxy_configured = proxy_configured_;
  const std::vector<Finding> findings = Judge(facts);
  for (const Finding& finding : findings) {
    if (app_.json()) {
      app_.out() << nlohmann::ordered_json({{"subject", finding.subject},
                                            {"health", Word(finding.health)},
                                            {"text", finding.text}})
                        .dump()
                 << '\n';
    } else {
      app_.out() << Mark(finding.health) << finding.subject << ": " << finding.text << '\n';
    }
  }
  return Worst(findings) == Health::kBad ? Exit::kFailed : Exit::kDone;
}

base::Result<Exit> Program::Verify() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_RETURN_IF_ERROR(desk.store->Verify());
  FB_ASSIGN_OR_RETURN(const auto records, school_records::RecordStore::Open(desk.state.Records()));
  FB_RETURN_IF_ERROR(records->Verify().status());
  app_.out() << (app_.json() ? "{\"whole\":true}\n" : "What this device keeps is whole.\n");
  return Exit::kDone;
}

}  // namespace firstbell::school
