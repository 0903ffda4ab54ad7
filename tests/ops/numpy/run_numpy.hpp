#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace tarn::ops::test {

/// What a script of tests/ops writes into the file whose name replaces the {} of `arguments`. It is run by the
/// interpreter that the environment's TARN_PYTHON names; without one by Debian's, or another python3 that has NumPy.
/// @throws std::runtime_error if none has NumPy, or the script fails
inline std::string run_numpy(const std::string& script, const std::string& arguments) {
  std::vector<std::string> interpreters{"/usr/bin/python3", "python3"};
  if (const char* chosen = std::getenv("TARN_PYTHON")) interpreters = {chosen};
  const std::string name = std::filesystem::path(script).stem().string();
  const std::string out = fmt::format("{}/{}_{}.bin", TARN_BINARY_DIR, name, ::getpid());
  for (const std::string& python : interpreters) {
    if (std::system(fmt::format("'{}' -c 'import numpy' 2> /dev/null", python).c_str()) != 0) continue;
    const std::string command = fmt::format("PYTHONDONTWRITEBYTECODE=1 '{}' '{}/tests/ops/{}' {}", python,
                                            TARN_SOURCE_DIR, script, fmt::format(fmt::runtime(arguments), out));
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
    std::ifstream file(out, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(out);
    return bytes;
  }
  throw std::runtime_error(
      fmt::format("these tests compare with NumPy, and none of {} can import it: install python3-numpy, or "
                  "set TARN_PYTHON to a Python that has it",
                  fmt::join(interpreters, ", ")));
}

}  // namespace tarn::ops::test
