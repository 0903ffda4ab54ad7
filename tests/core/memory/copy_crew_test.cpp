#include "tarn/core/memory/copy_crew.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace tarn {
namespace {

TEST(CopyPastCaches, CopiesAnyLengthFromAndToAnyPlace) {
  constexpr std::size_t line = 64;  // of a cache [bytes]
  std::vector<unsigned char> source(8 * line);
  for (std::size_t n = 0; n < source.size(); ++n)
    source[n] = static_cast<unsigned char>(n % 251);
  for (const std::size_t bytes : {0u, 1u, 63u, 64u, 65u, 127u, 193u, 300u}) {
    for (std::size_t to = 0; to < line; ++to) {
      const std::size_t from = 7 * to % line;
      std::vector<unsigned char> target(8 * line, 255), wanted = target;
      std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(from), bytes,
                  wanted.begin() + static_cast<std::ptrdiff_t>(to));

      copy_past_caches(target.data() + to, source.data() + from, bytes);

      ASSERT_EQ(target, wanted) << bytes << " bytes from " << from << " to " << to;
    }
  }
}

TEST(CopyCrew, TakesEveryElementOnceInRoundsOfAnySize) {
  CopyCrew crew;
  for (const std::size_t count : {1u, 1000u, 5000000u, 3u, 700001u, 4000000u}) {
    std::vector<unsigned char> taken(count);

    crew.run(count, 1, [&](std::size_t first, std::size_t last) {
      for (std::size_t n = first; n < last; ++n)
        ++taken[n];
    });

    EXPECT_EQ(std::count(taken.begin(), taken.end(), 1), static_cast<std::ptrdiff_t>(count));
  }
}

}  // namespace
}  // namespace tarn
