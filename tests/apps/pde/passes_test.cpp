// A host takes several steps in one pass where each alone uses the one before it: the bits are those of a cell alone.
#include "tarn/apps/pde/passes.hpp"

#include <pthread.h>

#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/apps/pde/arithmetic.hpp"
#include "tarn/apps/pde/arrange.hpp"
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

/// Runs each step for one cell alone.
template <class Real>
Real cell_of(const Program& program, const std::vector<Real>& numbers, const std::vector<const Real*>& loads,
             int cell) {
  std::vector<Real> registers(static_cast<std::size_t>(program.registers));
  const auto at = [&](int place) {
    if (place >= program.first_register()) return registers[static_cast<std::size_t>(place - program.first_register())];
    if (place >= program.first_load()) return loads[static_cast<std::size_t>(place - program.first_load())][cell];
    return numbers[static_cast<std::size_t>(place)];
  };
  for (const Step& step : program.steps) {
    const Real operands[3] = {at(step.a), operands_of(step.code) > 1 ? at(step.b) : Real(0),
                              operands_of(step.code) > 2 ? at(step.c) : Real(0)};
    registers[static_cast<std::size_t>(step.out - program.first_register())] = alone(step.code, operands);
  }
  return at(program.results[0]);
}

/// What may be the third step of a pass: value * factor + addend, without one of them or with both.
constexpr std::uint8_t ends[] = {step_code(OpCode::add), step_code(OpCode::multiply), multiply_add};

/// A head with operands 0 to 2, a tail with operands 3 and 4, and an end with operands 5 and 6: numbers where `numbers`
/// has a bit, loads elsewhere.
/// @param tail, end  null: there is none
template <class Real>
void compare(std::uint8_t head, const PassTail* tail, const std::uint8_t* end, unsigned numbers, int count) {
  const Real number = Real(-1.7);
  Program program;
  program.numbers.push_back({number});
  program.loads.resize(7);
  const auto place = [&](int n) { return (numbers >> n & 1) != 0 ? 0 : program.first_load() + n; };
  program.registers = 1;
  const int result = program.first_register();
  program.steps.push_back({head, place(0), place(1), place(2), result});
  if (tail != nullptr) {
    int operands[3], other = 3;
    for (int n = 0; n < 3; ++n)
      operands[n] = n == tail->place ? result : place(other++ % 5);
    program.steps.push_back({tail->code, operands[0], operands[1], operands[2], result});
  }
  if (end != nullptr) program.steps.push_back({*end, result, place(5), place(6), result});
  program.results = {result};
  const BlockPlan plan = plan_of(program);
  ASSERT_EQ(plan.passes.size(), 1u);
  BlockRunner<Real> runner(program, plan, &number);
  std::vector<std::vector<Real>> values;
  for (std::uint64_t n = 0; n < 7; ++n)
    values.push_back(arguments<Real>(10 * n));
  const std::vector<const Real*> loads{&values[0][1], &values[1][0], &values[2][2], &values[3][3],
                                       &values[4][1], &values[5][0], &values[6][5]};

  runner.run(loads.data(), count);

  for (int m = 0; m < count; ++m) {
    ASSERT_TRUE(same(runner.result(0).values[m], cell_of(program, {number}, loads, m)))
        << fmt::format("steps {}, {} at {}, {}, numbers {}, cell {} of {}", head, tail == nullptr ? 0 : tail->code,
                       tail == nullptr ? 0 : tail->place, end == nullptr ? 0 : *end, numbers, m, count);
  }
}

template <class Real>
class PdePasses : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(PdePasses, Reals);

TYPED_TEST(PdePasses, OfOneStepHaveTheBitsOfACellAlone) {
  for (const std::uint8_t head : pass_heads) {
    for (const unsigned numbers : {0u, 1u, 2u, 4u})
      compare<TypeParam>(head, nullptr, nullptr, numbers, block_cells);
    compare<TypeParam>(head, nullptr, nullptr, 0, 77);
  }
}

TYPED_TEST(PdePasses, OfTwoStepsHaveTheBitsOfACellAlone) {
  for (const std::uint8_t head : pass_heads) {
    for (const PassTail& tail : pass_tails) {
      for (const unsigned numbers : {0u, 1u, 2u, 4u, 8u, 16u, 9u})
        compare<TypeParam>(head, &tail, nullptr, numbers, block_cells);
      for (const int count : {1, 7, 16, 77})
        compare<TypeParam>(head, &tail, nullptr, 8, count);
    }
  }
}

TYPED_TEST(PdePasses, OfThreeStepsHaveTheBitsOfACellAlone) {
  for (const std::uint8_t head : pass_heads) {
    for (const PassTail& tail : pass_tails) {
      for (const std::uint8_t& end : ends) {
        for (const unsigned numbers : {0u, 32u, 64u})
          compare<TypeParam>(head, &tail, &end, numbers, block_cells);
        compare<TypeParam>(head, &tail, &end, 32, 77);
      }
    }
  }
}

/// Second differences along so many axes, added, and a tail behind them: places of a program that runs in one pass.
struct DifferencesCase {
  int axes;
  bool is_weighted;
  int tail;      ///< of pass_tails; -1: none
  int end = -1;  ///< of `ends`; -1: none
};

/// The program of a case: load 0 is the middle, 1 to 6 its neighbours, 7 to 10 what is beside; numbers are factors.
Program program_of(const DifferencesCase& one, const std::vector<double>& factors) {
  Program program;
  for (const double factor : factors)
    program.numbers.push_back({factor});
  program.loads.resize(11);
  program.registers = 2;
  const int load = program.first_load(), sum = program.first_register(), next = sum + 1;
  for (int axis = 0; axis < one.axes; ++axis) {
    const int bend = axis == 0 ? sum : next;
    program.steps.push_back({curvature, load + 1 + 2 * axis, load, load + 2 + 2 * axis, bend});
    if (axis == 0 && one.is_weighted) program.steps.push_back({step_code(OpCode::multiply), 0, sum, 0, sum});
    if (axis == 0) continue;
    if (one.is_weighted) {
      program.steps.push_back({multiply_add, axis, next, sum, sum});
    } else {
      program.steps.push_back({step_code(OpCode::add), sum, next, 0, sum});
    }
  }
  if (one.tail >= 0) {
    const PassTail tail = pass_tails[static_cast<std::size_t>(one.tail)];
    int operands[3], other = load + 7;
    for (int n = 0; n < 3; ++n)
      operands[n] = n == tail.place ? sum : other++;
    program.steps.push_back({tail.code, operands[0], operands[1], operands[2], sum});
  }
  if (one.end >= 0) program.steps.push_back({ends[static_cast<std::size_t>(one.end)], load + 9, sum, load + 10, sum});
  program.results = {sum};
  return program;
}

TYPED_TEST(PdePasses, OfSecondDifferencesHaveTheBitsOfACellAlone) {
  using Real = TypeParam;
  const std::vector<double> factors{4, -0.3, 25600};
  const std::vector<Real> numbers{4, static_cast<Real>(-0.3), 25600};
  std::vector<std::vector<Real>> values;
  for (std::uint64_t n = 0; n < 11; ++n)
    values.push_back(arguments<Real>(100 + 10 * n));
  std::vector<const Real*> loads;
  for (std::size_t n = 0; n < values.size(); ++n)
    loads.push_back(&values[n][n % 3]);
  std::vector<DifferencesCase> cases;
  for (int tail = -1; tail < static_cast<int>(pass_tails.size()); ++tail) {
    for (int end = -1; end < (tail < 0 ? 0 : static_cast<int>(std::size(ends))); ++end) {
      for (int kind = 0; kind < 4; ++kind)
        cases.push_back({2 + kind % 2, kind / 2 == 1, tail, end});
    }
  }
  for (const DifferencesCase& one : cases) {
    SCOPED_TRACE(fmt::format("{} axes, factors {}, tail {}, end {}", one.axes, one.is_weighted, one.tail, one.end));
    const Program program = program_of(one, factors);
    const BlockPlan plan = plan_of(program);
    ASSERT_EQ(plan.passes.size(), 1u);
    ASSERT_EQ(plan.is_direct, std::vector<char>{1});
    BlockRunner<Real> runner(program, plan, numbers.data());
    for (const int count : {block_cells, 77, 3}) {
      std::vector<Real> out(static_cast<std::size_t>(count) + 1, Real(7));
      Real* const target = out.data();

      runner.run(loads.data(), count, &target);

      for (int cell = 0; cell < count; ++cell)
        ASSERT_TRUE(same(out[static_cast<std::size_t>(cell)], cell_of(program, numbers, loads, cell))) << cell;
      EXPECT_EQ(out.back(), Real(7)) << "what lies behind the last cell";
    }
  }
}

TEST(PdePassPlan, LeavesSecondDifferencesApartThatSomebodyElseReads) {
  Program program = program_of({3, false, -1}, {1});
  EXPECT_EQ(plan_of(program).passes.size(), 1u);
  program.results.push_back(program.first_register() + 1);  // the last of the three, before it is added
  EXPECT_GT(plan_of(program).passes.size(), 1u);

  program = program_of({2, false, -1}, {1});
  program.steps[1].b = program.first_load() + 7;  // of another value than the first
  EXPECT_GT(plan_of(program).passes.size(), 1u);
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

TEST(PdePassPlan, TakesALaplacianWithWeightsInOnePass) {
  Draft draft;
  const auto bend = [&](int y, int x) {
    const int step =
        draft.step(curvature, draft.load(0, 0, {x, y, 0}), draft.load(0, 0, {0, 0, 0}), draft.load(0, 0, {-x, -y, 0}));
    return draft.step(step_code(OpCode::multiply), draft.number(4), step);
  };
  const int along_x = bend(0, 1), along_y = bend(1, 0);
  const Program program = draft.program({draft.step(step_code(OpCode::add), along_x, along_y)});

  const BlockPlan plan = plan_of(program);

  EXPECT_EQ(plan.passes.size(), 1u);
  ASSERT_EQ(plan.first_reads.size(), 1u);
  EXPECT_EQ(program.loads[plan.first_reads[0]].away[1], 1);  // the row above is the first to be read
}

/// (a - b) * c + (a * b + c * d): a chain of two, and a longer one that is made first.
TEST(PdeArrangement, PutsTheShorterChainBehindTheLongerOne) {
  Draft draft;
  int load[4];
  for (int n = 0; n < 4; ++n)
    load[n] = draft.load(0, n, {0, 0, 0});
  const int difference = draft.step(step_code(OpCode::subtract), load[0], load[1]);
  const int sum = draft.step(step_code(OpCode::add), draft.step(step_code(OpCode::multiply), load[0], load[1]),
                             draft.step(step_code(OpCode::multiply), load[2], load[3]));
  const int all = draft.step(multiply_add, difference, load[2], sum);
  const Program program = draft.program({all}), made = arranged(program);
  const double values[4] = {3, 5, 7, 11};
  const std::vector<const double*> loads{&values[0], &values[1], &values[2], &values[3]};

  EXPECT_EQ(plan_of(program).passes.size(), 3u);
  EXPECT_EQ(plan_of(made).passes.size(), 2u);
  EXPECT_EQ(made.steps.front().code, step_code(OpCode::multiply));
  EXPECT_EQ(cell_of(made, {}, loads, 0), -2 * 7 + (15 + 77));
}

/// A value that two results use is made once; what is a load stays one; and a value that is read later keeps its
/// register.
TEST(PdeArrangement, KeepsWhatIsUsedTwice) {
  Draft draft;
  const int a = draft.load(0, 0, {0, 0, 0}), b = draft.load(0, 1, {0, 0, 0});
  const int product = draft.step(step_code(OpCode::multiply), a, b);
  const int difference = draft.step(step_code(OpCode::subtract), product, a);
  const int both = draft.step(step_code(OpCode::divide), difference, product);
  const Program made = arranged(draft.program({both, product, a}));
  const double values[2] = {3, 5};
  const std::vector<const double*> loads{&values[0], &values[1]};

  EXPECT_EQ(made.steps.size(), 3u);
  EXPECT_EQ(made.registers, 2);
  EXPECT_EQ(made.results[2], made.first_load());
  EXPECT_NE(made.results[0], made.results[1]);
  EXPECT_EQ(cell_of(made, {}, loads, 0), 12.0 / 15);
}

/// Runs an action on a stack of 128 KiB, which recursion over some thousand steps would overflow.
void on_a_small_stack(std::function<void()> action) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, 128 << 10), 0);
  pthread_t thread{};
  const auto run = [](void* of) -> void* {
    (*static_cast<std::function<void()>*>(of))();
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, &attributes, run, &action), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

/// The stack that it needs does not grow with the terms of a deck.
TEST(PdeArrangement, TakesLongSums) {
  Draft draft;
  const int a = draft.load(0, 0, {0, 0, 0});
  int sum = a;
  for (int n = 0; n < 19000; ++n)
    sum = draft.step(step_code(OpCode::subtract), draft.number(n), sum);
  const Program program = draft.program({sum});
  Program made;

  on_a_small_stack([&] { made = arranged(program); });

  ASSERT_EQ(made.steps.size(), program.steps.size());
  EXPECT_EQ(made.registers, 1);
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
