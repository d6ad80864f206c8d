#pragma once

// What must not stand on a command line, where every user of the machine can read it: passphrases
// and one-time codes. From a file (mode 0600, without the line break at its end), or asked on the
// terminal without echo. Not thread-safe.

#include <filesystem>
#include <functional>
#include <string>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::console {

// FailedPrecondition: no file is named and there is no terminal, or others can read the file.
// InvalidArgument: empty.
base::Result<base::Secret> ReadPassphrase(const std::filesystem::path& file,
                                          const std::string& prompt);

// Of a passphrase to be, at least.
inline constexpr std::size_t kPassphraseCharacters = 12;
// InvalidArgument, saying how many characters it takes.
base::Status CheckPassphrase(const base::Secret& passphrase);

// A passphrase to be: asked twice on the terminal. `check` judges it before it is asked again; an
// error of it is returned. InvalidArgument: the two differ.
base::Result<base::Secret> NewPassphrase(
    const std::filesystem::path& file, const std::string& prompt,
    const std::function<base::Status(const base::Secret&)>& check);

// A one-time code: from `file`, where "-" is standard input, or asked for. FailedPrecondition, as
// above. InvalidArgument: empty, or longer than any code.
base::Result<base::Secret> ReadCode(const std::filesystem::path& file, const std::string& prompt);

}  // namespace firstbell::console
