// A host runs the functions of a program for many cells at once: the bits are those of a cell alone.
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "tarn/apps/pde/arithmetic.hpp"
#include "tarn/apps/pde/block.hpp"
#include "tarn/tests/ops/formula/arguments.hpp"

namespace tarn::apps::pde {
namespace {

using ops::OpCode;

constexpr OpCode functions_of_one[] = {OpCode::sin,  OpCode::cos,   OpCode::tan,  OpCode::asin, OpCode::acos,
                                       OpCode::atan, OpCode::sinh,  OpCode::cosh, OpCode::tanh, OpCode::exp,
                                       OpCode::log,  OpCode::log10, OpCode::sqrt, OpCode::abs};
constexpr OpCode functions_of_two[] = {OpCode::power, OpCode::atan2, OpCode::mod, OpCode::min, OpCode::max};

/// The same bits, or NaN both.
template <class Real>
bool same(Real a, Real b) {
  return (a != a && b != b) || (a == b && std::signbit(a) == std::signbit(b));
}

/// Small numbers, numbers of any size of a double, and not a few that overflow or vanish as a float.
template <class Real>
std::vector<Real> arguments(std::uint64_t seed) {
  std::vector<Real> values;
  for (const auto& source : {ops::test::between(-3, 3), ops::test::of_sizes(-160, 140), ops::test::any_size()}) {
    for (const double value : ops::test::draw(source, 20 * block_cells, ++seed))
      values.push_back(static_cast<Real>(value));
  }
  return values;
}

/// A program of one step on two loads, or on a load and the number `right`.
template <class Real>
void compare(OpCode code, const Real* right) {
  const bool is_number = right != nullptr;
  Program program;
  if (is_number) program.numbers.push_back({*right});
  program.loads.resize(2);
  const int load = program.first_load();
  program.registers = 1;
  program.steps.push_back({step_code(code), load, is_number ? 0 : load + 1, 0, program.first_register()});
  program.results = {program.first_register()};
  const BlockPlan plan = plan_of(program);
  BlockRunner<Real> runner(program, plan, right);
  const auto a = arguments<Real>(1), b = arguments<Real>(100);
  for (std::size_t first = 0; first < a.size(); first += block_cells) {
    const int count = first % 512 == 0 ? block_cells : 77;
    const Real* const loads[] = {a.data() + first, b.data() + first};

    runner.run(loads, count);

    for (std::size_t m = 0; m < static_cast<std::size_t>(count); ++m) {
      const Real x = a[first + m], y = is_number ? *right : b[first + m];
      const Real alone = operands_of(step_code(code)) == 1 ? applied<Real>(code, x) : applied<Real>(code, x, y);
      ASSERT_TRUE(same(runner.result(0).values[m], alone)) << static_cast<int>(code) << " of " << x << ", " << y << ": "
                                                           << runner.result(0).values[m] << ", not " << alone;
    }
  }
}

template <class Real>
class PdeBlockFunctions : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(PdeBlockFunctions, Reals);

TYPED_TEST(PdeBlockFunctions, HaveTheBitsOfACellAlone) {
  for (const OpCode code : functions_of_one)
    compare<TypeParam>(code, nullptr);
  for (const OpCode code : functions_of_two)
    compare<TypeParam>(code, nullptr);
}

TYPED_TEST(PdeBlockFunctions, TakeANumberForAllCells) {
  for (const OpCode code : functions_of_two) {
    for (const TypeParam right : {TypeParam(2.5), TypeParam(-3), TypeParam(0)})
      compare<TypeParam>(code, &right);
  }
}

}  // namespace
}  // namespace tarn::apps::pde
