#include "tarn/core/memory/lacks_memory.hpp"

#include <cstddef>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "tarn/core/space.hpp"

namespace tarn {
namespace {

TEST(SaysThatMemoryLacks, IsTrueOfWhatAViewThrowsThatIsTooLarge) {
  const std::size_t too_large = std::numeric_limits<std::size_t>::max() / 64;
  std::optional<bool> says;

  try {
    Kokkos::View<double*, Space> view("test::too_large", too_large);
  } catch (const std::exception& error) {
    says = says_that_memory_lacks(error);
  }

  ASSERT_TRUE(says.has_value());
  EXPECT_TRUE(*says);
}

TEST(SaysThatMemoryLacks, IsTrueOfNewAndOfAPool) {
  EXPECT_TRUE(says_that_memory_lacks(std::bad_alloc()));
  EXPECT_TRUE(says_that_memory_lacks(OutOfMemory("device", {.asked = 8})));
}

TEST(SaysThatMemoryLacks, IsFalseOfOtherErrors) {
  EXPECT_FALSE(says_that_memory_lacks(std::runtime_error("cudaErrorIllegalAddress")));
  EXPECT_FALSE(says_that_memory_lacks(std::logic_error("failed to allocate")));
  EXPECT_FALSE(says_that_memory_lacks(Error("a file named: failed to allocate")));
  EXPECT_FALSE(says_that_memory_lacks(ShapeMismatch("a is 3x4")));
}

}  // namespace
}  // namespace tarn
