#include "tarn/tests/ops/numpy/elementwise.hpp"

namespace tarn::ops::test {
namespace {

std::span<const Case> cases_of(const char* function, const char* type) {
  return cases("elementwise", fmt::format("{} {}", function, type));
}

/// Three operands, in layouts of their own, then in place of the one of the answer's type.
template <class A, class T, class Make>
void check_three(const Case& expected, int order, const Make& make) {
  const auto first = placed<A>(expected.operands[0], order);
  const auto second = placed<T>(expected.operands[1], order + 1), third = placed<T>(expected.operands[2], order / 2);
  StridedArray<T> target(expected.answer.extents, static_cast<Order>(3 - order));
  target.fill();

  make(first, second, third, target);
  expect_agrees(expected, detail::type_name<T>(), target.bytes(), fmt::format("order {}", order));
  EXPECT_TRUE(target.gaps_are_untouched()) << expected.name;
  if (expected.operands[1].extents != expected.answer.extents) return;
  make(first, second, third, second);
  expect_agrees(expected, detail::type_name<T>(), second.bytes(), fmt::format("order {} in place", order));
}

template <class A, class T, class Make>
void check_all_of_three(const char* name, const Make& make) {
  ASSERT_FALSE(cases_of(name, detail::type_name<T>()).empty());
  for (const Case& expected : cases_of(name, detail::type_name<T>())) {
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order)
      check_three<A, T>(expected, order, make);
  }
}

TEST(ElementwiseBesideNumPy, clip_Agrees) {
  for_each_type([](auto type) {
    using T = typename decltype(type)::type;
    if constexpr (std::is_same_v<T, bool>) {
      EXPECT_TRUE(cases_of("clip", "bool").empty());
    } else {
      check_all_of_three<T, T>("clip", [](const auto& x, const auto& low, const auto& high, const auto& target) {
        assign(target.view(), clip(x.view(), low.view(), high.view()));
      });
    }
  });
}

TEST(ElementwiseBesideNumPy, where_Agrees) {
  for_each_type([](auto type) {
    using T = typename decltype(type)::type;
    check_all_of_three<bool, T>("where", [](const auto& condition, const auto& a, const auto& b, const auto& target) {
      assign(target.view(), where(condition.view(), a.view(), b.view()));
    });
  });
}

template <class From, class To>
void check_cast() {
  const auto all = cases_of((std::string("cast ") + detail::type_name<From>()).c_str(), detail::type_name<To>());
  ASSERT_FALSE(all.empty());
  for (std::size_t n = 0; n < all.size() && !::testing::Test::HasFailure(); ++n) {
    const auto x = placed<From>(all[n].operands[0], static_cast<int>(n));
    StridedArray<To> target(all[n].answer.extents, static_cast<Order>(n / 2 % 4));
    target.fill();
    assign(target.view(), cast<To>(x.view()));
    expect_agrees(all[n], detail::type_name<To>(), target.bytes(), "cast");
  }
}

TEST(ElementwiseBesideNumPy, cast_Agrees) {
  for_each_type([](auto from) {
    for_each_type([](auto to) { check_cast<typename decltype(from)::type, typename decltype(to)::type>(); });
  });
}

TEST(ElementwiseBesideNumPy, TypesArePromotedAsNumPys) {
  const auto all = cases("elementwise", "result_type");
  ASSERT_EQ(all.size(), 64U);
  std::size_t next = 0;
  for_each_type([&](auto a) {
    for_each_type([&](auto b) {
      const Case& expected = all[next++];
      using A = typename decltype(a)::type;
      using B = typename decltype(b)::type;
      EXPECT_EQ(expected.operands[0].type, detail::type_name<A>());
      EXPECT_EQ(expected.operands[1].type, detail::type_name<B>());
      EXPECT_EQ((detail::type_name<promote<A, B>>()), expected.answer.type) << expected.name;
    });
  });
}

}  // namespace
}  // namespace tarn::ops::test
