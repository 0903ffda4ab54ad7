#include "tarn/ops/portable/lanes_exp_log.hpp"
#include "tarn/ops/portable/many.hpp"

namespace tarn::ops::portable::many {

namespace {

struct Exponential {
  static double lane(double x) {
    const lanes::ExpParts parts = lanes::exp_parts(lanes::within_exp({x, 0.0}));
    const double value = lanes::scale(lanes::exp_of(parts).hi, parts.n);
    return is_nan(x) ? not_a_number : value;
  }
};

using Held = lanes::Held<4>;

/// Both logarithms.
struct OfLogarithm {
  static bool is_usual(double x) { return x > 0 && x < infinity; }
  static Held begin(double x) {
    const lanes::LogParts parts = lanes::log_parts(is_usual(x) ? x : 1.0);
    return {{parts.s.hi, parts.s.lo, parts.n, 0.0}};
  }
  static Held middle(const Held& held) {
    const auto& [hi, lo, n, unused] = held.values;
    return {{hi, lo, n, lanes::log_tail({hi, lo})}};
  }
  static Held late(const Held& held) {
    const auto& [hi, lo, n, tail] = held.values;
    const DoubleDouble log_m = lanes::log_series({hi, lo}, tail);
    return {{log_m.hi, log_m.lo, n, 0.0}};
  }
  static DoubleDouble natural(const Held& held) {
    return lanes::log_of({held.values[0], held.values[1]}, held.values[2]);
  }
  static double with_ends(double x, double value) {
    const double end = x == 0 ? -infinity : (x == infinity ? infinity : not_a_number);
    return is_usual(x) ? value : end;
  }
};

struct Logarithm : OfLogarithm {
  static double end(double x, const Held& held) { return with_ends(x, natural(held).hi); }
};

struct DecimalLogarithm : OfLogarithm {
  static double end(double x, const Held& held) {
    return with_ends(x, multiply(natural(held), {0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57}).hi);
  }
};

struct Power {
  static constexpr double stand_in = 1.0;
  static bool is_usual(double x, double y) { return x != 0 && fabs(x) < infinity && fabs(y) < infinity; }
  static double one(double x, double y) { return portable::pow(x, y); }

  static Held begin(double x, double) {
    const lanes::LogParts parts = lanes::log_parts(fabs(x));
    return {{parts.s.hi, parts.s.lo, parts.n, 0.0}};
  }
  static Held middle(const Held& held) { return OfLogarithm::middle(held); }
  static Held late(const Held& held) { return OfLogarithm::late(held); }
  static double end(double x, double y, const Held& held) {
    const DoubleDouble logarithm = OfLogarithm::natural(held);
    const double rough = y * logarithm.hi;
    const lanes::ExpParts parts = lanes::exp_parts(lanes::within_exp(multiply(logarithm, {y, 0.0})));
    const double inside = lanes::scale(lanes::exp_of(parts).hi, parts.n);
    const double size = rough > 710 ? infinity : (rough < -746 ? 0.0 : inside);
    // An odd y keeps the sign of x; where y is no whole number, only x > 0 has a power.
    const std::uint64_t sign = ::floor(y * 0.5) * 2 != y ? bits_of(x) & lanes::sign_bit : 0;
    const double without = x < 0 ? not_a_number : size;
    return ::floor(y) == y ? from_bits(bits_of(size) | sign) : without;
  }
};

}  // namespace

void exp(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<Exponential>(x, out, count);
}
void log(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<Logarithm>(x, out, count);
}
void log10(const double* x, double* out, std::int64_t count) {
  lanes::apply_to_all<DecimalLogarithm>(x, out, count);
}
void pow(const double* x, const double* y, double* out, std::int64_t count) {
  lanes::apply_by_blocks<Power>(x, y, out, count);
}

}  // namespace tarn::ops::portable::many
