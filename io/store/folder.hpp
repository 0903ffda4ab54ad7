#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/store/managed_root.hpp"

namespace tarn::io {

/// An open directory below a managed root, reached from it name by name without following a link. What is done through
/// it concerns this directory, wherever its path leads by then: links that are swapped in meanwhile change nothing.
class Folder {
 public:
  /// What stands in a folder.
  struct Entry {
    /// A link is other, and so is a folder with control characters in its name, which is not entered.
    enum class Kind { file, folder, other };
    std::string name;
    Kind kind = Kind::other;
    std::uint64_t bytes = 0;      ///< of a file
    std::uint64_t allocated = 0;  ///< that it takes on the disk
    bool foreign = false;         ///< another owner's where that matters, or on another device
    double age = 0;               ///< seconds since it was changed
  };

  /// @param owner  self: folders of others are not entered, and what is others' is foreign; any: to read
  /// @throws NotManaged if the directory's mark is not the root's, Io
  static Folder of_root(const ManagedRoot& root, Owner owner = Owner::self);

  /// @param name  of a folder in this one
  /// @throws PathEscape for a link, another device or owner; Io
  Folder child(const std::string& name) const;
  /// @param relative  several names with '/'; empty for this folder
  Folder descend(const std::string& relative) const;

  /// Sorted by name.
  /// @throws Io
  std::vector<Entry> entries() const;

  /// @throws Io, PathEscape
  Folder make_child(const std::string& name) const;
  /// Renames without replacing.
  /// @return false if the target's name is taken
  /// @throws Io, NoSpace
  bool move(const std::string& name, const Folder& target, const std::string& new_name) const;
  /// @throws Io
  void remove_file(const std::string& name) const;
  /// @return false if the folder is not empty
  /// @throws Io
  bool remove_folder(const std::string& name) const;
  /// Where a symbolic link leads, as it says; nothing for what is no link.
  /// @throws Io
  std::optional<std::string> link_target(const std::string& name) const;
  /// Makes a symbolic link in one step, in the place of what stands there.
  /// @throws Io, NoSpace
  void put_link(const std::string& name, const std::string& target) const;
  void sync() const;

  const std::filesystem::path& path() const { return path_; }

 private:
  Folder(std::filesystem::path path, FileDescriptor file, std::uint64_t device, Owner owner)
      : path_(std::move(path)), file_(std::move(file)), device_(device), owner_(owner) {}
  void require_own() const;
  Folder child_of_itself() const;

  std::filesystem::path path_;  ///< for messages
  FileDescriptor file_;
  std::uint64_t device_;  ///< the root's
  Owner owner_;
};

}  // namespace tarn::io
