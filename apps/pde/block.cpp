#include "tarn/apps/pde/block.hpp"

#include <algorithm>
#include <concepts>
#include <utility>

#include "tarn/apps/pde/arithmetic.hpp"
#include "tarn/core/pragmas.hpp"
#include "tarn/ops/formula/many_functions.hpp"
#include "tarn/ops/formula/operation_lists.hpp"

namespace tarn::apps::pde {

namespace {

using ops::OpCode;

/// A number as if it stood in every cell.
template <class Real>
struct Same {
  Real value;
  Real operator[](int) const { return value; }
};

/// Calls `use` with the operand as what it is.
template <class Real, class Use>
void as_it_is(const BlockOperand<Real>& operand, const Use& use) {
  if (operand.is_number) {
    use(Same<Real>{*operand.values});
  } else {
    use(operand.values);
  }
}

/// The operand of all cells in double precision: where it lies, or in a buffer.
template <class Real>
const double* in_double(const BlockOperand<Real>& operand, double* buffer, int count) {
  if (operand.is_number) {
    std::fill_n(buffer, count, static_cast<double>(*operand.values));
    return buffer;
  }
  if constexpr (std::same_as<Real, double>) {
    return operand.values;
  } else {
    std::copy_n(operand.values, count, buffer);
    return buffer;
  }
}

/// A function of many numbers of one or two operands.
template <class Real, class Many, class... Operands>
void all(const Many& many, Real* out, int count, const Operands&... operands) {
  double buffers[sizeof...(Operands)][block_cells]{}, *buffer = buffers[0];
  const auto next = [&] { return std::exchange(buffer, buffer + block_cells); };
  if constexpr (std::same_as<Real, double>) {
    many(in_double(operands, next(), count)..., out, count);
  } else {
    double values[block_cells];
    many(in_double(operands, next(), count)..., values, count);
    for (int m = 0; m < count; ++m)
      out[m] = static_cast<Real>(values[m]);
  }
}

template <OpCode code, class Real>
void each(const BlockOperand<Real>& operand, Real* out, int count) {
  if constexpr (constexpr auto many = ops::detail::many_of_one(code); many != nullptr)
    return all(*many, out, count, operand);
  as_it_is(operand, [&](const auto a) {
    TARN_INDEPENDENT_ITERATIONS
    for (int m = 0; m < count; ++m)
      out[m] = applied<Real>(code, a[m]);
  });
}

template <OpCode code, class Real>
void each(const BlockOperand<Real>& left, const BlockOperand<Real>& right, Real* out, int count) {
  if constexpr (constexpr auto many = ops::detail::many_of_two(code); many != nullptr)
    return all(*many, out, count, left, right);
  as_it_is(left, [&](const auto a) {
    as_it_is(right, [&](const auto b) {
      TARN_INDEPENDENT_ITERATIONS
      for (int m = 0; m < count; ++m)
        out[m] = applied<Real>(code, a[m], b[m]);
    });
  });
}

template <std::uint8_t code, class Real>
void each(const BlockOperand<Real>& one, const BlockOperand<Real>& two, const BlockOperand<Real>& three, Real* out,
          int count) {
  as_it_is(one, [&](const auto a) {
    as_it_is(two, [&](const auto b) {
      as_it_is(three, [&](const auto c) {
        TARN_INDEPENDENT_ITERATIONS
        for (int m = 0; m < count; ++m)
          out[m] = applied<Real>(code, a[m], b[m], c[m]);
      });
    });
  });
}

#define TARN_CASE(name) \
  case OpCode::name:    \
    return each<OpCode::name>(a, out, count);

template <class Real>
void unary(OpCode code, const BlockOperand<Real>& a, Real* out, int count) {
  switch (code) {
    TARN_UNARY_OPERATIONS(TARN_CASE)
    default:
      break;
  }
}
#undef TARN_CASE

#define TARN_CASE(name) \
  case OpCode::name:    \
    return each<OpCode::name>(a, b, out, count);

template <class Real>
void binary(OpCode code, const BlockOperand<Real>& a, const BlockOperand<Real>& b, Real* out, int count) {
  switch (code) {
    TARN_BINARY_OPERATIONS(TARN_CASE)
    default:
      break;
  }
}
#undef TARN_CASE

}  // namespace

template <class Real>
BlockRunner<Real>::BlockRunner(const Program& program, const Real* numbers)
    : program_(program),
      places_(static_cast<std::size_t>(program.first_register() + program.registers)),
      registers_(static_cast<std::size_t>(program.registers) * block_cells) {
  for (int n = 0; n < program.first_load(); ++n)
    places_[static_cast<std::size_t>(n)] = {numbers + n, true};
  for (int n = 0; n < program.registers; ++n)
    places_[static_cast<std::size_t>(program.first_register() + n)] = {
        registers_.data() + static_cast<std::ptrdiff_t>(n) * block_cells, false};
}

template <class Real>
void BlockRunner<Real>::run(const Real* const* loads, int count) {
  for (std::size_t n = 0; n < program_.loads.size(); ++n)
    places_[static_cast<std::size_t>(program_.first_load()) + n].values = loads[n];
  for (const Step& step : program_.steps)
    execute(step, count);
}

template <class Real>
void BlockRunner<Real>::execute(const Step& step, int count) {
  const auto at = [this](int place) -> const BlockOperand<Real>& { return places_[static_cast<std::size_t>(place)]; };
  Real* const out = output(step);
  switch (step.code) {
    case choose:
      return each<choose>(at(step.a), at(step.b), at(step.c), out, count);
    case multiply_add:
      return each<multiply_add>(at(step.a), at(step.b), at(step.c), out, count);
    case multiply_subtract:
      return each<multiply_subtract>(at(step.a), at(step.b), at(step.c), out, count);
    case subtract_product:
      return each<subtract_product>(at(step.a), at(step.b), at(step.c), out, count);
    case curvature:
      return each<curvature>(at(step.a), at(step.b), at(step.c), out, count);
    default:
      break;
  }
  const auto code = static_cast<OpCode>(step.code);
  if (ops::detail::is_binary(code)) return binary(code, at(step.a), at(step.b), out, count);
  unary(code, at(step.a), out, count);
}

template class BlockRunner<float>;
template class BlockRunner<double>;

}  // namespace tarn::apps::pde
