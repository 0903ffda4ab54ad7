#pragma once

#include "tarn/ops/reduce/reduce.hpp"
#include "tarn/tests/ops/numpy/cases.hpp"

// Reductions beside NumPy's. Options of a case: the axes, a bit for each axis of the array of rank 4 and 0 for a full
// reduction; whether they are kept; ddof.

namespace tarn::ops::test {

/// An array of rank 4 without the axes of a mask.
template <int Rank, class T>
auto without_axes(const StridedArray<T>& array, std::int64_t mask) {
  const auto view = array.view();
  Kokkos::LayoutStride layout;
  int next = 0;
  for (int d = 0; d < 4; ++d) {
    if ((mask >> d & 1) != 0) continue;
    layout.dimension[next] = view.extent(static_cast<std::size_t>(d));
    layout.stride[next++] = static_cast<std::size_t>(view.stride(d));
  }
  return Kokkos::View<typename detail::Pointers<T, Rank>::type, Kokkos::LayoutStride, Space>(view.data(), layout);
}

/// A reduction that drops its axes, of the bits of Mask.
template <class F, int Mask, class T, class R, int... D>
void drop_axes(const StridedArray<T>& x, const StridedArray<R>& target, int ddof, Axes<D...> axes) {
  assign(without_axes<4 - static_cast<int>(sizeof...(D))>(target, Mask), F::along(x.view(), axes, ddof));
}

/// Along the axes of a case. Dropping them is compiled for three sets alone; else they are kept in a target of the
/// same elements.
template <class F, class T, class R>
void reduce(const StridedArray<T>& x, const StridedArray<R>& target, const std::vector<std::int64_t>& options) {
  const bool keep = options[1] != 0;
  const int ddof = static_cast<int>(options[2]);
  if (!keep && options[0] == 1) return drop_axes<F, 1>(x, target, ddof, axis<0>);
  if (!keep && options[0] == 8) return drop_axes<F, 8>(x, target, ddof, axis<-1>);
  if (!keep && options[0] == 10) return drop_axes<F, 10>(x, target, ddof, axis<1, -1>);
  const auto into = [&](auto axes) { assign(target.view(), F::kept(x.view(), axes, ddof)); };
  switch (options[0]) {
    case 1:
      return into(axis<0>);
    case 2:
      return into(axis<1>);
    case 3:
      return into(axis<0, 1>);
    case 4:
      return into(axis<2>);
    case 5:
      return into(axis<0, 2>);
    case 6:
      return into(axis<1, 2>);
    case 8:
      return into(axis<3>);
    case 9:
      return into(axis<0, 3>);
    case 10:
      return into(axis<1, 3>);
    case 12:
      return into(axis<2, 3>);
    default:
      FAIL() << "no such axes: " << options[0];
  }
}

/// What of a case is checked: its answer, and that NumPy's errors are errors.
template <class R, class Reduce>
void check_reduction(const Case& expected, int order, std::array<std::int64_t, 4> extents, const Reduce& reduce_to) {
  const std::string where = fmt::format("axes {}, order {}", expected.options[0], order);
  for (int d = 0; d < 4; ++d) {
    if ((expected.options[0] >> d & 1) != 0) extents[static_cast<std::size_t>(d)] = 1;
  }
  StridedArray<R> target(extents, static_cast<Order>(3 - order));
  target.fill();
  if (expected.answer.type == "error") {
    EXPECT_THROW(reduce_to(target), Error) << expected.name << ", " << where;
    return;
  }
  reduce_to(target);
  expect_agrees(expected, detail::type_name<R>(), target.bytes(), where);
  EXPECT_TRUE(target.gaps_are_untouched()) << expected.name << ", " << where;
}

/// A case of a full reduction, in an order of memory. Only what calls the reduction is compiled for each of them.
template <class T, class R>
void check_full_cases(const char* name, R (*full)(const StridedArray<T>& x, int ddof)) {
  const std::string full_name = fmt::format("{} {}", name, detail::type_name<T>());
  const auto all = cases("reduction", full_name);
  EXPECT_FALSE(all.empty());
  for (const Case& expected : all) {
    if (expected.options[0] != 0) continue;
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order) {
      const auto x = placed<T>(expected.operands[0], order);
      const int ddof = static_cast<int>(expected.options[2]);
      if (expected.answer.type == "error") {
        EXPECT_THROW(full(x, ddof), Error) << expected.name;
      } else {
        expect_agrees(expected, detail::type_name<R>(), as_bytes(full(x, ddof)), fmt::format("order {}", order));
      }
    }
  }
}

template <class F, class T>
using ResultOf = decltype(F::full(std::declval<const StridedArray<T>&>().view(), 0));

template <class F, class T>
void check_full() {
  check_full_cases<T, ResultOf<F, T>>(
      F::name, [](const StridedArray<T>& x, int ddof) -> ResultOf<F, T> { return F::full(x.view(), ddof); });
}

template <class T, class R>
using ReduceAlong = void (*)(const StridedArray<T>& x, const StridedArray<R>& target,
                             const std::vector<std::int64_t>& options);

template <class T, class R>
void check_axis_cases(const char* name, ReduceAlong<T, R> reduce_to) {
  const std::string full_name = fmt::format("{} {}", name, detail::type_name<T>());
  const auto all = cases("reduction", full_name);
  EXPECT_FALSE(all.empty());
  int order = 0;
  for (const Case& expected : all) {
    if (expected.options[0] == 0 || ::testing::Test::HasFailure()) continue;
    order = (order + 1) % 4;
    const auto x = placed<T>(expected.operands[0], order);
    check_reduction<R>(expected, order, expected.operands[0].extents,
                       [&](const StridedArray<R>& target) { reduce_to(x, target, expected.options); });
  }
}

template <class F, class T>
void check_along_axes() {
  check_axis_cases<T, ResultOf<F, T>>(F::name, &reduce<F, T, ResultOf<F, T>>);
}

}  // namespace tarn::ops::test

// How a reduction is called; `options` is empty or the variance's.
#define TARN_REDUCTION_CALLS(function, options)                        \
  struct Call_##function {                                             \
    static constexpr const char* name = #function;                     \
    template <class V>                                                 \
    static auto full(const V& x, [[maybe_unused]] int ddof) {          \
      return ops::function(x options);                                 \
    }                                                                  \
    template <class V, class A>                                        \
    static auto along(const V& x, A axes, [[maybe_unused]] int ddof) { \
      return ops::function(x, axes options);                           \
    }                                                                  \
    template <class V, class A>                                        \
    static auto kept(const V& x, A axes, [[maybe_unused]] int ddof) {  \
      return ops::function(x, axes, keepdims options);                 \
    }                                                                  \
  };
#define TARN_DDOF     \
  , VarianceOptions { \
    ddof              \
  }
