#pragma once

#include <algorithm>
#include <cstdint>

#include "tarn/core/pragmas.hpp"
#include "tarn/ops/portable/portable_math.hpp"

// What portable/many.hpp is made of: functions of one lane of a vector. They have no branches, so that compilers turn a
// loop over them into vectors, and work on 64 bits throughout, so that a vector of numbers stays as wide. Whole numbers
// are unsigned and wrap around.

/// Everything that the function calls becomes part of it: a loop with a call is no vector loop.
#if defined(__CUDACC__)
#define TARN_FLATTEN
#elif defined(__GNUC__) || defined(__clang__)
#define TARN_FLATTEN [[gnu::flatten]]
#else
#define TARN_FLATTEN
#endif

namespace tarn::ops::portable::lanes {

inline constexpr std::uint64_t sign_bit = 0x8000000000000000ULL;

inline DoubleDouble choose(bool condition, DoubleDouble a, DoubleDouble b) {
  return {condition ? a.hi : b.hi, condition ? a.lo : b.lo};
}

/// The whole number x, |x| < 2^51, in two's complement: x + 1.5 * 2^52 has it in its last bits.
inline std::uint64_t whole_number(double x) {
  return bits_of(x + 0x1.8p52) - bits_of(0x1.8p52);
}

/// n < 2^52 as a double: the last bits of n + 2^52.
inline double as_double(std::uint64_t n) {
  return from_bits(n | bits_of(0x1p52)) - 0x1p52;
}

/// 2^n, -1022 <= n <= 1023.
inline double power_of_two(std::uint64_t n) {
  return from_bits((n + 1023) << 52);
}

/// As portable::scale(); where the halves of n lie does not matter, since the first product is exact.
inline double scale(double x, std::uint64_t n) {
  const std::uint64_t half = ((n + 2048) >> 1) - 1024;
  return x * power_of_two(half) * power_of_two(n - half);
}

/// Numbers that are worked on together: few enough for the first cache.
inline constexpr std::int64_t block = 256;

/// The results of the arguments in a block for which no lane is made. They are kept until the lanes are done, since
/// these may overwrite the arguments.
class Unusual {
 public:
  /// Keeps the result of one argument.
  /// @param place  within the block
  void add(std::int64_t place, double value) {
    places_[count_] = place;
    values_[count_++] = value;
  }
  /// Writes what is kept.
  /// @param[out] out  the results of the block
  void put(double* out) const {
    for (int n = 0; n < count_; ++n)
      out[places_[n]] = values_[n];
  }

 private:
  int count_ = 0;
  std::int64_t places_[block];
  double values_[block];
};

/// What one step leaves to the next.
template <int Count>
struct Held {
  double values[Count];  ///< of one argument
};

/// The same of a block.
template <class H>
struct HeldBlock;
/// Each number of all arguments lies in one piece.
template <int Count>
struct HeldBlock<Held<Count>> {
  /// Keeps what is held of argument n.
  void put(std::int64_t n, const Held<Count>& held) {
    for (int m = 0; m < Count; ++m)
      values[m][n] = held.values[m];
  }
  /// What is held of argument n.
  Held<Count> get(std::int64_t n) const {
    Held<Count> held;
    for (int m = 0; m < Count; ++m)
      held.values[m] = values[m][n];
    return held;
  }
  alignas(64) double values[Count][block];  ///< (number, argument)
};

/// out = F of x, of at most a block. F has lane(x), the value, or the same in steps, each in a loop of its own: in a
/// short one a processor looks ahead far enough to work on several vectors at once, in a long one it waits for results.
///   begin(x)            what is held after the first step
///   middle(held)        after the second, if there is one
///   late(held)          after the third, if there is one
///   end(x, held)        the value
template <class F>
TARN_FLATTEN void apply_lanes(const double* x, double* out, std::int64_t count) {
  if constexpr (requires { F::lane(0.0); }) {
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      out[n] = F::lane(x[n]);
  } else {
    HeldBlock<decltype(F::begin(0.0))> held;
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      held.put(n, F::begin(x[n]));
    if constexpr (requires { F::middle(held.get(0)); }) {
      TARN_INDEPENDENT_ITERATIONS
      for (std::int64_t n = 0; n < count; ++n)
        held.put(n, F::middle(held.get(n)));
    }
    if constexpr (requires { F::late(held.get(0)); }) {
      TARN_INDEPENDENT_ITERATIONS
      for (std::int64_t n = 0; n < count; ++n)
        held.put(n, F::late(held.get(n)));
    }
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      out[n] = F::end(x[n], held.get(n));
  }
}
/// The same of two arguments.
template <class F>
TARN_FLATTEN void apply_lanes(const double* x, const double* y, double* out, std::int64_t count) {
  if constexpr (requires { F::lane(0.0, 0.0); }) {
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      out[n] = F::lane(x[n], y[n]);
  } else {
    HeldBlock<decltype(F::begin(0.0, 0.0))> held;
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      held.put(n, F::begin(x[n], y[n]));
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      held.put(n, F::middle(held.get(n)));
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      held.put(n, F::late(held.get(n)));
    TARN_INDEPENDENT_ITERATIONS
    for (std::int64_t n = 0; n < count; ++n)
      out[n] = F::end(x[n], y[n], held.get(n));
  }
}

/// Any number of arguments, each of which has a lane.
template <class F>
void apply_to_all(const double* x, double* out, std::int64_t count) {
  for (std::int64_t n = 0; n < count; n += block)
    apply_lanes<F>(x + n, out + n, std::min(block, count - n));
}

/// At most a block where a lane is made of some arguments only. F has beside the above
///   is_usual(x)  whether that is so
///   one(x)       the function of one number, for others
///   stand_in     a usual number
template <class F>
void apply_to_block(const double* x, double* out, std::int64_t count) {
  std::uint64_t usual = 0;
  for (std::int64_t n = 0; n < count; ++n)
    usual += F::is_usual(x[n]) ? 1 : 0;
  if (usual == static_cast<std::uint64_t>(count)) return apply_lanes<F>(x, out, count);
  Unusual others;
  double given[block] = {};
  for (std::int64_t n = 0; n < count; ++n) {
    const bool is_usual = F::is_usual(x[n]);
    given[n] = is_usual ? x[n] : F::stand_in;
    if (!is_usual) others.add(n, F::one(x[n]));
  }
  apply_lanes<F>(given, out, count);
  others.put(out);
}
template <class F>
void apply_to_block(const double* x, const double* y, double* out, std::int64_t count) {
  std::uint64_t usual = 0;
  for (std::int64_t n = 0; n < count; ++n)
    usual += F::is_usual(x[n], y[n]) ? 1 : 0;
  if (usual == static_cast<std::uint64_t>(count)) return apply_lanes<F>(x, y, out, count);
  Unusual others;
  double given_x[block] = {}, given_y[block] = {};
  for (std::int64_t n = 0; n < count; ++n) {
    const bool is_usual = F::is_usual(x[n], y[n]);
    given_x[n] = is_usual ? x[n] : F::stand_in;
    given_y[n] = is_usual ? y[n] : F::stand_in;
    if (!is_usual) others.add(n, F::one(x[n], y[n]));
  }
  apply_lanes<F>(given_x, given_y, out, count);
  others.put(out);
}

/// Any number of such arguments.
template <class F>
void apply_by_blocks(const double* x, double* out, std::int64_t count) {
  for (std::int64_t n = 0; n < count; n += block)
    apply_to_block<F>(x + n, out + n, std::min(block, count - n));
}
template <class F>
void apply_by_blocks(const double* x, const double* y, double* out, std::int64_t count) {
  for (std::int64_t n = 0; n < count; n += block)
    apply_to_block<F>(x + n, y + n, out + n, std::min(block, count - n));
}

}  // namespace tarn::ops::portable::lanes
