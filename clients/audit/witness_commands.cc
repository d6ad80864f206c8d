// witness: an auditor's own cosigner.

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>

#include "broker/base/clock.h"
#include "clients/audit/commands.h"
#include "clients/audit/witness.h"

namespace firstbell::audit_client {
namespace {

using console::Exit;

struct KeyArguments {
  std::filesystem::path file;
  std::string name;
};

base::Result<Exit> NewKey(const Context& context, const KeyArguments& arguments) {
  FB_ASSIGN_OR_RETURN(const WitnessKey key, MakeWitnessKey(arguments.file, arguments.name));
  context.app.out() << key.verifier().ToString() << "\n";
  context.app.err() << "the line above is the witness's public key: the operator puts it into the "
                       "installation's witness policy\n";
  return Exit::kDone;
}

base::Result<Exit> ShowKey(const Context& context, const std::filesystem::path& file) {
  FB_ASSIGN_OR_RETURN(const WitnessKey key, ReadWitnessKey(file));
  context.app.out() << key.verifier().ToString() << "\n";
  return Exit::kDone;
}

struct RunArguments {
  std::filesystem::path file;
  double every_seconds = 5;
  bool once = false;
};

std::atomic<bool> ended{false};

void End(int) {
  ended = true;
}

// Returns early where the program is to end.
void Wait(double seconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!ended && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
}

void Tell(const Context& context, const Witnessed& witnessed) {
  if (witnessed.nothing_new) return;
  context.app.out() << "signed: " << witnessed.size << " entries"
                    << (witnessed.quorum ? ", and as many witnesses as are asked for" : "")
                    << std::endl;
}

base::Result<Exit> RunWitness(const Context& context, const RunArguments& arguments) {
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  FB_ASSIGN_OR_RETURN(const Trust trust, context.ReadTrust());
  FB_ASSIGN_OR_RETURN(WitnessKey key, ReadWitnessKey(arguments.file));
  // What a witness has signed is its own to remember, apart from what was verified.
  const TrustStore store(context.trust.state / "witness");
  Witness witness(*stub, store, trust, std::move(key));
  std::signal(SIGINT, End);
  std::signal(SIGTERM, End);
  while (!ended) {
    const auto witnessed = witness.Sign(base::SystemClock().Now());
    if (witnessed.ok()) Tell(context, *witnessed);
    if (witnessed.status().code() == base::Code::kDataLoss || arguments.once) {
      FB_RETURN_IF_ERROR(witnessed.status());
      break;
    }
    if (!witnessed.ok()) {
      context.app.err() << "not signed: " << base::Message(witnessed.status()) << std::endl;
    }
    Wait(arguments.every_seconds);
  }
  return Exit::kDone;
}

}  // namespace

void AddWitnessCommands(const Context& context) {
  CLI::App& group = context.app.Group(
      "witness", "Signs the log's checkpoints after checking that it has only grown.");
  auto made = std::make_shared<KeyArguments>();
  CLI::App& make = context.app.Command(
      group, "new-key", "Makes a witness's key and prints the public one.",
      "  firstbell-audit witness new-key --key witness.key --name witness.example/north\n",
      [context, made] { return NewKey(context, *made); });
  make.add_option("--key", made->file, "The file to make")->required();
  make.add_option("--name", made->name, "The witness's name, like a web address")->required();

  auto shown = std::make_shared<std::filesystem::path>();
  CLI::App& show = context.app.Command(group, "show-key", "Prints a witness's public key.",
                                       "  firstbell-audit witness show-key --key witness.key\n",
                                       [context, shown] { return ShowKey(context, *shown); });
  show.add_option("--key", *shown, "Its key file")->required();

  auto run = std::make_shared<RunArguments>();
  CLI::App& command = context.app.Command(
      group, "run",
      "Looks for a checkpoint to sign every few seconds, until it is stopped. The log's key is to "
      "be given. Ends with an error where the log has not grown from what it signed before: both "
      "checkpoints are kept in a file, and nothing more is signed until that is moved away.",
      "  firstbell-audit witness run --key witness.key --log-key "
      "firstbell.example/log+1234abcd+AQ…\n",
      [context, run] { return RunWitness(context, *run); });
  command.add_option("--key", run->file, "Its key file")->required();
  command.add_option("--every", run->every_seconds, "Seconds between two looks")
      ->check(CLI::Range(0.2, 3600.0));
  command.add_flag("--once", run->once, "Looks once");
}

}  // namespace firstbell::audit_client
