#include <map>

#include "tarn/tests/ops/expression/random_expressions.hpp"
#include "tarn/tests/ops/numpy/run_numpy.hpp"

namespace tarn::ops::test {
namespace {

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
  static const std::string bytes = run_numpy("expression/make_fixtures.py", fmt::format("'{{}}' {}", repeats));
  static const auto all = read_fixtures(bytes);
  const auto found = all.find(expression);
  return found == all.end() ? std::vector<Fixture>{} : found->second;
}

}  // namespace tarn::ops::test
