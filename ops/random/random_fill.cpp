#include "tarn/ops/random/random_fill.hpp"

#include <algorithm>
#include <vector>

#include "tarn/ops/portable/portable_math.hpp"
#include "tarn/ops/random/philox.hpp"

namespace tarn::ops::detail {

namespace {

/// The high half of a product of 64-bit numbers.
KOKKOS_INLINE_FUNCTION std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
  const std::uint64_t a_low = a & 0xffffffffu, a_high = a >> 32, b_low = b & 0xffffffffu, b_high = b >> 32;
  const std::uint64_t low = a_low * b_low, cross = a_high * b_low + (low >> 32), other = a_low * b_high;
  return a_high * b_high + (cross >> 32) + (((cross & 0xffffffffu) + other) >> 32);
}

template <Distribution distribution, class T>
struct Fill {
  Target<T> target;
  Loop loop;
  RandomFill fill;

  KOKKOS_FUNCTION T number(std::uint64_t counter) const {
    const auto low_word = [](std::uint64_t n) { return static_cast<std::uint32_t>(n); };
    const auto high_word = [](std::uint64_t n) { return static_cast<std::uint32_t>(n >> 32); };
    const PhiloxBlock block =
        philox({{low_word(counter), high_word(counter), low_word(fill.stream), high_word(fill.stream)}},
               low_word(fill.seed), high_word(fill.seed));
    const std::uint64_t bits = std::uint64_t{block.words[1]} << 32 | block.words[0];
    if constexpr (distribution == Distribution::integers) {
      const auto range = static_cast<std::uint64_t>(fill.high) - static_cast<std::uint64_t>(fill.low);
      return static_cast<T>(static_cast<std::uint64_t>(fill.low) + multiply_high(bits, range));
    } else if constexpr (distribution == Distribution::uniform) {
      const double unit = std::same_as<T, float> ? static_cast<double>(bits >> 40) * 0x1p-24
                                                 : static_cast<double>(bits >> 11) * 0x1p-53;
      const auto result = static_cast<T>(fill.shift + fill.scale * unit);
      const auto high = static_cast<T>(fill.shift + fill.scale);
      return result < high || fill.scale == 0 ? result : static_cast<T>(fill.shift);  // where rounding reached high
    } else {
      const std::uint64_t more = std::uint64_t{block.words[3]} << 32 | block.words[2];
      const double radius = portable::sqrt(-2 * portable::log((static_cast<double>(bits >> 11) + 0.5) * 0x1p-53));
      const double angle = 2 * 3.141592653589793 * (static_cast<double>(more >> 11) * 0x1p-53);
      return static_cast<T>(fill.shift + fill.scale * (radius * portable::cos(angle)));
    }
  }
  KOKKOS_FUNCTION void operator()(const std::int64_t n) const {
    Place place{};
    add_place(place, loop.extents, n);
    *target.address(place) = number(static_cast<std::uint64_t>(fill.offset + n));
  }
};

constexpr const char* name_of(Distribution distribution) {
  if (distribution == Distribution::uniform) return "random_uniform";
  return distribution == Distribution::normal ? "random_normal" : "random_integers";
}

}  // namespace

template <Distribution distribution, class T>
void fill_random(const Space& space, const Shape& shape, const Access& target, T* data, const RandomFill& fill) {
  require_no_hazard(name_of(distribution), shape, target, {});
  if (shape.size() == 0) return;
  std::vector<Access> accesses{target};
  const Loop loop = plan_loop(shape, accesses, false);
  Target<T> out{data, {}, false};
  std::copy(accesses[0].strides.begin(), accesses[0].strides.end(), out.strides);
  Kokkos::parallel_for("tarn::ops::fill_random", Range<Space>(space, 0, shape.size()),
                       Fill<distribution, T>{out, loop, fill});
}

#define TARN_INSTANTIATE(distribution, T)                                                                 \
  template void fill_random<Distribution::distribution, T>(const Space&, const Shape&, const Access&, T*, \
                                                           const RandomFill&)
TARN_INSTANTIATE(uniform, float);
TARN_INSTANTIATE(uniform, double);
TARN_INSTANTIATE(normal, float);
TARN_INSTANTIATE(normal, double);
TARN_INSTANTIATE(integers, std::int32_t);
TARN_INSTANTIATE(integers, std::int64_t);
TARN_INSTANTIATE(integers, std::uint8_t);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops::detail
