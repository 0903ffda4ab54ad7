#pragma once

#include <array>
#include <functional>
#include <utility>

#include "tarn/apps/pde/assemble.hpp"
#include "tarn/apps/pde/system.hpp"

namespace tarn::apps::pde {

/// So many cells along x, y and z; and, where fields are reconstructed on a face of that cell, 1 + the face's axis,
/// below 0 for the lower face.
using Shift = std::array<int, 4>;

/// Writes the value of an expression in the cell so many cells away.
using WriteValue = std::function<int(int node, const Shift& away)>;

/// What those share who write operators into a draft.
class Writing {
 public:
  Writing(const System& system, Draft& draft, WriteValue value)
      : system_(system), draft_(draft), value_(std::move(value)) {}

 protected:
  using OpCode = ops::OpCode;

  static Shift along(int axis, int cells) {
    Shift away{};
    away[static_cast<std::size_t>(axis)] = cells;
    return away;
  }
  double spacing(int axis) const { return system_.spacing[static_cast<std::size_t>(axis)]; }

  int value(int node, const Shift& away) { return value_(node, away); }
  int step(OpCode code, int a, int b) { return draft_.step(step_code(code), a, b); }
  int add(int a, int b) { return step(OpCode::add, a, b); }
  int subtract(int a, int b) { return step(OpCode::subtract, a, b); }
  int multiply(int a, int b) { return step(OpCode::multiply, a, b); }
  int scaled(double by, int a) { return multiply(draft_.number(by), a); }

  const System& system_;
  Draft& draft_;

 private:
  WriteValue value_;
};

}  // namespace tarn::apps::pde
