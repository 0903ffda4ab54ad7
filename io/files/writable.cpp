#include "tarn/io/files/writable.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>

#include "tarn/io/error.hpp"
#include "tarn/io/files/file_operations.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

void require_writable(const fs::path& folder) {
  fs::path there = fs::absolute(folder.empty() ? "." : folder).lexically_normal();
  std::error_code none;
  while (!fs::exists(fs::symlink_status(there, none)) && there.has_relative_path())
    there = there.parent_path();
  if (!fs::is_directory(there, none)) throw Io(there, "is no directory, and no file can be made in it", ENOTDIR);
  std::string name = (there / ".tarn-XXXXXX").string();
  const int file = ::mkstemp(name.data());
  if (file < 0) throw_errno(there, "make a file in the directory", errno);
  ::close(file);
  ::unlink(name.c_str());
}

}  // namespace tarn::io
