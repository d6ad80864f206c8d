// firstbell-school doctor and verify: whether this machine can do its work, and whether its store
// is whole.

#include <nlohmann/json.hpp>

#include "broker/base/file.h"
#include "clients/console/output.h"
#include "clients/school/doctor.h"
#include "clients/school/program/program.h"
#include "clients/school/records/key_ring.h"

namespace firstbell::school {
namespace {

constexpr char kDoctorWhat[] =
    "Say what keeps this machine from its work: network, proxy, clock, disk, certificates, daemon, "
    "page. "
    "For whoever looks after it; nothing of any alert is read";

constexpr char kVerifyWhat[] =
    "Hold everything that this device keeps against its digests and signatures. With your "
    "passphrase what the school wrote down is opened as well";

// None are written down yet: nothing is wrong with them.
base::Status CheckRecords(const StateDirectory& state) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(state.Records()));
  if (!there) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const auto records, school_records::RecordStore::Open(state.Records()));
  return records->Verify().status();
}

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
  CLI::App& verify = app_.Command("verify", kVerifyWhat,
                                  "  firstbell-school verify --state DIR\n"
                                  "  firstbell-school verify --signatures --state DIR\n",
                                  [this] { return Verify(); });
  verify.add_flag("--signatures", signatures_,
                  "Open every record with your keys, and hold its signature against its writer's");
  AddWho(verify);
}

base::Result<Exit> Program::Doctor() {
  FB_RETURN_IF_ERROR(CheckNamed(state_));
  FB_ASSIGN_OR_RETURN(const StateDirectory state, StateDirectory::Open(state_));
  MachineFacts facts = LookAtMachine(state);
  facts.proxy_configured = proxy_configured_;
  facts.records = CheckRecords(state);
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
  FB_ASSIGN_OR_RETURN(const school_records::Verified verified,
                      signatures_ ? VerifySignatures(desk, *records) : records->Verify());
  if (app_.json()) {
    app_.out() << nlohmann::ordered_json({{"whole", true},
                                          {"rows", verified.rows},
                                          {"erased", verified.erased},
                                          {"signatures", signatures_}})
                      .dump()
               << '\n';
    return Exit::kDone;
  }
  app_.out() << "What this device keeps is whole. The school has written down " << verified.rows
             << (verified.rows == 1 ? " row" : " rows") << ", of which " << verified.erased
             << (verified.erased == 1 ? " was erased" : " were erased")
             << (signatures_ ? "; each is signed by who wrote it" : "") << ".\n";
  return Exit::kDone;
}

base::Result<school_records::Verified> Program::VerifySignatures(
    const Desk& desk, school_records::RecordStore& records) {
  FB_ASSIGN_OR_RETURN(const UnlockedPerson person, UnlockPerson(desk));
  school_records::KeyRing keys(records);
  FB_ASSIGN_OR_RETURN(const school_records::Ring ring, keys.Open(person));
  FB_ASSIGN_OR_RETURN(school_records::SignerKeys signers, keys.SigningKeys(ring));
  const link::Signer& device = desk.device.signer;
  FB_ASSIGN_OR_RETURN(auto key, crypto::PublicKey::FromDer(device.key.PublicKey()));
  signers.emplace(device.id, std::move(key));
  return records.VerifyWith(ring, signers);
}

}  // namespace firstbell::school
