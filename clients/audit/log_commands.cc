// verify, copy, prove and check: the log itself.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/base/file.h"
#include "clients/audit/answer.h"
#include "clients/audit/commands.h"
#include "clients/audit/directory_log.h"
#include "clients/audit/prove.h"
#include "clients/audit/verify.h"
#include "clients/console/call.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"

namespace firstbell::audit_client {
namespace {

using console::Exit;
using Stub = v1::DeliveryLogService::Stub;

struct VerifyArguments {
  bool whole = false;
  std::filesystem::path directory;  // empty: the broker's
};

// A copy may be older than what is known: it was not cut for that, and may be signed by a key of
// before, where the auditor names that.
std::optional<Trusted> OfACopy(const Trusted& known, std::uint64_t size, const Trust& trust) {
  if (size >= known.head.size) return known;
  if (!trust.Named(known.key.name).empty()) return std::nullopt;
  return Trusted{known.key, {}, {}, {}, known.changes};
}

base::Result<Verified> RunVerify(const Context& context, LogSource& source,
                                 const VerifyArguments& arguments) {
  FB_ASSIGN_OR_RETURN(const Trust trust, context.ReadTrust());
  const TrustStore store = context.Store();
  console::Progress progress("Reading the log");
  auto verified = Verify(
      source, trust,
      [&](const std::string& origin) -> base::Result<std::optional<Trusted>> {
        FB_ASSIGN_OR_RETURN(auto known, Remembered(store, origin, trust));
        if (arguments.directory.empty() || !known) return known;
        FB_ASSIGN_OR_RETURN(const v1::Checkpoint copied, source.GetCheckpoint(""));
        return OfACopy(*known, copied.size(), trust);
      },
      arguments.whole ? Extent::kWhole : Extent::kSinceTrusted,
      [&](double fraction) { progress.Update(fraction); });
  if (verified.ok()) progress.Finish();
  return verified;
}

base::Result<Exit> VerifyLog(const Context& context, const VerifyArguments& arguments) {
  base::Result<Verified> verified = base::Internal("not run");
  if (!arguments.directory.empty()) {
    DirectoryLog copy(arguments.directory);
    // Of a copy all of it is looked at.
    verified = RunVerify(context, copy, {.whole = true, .directory = arguments.directory});
  } else {
    FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
    BrokerLog log(*stub);
    verified = RunVerify(context, log, arguments);
  }
  FB_RETURN_IF_ERROR(verified.status());
  // A copy may be older than what is known.
  if (verified->trusted && arguments.directory.empty()) {
    FB_RETURN_IF_ERROR(context.Store().Save(*verified->trusted));
  }
  context.app.out() << (context.app.json() ? VerifiedJson(*verified) : Describe(*verified));
  FB_RETURN_IF_ERROR(KeepContradiction(context, *verified));
  return verified->mismatch.empty() ? Exit::kDone : Exit::kFailed;
}

void AddVerify(const Context& context) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App& command = context.app.Command(
      "verify",
      "Checks the log's signed head, every entry, every commitment and the Merkle tree over them: "
      "what has come since the last time, or with --whole all of it. Fails, saying where, if "
      "anything does not fit.",
      R"(  firstbell-audit verify
  firstbell-audit verify --whole --policy witnesses.policy
  firstbell-audit verify --copy log/ --log-key firstbell.example/log+1234abcd+AQ…
)",
      [context, arguments] { return VerifyLog(context, *arguments); });
  command.add_flag("--whole", arguments->whole, "Reads all of it, whatever was verified before");
  command.add_option("--copy", arguments->directory, "Checks a copy in this directory instead");
}

base::Result<Exit> Copy(const Context& context, const std::filesystem::path& directory) {
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  FB_ASSIGN_OR_RETURN(const Trust trust, context.ReadTrust());
  BrokerLog log(*stub);
  FB_ASSIGN_OR_RETURN(const v1::Checkpoint checkpoint, log.GetCheckpoint(""));
  FB_ASSIGN_OR_RETURN(const auto known, Remembered(context.Store(), checkpoint.origin(), trust));
  FB_RETURN_IF_ERROR(Judge(checkpoint, trust, known).status());
  console::Progress progress("Copying the log");
  FB_ASSIGN_OR_RETURN(
      const Copied copied,
      CopyLog(log, checkpoint, directory, [&](double fraction) { progress.Update(fraction); }));
  progress.Finish();
  context.app.out() << copied.size << " entries in " << directory.string() << ", " << copied.added
                    << " of them new\n";
  return Exit::kDone;
}

void AddCopy(const Context& context) {
  auto directory = std::make_shared<std::filesystem::path>();
  CLI::App& command = context.app.Command(
      "copy",
      "Copies the log into a directory as C2SP tlog-tiles lays it out, or what it has grown by: a "
      "copy that any web server can publish and others can check.",
      "  firstbell-audit copy log/\n", [context, directory] { return Copy(context, *directory); });
  command.add_option("DIR", *directory, "The directory")->required();
}

struct ProveArguments {
  std::string alert;
  std::filesystem::path out = ".";
};

bool InPseudonym(char c) {
  return c == '-' || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9');
}

base::Result<Exit> Prove(const Context& context, const ProveArguments& arguments) {
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  v1::GetDeliveryRequest request;
  request.set_alert_id(arguments.alert);
  FB_ASSIGN_OR_RETURN(const v1::GetDeliveryResponse delivery,
                      console::Call(*stub, &Stub::GetDelivery, request));
  BrokerLog log(*stub);
  FB_ASSIGN_OR_RETURN(AnswerChecker checker, context.CheckerOf(log, delivery.checkpoint()));
  FB_ASSIGN_OR_RETURN(const Judged judged, checker.CheckHistory(delivery, arguments.alert));
  FB_ASSIGN_OR_RETURN(const auto files, ProofsOf(delivery, judged.changes));
  if (files.empty()) {
    return base::NotFound(
        "no event of this delivery is in a signed tree yet, or none is open to your scope: try "
        "again in a moment");
  }
  // It becomes the name of a file, and nobody is to choose where that stands.
  const std::string& alert = delivery.delivery().alert();
  if (!std::all_of(alert.begin(), alert.end(), InPseudonym)) {
    return base::DataLoss("the broker's pseudonym of the alert is none");
  }
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(arguments.out, base::kOwnerOnlyDirectory));
  for (const ProofFile& file : files) {
    const std::filesystem::path path =
        arguments.out / (alert + "-" + std::to_string(file.position) + ".tlog-proof");
    FB_RETURN_IF_ERROR(base::WriteFileDurably(path, file.text, base::kOwnerOnly));
    context.app.out() << path.string() << "  " << console::Printable(file.event) << "\n";
  }
  return Exit::kDone;
}

void AddProve(const Context& context) {
  auto arguments = std::make_shared<ProveArguments>();
  CLI::App& command = context.app.Command(
      "prove",
      "Writes a portable receipt (C2SP tlog-proof) for each event of a delivery: anyone can check "
      "it with 'check', or with tools that are not ours, without asking anybody.",
      "  firstbell-audit prove p-06f1h9t2m4qzv8c3 --out receipts/\n",
      [context, arguments] { return Prove(context, *arguments); });
  command.add_option("ALERT", arguments->alert, "The alert, as 'list' prints it")->required();
  command.add_option("--out", arguments->out, "Directory of the files");
}

base::Result<Proven> CheckFile(const Context& context, const std::filesystem::path& file) {
  FB_ASSIGN_OR_RETURN(const Trust trust, context.ReadTrust());
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(file, 1024 * 1024));
  FB_ASSIGN_OR_RETURN(const std::string origin, OriginOf(text));
  FB_ASSIGN_OR_RETURN(const auto known, Remembered(context.Store(), origin, trust));
  return CheckProof(text, trust, known);
}

base::Result<Exit> Check(const Context& context, const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files) {
    const auto proven = CheckFile(context, file);
    if (!proven.ok()) return base::Annotate(proven.status(), file.filename().string());
    if (context.app.json()) {
      nlohmann::ordered_json json;
      json["file"] = file.filename().string();
      json["holds"] = true;
      json["origin"] = proven->origin;
      json["position"] = proven->position;
      json["size"] = proven->size;
      json["cosignatures"] = proven->cosignatures;
      json["byEarlierKey"] = proven->by_earlier_key;
      json["event"] = nlohmann::ordered_json::parse(proven->event, nullptr, false);
      context.app.out() << json.dump() << "\n";
      continue;
    }
    context.app.out() << file.filename().string() << ": holds. Entry " << proven->position
                      << " of the " << proven->size << " in " << proven->origin << ", signed by it"
                      << (proven->by_earlier_key ? " with a key that was changed since" : "")
                      << (proven->cosignatures == 0
                              ? std::string()
                              : " and " + std::to_string(proven->cosignatures) + " witnesses")
                      << ":\n  " << console::Printable(proven->event) << "\n";
  }
  return Exit::kDone;
}

void AddCheck(const Context& context) {
  auto files = std::make_shared<std::vector<std::filesystem::path>>();
  CLI::App& command = context.app.Command(
      "check", "Checks receipts that 'prove' wrote, asking nobody: needs the log's key.",
      R"(  firstbell-audit check receipts/*.tlog-proof --log-key firstbell.example/log+1234abcd+AQ…
)",
      [context, files] { return Check(context, *files); });
  command.add_option("FILE", *files, "The receipts")->required();
}

}  // namespace

void AddLogCommands(const Context& context) {
  AddVerify(context);
  AddCopy(context);
  AddProve(context);
  AddCheck(context);
}

}  // namespace firstbell::audit_client
