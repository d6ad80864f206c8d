#include "clients/control/desk_commands.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "broker/base/clock.h"
#include "clients/console/passphrase.h"
#include "clients/control/desk_key.h"

namespace firstbell::control {
namespace {

using console::App;
using console::Exit;

struct NewKeyOptions {
  std::filesystem::path out, passphrase_file;
};

base::Result<Exit> NewKey(App& app, const NewKeyOptions& options) {
  FB_ASSIGN_OR_RETURN(
      const base::Secret passphrase,
      console::NewPassphrase(options.passphrase_file,
                             "A passphrase for the desk's key, at least " +
                                 std::to_string(console::kPassphraseCharacters) + " characters",
                             console::CheckPassphrase));
  FB_ASSIGN_OR_RETURN(const std::string fingerprint,
                      MakeDeskKey(options.out, passphrase, base::SystemClock().Now()));
  if (app.json()) {
    app.out() << nlohmann::ordered_json({{"certificate", (options.out / kDeskCertificateFile)},
                                         {"certificate_sha256", fingerprint}})
                     .dump()
              << "\n";
    return Exit::kDone;
  }
  app.out() << "Made the desk's key in " << options.out.string() << ".\n"
            << kDeskKeyFile << " stays with the desk: whoever has it and its passphrase reads what "
            << "schools say back.\nNobody can restore either; keep a copy of both where you keep "
            << "such things.\n"
            << kDeskCertificateFile << " goes to the operator, for the force's policy: "
            << "desk_certificate = \"" << kDeskCertificateFile << "\".\n"
            << "Its SHA-256, which the operator reads back to you before setting it:\n  "
            << fingerprint << "\n";
  return Exit::kDone;
}

}  // namespace

void AddDeskCommands(App& app) {
  CLI::App& group = app.Group("desk", "The key of the force's desk");
  const auto options = std::make_shared<NewKeyOptions>();
  CLI::App& command = app.Command(
      group, "new-key",
      "Makes the key that opens what schools say back, and the certificate that they seal it to. "
      "Schools that hold an alert already go on sealing to the certificate that came with it: keep "
      "an earlier key for as long as those may answer.",
      R"(  firstbell-control desk new-key --out desk
  firstbell-control desk new-key --out desk --passphrase-file FILE
)",
      [&app, options] { return NewKey(app, *options); });
  command.add_option("--out", options->out, "The folder to write")->required()->type_name("DIR");
  command
      .add_option("--passphrase-file", options->passphrase_file,
                  "Its passphrase, at least 12 characters; asked for where no file is named")
      ->type_name("FILE");
}

}  // namespace firstbell::control
