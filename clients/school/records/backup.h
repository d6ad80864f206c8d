#pragma once

// A copy of what a school can have again from nobody: its records, and its people's keys, which
// stay under their passphrases. The device's own keys and the alerts are not in it: a machine that
// was lost is enrolled anew, and the broker pushes what is open. Nothing in a copy can be read
// without a passphrase or a recovery code; what was erased after it was made is in it still.
//
//   backup.json      version, URN, when, and SHA-256 of each file below
//   records.sqlite
//   people/<id>/     as in the state directory
//
// Threads: one.

#include <filesystem>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "clients/school/state_directory.h"

namespace firstbell::school_records {

struct BackupFacts {
  base::Urn urn;
  absl::Time at;
  std::size_t people = 0;
};

// Into a directory that is made (mode 0700); while it is written it is `to` with ".part" after it,
// so that one without is whole. Durable on OK. AlreadyExists: `to` is there. The daemon may run.
base::Result<BackupFacts> MakeBackup(const school::StateDirectory& state, base::Urn urn,
                                     const std::filesystem::path& to, absl::Time now);

// Whether it is whole. DataLoss naming the file that is not. NotFound: there is none.
base::Result<BackupFacts> CheckBackup(const std::filesystem::path& from);

// Into a state directory that has no records yet. People who are there stay as they are. After a
// crash it is begun again. FailedPrecondition: there are records here; it is of another school than
// this device. The errors of CheckBackup.
base::Result<BackupFacts> Restore(const std::filesystem::path& from,
                                  const school::StateDirectory& state, base::Urn urn);

}  // namespace firstbell::school_records
