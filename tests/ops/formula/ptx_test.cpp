#include "tarn/ops/formula/ptx.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/ops/formula/formula.hpp"

// The text of kernels. What they compute is tested where there is a GPU: all tests of formulas over arrays run them.

namespace tarn::ops::test {
namespace {

using Type = NamedArray::Type;

std::optional<detail::PtxKernel> kernel_of(const std::string& text, Type type, bool one = false, bool single = false) {
  const Formula formula(text, {{"a", "b", "c"}, {}, true, {}});
  const detail::PtxSource source{type, one};
  return detail::ptx_of(formula.instructions({"a", "b", "c"}), {source, source, source}, single);
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(Ptx, RoundsEveryOperation) {
  const auto kernel = kernel_of("a*b + c", Type::float64);

  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->width, 2);
  // Two strips a thread, one strip, and one element.
  EXPECT_EQ(count(kernel->text, "mul.rn.f64"), 4u + 2u + 1u);
  EXPECT_EQ(count(kernel->text, "add.rn.f64"), 4u + 2u + 1u);
  EXPECT_EQ(count(kernel->text, "fma"), 0u);
}

TEST(Ptx, TakesSixteenBytesOfTheSmallestArrayAtOnce) {
  EXPECT_EQ(kernel_of("a + b", Type::float64)->width, 2);
  EXPECT_EQ(kernel_of("a + b", Type::float32)->width, 4);
  EXPECT_EQ(kernel_of("a + b", Type::float64, false, true)->width, 4);
}

TEST(Ptx, HasAThreadForEveryTwoStripsAndAtLeastOne) {
  const auto kernel = *kernel_of("a", Type::float64);

  EXPECT_EQ(detail::ptx_threads(kernel, 1), 1);
  EXPECT_EQ(detail::ptx_threads(kernel, 4), 1);
  EXPECT_EQ(detail::ptx_threads(kernel, 6), 2);
  EXPECT_EQ(detail::ptx_threads(kernel, 1001), 250);
}

TEST(Ptx, RefusesWhatItHasNoInstructionFor) {
  for (const char* text : {"sin(a)", "a^b", "mod(a, b)", "atan2(a, b)", "random", "a + random"})
    EXPECT_FALSE(kernel_of(text, Type::float64)) << text;
}

TEST(Ptx, RefusesWhatTheDriverWouldCompileForLong) {
  std::string sum = "a";
  for (int n = 0; n < 300; ++n)
    sum += " + b";

  EXPECT_FALSE(kernel_of(sum, Type::float64));
}

TEST(Ptx, IsUnderstoodByTheAssembler) {
  if (std::system("ptxas --version > /dev/null 2>&1") != 0) GTEST_SKIP() << "the CUDA Toolkit's ptxas is not here";
  const std::string file = ::testing::TempDir() + "tarn_formula_ptx_test.ptx";
  const char* const formulas[] = {
      "a",
      "2.5",
      "((a*b+c)*(a-b) + (b*c-a)*(c+a))*((a+b)*c - 2*a) + (a-3)*(b+4) - c*5",
      "-a^2 + b^3 - c^4 + 1/a - sqrt(abs(b)) + floor(a) + ceil(b) + sign(c) + !a",
      "min(a, b, c) + max(a, -b) * (a < b) - (a <= c) + (b > c) * (a >= 0) + (a == b) - (a != c)",
      "a > 0 && b > 0 ? (c > 0 ? a : -b) : (c < 0 || a > b ? 1/c : 2)",
  };
  for (const char* text : formulas) {
    for (const Type type : {Type::boolean, Type::uint8, Type::int32, Type::int64, Type::float32, Type::float64}) {
      for (const bool one : {false, true}) {
        std::ofstream(file) << kernel_of(text, type, one, type == Type::float32)->text;
        EXPECT_EQ(std::system(fmt::format("ptxas -arch=sm_90 '{}' -o /dev/null", file).c_str()), 0)
            << text << ", type " << static_cast<int>(type);
      }
    }
  }
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace tarn::ops::test
