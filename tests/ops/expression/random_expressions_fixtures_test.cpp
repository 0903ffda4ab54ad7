#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>

#include "tarn/tests/ops/expression/random_expressions.hpp"

namespace tarn::ops::test {
namespace {

/// Runs make_fixtures.py with Debian's Python, or another one that has NumPy.
std::string make_fixtures() {
  const std::string script = TARN_SOURCE_DIR "/tests/ops/expression/make_fixtures.py";
  const std::string out = fmt::format("{}/expression_fixtures_{}.bin", TARN_BINARY_DIR, ::getpid());
  for (const char* python : {"/usr/bin/python3", "python3"}) {
    const std::string command = fmt::format("PYTHONDONTWRITEBYTECODE=1 {} '{}' '{}' {}", python, script, out, repeats);
    if (std::system((std::string(python) + " -c 'import numpy' 2> /dev/null").c_str()) != 0) continue;
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command + " failed");
    std::ifstream file(out, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(out);
    return bytes;
  }
  throw std::runtime_error("these tests need a python3 with numpy");
}

std::map<std::int64_t, std::vector<Fixture>> read_fixtures(const std::string& bytes) {
  std::map<std::int64_t, std::vector<Fixture>> all;
  const char* next = bytes.data();
  while (next < bytes.data() + bytes.size()) {
    std::int64_t head[2];
    std::memcpy(head, next, sizeof head);
    Fixture fixture{
        std::string(next + sizeof head).substr(0, 16), {}, next + sizeof head + 16 + sizeof fixture.extents};
    std::memcpy(fixture.extents.data(), next + sizeof head + 16, sizeof fixture.extents);
    all[head[0]].push_back(fixture);
    next += sizeof head + static_cast<std::size_t>(head[1]);
  }
  return all;
}

}  // namespace

std::vector<Fixture> fixtures(int expression) {
  static const std::string bytes = make_fixtures();
  static const auto all = read_fixtures(bytes);
  const auto found = all.find(expression);
  return found == all.end() ? std::vector<Fixture>{} : found->second;
}

}  // namespace tarn::ops::test
