#include "tarn/ops/reduce/scan.hpp"
#include "tarn/ops/reduce/sort.hpp"
#include "tarn/tests/ops/numpy/cases.hpp"

namespace tarn::ops::test {
namespace {

template <bool Product, class T, class R>
void scan_along(const StridedArray<R>& target, const StridedArray<T>& x, std::int64_t along) {
  const auto scan = [&](auto axes) {
    if constexpr (Product) {
      cumprod(target.view(), x.view(), axes);
    } else {
      cumsum(target.view(), x.view(), axes);
    }
  };
  switch (along) {
    case 0:
      return scan(axis<0>);
    case 1:
      return scan(axis<1>);
    case 2:
      return scan(axis<2>);
    default:
      return scan(axis<-1>);
  }
}

template <bool Product, class T>
void check_scan() {
  using R = detail::sum_type<T>;
  const auto all = cases("scan", fmt::format("{} {}", Product ? "cumprod" : "cumsum", detail::type_name<T>()));
  ASSERT_FALSE(all.empty());
  for (const Case& expected : all) {
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order) {
      const auto x = placed<T>(expected.operands[0], order);
      const std::string where = fmt::format("axis {}, order {}", expected.options[0], order);
      StridedArray<R> target(expected.answer.extents, static_cast<Order>(3 - order));
      target.fill();
      scan_along<Product>(target, x, expected.options[0]);
      expect_agrees(expected, detail::type_name<R>(), target.bytes(), where);
      EXPECT_TRUE(target.gaps_are_untouched()) << expected.name << ", " << where;
      if constexpr (std::is_same_v<T, R>) {
        scan_along<Product>(x, x, expected.options[0]);
        expect_agrees(expected, detail::type_name<R>(), x.bytes(), where + " in place");
      }
    }
  }
}

TEST(ScanBesideNumPy, cumsum_Agrees) {
  for_each_type([](auto type) { check_scan<false, typename decltype(type)::type>(); });
}

TEST(ScanBesideNumPy, cumprod_Agrees) {
  for_each_type([](auto type) { check_scan<true, typename decltype(type)::type>(); });
}

template <class T>
void check_sort() {
  const auto all = cases("scan", fmt::format("sort {}", detail::type_name<T>()));
  ASSERT_FALSE(all.empty());
  for (const Case& expected : all) {
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order) {
      const auto x = placed<T>(expected.operands[0], order);
      sort(Space(), x.view());
      expect_agrees(expected, detail::type_name<T>(), x.bytes(), fmt::format("order {}", order));
      EXPECT_TRUE(x.gaps_are_untouched()) << expected.name;
    }
  }
}

TEST(SortBesideNumPy, sort_Agrees) {
  for_each_type([](auto type) { check_sort<typename decltype(type)::type>(); });
}

template <class T>
void check_argsort() {
  const auto all = cases("scan", fmt::format("argsort {}", detail::type_name<T>()));
  ASSERT_FALSE(all.empty());
  for (const Case& expected : all) {
    for (int order = 0; order < 4 && !::testing::Test::HasFailure(); ++order) {
      const auto x = placed<T>(expected.operands[0], order);
      StridedArray<std::int64_t> places(expected.answer.extents, static_cast<Order>(3 - order));
      places.fill();
      argsort(Space(), places.view(), x.view());
      expect_agrees(expected, "int64", places.bytes(), fmt::format("order {}", order));
    }
  }
}

TEST(SortBesideNumPy, argsort_Agrees) {
  for_each_type([](auto type) { check_argsort<typename decltype(type)::type>(); });
}

}  // namespace
}  // namespace tarn::ops::test
