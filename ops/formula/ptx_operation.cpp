#include "tarn/ops/formula/ptx_operation.hpp"

#include <bit>
#include <cstdint>

#include <fmt/format.h>

#include "tarn/ops/formula/ptx_functions.hpp"

namespace tarn::ops::detail {

namespace {

/// Writes operations on values of one type.
struct Writer {
  bool single;
  const std::string &to, &a, &b;

  const char* type() const { return single ? "f32" : "f64"; }
  std::string number(double value) const { return ptx_number(value, single); }

  std::string binary(const char* name) const { return fmt::format("{}.rn.{} {}, {}, {};\n", name, type(), to, a, b); }
  std::string unary(const char* name) const { return fmt::format("{}.{} {}, {};\n", name, type(), to, a); }

  std::string power(int exponent) const {
    const std::string square = fmt::format("mul.rn.{0} %power, {1}, {1};\n", type(), a);
    const std::string by = exponent == 3 ? a : "%power";
    return fmt::format("{{ .reg .{0} %power;\n{1}mul.rn.{0} {2}, %power, {3};\n}}\n", type(), square, to, by);
  }

  std::string truth(const std::string& condition) const {
    return fmt::format("{{ .reg .pred %is;\n{}selp.{} {}, {}, {}, %is;\n}}\n", condition, type(), to, number(1),
                       number(0));
  }

  std::string sign() const {
    return fmt::format(
        "{{ .reg .pred %above, %below; setp.gt.{0} %above, {2}, {3}; setp.lt.{0} %below, {2}, {3};\n"
        "selp.{0} {1}, {4}, {2}, %below;\nselp.{0} {1}, {5}, {1}, %above;\n}}\n",
        type(), to, a, number(0), number(-1), number(1));
  }

  /// b if it lies beyond a, otherwise a; not a number if either is.
  std::string extremum(const char* beyond) const {
    return fmt::format(
        "{{ .reg .pred %is, %unordered; setp.nan.{0} %unordered, {2}, {3}; setp.{4}.{0} %is, {3}, {2};\n"
        "selp.{0} {1}, {3}, {2}, %is;\nselp.{0} {1}, {5}, {1}, %unordered;\n}}\n",
        type(), to, a, b, beyond, number(portable::not_a_number));
  }

  /// Of two truths; what is not a number is true.
  std::string connected(const char* how) const {
    return truth(
        fmt::format(".reg .pred %other; setp.neu.{0} %other, {1}, {2}; setp.neu.{3}.{0} %is, {4}, {2}, %other;\n",
                    type(), b, number(0), how, a));
  }

  /// A function, which takes and gives doubles.
  std::string call(OpCode code) const {
    const bool two = is_binary(code);
    std::string text = "{ .param .b64 argument; .param .b64 other; .param .b64 value; .reg .f64 %wide;\n";
    const auto pass = [&](const char* parameter, const std::string& from) {
      if (!single) return fmt::format("st.param.f64 [{}], {};\n", parameter, from);
      return fmt::format("cvt.f64.f32 %wide, {};\nst.param.f64 [{}], %wide;\n", from, parameter);
    };
    text += pass("argument", a);
    if (two) text += pass("other", b);
    text += fmt::format("call (value), {}, (argument{});\n", ptx_function_name(code), two ? ", other" : "");
    if (!single) return text + fmt::format("ld.param.f64 {}, [value];\n}}\n", to);
    return text + fmt::format("ld.param.f64 %wide, [value];\ncvt.rn.f32.f64 {}, %wide;\n}}\n", to);
  }
};

}  // namespace

std::string ptx_number(double value, bool single) {
  if (single) return fmt::format("0f{:08X}", std::bit_cast<std::uint32_t>(static_cast<float>(value)));
  return fmt::format("0d{:016X}", std::bit_cast<std::uint64_t>(value));
}

const char* ptx_comparison(OpCode code) {
  switch (code) {
    case OpCode::less:
      return "lt";
    case OpCode::less_equal:
      return "le";
    case OpCode::greater:
      return "gt";
    case OpCode::greater_equal:
      return "ge";
    case OpCode::equal:
      return "eq";
    case OpCode::not_equal:
      return "neu";
    default:
      return nullptr;
  }
}

bool ptx_can_write(OpCode code) {
  if (ptx_function_name(code) != nullptr) return ptx_has_functions();
  return code != OpCode::push && code != OpCode::random && code < OpCode::jump;
}

namespace {

std::string unary(OpCode code, const Writer& write) {
  const auto rounded = [&](const char* how) {
    return fmt::format("cvt.{0}.{1}.{1} {2}, {3};\n", how, write.type(), write.to, write.a);
  };
  switch (code) {
    case OpCode::negate:
      return write.unary("neg");
    case OpCode::invert:
      return write.truth(fmt::format("setp.eq.{} %is, {}, {};\n", write.type(), write.a, write.number(0)));
    case OpCode::square:
      return fmt::format("mul.rn.{0} {1}, {2}, {2};\n", write.type(), write.to, write.a);
    case OpCode::cube:
      return write.power(3);
    case OpCode::fourth:
      return write.power(4);
    case OpCode::reciprocal:
      return fmt::format("div.rn.{} {}, {}, {};\n", write.type(), write.to, write.number(1), write.a);
    case OpCode::sqrt:
      return write.unary("sqrt.rn");  // of a float as well: that it is rounded to double first changes nothing
    case OpCode::abs:
      return write.unary("abs");
    case OpCode::sign:
      return write.sign();
    case OpCode::floor:
      return rounded("rmi");
    case OpCode::ceil:
      return rounded("rpi");
    default:
      return "";
  }
}

}  // namespace

std::string ptx_operation(OpCode code, bool single, const std::string& to, const std::string& a, const std::string& b) {
  const Writer write{single, to, a, b};
  if (ptx_function_name(code) != nullptr) return write.call(code);
  if (const char* how = ptx_comparison(code))
    return write.truth(fmt::format("setp.{}.{} %is, {}, {};\n", how, write.type(), a, b));
  switch (code) {
    case OpCode::add:
      return write.binary("add");
    case OpCode::subtract:
      return write.binary("sub");
    case OpCode::multiply:
      return write.binary("mul");
    case OpCode::divide:
      return write.binary("div");
    case OpCode::min:
      return write.extremum("lt");
    case OpCode::max:
      return write.extremum("gt");
    case OpCode::both:
      return write.connected("and");
    case OpCode::either:
      return write.connected("or");
    default:
      return unary(code, write);
  }
}

}  // namespace tarn::ops::detail
