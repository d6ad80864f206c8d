// firstbell-admin certificate issue: a folder that a program calls the broker with.

#include <memory>

#include "broker/base/file.h"
#include "broker/crypto/x509.h"
#include "broker/model/auditor_scope.h"
#include "broker/registry/identity.h"
#include "clients/admin/commands.h"
#include "clients/console/local_time.h"

namespace firstbell::admin {
namespace {

using console::Exit;
using registry::Role;

struct IssueOptions {
  std::string role, name, force, scope;
  std::filesystem::path out;
};

constexpr auto kReadable =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;

base::Result<registry::Identity> IdentityOf(const IssueOptions& options) {
  if (options.role == "force") return registry::MakeIdentity(Role::kForce, {options.name});
  if (options.role == "operator") return registry::MakeIdentity(Role::kOperator, {options.name});
  if (options.role == "officer") {
    if (options.force.empty()) return console::UsageError("an officer is of a --force");
    return registry::MakeIdentity(Role::kOfficer, {options.force, options.name});
  }
  if (!model::ParseAuditorScope(options.scope)) {
    return console::UsageError("an auditor has a --scope: " + std::string(model::kAuditorScopes));
  }
  return registry::MakeIdentity(Role::kAuditor, {options.scope, options.name});
}

base::Status WriteFolder(const std::filesystem::path& folder, const crypto::PrivateKey& key,
                         const v1::IssueCertificateResponse& issued) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return base::FailedPrecondition("the --out folder cannot be made: " + error.message());
  const std::string issuing = crypto::CertificateToPem(issued.chain(0));
  FB_RETURN_IF_ERROR(
      base::WriteFileDurably(folder / console::kKeyFile, key.ToPem(), base::kOwnerOnly));
  FB_RETURN_IF_ERROR(
      base::WriteFileDurably(folder / console::kCertFile,
                             crypto::CertificateToPem(issued.certificate()) + issuing, kReadable));
  return base::WriteFileDurably(folder / console::kCaFile,
                                crypto::CertificateToPem(issued.chain(1)) + issuing, kReadable);
}

base::Result<Exit> Issue(console::App& app, const Where& where, const IssueOptions& options) {
  FB_ASSIGN_OR_RETURN(const registry::Identity identity, IdentityOf(options));
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(options.out / console::kKeyFile));
  if (there) {
    return base::AlreadyExists("the --out folder holds a key already; name another");
  }
  FB_ASSIGN_OR_RETURN(const auto door, where.Open());
  const crypto::PrivateKey key = crypto::PrivateKey::Generate();
  v1::IssueCertificateRequest request;
  request.set_identity(identity.uri);
  request.set_signing_request(crypto::MakeSigningRequest(key));
  FB_ASSIGN_OR_RETURN(const auto issued, door->IssueCertificate(request));
  if (issued.chain_size() < 2) return base::DataLoss("the broker's answer has no chain");
  FB_RETURN_IF_ERROR(WriteFolder(options.out, key, issued));
  if (app.json()) {
    app.out() << "{\"identity\":\"" << identity.uri << "\"}\n";
    return Exit::kDone;
  }
  app.out() << "Issued " << identity.uri << " in " << options.out.string() << " ("
            << console::kCaFile << ", " << console::kCertFile << ", " << console::kKeyFile
            << ").\nHand the folder over by a safe way; programs take it with --identity.\n";
  return Exit::kDone;
}

}  // namespace

void AddCertificate(console::App& app, Where& where) {
  const auto options = std::make_shared<IssueOptions>();
  CLI::App& group = app.Group("certificate", "Certificates of those who call the broker");
  CLI::App& command = app.Command(
      group, "issue", "Make a key and its certificate, in a folder",
      "  firstbell-admin certificate issue --data DIR --role force --name west-yorkshire --out "
      "wyp\n"
      "  firstbell-admin certificate issue --data DIR --role officer --force west-yorkshire --name "
      "1234 --out officer\n"
      "  firstbell-admin certificate issue --data DIR --role auditor --scope national --name "
      "inspectorate --out audit\n"
      "  firstbell-admin certificate issue --data DIR --role operator --name night-desk --out op\n",
      [&app, &where, options] { return Issue(app, where, *options); });
  command.add_option("--role", options->role, "force, officer, auditor or operator")
      ->required()
      ->check(CLI::IsMember({"force", "officer", "auditor", "operator"}));
  command.add_option("--name", options->name, "A force's code, or who it is")->required();
  command.add_option("--force", options->force, "An officer's force");
  command.add_option("--scope", options->scope,
                     "An auditor's: " + std::string(model::kAuditorScopes));
  command.add_option("--out", options->out, "The folder to write")->required()->type_name("DIR");
}

}  // namespace firstbell::admin
