#pragma once

#include <optional>

#include "tarn/ops/formula/operations.hpp"
#include "tarn/ops/portable/many.hpp"

// Which instructions a host runs for many numbers at once, by functions of their own.

namespace tarn::ops::detail {

/// The function that does what apply(code, a) does, for many numbers; nothing for what a plain loop does as well. (Null
/// would do, but to GCC with sanitizers it is no constant whether a function is null.)
constexpr std::optional<portable::many::Unary*> many_of_one(OpCode code) {
  switch (code) {
    case OpCode::sin:
      return portable::many::sin;
    case OpCode::cos:
      return portable::many::cos;
    case OpCode::tan:
      return portable::many::tan;
    case OpCode::asin:
      return portable::many::asin;
    case OpCode::acos:
      return portable::many::acos;
    case OpCode::atan:
      return portable::many::atan;
    case OpCode::sinh:
      return portable::many::sinh;
    case OpCode::cosh:
      return portable::many::cosh;
    case OpCode::tanh:
      return portable::many::tanh;
    case OpCode::exp:
      return portable::many::exp;
    case OpCode::log:
      return portable::many::log;
    case OpCode::log10:
      return portable::many::log10;
    default:
      return std::nullopt;
  }
}

/// The same for apply(code, a, b).
constexpr std::optional<portable::many::Binary*> many_of_two(OpCode code) {
  switch (code) {
    case OpCode::power:
      return portable::many::pow;
    case OpCode::atan2:
      return portable::many::atan2;
    case OpCode::mod:
      return portable::many::fmod;
    default:
      return std::nullopt;
  }
}

}  // namespace tarn::ops::detail
