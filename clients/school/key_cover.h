#pragma once

// What lies between a person's passphrase and their keys: Argon2id of the passphrase opens the
// *recovery*, 160 random bits, and these, as text, are the passphrase of the PKCS#8 files beside
// (proto/FORMATS.md, "Key cover"). Another passphrase is this one file, written anew. On paper the
// recovery opens the keys without any of our programs. Threads: safe.

#include <filesystem>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::school {

inline constexpr char kCoverFile[] = "cover.json";
// Groups of four characters, and the last of them is a check.
inline constexpr std::size_t kRecoveryGroups = 9;

// "3F7K-Q2MZ-…": what is printed, and what OpenSSL takes as passphrase.
base::Secret NewRecovery();
// As it was typed: upper or lower case, with or without blanks and hyphens, O for 0, I and L for 1.
// InvalidArgument: it is not one, or a character is wrong; never with what was typed.
base::Result<base::Secret> ParseRecovery(const base::Secret& typed);

// Durable on OK, whole or not at all: mode 0600. ResourceExhausted: not enough memory, or disk.
base::Status WriteCover(const std::filesystem::path& directory, const base::Secret& recovery,
                        const base::Secret& passphrase);
// The recovery. NotFound: there is no cover, the keys are of before there were any.
// PermissionDenied: wrong passphrase. DataLoss: damaged. ResourceExhausted: not enough memory.
base::Result<base::Secret> OpenCover(const std::filesystem::path& directory,
                                     const base::Secret& passphrase);

}  // namespace firstbell::school
