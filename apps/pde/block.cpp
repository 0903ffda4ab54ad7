#include "tarn/apps/pde/block.hpp"

#include <algorithm>
#include <array>
#include <concepts>
#include <iterator>
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
  if (operand.is_number()) {
    use(Same<Real>{*operand.values});
  } else {
    use(operand.values);
  }
}

/// The operand of all cells in double precision: where it lies, or in a buffer.
template <class Real>
const double* in_double(const BlockOperand<Real>& operand, double* buffer, int count) {
  if (operand.is_number()) {
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
  if constexpr (constexpr auto many = ops::detail::many_of_one(code); many.has_value())
    return all(*many, out, count, operand);
  as_it_is(operand, [&](const auto a) {
    TARN_INDEPENDENT_ITERATIONS
    for (int m = 0; m < count; ++m)
      out[m] = applied<Real>(code, a[m]);
  });
}

template <OpCode code, class Real>
void each(const BlockOperand<Real>& left, const BlockOperand<Real>& right, Real* out, int count) {
  if constexpr (constexpr auto many = ops::detail::many_of_two(code); many.has_value())
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

/// What a step of a pass makes of one cell.
template <std::uint8_t code, class Real>
Real made(Real a, Real b, Real c) {
  if constexpr (operands_of(code) == 3) return applied<Real>(code, a, b, c);
  if constexpr (operands_of(code) == 2) return applied<Real>(static_cast<OpCode>(code), a, b);
  return applied<Real>(static_cast<OpCode>(code), a);
}

/// What a tail makes of what comes before it.
/// @param d, e  its other operands
template <int number, class Real>
Real made_behind(Real first, Real d, Real e) {
  if constexpr (number < 0) return first;
  constexpr PassTail tail = pass_tails[number < 0 ? 0 : number];
  if constexpr (tail.place == 0) return made<tail.code>(first, d, e);
  if constexpr (tail.place == 1) return made<tail.code>(d, first, e);
  return made<tail.code>(d, e, first);
}

/// What comes behind the first step of a pass, or behind second differences: nothing, a tail, or a tail and the end.
constexpr int tails = pass_tails.size(), endings = 1 + 2 * tails;

constexpr int ending_of(const Pass& pass) {
  return pass.tail_number + 1 + (pass.end.is_there ? tails : 0);
}

/// @param d, e, f, g  operands of the tail and of the end
template <int ending, class Real>
Real made_behind_all(Real first, Real d, Real e, Real f, Real g) {
  constexpr int tail = ending == 0 ? -1 : (ending - 1) % tails;
  const Real second = made_behind<tail>(first, d, e);
  return ending > tails ? second * f + g : second;
}

/// Calls `use` with the first cell of each stride, for each of its vectors.
template <class Real, class Use>
void each_vector(int first, int end, const Use& use) {
  for (int m = first; m < end; m += stride_cells<Real>) {
    use(m, 0);
    use(m, 1);
  }
}

/// The loop of a pass of one step to three. Its operands are those of the first, what the tail has beside it, and those
/// of the end.
/// @param shape       the head's number * endings + the ending
/// @param first, end  multiples of a stride, here and below
template <int shape, class Real>
void each_joined(const BlockOperand<Real>* places, const int* operands, Real* out, int first, int end) {
  const BlockOperand<Real> a = places[operands[0]], b = places[operands[1]], c = places[operands[2]],
                           d = places[operands[3]], e = places[operands[4]], f = places[operands[5]],
                           g = places[operands[6]];
  each_vector<Real>(first, end, [=](int m, int half) {
    const Lanes<Real> at_a = a.at(m, half), at_b = b.at(m, half), at_c = c.at(m, half), at_d = d.at(m, half),
                      at_e = e.at(m, half), at_f = f.at(m, half), at_g = g.at(m, half);
    Lanes<Real> result;
    TARN_SHORT_VECTOR_LOOP
    for (int n = 0; n < lane_cells<Real>; ++n) {
      const Real head = made<pass_heads[shape / endings]>(at_a.values[n], at_b.values[n], at_c.values[n]);
      result.values[n] =
          made_behind_all<shape % endings>(head, at_d.values[n], at_e.values[n], at_f.values[n], at_g.values[n]);
    }
    std::memcpy(out + m + half * lane_cells<Real>, &result, sizeof result);
  });
}

/// The loop of second differences. Its operands are the middle; of each axis the higher, the lower and the factor; what
/// the tail has beside it; and those of the end.
/// @param shape  ((axes - 2) * 2 + whether there are factors) * endings + the ending
template <int shape, class Real>
void each_difference(const BlockOperand<Real>* places, const int* operands, Real* out, int first, int end) {
  constexpr int axes = shape / endings / 2 + 2;
  constexpr bool is_weighted = shape / endings % 2 == 1;
  BlockOperand<Real> all[most_pass_operands];
  for (std::size_t n = 0; n < most_pass_operands; ++n)
    all[n] = places[operands[n]];
  Lanes<Real> factors[3]{};
  for (int axis = 0; is_weighted && axis < axes; ++axis)
    factors[axis] = all[3 + 3 * axis].at(0, 0);
  each_vector<Real>(first, end, [&](int m, int half) {
    const Lanes<Real> middle = all[0].at(m, half), d = all[10].at(m, half), e = all[11].at(m, half),
                      f = all[12].at(m, half), g = all[13].at(m, half);
    const Lanes<Real> higher[3] = {all[1].at(m, half), all[4].at(m, half), axes > 2 ? all[7].at(m, half) : middle};
    const Lanes<Real> lower[3] = {all[2].at(m, half), all[5].at(m, half), axes > 2 ? all[8].at(m, half) : middle};
    Lanes<Real> result;
    TARN_SHORT_VECTOR_LOOP
    for (int n = 0; n < lane_cells<Real>; ++n) {
      const auto bend = [&](int axis) {
        const Real value = made<curvature>(higher[axis].values[n], middle.values[n], lower[axis].values[n]);
        return is_weighted ? factors[axis].values[n] * value : value;
      };
      Real sum = bend(0) + bend(1);
      if constexpr (axes > 2) sum = sum + bend(2);
      result.values[n] = made_behind_all<shape % endings>(sum, d.values[n], e.values[n], f.values[n], g.values[n]);
    }
    std::memcpy(out + m + half * lane_cells<Real>, &result, sizeof result);
  });
}

/// The loops of all heads with all endings.
template <class Real>
constexpr auto joined_loops = []<int... shape>(std::integer_sequence<int, shape...>) {
  return std::array<PassLoop<Real>, sizeof...(shape)>{each_joined<shape, Real>...};
}
(std::make_integer_sequence<int, pass_heads.size() * endings>());

/// The loops of second differences of all shapes.
template <class Real>
constexpr auto differences_loops = []<int... shape>(std::integer_sequence<int, shape...>) {
  return std::array<PassLoop<Real>, sizeof...(shape)>{each_difference<shape, Real>...};
}
(std::make_integer_sequence<int, 2 * 2 * endings>());

}  // namespace

template <class Real>
BlockRunner<Real>::BlockRunner(const Program& program, const BlockPlan& plan, const Real* numbers)
    : program_(program),
      plan_(plan),
      numbers_(program.numbers.size() + 2),
      registers_(static_cast<std::size_t>(program.registers)) {
  const auto place_number = [this](Stride& lanes, Real number) {
    std::fill(std::begin(lanes.values), std::end(lanes.values), number);
    places_.push_back({lanes.values, 0});
  };
  for (std::size_t n = 0; n < program.numbers.size(); ++n)
    place_number(numbers_[n], numbers[n]);
  places_.resize(places_.size() + program.loads.size());
  for (const Register& one : registers_)
    places_.push_back({one.values, 1});
  place_number(numbers_[numbers_.size() - 2], Real(1));
  place_number(numbers_[numbers_.size() - 1], -Real(0));
  for (const Pass& pass : plan.passes)
    calls_.push_back(call_of(pass));
}

template <class Real>
auto BlockRunner<Real>::call_of(const Pass& pass) -> Call {
  Call call{.step = pass.step, .result = pass.result};
  call.out = registers_[static_cast<std::size_t>(pass.step.out - program_.first_register())].values;
  Operands& operands = call.operands;
  const int factor = pass.end.factor < 0 ? place_of_one() : pass.end.factor,
            addend = pass.end.addend < 0 ? place_of_minus_zero() : pass.end.addend;
  if (const auto& of = pass.differences; of.axes > 0) {
    operands.fill(of.middle);
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(of.axes); ++axis) {
      operands[3 * axis + 1] = of.higher[axis];
      operands[3 * axis + 2] = of.lower[axis];
      if (of.is_weighted) operands[3 * axis + 3] = of.weights[axis];
    }
    operands[10] = pass.beside[0], operands[11] = pass.beside[1], operands[12] = factor, operands[13] = addend;
    const int shape = ((of.axes - 2) * 2 + (of.is_weighted ? 1 : 0)) * endings + ending_of(pass);
    call.loop = differences_loops<Real>[static_cast<std::size_t>(shape)];
  } else if (pass.head_number >= 0) {
    operands = {pass.head.a, pass.head.b, pass.head.c, pass.beside[0], pass.beside[1], factor, addend};
    call.loop = joined_loops<Real>[static_cast<std::size_t>(pass.head_number * endings + ending_of(pass))];
  }
  return call;
}

template <class Real>
void BlockRunner<Real>::run(const Real* const* loads, int count, Real* const* results) {
  for (std::size_t n = 0; n < program_.loads.size(); ++n)
    places_[static_cast<std::size_t>(program_.first_load()) + n].values = loads[n];
  targets_ = results;
  if (!plan_.first_reads.empty()) {
    const int lines = count / lane_cells<Real> + 1, whole = count - count % stride_cells<Real>;
    int fetches = 0;
    for (const Call& call : calls_)
      fetches += call.loop == nullptr ? 1 : (whole + fetch_cells - 1) / fetch_cells;
    fetched_ = count;
    fetched_end_ = 2 * count;
    fetched_at_a_time_ = (lines / std::max(1, fetches) + 1) * lane_cells<Real>;
  }
  for (const Call& call : calls_)
    execute(call, results != nullptr && call.result >= 0 ? results[call.result] : call.out, count);
  if (results == nullptr) return;
  for (std::size_t n = 0; n < program_.results.size(); ++n) {
    if (!plan_.is_direct[n]) copy(result(n), results[n], count);
  }
}

/// Asks for some of what the next cells read first, and for the lines that they will write.
template <class Real>
void BlockRunner<Real>::fetch() {
#if defined(__GNUC__)
  const int end = std::min(fetched_ + fetched_at_a_time_, fetched_end_);
  __asm__ volatile("");  // GCC takes a function of prefetches alone for one without effect, and drops calls of it
  for (const std::size_t load : plan_.first_reads) {
    const Real* const row = places_[static_cast<std::size_t>(program_.first_load()) + load].values;
    for (int cell = fetched_; cell < end; cell += lane_cells<Real>)
      __builtin_prefetch(row + cell);
  }
  for (std::size_t n = 0; targets_ != nullptr && n < program_.results.size(); ++n) {
    for (int cell = fetched_; cell < end; cell += lane_cells<Real>)
      __builtin_prefetch(targets_[n] + cell, 1);
  }
  fetched_ = end;
#endif
}

/// Runs a pass over all cells. Lanes beyond the last cell are computed from zeros, and dropped.
template <class Real>
void BlockRunner<Real>::execute(const Call& call, Real* out, int count) {
  if (call.loop == nullptr) {
    if (!plan_.first_reads.empty()) fetch();
    return execute(call.step, out, count);
  }
  const int rest = count % stride_cells<Real>, whole = count - rest;
  run_loop(call, out, whole);
  if (rest == 0) return;
  Stride last[most_pass_operands]{}, made_of_them;
  BlockOperand<Real> operands[most_pass_operands];
  Operands own{};
  for (std::size_t n = 0; n < most_pass_operands; ++n) {
    operands[n] = places_[static_cast<std::size_t>(call.operands[n])];
    own[n] = static_cast<int>(n);
    if (operands[n].is_number()) continue;
    std::copy_n(operands[n].values + whole, rest, last[n].values);
    operands[n].values = last[n].values;
  }
  call.loop(operands, own.data(), made_of_them.values, 0, stride_cells<Real>);
  std::copy_n(made_of_them.values, rest, out + whole);
}

/// Runs a pass over the first cells, a multiple of the lanes. What is fetched meanwhile is asked for little by little:
/// all at once would wait for each other.
template <class Real>
void BlockRunner<Real>::run_loop(const Call& call, Real* out, int count) {
  if (plan_.first_reads.empty()) return call.loop(places_.data(), call.operands.data(), out, 0, count);
  for (int first = 0; first < count; first += fetch_cells) {
    fetch();
    call.loop(places_.data(), call.operands.data(), out, first, std::min(first + fetch_cells, count));
  }
}

template <class Real>
void BlockRunner<Real>::execute(const Step& step, Real* out, int count) const {
  const auto at = [this](int place) { return places_[static_cast<std::size_t>(place)]; };
  if (step.code == choose) return each<choose>(at(step.a), at(step.b), at(step.c), out, count);
  const auto code = static_cast<OpCode>(step.code);
  if (ops::detail::is_binary(code)) return binary(code, at(step.a), at(step.b), out, count);
  unary(code, at(step.a), out, count);
}

template class BlockRunner<float>;
template class BlockRunner<double>;

}  // namespace tarn::apps::pde
