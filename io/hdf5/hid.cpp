#include "tarn/io/hdf5/hid.hpp"

#include <cerrno>
#include <cstdlib>

#include "tarn/io/error.hpp"

namespace tarn::io::hdf5 {

namespace {

herr_t append_text(unsigned, const H5E_error2_t* entry, void* target) {
  auto& text = *static_cast<std::string*>(target);
  const std::string description = entry->desc ? entry->desc : "";
  if (description.empty()) return 0;
  if (!text.empty()) text += "; ";
  text += description;
  return 0;
}

/// The descriptions of the error stack, the called function's first.
std::string stack_text() {
  std::string text;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, append_text, &text);
  return text;
}

/// HDF5's drivers put "errno = N" into their descriptions.
int errno_in(const std::string& text) {
  const std::string mark = "errno = ";
  const auto at = text.find(mark);
  return at == std::string::npos ? 0 : std::atoi(text.c_str() + at + mark.size());
}

bool mpi_runs() {
  int begun = 0, ended = 0;
  MPI_Initialized(&begun);
  MPI_Finalized(&ended);
  return begun != 0 && ended == 0;
}

/// HDF5 terminates in a callback that MPI_Finalize runs for an attribute of MPI_COMM_SELF, the youngest
/// attribute first. A callback that fails ends the row before HDF5's turn. Where MPI does not run there is no such
/// callback: HDF5 sets it when it starts.
void keep_from_terminating() {
  if (!mpi_runs()) return;
  static const int key = [] {
    int created = MPI_KEYVAL_INVALID;
    const auto fail = [](MPI_Comm, int, void*, void*) -> int { return MPI_ERR_OTHER; };
    MPI_Comm_create_keyval(MPI_COMM_NULL_COPY_FN, fail, &created, nullptr);
    MPI_Comm_set_attr(MPI_COMM_SELF, created, nullptr);
    return created;
  }();
  static_cast<void>(key);
}

}  // namespace

void start_library() {
  static const herr_t done = H5dont_atexit();
  static_cast<void>(done);
}

herr_t Hid::close() {
  const herr_t result = closer_(release());
  if (result < 0) keep_from_terminating();
  return result;
}

Hid::~Hid() {
  if (id_ < 0) return;
  const SilentErrors silent;
  close();
}

SilentErrors::SilentErrors() {
  H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

SilentErrors::~SilentErrors() {
  H5Eset_auto2(H5E_DEFAULT, print_, data_);
}

NoPlugins::NoPlugins() {
  H5PLget_loading_state(&before_);
  H5PLset_loading_state(0);
}

NoPlugins::~NoPlugins() {
  H5PLset_loading_state(before_);
}

void throw_stack(Doing doing, const std::filesystem::path& path, const std::string& what) {
  const std::string stack = stack_text();
  // HDF5 loses track of parts of files that it could not open or read, and stumbles over them at its end.
  keep_from_terminating();
  const std::string detail = "cannot " + what + " (HDF5: " + (stack.empty() ? "no reason given" : stack) + ")";
  const int code = errno_in(stack);
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) throw NoSpace(path, detail, code);
  if (code != 0 || doing == Doing::writing) throw Io(path, detail, code);
  throw Corrupt(path, detail);
}

}  // namespace tarn::io::hdf5
