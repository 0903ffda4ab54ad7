#include "tarn/core/memory/out_of_memory.hpp"

#include <cstddef>
#include <limits>
#include <optional>

#include <gtest/gtest.h>

#include "tarn/core/space.hpp"

namespace tarn {
namespace {

TEST(IsOutOfMemory, IsTrueOfWhatAViewThrowsThatIsTooLarge) {
  const std::size_t too_large = std::numeric_limits<std::size_t>::max() / 64;
  std::optional<bool> found;

  try {
    Kokkos::View<double*, Space> view("test::too_large", too_large);
  } catch (const std::exception& error) {
    found = is_out_of_memory(error);
  }

  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(*found);
}

TEST(IsOutOfMemory, IsTrueOfNewAndOfAPool) {
  EXPECT_TRUE(is_out_of_memory(std::bad_alloc()));
  EXPECT_TRUE(is_out_of_memory(OutOfMemory("device", {.asked = 8})));
}

TEST(IsOutOfMemory, IsFalseOfOtherErrors) {
  EXPECT_FALSE(is_out_of_memory(std::runtime_error("cudaErrorIllegalAddress")));
  EXPECT_FALSE(is_out_of_memory(std::logic_error("failed to allocate")));
  EXPECT_FALSE(is_out_of_memory(Error("a file named: failed to allocate")));
  EXPECT_FALSE(is_out_of_memory(ShapeMismatch("a is 3x4")));
}

}  // namespace
}  // namespace tarn
