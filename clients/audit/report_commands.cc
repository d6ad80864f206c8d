// report: a page that an inspector can read and print.

#include <cctype>

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/crypto/x509.h"
#include "broker/model/auditor_scope.h"
#include "clients/audit/commands.h"
#include "clients/audit/log_source.h"
#include "clients/audit/report.h"
#include "clients/audit/report_gather.h"
#include "clients/audit/verify.h"
#include "clients/console/progress.h"

namespace firstbell::audit_client {
namespace {

using console::Exit;

struct Arguments {
  std::string from, to;
  ReportRequest request;
  std::filesystem::path out;
  bool no_verify = false;
};

base::Result<absl::CivilDay> DayOf(const std::string& text, std::string_view flag) {
  absl::CivilDay day;
  if (absl::ParseCivilTime(text, &day)) return day;
  return console::UsageError(std::string(flag) + ": a day, as 2026-09-01");
}

base::Result<model::AuditorScope> ScopeOf(const console::BrokerOptions& broker) {
  const std::filesystem::path file =
      broker.cert.empty() ? broker.identity / console::kCertFile : broker.cert;
  FB_ASSIGN_OR_RETURN(const std::string pem, base::ReadFile(file));
  FB_ASSIGN_OR_RETURN(const auto chain, crypto::CertificatesFromPem(pem));
  FB_ASSIGN_OR_RETURN(const auto facts, crypto::ReadCertificate(chain.front()));
  // "urn:firstbell:auditor:<scope>:<name>"
  constexpr std::string_view kAuditor = "urn:firstbell:auditor:";
  for (const std::string& uri : facts.uris) {
    if (!uri.starts_with(kAuditor)) continue;
    const std::string rest = uri.substr(kAuditor.size());
    if (const auto scope = model::ParseAuditorScope(rest.substr(0, rest.find(':')))) return *scope;
  }
  return base::PermissionDenied("the certificate is no auditor's");
}

std::string InWords(const model::AuditorScope& scope, const ReportRequest& request) {
  std::string words = "All of England and Wales";
  if (scope.force) words = "Force " + scope.force->value();
  if (scope.authority) words = "Authority " + scope.authority->value();
  if (!request.force.empty()) words += ", force " + request.force;
  if (!request.authority.empty()) words += ", authority " + request.authority;
  return words;
}

std::string AsSentence(std::string words) {
  if (words.empty()) return words;
  words[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(words[0])));
  return words + ".";
}

void AddCheckpoint(const Verified& verified, bool checked, const Trust& trust, ReportData& data) {
  ReportCheckpoint& told = data.checkpoint;
  told.origin = verified.checkpoint.origin();
  told.size = verified.checkpoint.size();
  told.root_base64 = base::Base64Encode(verified.checkpoint.root_sha256());
  told.simulated_clock = verified.checkpoint.simulated_clock();
  told.check = !checked                    ? LogCheck::kNotChecked
               : verified.mismatch.empty() ? LogCheck::kVerified
                                           : LogCheck::kMismatch;
  told.check_detail = AsSentence(verified.mismatch);
  const auto checkpoint = audit::ParseSignedCheckpoint(verified.checkpoint.note());
  if (!checkpoint.ok()) return;
  const std::set<std::string> witnesses = trust.policy.WitnessesOf(*checkpoint);
  told.witnesses.assign(witnesses.begin(), witnesses.end());
  told.signed_at = FirstCosigned(*checkpoint, trust.policy);
}

base::Result<Verified> CheckLog(const Context& context, LogSource& log, const Trust& trust,
                                const Arguments& arguments) {
  if (arguments.no_verify) {
    Verified unchecked;
    FB_ASSIGN_OR_RETURN(unchecked.checkpoint, log.GetCheckpoint(""));
    return unchecked;
  }
  const TrustStore store = context.Store();
  console::Progress progress("Reading the log");
  FB_ASSIGN_OR_RETURN(
      Verified verified,
      Verify(
          log, trust, [&](const std::string& origin) { return Remembered(store, origin, trust); },
          Extent::kSinceTrusted, [&](double fraction) { progress.Update(fraction); }));
  progress.Finish();
  if (verified.trusted) FB_RETURN_IF_ERROR(store.Save(*verified.trusted));
  FB_RETURN_IF_ERROR(KeepContradiction(context, verified));
  return verified;
}

// Of a log that does not fit there is nothing for answers to rest on. Otherwise each rests on the
// checkpoint that the report names.
base::Status Gather(const Context& context, v1::DeliveryLogService::Stub& stub, LogSource& log,
                    const Verified& verified, const ReportRequest& request, ReportData& data) {
  std::optional<AnswerChecker> checker;
  if (verified.mismatch.empty()) {
    FB_ASSIGN_OR_RETURN(AnswerChecker made, context.CheckerOf(log, verified.checkpoint));
    checker.emplace(std::move(made));
    FB_RETURN_IF_ERROR(checker->CheckCheckpoint(verified.checkpoint).status());
  }
  console::Progress progress("Gathering the report");
  FB_RETURN_IF_ERROR(GatherReport(
      stub, checker ? &*checker : nullptr, request,
      [&](double fraction) { progress.Update(fraction); }, data));
  progress.Finish();
  return base::OkStatus();
}

base::Result<Exit> Report(const Context& context, const Arguments& arguments) {
  ReportRequest request = arguments.request;
  FB_ASSIGN_OR_RETURN(request.first, DayOf(arguments.from, "--from"));
  FB_ASSIGN_OR_RETURN(request.before, DayOf(arguments.to, "--to"));
  if (request.before <= request.first) return console::UsageError("--to: a day after --from");
  FB_ASSIGN_OR_RETURN(const model::AuditorScope scope, ScopeOf(context.broker));
  FB_ASSIGN_OR_RETURN(const auto stub, context.Stub());
  FB_ASSIGN_OR_RETURN(const Trust trust, context.ReadTrust());
  ReportData data;
  FB_ASSIGN_OR_RETURN(data.london, base::LondonTimeZone());
  data.made_at = base::SystemClock().Now();
  data.program_version = FIRSTBELL_VERSION;
  data.scope = InWords(scope, request);
  data.disclosure = scope.named ? Disclosure::kExact : Disclosure::kRounded;
  BrokerLog log(*stub);
  FB_ASSIGN_OR_RETURN(const Verified verified, CheckLog(context, log, trust, arguments));
  AddCheckpoint(verified, !arguments.no_verify, trust, data);
  FB_RETURN_IF_ERROR(Gather(context, *stub, log, verified, request, data));
  FB_ASSIGN_OR_RETURN(const std::string page, RenderReport(data));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(arguments.out, page, base::kOwnerOnly));
  context.app.out() << arguments.out.string() << "\n";
  // The page says so too; a script should not pass over it.
  return verified.mismatch.empty() ? Exit::kDone : Exit::kFailed;
}

}  // namespace

void AddReportCommands(const Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App& command = context.app.Command(
      "report",
      "Writes a page that can be read, kept and printed: how many were acknowledged before the "
      "bell, over time, by weekday, hour, force and authority; the ladder; late alerts with their "
      "history; and the checkpoint it rests on, after verifying the log. Each answer has to rest "
      "on "
      "that checkpoint, and each event of a history has to be in the log: otherwise nothing is "
      "written.",
      "  firstbell-audit report --from 2025-09-01 --to 2026-09-01 --out report.html\n",
      [context, arguments] { return Report(context, *arguments); });
  command.add_option("--from", arguments->from, "The first day, 2025-09-01")->required();
  command.add_option("--to", arguments->to, "The first day after, 2026-09-01")->required();
  command.add_option("--out", arguments->out, "The file")->required();
  command.add_option("--force", arguments->request.force, "Of this force");
  command.add_option("--authority", arguments->request.authority,
                     "At schools of this local authority");
  command.add_flag("--no-verify", arguments->no_verify, "Does not read the log first");
}

}  // namespace firstbell::audit_client
