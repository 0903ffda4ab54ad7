#pragma once

#include "tarn/ops/expression/assign.hpp"
#include "tarn/tests/ops/numpy/cases.hpp"

// Elementwise functions beside NumPy's: every case in four layouts of the operands and others of the target, and in
// place where the type and the shape are the operand's. Only Compute is compiled for every function; it is the kernel.

namespace tarn::ops::test {

/// Stores a function of a, or of a and b, and returns the expression's shape.
template <class T, class R>
using Compute = Shape (*)(const StridedArray<T>& a, const StridedArray<T>& b, const StridedArray<R>& target);

template <class T, class R>
void check_case(const Case& expected, Compute<T, R> compute, int order) {
  const std::string where = fmt::format("order {}", order);
  const auto first = placed<T>(expected.operands[0], order);
  const auto second = placed<T>(expected.operands.back(), order / 2);
  StridedArray<R> target(expected.answer.extents, static_cast<Order>((order + order / 2) % 4));
  target.fill();

  EXPECT_EQ(compute(first, second, target), (Shape{4, expected.answer.extents})) << expected.name;

  expect_agrees(expected, detail::type_name<R>(), target.bytes(), where);
  EXPECT_TRUE(target.gaps_are_untouched()) << expected.name << ", " << where;
  if constexpr (std::is_same_v<T, R>) {
    if (expected.operands[0].extents != expected.answer.extents) return;
    compute(first, second, first);
    expect_agrees(expected, detail::type_name<R>(), first.bytes(), where + " in place");
    EXPECT_TRUE(first.gaps_are_untouched()) << expected.name << ", " << where << " in place";
  }
}

template <class T, class R>
void check_cases(const std::string& name, Compute<T, R> compute) {
  const auto all = cases("elementwise", fmt::format("{} {}", name, detail::type_name<T>()));
  EXPECT_FALSE(all.empty()) << "NumPy has no " << name << " of " << detail::type_name<T>();
  for (const Case& expected : all) {
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order)
      check_case<T, R>(expected, compute, order);
  }
}

template <class F, class T>
void check_function() {
  if constexpr (std::is_void_v<typename F::Operation::template loop<T>>) {
    EXPECT_TRUE(cases("elementwise", std::string(F::name) + " " + detail::type_name<T>()).empty())
        << F::name << " of " << detail::type_name<T>() << " is missing";
  } else {
    const StridedArray<T>* const none = nullptr;
    using R = typename decltype(F::call(none->view(), none->view()))::value_type;
    check_cases<T, R>(F::name,
                      [](const StridedArray<T>& a, const StridedArray<T>& b, const StridedArray<R>& target) -> Shape {
                        const auto expression = F::call(a.view(), b.view());
                        assign(target.view(), expression);
                        return expression.shape();
                      });
  }
}

}  // namespace tarn::ops::test

// A test of one function; `expression` of a, or of a and b.
#define TARN_NUMPY_TEST(function, Op, expression)                                                       \
  struct Call_##function {                                                                              \
    using Operation = detail::Op;                                                                       \
    static constexpr const char* name = #function;                                                      \
    template <class V>                                                                                  \
    static auto call([[maybe_unused]] const V& a, [[maybe_unused]] const V& b) {                        \
      return expression;                                                                                \
    }                                                                                                   \
  };                                                                                                    \
  TEST(ElementwiseBesideNumPy, function##_Agrees) {                                                     \
    for_each_type([](auto type) { check_function<Call_##function, typename decltype(type)::type>(); }); \
  }
