#pragma once

// Passphrases: from the file of --passphrase-file (mode 0600, without the line break at its end),
// or asked on the terminal without echo. Not thread-safe.

#include <filesystem>
#include <string>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::console {

inline constexpr std::size_t kLeastPassphraseBytes = 8;

// FailedPrecondition: no file is named and there is no terminal, or others can read the file.
// InvalidArgument: empty.
base::Result<base::Secret> ReadPassphrase(const std::filesystem::path& file,
                                          const std::string& prompt);

// A passphrase to be: asked twice on the terminal. InvalidArgument: the two differ, or shorter than
// kLeastPassphraseBytes.
base::Result<base::Secret> NewPassphrase(const std::filesystem::path& file,
                                         const std::string& prompt);

}  // namespace firstbell::console
