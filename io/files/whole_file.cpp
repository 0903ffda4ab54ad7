#include "tarn/io/files/whole_file.hpp"

#include <unistd.h>

#include "tarn/io/files/file_operations.hpp"

namespace tarn::io {

namespace fs = std::filesystem;

void put_whole_file(const fs::path& path, const fs::path& aside, std::string_view bytes) {
  auto file = FileDescriptor::create_new(aside);
  try {
    file.write(bytes);
    file.sync();
    file.close();
    rename_file(aside, path);
  } catch (...) {
    ::unlink(aside.c_str());
    throw;
  }
}

}  // namespace tarn::io
