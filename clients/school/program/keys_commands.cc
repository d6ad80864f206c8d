// firstbell-school keys: the passphrase of a person's keys on this machine, and the recovery code
// that stands in for it.

#include <nlohmann/json.hpp>

#include "clients/console/passphrase.h"
#include "clients/school/lease.h"
#include "clients/school/program/program.h"

namespace firstbell::school {
namespace {

constexpr char kRecoveryWhat[] =
    "Print the recovery code of your keys on this machine. With it another passphrase can be "
    "chosen, and OpenSSL opens the key files: put it on paper, into the school's safe, and on no "
    "other machine. Neither the broker nor its operator has it";

base::Result<base::Secret> NewOne(const std::filesystem::path& file) {
  return console::NewPassphrase(file,
                                "The new passphrase, at least " +
                                    std::to_string(console::kPassphraseCharacters) + " characters",
                                console::CheckPassphrase);
}

}  // namespace

void Program::AddKeys() {
  CLI::App& group = app_.Group("keys", "The passphrase of your keys here, and its recovery code");
  CLI::App& recovery = app_.Command(group, "recovery", kRecoveryWhat,
                                    "  firstbell-school keys recovery --state DIR | lp\n",
                                    [this] { return ShowRecovery(); });
  CLI::App& passphrase = app_.Command(group, "passphrase", "Choose another passphrase",
                                      "  firstbell-school keys passphrase --state DIR\n",
                                      [this] { return ChangePassphrase(); });
  for (CLI::App* command : {&recovery, &passphrase}) AddWho(*command);
  CLI::App& recover = app_.Command(
      group, "recover", "Choose another passphrase by the recovery code, where it was forgotten",
      "  firstbell-school keys recover --person 7h2p --state DIR\n", [this] { return Recover(); });
  recover.add_option("--person", person_, "Who you are, by id, where several are enrolled here")
      ->type_name("ID");
  recover
      .add_option("--recovery-file", code_file_,
                  "The recovery code; -: by standard input; asked for otherwise")
      ->type_name("FILE");
  for (CLI::App* command : {&passphrase, &recover}) {
    command
        ->add_option("--new-passphrase-file", new_passphrase_file_,
                     "The new passphrase; asked for otherwise")
        ->type_name("FILE");
  }
}

base::Result<Exit> Program::ShowRecovery() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(const PersonIdentity person, Who(desk));
  FB_ASSIGN_OR_RETURN(const base::Secret passphrase, AskPassphrase(desk, person));
  FB_ASSIGN_OR_RETURN(const base::Secret recovery, RecoveryOf(desk.state, person, passphrase));
  if (app_.json()) {
    app_.out() << nlohmann::ordered_json({{"recipient_id", person.id.value()},
                                          {"recovery", std::string(recovery.Reveal())}})
                      .dump()
               << '\n';
    return Exit::kDone;
  }
  app_.out() << "Recovery code of " << person.display_name << " at " << desk.device.school_name
             << ":\n\n  " << recovery.Reveal() << "\n\n"
             << "Whoever has it and this machine reads what you read. Keep it on paper, in the "
                "school's safe.\n";
  return Exit::kDone;
}

base::Result<Exit> Program::ChangePassphrase() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(const PersonIdentity person, Who(desk));
  FB_ASSIGN_OR_RETURN(const base::Secret passphrase, AskPassphrase(desk, person));
  FB_RETURN_IF_ERROR(Unlock(desk.state, person, passphrase).status());
  FB_ASSIGN_OR_RETURN(const base::Secret replacement, NewOne(new_passphrase_file_));
  FB_RETURN_IF_ERROR(school::ChangePassphrase(desk.state, person, passphrase, replacement));
  SayPassphraseChanged(person);
  return Exit::kDone;
}

base::Result<Exit> Program::Recover() {
  FB_ASSIGN_OR_RETURN(const Desk desk, OpenDesk(state_));
  FB_ASSIGN_OR_RETURN(const PersonIdentity person, Who(desk));
  FB_RETURN_IF_ERROR(CheckLease(*desk.store, desk.clock.Now()));
  FB_ASSIGN_OR_RETURN(const base::Secret recovery,
                      console::ReadCode(code_file_, "The recovery code"));
  FB_ASSIGN_OR_RETURN(const base::Secret replacement, NewOne(new_passphrase_file_));
  FB_RETURN_IF_ERROR(school::Recover(desk.state, person, recovery, replacement));
  SayPassphraseChanged(person);
  return Exit::kDone;
}

void Program::SayPassphraseChanged(const PersonIdentity& person) {
  if (app_.json()) {
    app_.out()
        << nlohmann::ordered_json({{"recipient_id", person.id.value()}, {"changed", true}}).dump()
        << '\n';
    return;
  }
  app_.out() << "The keys of " << person.display_name
             << " on this machine open with the new passphrase alone. The recovery code is as it "
                "was.\n";
}

}  // namespace firstbell::school
