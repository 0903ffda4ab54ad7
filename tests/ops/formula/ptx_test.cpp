#include "tarn/ops/formula/ptx.hpp"

#include <unistd.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/ops/formula/formula.hpp"
#include "tarn/ops/formula/ptx_functions.hpp"
#include "tarn/tests/ops/formula/ptx_interpreter.hpp"

// A GPU's driver compiles formulas from PTX. Here the kernels run in an interpreter; where there is a GPU, the tests of
// formulas over large arrays run them there.

namespace tarn::ops::test {
namespace {

using Type = NamedArray::Type;

const std::vector<std::string> slots{"a", "b", "c"};

Formula compiled(const std::string& text) {
  return Formula(text, {slots, {}, true, {}});
}

std::optional<detail::PtxKernel> kernel_of(const std::string& text, Type type, bool one = false, bool single = false) {
  const detail::PtxSource source{type, one};
  return detail::ptx_of(compiled(text).instructions(slots), {source, source, source}, single);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

/// Numbers that operations treat in a way of their own.
template <class T>
std::vector<double> special_numbers() {
  using Limits = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>) return {0, 1};
  if constexpr (std::is_same_v<T, std::uint8_t>) return {0, 1, 2, 254, 255};
  if constexpr (std::is_integral_v<T>) {
    return {0, 1, -1, 7, -1000, static_cast<double>(Limits::min()), static_cast<double>(Limits::max() / 2)};
  } else {
    return {Limits::quiet_NaN(),
            Limits::infinity(),
            -Limits::infinity(),
            0.0,
            -0.0,
            1,
            -1,
            0.5,
            -2.5,
            3,
            Limits::denorm_min(),
            static_cast<double>(Limits::max()),
            -static_cast<double>(Limits::min())};
  }
}

template <class T>
constexpr Type type_of() {
  if constexpr (std::is_same_v<T, bool>) return Type::boolean;
  if constexpr (std::is_same_v<T, std::uint8_t>) return Type::uint8;
  if constexpr (std::is_same_v<T, std::int32_t>) return Type::int32;
  if constexpr (std::is_same_v<T, std::int64_t>) return Type::int64;
  return std::is_same_v<T, float> ? Type::float32 : Type::float64;
}

template <class T>
using Array = Kokkos::View<T*, Kokkos::HostSpace>;

/// Every pair of a T and a double that are special, in arrays, and one T beside them.
template <class T>
struct Pairs {
  Pairs() {
    const auto left = special_numbers<T>(), right = special_numbers<double>();
    a = Array<T>("test::a", left.size() * right.size());
    b = Array<double>("test::b", a.size());
    for (std::size_t n = 0; n < a.size(); ++n) {
      a(n) = static_cast<T>(left[n % left.size()]);
      b(n) = right[n / left.size()];
    }
    c = Array<T>("test::c", 1);
    c(0) = static_cast<T>(1);
  }
  Array<T> a, c;
  Array<double> b;
};

/// Runs all threads of a formula's kernel for the first `size` pairs, and some that have nothing to do.
template <class T, class Real>
void expect_alone(const std::string& text, const Pairs<T>& pairs, std::size_t size) {
  SCOPED_TRACE(fmt::format("{}, {} elements, {} and {} bytes", text, size, sizeof(T), sizeof(Real)));
  const Formula formula = compiled(text);
  const auto kernel = detail::ptx_of(formula.instructions(slots),
                                     {{type_of<T>()}, {Type::float64}, {type_of<T>(), true}}, sizeof(Real) == 4);
  ASSERT_TRUE(kernel);
  constexpr Real untouched = 77;
  const Array<Real> target("test::target", size + 4);
  Kokkos::deep_copy(target, untouched);
  PtxInterpreter interpreter(kernel->text);
  const auto threads = static_cast<std::uint64_t>(detail::ptx_threads(kernel->width, static_cast<std::int64_t>(size)));

  for (std::uint64_t thread = threads + 3; thread-- > 0;) {
    interpreter.run({reinterpret_cast<std::uint64_t>(target.data()), reinterpret_cast<std::uint64_t>(pairs.a.data()),
                     reinterpret_cast<std::uint64_t>(pairs.b.data()), reinterpret_cast<std::uint64_t>(pairs.c.data()),
                     size, threads},
                    thread);
  }

  using Bits = std::conditional_t<sizeof(Real) == 4, std::uint32_t, std::uint64_t>;
  for (std::size_t n = 0; n < size; ++n) {
    const double variables[] = {static_cast<double>(pairs.a(n)), pairs.b(n), static_cast<double>(pairs.c(0))};
    const Real wanted = static_cast<Real>(formula.evaluate(variables));
    ASSERT_EQ(std::bit_cast<Bits>(target(n)), std::bit_cast<Bits>(wanted))
        << "element " << n << ", a " << variables[0] << ", b " << variables[1] << ": " << target(n);
  }
  for (std::size_t n = size; n < target.size(); ++n)
    EXPECT_EQ(target(n), untouched);
}

const char* const formulas[] = {"a",
                                "2.5",
                                "c",
                                "a + b",
                                "a - b",
                                "a * b",
                                "a / b",
                                "min(a, b)",
                                "max(a, b)",
                                "a < b",
                                "a <= b",
                                "a > b",
                                "a >= b",
                                "a == b",
                                "a != b",
                                "a && b",
                                "a || b",
                                "b && a",
                                "b || a",
                                "-a",
                                "-b",
                                "!a",
                                "!b",
                                "a^2",
                                "b^3",
                                "b^4",
                                "1/a",
                                "1/b",
                                "sqrt(a)",
                                "sqrt(b)",
                                "abs(a)",
                                "abs(b)",
                                "sign(a)",
                                "sign(b)",
                                "floor(b)",
                                "ceil(b)",
                                "a ? b : 2",
                                "b ? a : -3",
                                "a*b + c",
                                "((a*b+c)*(a-b) + (b*c-a)*(c+a))*((a+b)*c - 2*a) + (a-3)*(b+4) - c*5",
                                "a > b ? (b > 0 ? a : -b) : (a < 0 || b < 1 ? c/a : 2)",
                                "(a < b ? 1 : 2) * (b > 0 ? 3 : b) - (a ? 4 : 5)"};

const char* const formulas_with_functions[] = {"sin(a) + cos(b)",
                                               "tan(b) * tanh(a)",
                                               "asin(a) - acos(b)",
                                               "atan(a) / 3",
                                               "exp(a)",
                                               "sinh(a) + cosh(b)",
                                               "log(abs(a))",
                                               "log10(b)",
                                               "a^b",
                                               "a^2.5 + b^(1 / 3)",
                                               "atan2(a, b)",
                                               "mod(a, b)",
                                               "a > 0 ? exp(-a) : sin(b)"};

template <class T>
class PtxOf : public ::testing::Test {};
using Types = ::testing::Types<bool, std::uint8_t, std::int32_t, std::int64_t, float, double>;
TYPED_TEST_SUITE(PtxOf, Types);

TYPED_TEST(PtxOf, HasTheBitsOfEveryElementAlone) {
  const Pairs<TypeParam> pairs;
  for (const char* text : formulas) {
    expect_alone<TypeParam, double>(text, pairs, pairs.a.size());
    expect_alone<TypeParam, float>(text, pairs, pairs.a.size());
  }
}

TYPED_TEST(PtxOf, CallsFunctions) {
  if (!detail::ptx_has_functions()) GTEST_SKIP() << "tarn was built without nvcc, which translates the functions";
  const Pairs<TypeParam> pairs;
  for (const char* text : formulas_with_functions) {
    expect_alone<TypeParam, double>(text, pairs, pairs.a.size());
    expect_alone<TypeParam, float>(text, pairs, pairs.a.size());
  }
}

TYPED_TEST(PtxOf, TakesEveryElementOfArraysOfAnyLength) {
  const Pairs<TypeParam> pairs;
  for (std::size_t size = 1; size <= 26; ++size) {
    expect_alone<TypeParam, double>("a + b", pairs, size);
    expect_alone<TypeParam, float>("a + b", pairs, size);
  }
}

TEST(Ptx, BranchesDeeply) {
  const Pairs<double> pairs;
  std::string chain = "0", nest = "a";
  for (int n = 0; n < 20; ++n)
    chain = fmt::format("a == {} ? b + {} : ({})", n - 9, n, chain);
  for (int n = 0; n < 12; ++n)
    nest = fmt::format("(b > {} ? {} : a * {})", 4 - n, nest, n);

  expect_alone<double, double>(chain, pairs, pairs.a.size());
  expect_alone<double, double>(nest, pairs, pairs.a.size());
}

TEST(Ptx, RoundsEveryOperation) {
  const auto kernel = kernel_of("a*b + c", Type::float64);

  ASSERT_TRUE(kernel);
  // Two strips a thread, one strip, and one element.
  EXPECT_EQ(count(kernel->text, "mul.rn.f64"), 4u + 2u + 1u);
  EXPECT_EQ(count(kernel->text, "add.rn.f64"), 4u + 2u + 1u);
  EXPECT_EQ(count(kernel->text, "fma"), 0u);
}

TEST(Ptx, TakesFourElementsWhereAnArrayHasShortOnes) {
  EXPECT_EQ(kernel_of("a + b", Type::float64)->width, 2);
  EXPECT_EQ(kernel_of("a + b", Type::float32)->width, 4);
  EXPECT_EQ(kernel_of("a + b", Type::uint8)->width, 4);
  EXPECT_EQ(kernel_of("a + b", Type::float32, true)->width, 2);
  EXPECT_EQ(kernel_of("a + b", Type::float64, false, true)->width, 4);
}

TEST(Ptx, HasAThreadForEveryTwoStripsAndAtLeastOne) {
  EXPECT_EQ(detail::ptx_threads(2, 1), 1);
  EXPECT_EQ(detail::ptx_threads(2, 4), 1);
  EXPECT_EQ(detail::ptx_threads(2, 6), 2);
  EXPECT_EQ(detail::ptx_threads(2, 1001), 250);
}

TEST(Ptx, RefusesRandomNumbersAndFunctionsThatItDoesNotHave) {
  for (const char* text : {"random", "a + random", "sin(random)"})
    EXPECT_FALSE(kernel_of(text, Type::float64)) << text;
  for (const char* text : {"sin(a)", "a^b", "mod(a, b)", "atan2(a, b)"})
    EXPECT_EQ(kernel_of(text, Type::float64).has_value(), detail::ptx_has_functions()) << text;
}

TEST(Ptx, CarriesTheFunctionsThatItCalls) {
  if (!detail::ptx_has_functions()) GTEST_SKIP() << "tarn was built without nvcc, which translates the functions";
  const auto kernel = kernel_of("sin(a) + sin(b) * exp(c)", Type::float64);

  ASSERT_TRUE(kernel);
  EXPECT_EQ(count(kernel->text, ".visible .func"), 2u);
  EXPECT_EQ(count(kernel->text, "tarn_cos"), 0u);
}

TEST(Ptx, RefusesWhatTheDriverWouldCompileForLong) {
  const auto chain = [](const char* operation, int times) {
    std::string text = "a";
    for (int n = 0; n < times; ++n)
      text += operation;
    return text;
  };

  EXPECT_TRUE(kernel_of(chain(" + b", 200), Type::float64));
  EXPECT_FALSE(kernel_of(chain(" + b", 300), Type::float64));
  EXPECT_TRUE(kernel_of(chain(" / b", 9), Type::float32));
  EXPECT_FALSE(kernel_of(chain(" / b", 10), Type::float32));
  EXPECT_FALSE(kernel_of(chain(" / b", 60), Type::float64));
}

TEST(Ptx, IsUnderstoodByTheAssembler) {
  const std::string assembler = TARN_PTXAS;
  if (assembler.empty()) GTEST_SKIP() << "the CUDA Toolkit's ptxas is not here";
  const std::string file = fmt::format("{}tarn_formula_{}.ptx", ::testing::TempDir(), getpid());
  std::vector<const char*> texts(std::begin(formulas_with_functions), std::end(formulas_with_functions));
  if (!detail::ptx_has_functions()) texts.clear();
  for (const char* text : texts) {
    std::ofstream(file) << kernel_of(text, Type::float64)->text;
    EXPECT_EQ(std::system(fmt::format("'{}' -arch=sm_90 '{}' -o /dev/null", assembler, file).c_str()), 0) << text;
  }
  for (const char* text : {"((a*b+c)*(a-b) + (b*c-a)*(c+a))*((a+b)*c - 2*a) + (a-3)*(b+4) - c*5",
                           "-a^2 + b^3 - c^4 + 1/a - sqrt(abs(b)) + floor(a) + ceil(b) + sign(c) + !a",
                           "min(a, b, c) + max(a, -b) * (a < b) - (a <= c) + (b > c) * (a >= 0) + (a == b) - (a != c)",
                           "a > 0 && b > 0 ? (c > 0 ? a : -b) : (c < 0 || a > b ? 1/c : 2)"}) {
    for (const Type type : {Type::boolean, Type::int32, Type::int64, Type::float32, Type::float64}) {
      const auto kernel = kernel_of(text, type, type == Type::int32, type == Type::float32);
      ASSERT_TRUE(kernel);
      std::ofstream(file) << kernel->text;
      EXPECT_EQ(std::system(fmt::format("'{}' -arch=sm_90 '{}' -o /dev/null", assembler, file).c_str()), 0)
          << text << ", type " << static_cast<int>(type);
    }
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tarn::ops::test
