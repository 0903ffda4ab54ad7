#include "tarn/ops/portable/lanes_exp_log.hpp"
#include "tarn/ops/portable/many.hpp"

namespace tarn::ops::portable::many {

namespace {

/// |x|, but NaN and what is above `most` count as that.
inline double size_up_to(double most, double x) {
  return fabs(x) < most ? fabs(x) : most;
}

using Held = lanes::Held<3>;

/// exp(size) - 1, of which exp_minus_one is held for size <= 0.34, and that of the reduced size above.
struct Growth {
  static Held begin(double size) {
    const lanes::ExpParts parts = lanes::exp_parts({size, 0.0});
    const DoubleDouble r = lanes::choose(size <= 0.34, DoubleDouble{size, 0.0}, parts.r);
    const DoubleDouble less_one = portable::detail::exp_minus_one(r);
    return {{less_one.hi, less_one.lo, from_bits(parts.n)}};
  }
  Growth(double size, const Held& held) : n(bits_of(held.values[2])) {
    const DoubleDouble less_one{held.values[0], held.values[1]};
    mantissa = add_smaller(1.0, less_one);
    const DoubleDouble large = add(scaled(mantissa, lanes::power_of_two(n)), -1.0);
    g = lanes::choose(size <= 0.34, less_one, large);
  }
  /// exp(size) / 2, also where exp(size) would be infinite.
  double half() const { return lanes::scale(mantissa.hi, n - 1); }

  std::uint64_t n;
  DoubleDouble mantissa;
  DoubleDouble g;  ///< detail::growth(size)
};

/// Above 712, where exp(x) / 2 is infinite, it is that at 712.
struct UpTo712 {
  static Held begin(double x) { return Growth::begin(size_up_to(712, x)); }
};

struct HyperbolicSine : UpTo712 {
  static double end(double x, const Held& held) {
    const double size = size_up_to(712, x);
    const Growth growth(size, held);
    const DoubleDouble& g = growth.g;
    const DoubleDouble sum = add_smaller(g, divide(g, add(g, 1.0)));
    const double value = with_sign(size > 40 ? growth.half() : 0.5 * sum.hi, x);
    return is_nan(x) ? not_a_number : (fabs(x) < 0x1p-28 ? x : value);
  }
};

struct HyperbolicCosine : UpTo712 {
  static double end(double x, const Held& held) {
    const double size = size_up_to(712, x);
    const Growth growth(size, held);
    const DoubleDouble e = add(growth.g, 1.0);
    const double inside = 0.5 * add_smaller(e, divide({1.0, 0.0}, e)).hi;
    return is_nan(x) ? not_a_number : (size > 40 ? growth.half() : inside);
  }
};

struct HyperbolicTangent {
  static Held begin(double x) { return Growth::begin(2 * size_up_to(20, x)); }
  static double end(double x, const Held& held) {
    const DoubleDouble g = Growth(2 * size_up_to(20, x), held).g;
    const double inside = divide(g, add(g, 2.0)).hi;
    const double value = with_sign(fabs(x) > 20 ? 1.0 : inside, x);
    return is_nan(x) ? not_a_number : (fabs(x) < 0x1p-28 ? x : value);
  }
};

}  // namespace

void sinh(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<HyperbolicSine>(x, out, count);
}
void cosh(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<HyperbolicCosine>(x, out, count);
}
void tanh(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<HyperbolicTangent>(x, out, count);
}

}  // namespace tarn::ops::portable::many
