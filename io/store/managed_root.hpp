#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace tarn::io {

/// A directory that tarn manages: the file .tarn-root in it holds a UUID, which what belongs to the directory repeats.
/// Nothing outside such a directory is ever removed.
struct ManagedRoot {
  /// How the directory came to be managed.
  enum class Origin {
    made,   ///< it was missing and has been made
    taken,  ///< it existed, with or without files, and has been marked
    known,  ///< it was managed before
  };

  std::filesystem::path path;     ///< canonical
  std::string uuid;               ///< that runs below it repeat
  Origin origin = Origin::known;  ///< whether it was managed before

  /// "made the managed directory /x/runs" and the like; empty if it was known.
  std::string note() const;
};

/// Whose directories count: to read needs no ownership, to change does.
enum class Owner { self, any };

/// Makes a directory, its parents too, where it is missing, and marks it as managed where it is not.
/// @throws NotManaged for what no root may be, see root_flaw(); UsageError for the directory of an ensemble; Io,
/// NoSpace, Corrupt, SchemaTooNew
ManagedRoot make_managed_root(const std::filesystem::path& path);

/// @param owner  any: to read; then only a directory that is open to all users may be no root
/// @throws NotManaged if the directory has no mark or may be no root, Io, Corrupt, SchemaTooNew
ManagedRoot open_managed_root(const std::filesystem::path& path, Owner owner = Owner::self);

/// The innermost managed directory that a path lies in, itself included; the path need not exist. A mark in a directory
/// that is open to all users, such as /tmp, does not count, nor does one that another user put into a directory.
/// @param owner  self: the directory and its mark must be this user's or root's; any: the mark must be the directory's
///     owner's, this user's or root's
/// @throws Io, Corrupt, SchemaTooNew, NotManaged if that directory may be no root
std::optional<ManagedRoot> find_managed_root(const std::filesystem::path& path, Owner owner = Owner::self);

/// Why a directory must not be managed, and what to do; empty if it may. The root of the file system, home directories
/// and directories that are open to all users hold what others put there.
/// @param path  an existing directory
std::string root_flaw(const std::filesystem::path& path);

/// Marks a directory as a run or a set of datasets that belongs to a root: the file .tarn-run repeats the root's UUID.
/// @throws Io, NoSpace
void mark_as_belonging(const std::filesystem::path& directory, const ManagedRoot& root);

/// The UUID of the root that a directory belongs to; empty if it has no such mark.
/// @throws Io, Corrupt, SchemaTooNew
std::string root_uuid_of(const std::filesystem::path& directory);

}  // namespace tarn::io
