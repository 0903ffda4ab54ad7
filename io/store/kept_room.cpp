#include "tarn/io/store/kept_room.hpp"

#include <unistd.h>

#include "tarn/io/files/file_operations.hpp"

namespace tarn::io {

KeptRoom::KeptRoom(const RunDirectory& run, std::uint64_t bytes) : file_(run.temporary_for("room")) {
  create_with_room(file_, bytes);
}

KeptRoom::~KeptRoom() {
  ::unlink(file_.c_str());
}

}  // namespace tarn::io
