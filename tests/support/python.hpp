#pragma once

#include <cstdlib>
#include <string>

namespace tarn::test {

/// The Python that tests start, which has NumPy, h5py and jsonschema: CMake's TARN_PYTHON, unless the environment's
/// TARN_PYTHON names another.
inline std::string python() {
  const char* chosen = std::getenv("TARN_PYTHON");
  return chosen ? chosen : TARN_PYTHON;
}

}  // namespace tarn::test
