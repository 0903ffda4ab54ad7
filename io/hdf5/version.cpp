#include "tarn/io/hdf5/version.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io {

std::string hdf5_version() {
  hdf5::start_library();  // the question alone starts it
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

}  // namespace tarn::io
