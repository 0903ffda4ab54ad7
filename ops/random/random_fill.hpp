#pragma once

#include <cstdint>

#include "tarn/core/space.hpp"
#include "tarn/ops/expression/assign.hpp"

// Arrays of random numbers. Element i of the array, counted in C order from `offset`, has the number that its seed,
// stream and i give: the same bits on every device, for every layout and every cut of the array into parts.

namespace tarn::ops {

/// Of fill_uniform().
struct UniformOptions {
  std::uint64_t seed = 0;    ///< another one gives other numbers
  std::uint64_t stream = 0;  ///< streams of one seed are independent of each other
  std::int64_t offset = 0;   ///< number of the first element, >= 0: where this part begins in the whole array
  double low = 0, high = 1;  ///< low <= number < high
};

/// Of fill_normal().
struct NormalOptions {
  std::uint64_t seed = 0;       ///< another one gives other numbers
  std::uint64_t stream = 0;     ///< so does another stream
  std::int64_t offset = 0;      ///< number of the first element
  double mean = 0, stddev = 1;  ///< stddev >= 0
};

/// Of fill_integers().
struct IntegerOptions {
  std::uint64_t seed = 0;          ///< another one gives other numbers
  std::uint64_t stream = 0;        ///< so does another stream
  std::int64_t offset = 0;         ///< number of the first element
  std::int64_t low = 0, high = 2;  ///< low <= number < high
};

namespace detail {

enum class Distribution { uniform, normal, integers };

struct RandomFill {
  std::uint64_t seed, stream;
  std::int64_t offset;
  double shift, scale;     ///< of a floating-point number
  std::int64_t low, high;  ///< of an integer
};

/// Fills a target of a shape; no fence.
template <Distribution distribution, class T>
void fill_random(const Space& space, const Shape& shape, const Access& target, T* data, const RandomFill& fill);

template <Distribution distribution, WritableView V>
void fill_view(const Space& space, const V& target, const RandomFill& fill) {
  static_assert(Kokkos::SpaceAccessibility<Space, typename V::memory_space>::accessible,
                "the execution space cannot reach the target's memory");
  const auto node = as_expression(target);
  fill_random<distribution>(space, node.shape(), node.access({0, 1, 2, 3}), target.data(), fill);
}

}  // namespace detail

/// Numbers uniform in [low, high), of 53 random bits in double and 24 in float.
/// @param space   instance the kernel is enqueued on; no fence
/// @param target  of float or double, any layout
/// @throws Error unless low <= high, both finite, and offset >= 0, or if elements of the target overlap each
///     other
template <detail::WritableView V>
requires FloatElement<typename V::non_const_value_type>
void random_uniform(const Space& space, const V& target, const UniformOptions& options = {}) {
  require(options.low <= options.high && options.high - options.low < std::numeric_limits<double>::infinity(),
          "random_uniform: needs finite low <= high");
  require(options.offset >= 0, "random_uniform: the offset is negative");
  detail::fill_view<detail::Distribution::uniform>(
      space, target, {options.seed, options.stream, options.offset, options.low, options.high - options.low, 0, 0});
}

/// Normally distributed numbers; Box and Muller, "A note on the generation of random normal deviates", 1958, in
/// functions that have the same bits on every device.
/// @param target  of float or double, any layout
/// @throws Error unless stddev >= 0 and offset >= 0, or if elements of the target overlap each
///     other
template <detail::WritableView V>
requires FloatElement<typename V::non_const_value_type>
void random_normal(const Space& space, const V& target, const NormalOptions& options = {}) {
  require(options.stddev >= 0, "random_normal: needs stddev >= 0");
  require(options.offset >= 0, "random_normal: the offset is negative");
  detail::fill_view<detail::Distribution::normal>(
      space, target, {options.seed, options.stream, options.offset, options.mean, options.stddev, 0, 0});
}

/// Whole numbers low <= n < high, each as likely to within 2^-64 of the range's size.
/// @param target  of int32, int64 or uint8, any layout
/// @throws Error unless low < high, the numbers fit into the target's type, and offset >= 0, or if elements of the
///     target overlap each other
template <detail::WritableView V>
requires IntegerElement<typename V::non_const_value_type>
void random_integers(const Space& space, const V& target, const IntegerOptions& options = {}) {
  using T = typename V::non_const_value_type;
  require(options.low < options.high, "random_integers: needs low < high");
  require(std::in_range<T>(options.low) && std::in_range<T>(options.high - 1),
          "random_integers: low or high does not fit into the target's type");
  require(options.offset >= 0, "random_integers: the offset is negative");
  detail::fill_view<detail::Distribution::integers>(
      space, target, {options.seed, options.stream, options.offset, 0, 0, options.low, options.high});
}

}  // namespace tarn::ops
