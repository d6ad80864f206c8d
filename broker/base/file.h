#pragma once

// Files that must be whole and durable, or absent. Errors name the path's last part and what to do.
// Threads: safe for different paths.

#include <filesystem>
#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::base {

inline constexpr std::filesystem::perms kOwnerOnly =
    std::filesystem::perms::owner_read | std::filesystem::perms::owner_write;
inline constexpr std::filesystem::perms kOwnerOnlyDirectory = std::filesystem::perms::owner_all;

// Writes beside, syncs, renames over, syncs the directory: after a crash the file is the old or the
// new one, whole. Durable on OK.
Status WriteFileDurably(const std::filesystem::path& path, std::string_view bytes,
                        std::filesystem::perms mode);
// Makes the directory where there is none (its parent must be there) and syncs the parent. OK where
// it is there already, whatever its mode. Durable on OK.
Status MakeDirectoryDurably(const std::filesystem::path& path, std::filesystem::perms mode);
// The same, with the directories above it that are missing, all of this mode. Durable on OK.
Status MakeDirectoriesDurably(const std::filesystem::path& path, std::filesystem::perms mode);
// Overwrites, syncs, removes, syncs the directory. OK where there is no such file. The overwriting
// reaches the old blocks only on file systems that write in place.
Status EraseFile(const std::filesystem::path& path);
// Whether there is such a file or directory. PermissionDenied where this user may not look, which
// is not the same as "no".
Result<bool> Exists(const std::filesystem::path& path);
// NotFound, or ResourceExhausted above `max_bytes`.
Result<std::string> ReadFile(const std::filesystem::path& path, std::size_t max_bytes = 64 << 20);
// The same, of a key: FailedPrecondition where the file can be read by anyone but its owner.
Result<Secret> ReadSecretFile(const std::filesystem::path& path);

}  // namespace firstbell::base
