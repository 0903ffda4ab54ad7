#pragma once

#include <type_traits>

#include "tarn/apps/pde/program.hpp"
#include "tarn/core/space.hpp"

// What one step makes of its operands, on every device the same. Arithmetic is in the precision of the run; functions
// are computed in double precision and rounded.

namespace tarn::apps::pde {

template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real truth(bool holds) {
  return holds ? Real(1) : Real(0);
}

/// The value of a step of one operand.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real applied(ops::OpCode code, Real a) {
  using ops::OpCode;
  switch (code) {
    case OpCode::negate:
      return -a;
    case OpCode::invert:
      return truth<Real>(a == 0);
    case OpCode::square:
      return a * a;
    case OpCode::cube:
      return a * a * a;
    case OpCode::fourth:
      return (a * a) * (a * a);
    case OpCode::reciprocal:
      return 1 / a;
    case OpCode::sign:
      return a > 0 ? Real(1) : (a < 0 ? Real(-1) : a);
    default:
      return static_cast<Real>(ops::detail::apply(code, static_cast<double>(a)));
  }
}

/// The value of a step of two operands.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real applied(ops::OpCode code, Real a, Real b) {
  using ops::OpCode;
  switch (code) {
    case OpCode::add:
      return a + b;
    case OpCode::subtract:
      return a - b;
    case OpCode::multiply:
      return a * b;
    case OpCode::divide:
      return a / b;
    case OpCode::less:
      return truth<Real>(a < b);
    case OpCode::less_equal:
      return truth<Real>(a <= b);
    case OpCode::greater:
      return truth<Real>(a > b);
    case OpCode::greater_equal:
      return truth<Real>(a >= b);
    case OpCode::equal:
      return truth<Real>(a == b);
    case OpCode::not_equal:
      return truth<Real>(a != b);
    case OpCode::both:
      return truth<Real>(a != 0 && b != 0);
    case OpCode::either:
      return truth<Real>(a != 0 || b != 0);
    default:
      return static_cast<Real>(ops::detail::apply(code, static_cast<double>(a), static_cast<double>(b)));
  }
}

/// The value of a step of three operands.
template <class Real>
KOKKOS_FORCEINLINE_FUNCTION Real applied(std::uint8_t code, Real a, Real b, Real c) {
  switch (code) {
    case choose:
      return a != 0 ? b : c;
    case multiply_add:
      return a * b + c;
    case multiply_subtract:
      return a * b - c;
    case subtract_product:
      return c - a * b;
    default:  // curvature
      return (a - b) - (b - c);
  }
}

/// A program as kernels see it, on one cell.
template <class Real>
struct CellProgram {
  Kokkos::View<const Step*, Space> steps;
  Kokkos::View<const Real*, Space> numbers;
  Kokkos::View<const int*, Space> results;
  int first_load = 0, first_register = 0;

  /// Runs the steps.
  /// @param load      called with the number of a load
  /// @param registers  as many as the program has
  template <class LoadValue>
  KOKKOS_FUNCTION void run(const LoadValue& load, Real* registers) const {
    const auto count = static_cast<int>(steps.extent(0));
    for (int n = 0; n < count; ++n) {
      const Step step = steps(n);
      const Real a = value(step.a, load, registers);
      Real out;
      if (step.code >= choose) {
        out = applied(step.code, a, value(step.b, load, registers), value(step.c, load, registers));
      } else if (ops::detail::is_binary(static_cast<ops::OpCode>(step.code))) {
        out = applied(static_cast<ops::OpCode>(step.code), a, value(step.b, load, registers));
      } else {
        out = applied(static_cast<ops::OpCode>(step.code), a);
      }
      registers[step.out - first_register] = out;
    }
  }

  /// What is at a place once the steps have run.
  template <class LoadValue>
  KOKKOS_FORCEINLINE_FUNCTION Real value(int place, const LoadValue& load, const Real* registers) const {
    if (place >= first_register) return registers[place - first_register];
    return place >= first_load ? load(place - first_load) : numbers(place);
  }
};

}  // namespace tarn::apps::pde
