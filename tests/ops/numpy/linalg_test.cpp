#include <fmt/ranges.h>

#include "tarn/ops/expression/node.hpp"
#include "tarn/ops/linalg/csr.hpp"
#include "tarn/ops/linalg/solve.hpp"
#include "tarn/tests/ops/numpy/cases.hpp"

namespace tarn::ops::test {
namespace {

/// The last axes of an array.
template <int Rank, class T>
auto last_axes(const StridedArray<T>& array) {
  const auto view = array.view();
  Kokkos::LayoutStride layout;
  for (int d = 0; d < Rank; ++d) {
    layout.dimension[d] = view.extent(static_cast<std::size_t>(d + 4 - Rank));
    layout.stride[d] = static_cast<std::size_t>(view.stride(d + 4 - Rank));
  }
  return Kokkos::View<typename detail::Pointers<T, Rank>::type, Kokkos::LayoutStride, Space>(view.data(), layout);
}

template <class View>
MatrixOperand<View> flagged(const View& view, std::int64_t transposes, std::int64_t conjugates) {
  return {view, transposes != 0, conjugates != 0};
}

/// Calls compute(a, b, target) for the cases of a function in every order of memory.
template <class T, class Compute>
void check_products(const char* name, const Compute& compute) {
  const auto all = cases("linalg", fmt::format("{} {}", name, detail::type_name<T>()));
  ASSERT_FALSE(all.empty());
  for (const Case& expected : all) {
    for (int order = 0; order < 16 && !::testing::Test::HasFailure(); ++order) {
      const auto a = placed<T>(expected.operands[0], order), b = placed<T>(expected.operands[1], order / 4);
      StridedArray<T> target(expected.answer.extents, static_cast<Order>((order + order / 4) % 4));
      target.fill();
      compute(a, b, target, expected.options);
      const std::string where = fmt::format("order {}, options {}", order, fmt::join(expected.options, ", "));
      expect_agrees(expected, detail::type_name<T>(), target.bytes(), where);
      EXPECT_TRUE(target.gaps_are_untouched()) << expected.name << ", " << where;
    }
  }
}

template <class T>
class ProductBesideNumPy : public ::testing::Test {};
using Numbers = ::testing::Types<std::uint8_t, std::int32_t, std::int64_t, float, double, Kokkos::complex<float>,
                                 Kokkos::complex<double>>;
TYPED_TEST_SUITE(ProductBesideNumPy, Numbers);

TYPED_TEST(ProductBesideNumPy, matmul_Agrees) {
  check_products<TypeParam>("matmul", [](const auto& a, const auto& b, const auto& target, const auto& flags) {
    matmul(last_axes<2>(target), flagged(last_axes<2>(a), flags[0], flags[1]),
           flagged(last_axes<2>(b), flags[2], flags[3]));
  });
}

TYPED_TEST(ProductBesideNumPy, matmul_OfBatchesAgrees) {
  check_products<TypeParam>("batched", [](const auto& a, const auto& b, const auto& target, const auto& flags) {
    matmul(last_axes<3>(target), flagged(last_axes<3>(a), flags[0], flags[1]),
           flagged(last_axes<3>(b), flags[2], flags[3]));
  });
}

TYPED_TEST(ProductBesideNumPy, matvec_Agrees) {
  check_products<TypeParam>("matvec", [](const auto& a, const auto& x, const auto& target, const auto& flags) {
    matvec(last_axes<1>(target), flagged(last_axes<2>(a), flags[0], flags[1]), last_axes<1>(x));
  });
}

TYPED_TEST(ProductBesideNumPy, outer_Agrees) {
  check_products<TypeParam>("outer", [](const auto& x, const auto& y, const auto& target, const auto&) {
    outer(last_axes<2>(target), last_axes<1>(x), last_axes<1>(y));
  });
}

template <class T>
class SolveBesideNumPy : public ::testing::Test {};
using Floating = ::testing::Types<float, double, Kokkos::complex<float>, Kokkos::complex<double>>;
TYPED_TEST_SUITE(SolveBesideNumPy, Floating);

TYPED_TEST(SolveBesideNumPy, solve_Agrees) {
  check_products<TypeParam>("solve", [](const auto& a, const auto& b, const auto& x, const auto& columns) {
    if (columns[0] == 0) {
      solve(last_axes<1>(x), last_axes<2>(a), last_axes<1>(b));
    } else {
      solve(last_axes<2>(x), last_axes<2>(a), last_axes<2>(b));
    }
  });
}

template <class T>
Field<T, 1> field_of(const std::vector<T>& values) {
  const Field<T, 1> field("test::field", values.size());
  const auto host = Kokkos::create_mirror_view(field);
  std::copy(values.begin(), values.end(), host.data());
  Kokkos::deep_copy(field, host);
  return field;
}

/// The elements of a matrix that are not 0.
template <class T>
Csr<T> compressed(const CaseArray& matrix) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> columns;
  std::vector<T> values;
  for (std::int64_t i = 0; i < matrix.extents[2]; ++i) {
    for (std::int64_t j = 0; j < matrix.extents[3]; ++j) {
      T value;
      std::memcpy(&value, matrix.data + (i * matrix.extents[3] + j) * static_cast<std::int64_t>(sizeof(T)), sizeof(T));
      if (value == 0) continue;
      columns.push_back(static_cast<std::int32_t>(j));
      values.push_back(value);
    }
    offsets.push_back(static_cast<std::int64_t>(values.size()));
  }
  return {field_of(offsets), field_of(columns), field_of(values), matrix.extents[3]};
}

template <class T>
void check_spmv() {
  const auto all = cases("linalg", fmt::format("spmv {}", detail::type_name<T>()));
  ASSERT_FALSE(all.empty());
  for (const Case& expected : all) {
    const auto x = placed<T>(expected.operands[1], 0);
    const StridedArray<T> y(expected.answer.extents, Order::c);
    const Field<const T, 1> source(x.view().data(), x.view().size());
    const Field<T, 1> target(y.view().data(), y.view().size());
    spmv<T>(Space(), compressed<T>(expected.operands[0]), source, target);
    expect_agrees(expected, detail::type_name<T>(), y.bytes(), "spmv");
  }
}

TEST(SparseBesideNumPy, spmv_Agrees) {
  check_spmv<float>();
  check_spmv<double>();
}

}  // namespace
}  // namespace tarn::ops::test
