// A host takes two steps in one pass where the second alone uses the first: the bits are those of a cell alone.
#include "tarn/apps/pde/passes.hpp"

#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/pde/arithmetic.hpp"
#include "tarn/apps/pde/assemble.hpp"
#include "tarn/apps/pde/block.hpp"
#include "tarn/tests/ops/formula/arguments.hpp"

namespace tarn::apps::pde {
namespace {

using ops::OpCode;

template <class Real>
Real alone(std::uint8_t code, const Real* a) {
  if (operands_of(code) == 3) return applied<Real>(code, a[0], a[1], a[2]);
  if (operands_of(code) == 2) return applied<Real>(static_cast<OpCode>(code), a[0], a[1]);
  return applied<Real>(static_cast<OpCode>(code), a[0]);
}

/// The same bits, or NaN both.
template <class Real>
bool same(Real a, Real b) {
  return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0;
}

/// Numbers of all kinds, among them zeros of both signs, infinities and NaN.
template <class Real>
std::vector<Real> arguments(std::uint64_t seed) {
  std::vector<Real> values;
  for (const auto& source : {ops::test::between(-3, 3), ops::test::any_size()}) {
    for (const double value : ops::test::draw(source, block_cells, ++seed))
      values.push_back(static_cast<Real>(value));
  }
  const Real infinity = std::numeric_limits<Real>::infinity();
  const Real special[] = {0, -Real(0), infinity, -infinity, std::numeric_limits<Real>::quiet_NaN(), 1, -1};
  for (std::size_t n = seed % 5; n < values.size(); n += 5)
    values[n] = special[(n + seed) % std::size(special)];
  return values;
}

/// A head with operands 0 to 2, and a tail with operands 3 and 4: numbers where `numbers` has a bit, loads elsewhere.
template <class Real>
void compare(std::uint8_t head, PassTail tail, unsigned numbers, int count) {
  const Real number = Real(-1.7);
  Program program;
  program.numbers.push_back({number});
  program.loads.resize(5);
  const auto place = [&](int n) { return (numbers >> n & 1) != 0 ? 0 : program.first_load() + n; };
  program.registers = 1;
  const int result = program.first_register();
  int operands[3], other = 3;
  for (int n = 0; n < 3; ++n)
    operands[n] = n == tail.place ? result : place(other++ % 5);
  program.steps.push_back({head, place(0), place(1), place(2), result});
  program.steps.push_back({tail.code, operands[0], operands[1], operands[2], result});
  program.results = {result};
  const BlockPlan plan = plan_of(program);
  ASSERT_EQ(plan.passes.size(), 1u);
  BlockRunner<Real> runner(program, plan, &number);
  std::vector<std::vector<Real>> values;
  for (std::uint64_t n = 0; n < 5; ++n)
    values.push_back(arguments<Real>(10 * n));
  const Real* const loads[] = {&values[0][1], &values[1][0], &values[2][2], &values[3][3], &values[4][1]};

  runner.run(loads, count);

  for (int m = 0; m < count; ++m) {
    const auto at = [&](int n) { return (numbers >> n & 1) != 0 ? number : loads[n][m]; };
    const Real of_head[3] = {at(0), at(1), at(2)}, first = alone(head, of_head);
    Real of_tail[3];
    int next = 3;
    for (int n = 0; n < 3; ++n)
      of_tail[n] = n == tail.place ? first : at(next++ % 5);
    ASSERT_TRUE(same(runner.result(0).values[m], alone(tail.code, of_tail)))
        << fmt::format("steps {}, {} at {}, numbers {}, cell {} of {}", head, tail.code, tail.place, numbers, m, count);
  }
}

template <class Real>
class PdePasses : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(PdePasses, Reals);

TYPED_TEST(PdePasses, OfTwoStepsHaveTheBitsOfACellAlone) {
  for (const std::uint8_t head : pass_heads) {
    for (const PassTail tail : pass_tails) {
      for (const unsigned numbers : {0u, 1u, 2u, 4u, 8u, 16u, 9u})
        compare<TypeParam>(head, tail, numbers, block_cells);
      for (const int count : {1, 7, 77})
        compare<TypeParam>(head, tail, 8, count);
    }
  }
}

/// a * b of loads 0 and 1, and what `use` makes of it.
template <class Use>
std::size_t passes_with(const Use& use) {
  Draft draft;
  const int a = draft.load(0, 0, {0, 0, 0}), b = draft.load(0, 1, {0, 0, 0});
  return plan_of(draft.program(use(draft, a, b, draft.step(curvature, a, b, a)))).passes.size();
}

TEST(PdePassPlan, KeepsWhatIsUsedTwiceInARegister) {
  const auto twice = [](Draft& draft, int a, int, int bend) {
    const int sum = draft.step(step_code(OpCode::add), bend, a);
    return std::vector<int>{draft.step(step_code(OpCode::divide), sum, bend)};
  };
  const auto once = [](Draft& draft, int a, int, int bend) {
    return std::vector<int>{draft.step(step_code(OpCode::add), bend, a)};
  };
  const auto result_too = [](Draft& draft, int a, int, int bend) {
    return std::vector<int>{draft.step(step_code(OpCode::add), bend, a), bend};
  };

  EXPECT_EQ(passes_with(once), 1u);
  EXPECT_EQ(passes_with(twice), 3u);
  EXPECT_EQ(passes_with(result_too), 2u);
}

TEST(PdePassPlan, TakesALaplacianWithWeightsInTwoPasses) {
  Draft draft;
  const auto bend = [&](int y, int x) {
    const int step =
        draft.step(curvature, draft.load(0, 0, {x, y, 0}), draft.load(0, 0, {0, 0, 0}), draft.load(0, 0, {-x, -y, 0}));
    return draft.step(step_code(OpCode::multiply), draft.number(4), step);
  };
  const int along_x = bend(0, 1), along_y = bend(1, 0);
  const Program program = draft.program({draft.step(step_code(OpCode::add), along_x, along_y)});

  const BlockPlan plan = plan_of(program);

  EXPECT_EQ(plan.passes.size(), 2u);
  ASSERT_EQ(plan.first_reads.size(), 1u);
  EXPECT_EQ(program.loads[plan.first_reads[0]].away[1], 1);  // the row above is the first to be read
}

TEST(PdeDraft, LeavesOutProductsWithOne) {
  Draft draft;
  const int a = draft.load(0, 0, {0, 0, 0});

  EXPECT_EQ(draft.step(step_code(OpCode::multiply), draft.number(1), a), a);
  EXPECT_EQ(draft.step(step_code(OpCode::multiply), a, draft.number(1)), a);
  EXPECT_NE(draft.step(step_code(OpCode::multiply), a, draft.number(-1)), a);
  EXPECT_NE(draft.step(step_code(OpCode::multiply), a, draft.uniform(0)), a);  // 1 or not: that changes
}

}  // namespace
}  // namespace tarn::apps::pde
