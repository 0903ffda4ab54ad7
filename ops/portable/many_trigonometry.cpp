#include "tarn/ops/portable/lanes_trigonometry.hpp"
#include "tarn/ops/portable/many.hpp"

namespace tarn::ops::portable::many {

namespace {

using Held = lanes::Held<3>;

/// All angles whose reduction does not want more than three words of 2/pi.
struct OfAngle {
  static constexpr double stand_in = 1.0;
  static bool is_usual(double x) { return fabs(x) < 0x1p53; }

  static Held begin(double x) {
    const lanes::Wide turns = lanes::turns_of(x);
    return {{from_bits(turns.w2), from_bits(turns.w1), from_bits(turns.w0)}};
  }
  static Held middle(double x, const Held& turns) {
    const lanes::Angle angle =
        lanes::reduced_angle(x, {bits_of(turns.values[0]), bits_of(turns.values[1]), bits_of(turns.values[2])});
    return {{angle.rest.hi, angle.rest.lo, from_bits(angle.quadrant)}};
  }
  static lanes::Angle angle_of(const Held& held) { return {bits_of(held.values[2]), {held.values[0], held.values[1]}}; }
};

struct Sine : OfAngle {
  static double one(double x) { return portable::sin(x); }
  static double end(double x, const Held& held) {
    const double value = lanes::sin_of_angle(angle_of(held), 0);
    return fabs(x) < portable::detail::tiny_angle ? x : value;
  }
};

struct Cosine : OfAngle {
  static double one(double x) { return portable::cos(x); }
  static double end(double, const Held& held) { return lanes::sin_of_angle(angle_of(held), 1); }
};

struct Tangent : OfAngle {
  static double one(double x) { return portable::tan(x); }
  static double end(double x, const Held& held) {
    const double value = lanes::tan_of_angle(angle_of(held));
    return fabs(x) < portable::detail::tiny_angle ? x : value;
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
