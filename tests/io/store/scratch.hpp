#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/mount.h>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/io/files/file_operations.hpp"
#include "tarn/io/files/stamps.hpp"
#include "tarn/io/store/managed_root.hpp"
#include "tarn/tests/support/runtime.hpp"

namespace tarn::io::test {

/// A fresh directory shared by all ranks, removed by rank 0 at the end. Made collectively.
class Scratch {
 public:
  Scratch() {
    const auto& ranks = tarn::test::runtime().communicator();
    const auto mine = place() / ("tarn-test-" + random_hex());
    path_ = ranks.broadcast(mine.string());
    if (ranks.is_root()) std::filesystem::create_directory(path_);
    ranks.barrier();
  }
  ~Scratch() {
    const auto& ranks = tarn::test::runtime().communicator();
    ranks.barrier();
    std::error_code ignored;
    if (ranks.is_root()) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  /// TMPDIR, unless tarn manages it or a directory that it is in.
  static std::filesystem::path place() {
    namespace fs = std::filesystem;
    for (const fs::path& one : {fs::temp_directory_path(), fs::path("/tmp"), fs::path("/var/tmp")}) {
      if (!find_managed_root(one, Owner::self)) return one;
    }
    return fs::temp_directory_path();
  }

  std::filesystem::path path_;
};

/// A small file system of its own, where this process may mount one.
class Tmpfs {
 public:
  /// @param options  of mount(8), such as "size=1m"
  Tmpfs(const std::filesystem::path& at, const std::string& options) : at_(at) {
    std::filesystem::create_directories(at_);
    mounted_ = ::mount("none", at_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~Tmpfs() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  Tmpfs(const Tmpfs&) = delete;
  Tmpfs& operator=(const Tmpfs&) = delete;

  bool mounted() const { return mounted_; }
  void make_read_only() const { ::mount("none", at_.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr); }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

inline void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::size_t entries_in(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(directory), std::filesystem::directory_iterator()));
}

}  // namespace tarn::io::test
