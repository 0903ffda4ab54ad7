#include "tarn/ops/portable/lanes.hpp"
#include "tarn/ops/portable/many.hpp"

namespace tarn::ops::portable::many {

namespace {

using lanes::choose;

/// The series of detail::atan_of_fraction().
inline DoubleDouble atan_series(DoubleDouble t) {
  constexpr double coefficients[] = {1.0 / 17, -1.0 / 15, 1.0 / 13, -1.0 / 11, 1.0 / 9, -1.0 / 7, 1.0 / 5, -1.0 / 3};
  const double z = t.hi * t.hi;
  double tail = 0;
  for (const double c : coefficients)
    tail = tail * z + c;
  return add_smaller(t, t.hi * (z * tail));
}

/// As detail::atan_of_fraction().
inline DoubleDouble atan_of_fraction(DoubleDouble q) {
  const double n = ::floor(q.hi * 8 + 0.5);
  const DoubleDouble turned = divide(add(q, -(n * 0.125)), add_smaller(1.0, scaled(multiply(q, {n, 0.0}), 0.125)));
  const DoubleDouble t = choose(n > 0, turned, q);
  DoubleDouble eighths = portable::detail::atan_of_eighths(0);
  for (int m = 1; m <= 8; ++m)
    eighths = choose(n == m, portable::detail::atan_of_eighths(m), eighths);
  return add_smaller(eighths, atan_series(t));
}

/// As detail::angle_of().
inline DoubleDouble angle_of(DoubleDouble y, DoubleDouble x) {
  const bool is_flat = y.hi <= x.hi;
  const DoubleDouble angle = atan_of_fraction(divide(choose(is_flat, y, x), choose(is_flat, x, y)));
  return choose(is_flat, angle, add_smaller(portable::detail::half_pi(), negate(angle)));
}

/// As detail::other_leg().
inline DoubleDouble other_leg(double x) {
  const DoubleDouble square = multiply(two_sum(1.0, -x), two_sum(1.0, x));
  const double root = ::sqrt(square.hi);
  const DoubleDouble leg = fast_two_sum(root, (::fma(-root, root, square.hi) + square.lo) / (2 * root));
  return choose(square.hi <= 0, {0.0, 0.0}, leg);
}

struct ArcTangent {
  static double lane(double x) {
    const double size = fabs(x);
    const bool is_tiny = size<0x1p-28, is_large = size> 0x1p60;
    const double inside = angle_of({is_tiny || is_large || is_nan(x) ? 1.0 : size, 0.0}, {1.0, 0.0}).hi;
    const double value = with_sign(is_large ? portable::detail::half_pi().hi : inside, x);
    return is_nan(x) ? not_a_number : (is_tiny ? x : value);
  }
};

struct ArcSine {
  static double lane(double x) {
    const double size = fabs(x), given = size <= 1 ? x : 0.5;
    const double value = with_sign(angle_of({fabs(given), 0.0}, other_leg(given)).hi, x);
    return size <= 1 ? (size < 0x1p-28 ? x : value) : not_a_number;
  }
};

struct ArcCosine {
  static double lane(double x) {
    const double size = fabs(x), given = size <= 1 ? x : 0.5;
    const DoubleDouble angle = angle_of(other_leg(given), {fabs(given), 0.0});
    const double value = x > 0 ? angle.hi : add_smaller(portable::detail::whole_pi(), negate(angle)).hi;
    const double inside = size < 0x1p-60 ? portable::detail::half_pi().hi : value;
    return size <= 1 ? inside : not_a_number;
  }
};

/// 2^-n of the exponent n of a normal number, in two factors.
struct ToOne {
  explicit ToOne(double x) {
    const std::uint64_t exponent = (bits_of(x) >> 52 & 0x7ff) - 1023, half = ((exponent + 2048) >> 1) - 1024;
    first = lanes::power_of_two(0 - half);
    second = lanes::power_of_two(half - exponent);
  }
  double operator()(double x) const { return x * first * second; }
  double first, second;
};

/// Normal numbers whose exponents differ by at most 64.
struct ArcTangent2 {
  static constexpr double stand_in = 1.0;
  static bool is_usual(double y, double x) {
    const std::uint64_t y_field = bits_of(y) >> 52 & 0x7ff, x_field = bits_of(x) >> 52 & 0x7ff;
    return y_field - 1 < 2046 && x_field - 1 < 2046 && y_field - x_field + 64 <= 128;
  }
  static double one(double y, double x) { return portable::atan2(y, x); }
  static double lane(double y, double x) {
    const ToOne scaled_by(x);
    const DoubleDouble angle = angle_of({scaled_by(fabs(y)), 0.0}, {scaled_by(fabs(x)), 0.0});
    return with_sign(x > 0 ? angle.hi : add_smaller(portable::detail::whole_pi(), negate(angle)).hi, y);
  }
};

/// Quotients below 2^52, which round to at most one whole number too many: the remainder is then below 0, and exact
/// like the right one, since it is a multiple of the last places of both numbers, and no larger than y.
struct Remainder {
  static constexpr double stand_in = 1.0;
  static bool is_usual(double x, double y) {
    return fabs(x) < infinity && fabs(y) < infinity && fabs(x) / fabs(y) < 0x1p52;
  }
  static double one(double x, double y) { return portable::fmod(x, y); }
  static double lane(double x, double y) {
    const double divisor = fabs(y);
    const double rest = ::fma(-::floor(fabs(x) / divisor), divisor, fabs(x));
    return with_sign(rest < 0 ? rest + divisor : rest, x);
  }
};

}  // namespace

void atan(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<ArcTangent>(x, out, count);
}
void asin(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<ArcSine>(x, out, count);
}
void acos(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<ArcCosine>(x, out, count);
}
void atan2(const double* y, const double* x, double* out, std::int64_t count) {
  lanes::apply_by_blocks<ArcTangent2>(y, x, out, count);
}
void fmod(const double* x, const double* y, double* out, std::int64_t count) {
  lanes::apply_by_blocks<Remainder>(x, y, out, count);
}

}  // namespace tarn::ops::portable::many
