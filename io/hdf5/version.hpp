#pragma once

#include <string>

namespace tarn::io {

/// The version of the HDF5 library that runs, such as "1.10.8".
std::string hdf5_version();

}  // namespace tarn::io
