#include "tarn/io/store/kept_room.hpp"

#include <unistd.h>

#include "tarn/io/files/file_operations.hpp"

namespace tarn::io {

KeptRoom::KeptRoom(const RunDirectory& run, std::uint64_t bytes) : file_(run.temporary_for("room")) {
  FileDescriptor::create_new(file_).close();
  try {
    reserve_space(file_, bytes);
  } catch (...) {
    ::unlink(file_.c_str());
    throw;
  }
}

KeptRoom::~KeptRoom() {
  ::unlink(file_.c_str());
}

}  // namespace tarn::io
