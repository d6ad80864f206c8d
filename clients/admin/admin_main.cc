// firstbell-admin: the operator's program.

#include <iostream>

#include "broker/base/dumps.h"
#include "broker/crypto/secure_heap.h"
#include "clients/admin/commands.h"

int main(int argc, char** argv) {
  using namespace firstbell;
  base::ForbidDumps();
  crypto::LockPrivateKeys();
  console::App app(
      {"firstbell-admin", FIRSTBELL_VERSION,
       "Makes and looks after a Firstbell broker: its authority, registers, rolls, "
       "calendars and recipients. It never reads an alert.",
       "  firstbell-admin init --data DIR --root-keys DIR2\n"
       "  firstbell-admin schools import register.csv.gz --data DIR\n"
       "  firstbell-admin roll import roll.csv --data DIR\n"
       "  firstbell-admin calendar import terms.csv --data DIR\n"
       "  firstbell-admin certificate issue --role operator --name me --out op --data DIR\n"
       "  firstbell-admin status --broker localhost:7443 --identity op\n"},
      std::cout, std::cerr);
  admin::Where where;
  admin::AddWhere(app, where);
  admin::AddInit(app, where);
  admin::AddCertificate(app, where);
  admin::AddImports(app, where);
  admin::AddCalendar(app, where);
  admin::AddLadder(app, where);
  admin::AddPolicy(app, where);
  admin::AddWakeUps(app, where);
  admin::AddDemoRoll(app);
  admin::AddMatch(app, where);
  admin::AddSchool(app, where);
  admin::AddRecipients(app, where);
  admin::AddLog(app, where);
  admin::AddRunning(app, where);
  return app.Main(argc, argv);
}
