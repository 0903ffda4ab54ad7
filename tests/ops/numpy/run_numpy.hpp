#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "tarn/tests/support/python.hpp"

namespace tarn::ops::test {

/// What a script of tests/ops writes into the file whose name replaces the {} of `arguments`.
/// @throws std::runtime_error if the tests' Python has no NumPy, or the script fails
inline std::string run_numpy(const std::string& script, const std::string& arguments) {
  const std::string name = std::filesystem::path(script).stem().string();
  const std::string out = fmt::format("{}/{}_{}.bin", TARN_BINARY_DIR, name, ::getpid());
  const std::string python = tarn::test::python();
  if (std::system(fmt::format("'{}' -c 'import numpy' 2> /dev/null", python).c_str()) != 0) {
    throw std::runtime_error(
        fmt::format("these tests compare with NumPy, and {} cannot import it: install python3-numpy, or "
                    "set TARN_PYTHON to a Python that has it",
                    python));
  }
  const std::string command = fmt::format("PYTHONDONTWRITEBYTECODE=1 '{}' '{}/tests/ops/{}' {}", python,
                                          TARN_SOURCE_DIR, script, fmt::format(fmt::runtime(arguments), out));
  if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
  std::ifstream file(out, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::filesystem::remove(out);
  return bytes;
}

}  // namespace tarn::ops::test
