#include "tarn/ops/portable/lanes.hpp"
#include "tarn/ops/portable/many.hpp"

namespace tarn::ops::portable::many {

namespace {

using portable::detail::ReducedAngle, portable::detail::near_angle, portable::detail::tiny_angle;

/// As detail::sin_of_angle(), rounded.
inline double rounded_sine(const ReducedAngle& angle) {
  const double sine = portable::detail::sin_of_rest(angle.rest).hi,
               cosine = portable::detail::cos_of_rest(angle.rest).hi;
  const double value = (angle.quadrant & 1) != 0 ? cosine : sine;
  return from_bits(bits_of(value) ^ (angle.quadrant & 2) << 62);
}

/// All angles that are reduced without branches.
struct OfAngle {
  static constexpr double stand_in = 1.0;
  static bool is_usual(double x) { return fabs(x) < near_angle; }
};

struct Sine : OfAngle {
  static double one(double x) { return portable::sin(x); }
  static double lane(double x) {
    const double value = rounded_sine(portable::detail::reduce_near_angle(x));
    return fabs(x) < tiny_angle ? x : value;
  }
};

struct Cosine : OfAngle {
  static double one(double x) { return portable::cos(x); }
  static double lane(double x) {
    ReducedAngle angle = portable::detail::reduce_near_angle(x);
    ++angle.quadrant;
    return rounded_sine(angle);
  }
};

struct Tangent : OfAngle {
  static double one(double x) { return portable::tan(x); }
  static double lane(double x) {
    const ReducedAngle angle = portable::detail::reduce_near_angle(x);
    const bool is_odd = (angle.quadrant & 1) != 0;
    const DoubleDouble sine = portable::detail::sin_of_rest(angle.rest),
                       cosine = portable::detail::cos_of_rest(angle.rest);
    const double value = divide(lanes::choose(is_odd, negate(cosine), sine), lanes::choose(is_odd, sine, cosine)).hi;
    return fabs(x) < tiny_angle ? x : value;
  }
};

}  // namespace

void sin(const double* x, double* out, std::int64_t count) {
  lanes::apply_by_blocks<Sine>(x, out, count);
}
void cos(const double* x, double* out, std::int64_t count) {
  lanes::apply_by_blocks<Cosine>(x, out, count);
}
void tan(const double* x, double* out, std::int64_t count) {
  lanes::apply_by_blocks<Tangent>(x, out, count);
}

}  // namespace tarn::ops::portable::many
