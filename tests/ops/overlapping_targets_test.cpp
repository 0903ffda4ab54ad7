// No function of ops writes to a View whose elements share memory: all but the last of what is written would be lost,
// or land beyond the View.
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/ops.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"
#include "tarn/tests/support/message_of.hpp"

namespace tarn::ops::test {
namespace {

using tarn::test::message_of;

constexpr int room = 64;

/// Memory of sevens, and Views of it with any strides.
template <class T>
class Sevens {
 public:
  Sevens() { Kokkos::deep_copy(memory_, T(7)); }

  Kokkos::View<T*, Kokkos::LayoutStride, Space> line(std::size_t extent, std::size_t stride) const {
    return Kokkos::View<T*, Kokkos::LayoutStride, Space>(memory_.data(), Kokkos::LayoutStride(extent, stride));
  }
  Kokkos::View<T**, Kokkos::LayoutStride, Space> matrix(std::size_t rows, std::size_t row_stride, std::size_t columns,
                                                        std::size_t column_stride) const {
    return Kokkos::View<T**, Kokkos::LayoutStride, Space>(
        memory_.data(), Kokkos::LayoutStride(rows, row_stride, columns, column_stride));
  }
  Kokkos::View<T***, Kokkos::LayoutStride, Space> batch(std::size_t count, std::size_t stride) const {
    return Kokkos::View<T***, Kokkos::LayoutStride, Space>(memory_.data(),
                                                           Kokkos::LayoutStride(count, stride, 2, 2, 2, 1));
  }

  /// Whether the action is refused with a message that says so, and nothing is written anywhere.
  void expect_refused(const std::function<void()>& action) const {
    const std::string message = message_of<Error>(action);
    Kokkos::fence();
    EXPECT_THAT(message, testing::AnyOf(testing::HasSubstr("overlap each other"),
                                        testing::HasSubstr("share memory with each other")));
    EXPECT_EQ(on_host(memory_), std::vector<T>(room, T(7)));
  }

 private:
  Kokkos::View<T*, Space> memory_{"test::sevens", room};
};

template <class T>
class ProductsInto : public testing::Test {};
using Types = testing::Types<float, double, Kokkos::complex<double>, std::int32_t, std::uint8_t>;
TYPED_TEST_SUITE(ProductsInto, Types);

template <class T>
Kokkos::View<T**, Kokkos::LayoutRight, Space> ones(std::size_t rows, std::size_t columns) {
  const Kokkos::View<T**, Kokkos::LayoutRight, Space> view("test::ones", rows, columns);
  Kokkos::deep_copy(view, T(1));
  return view;
}

TYPED_TEST(ProductsInto, TargetsThatOverlapThemselvesAreRefused) {
  using T = TypeParam;
  const Sevens<T> sevens;
  const auto a = ones<T>(4, 4);
  const auto x = vector_of<T>({1, 1, 1, 1});

  sevens.expect_refused([&] { matvec(sevens.line(4, 0), a, x); });
  sevens.expect_refused([&] { matmul(sevens.matrix(4, 0, 4, 1), a, a); });
  sevens.expect_refused([&] { matmul(sevens.matrix(4, 1, 4, 0), a, a); });
  sevens.expect_refused([&] { matmul(sevens.matrix(4, 2, 4, 1), a, transposed(a)); });  // rows 2 apart, of 4
  sevens.expect_refused([&] { outer(sevens.matrix(4, 0, 4, 1), x, x); });
  sevens.expect_refused([&] { outer(sevens.matrix(4, 1, 4, 1), x, x); });
  sevens.expect_refused([&] { matmul(sevens.batch(3, 0), ones<T>(2, 2), ones<T>(2, 2)); });
  sevens.expect_refused([&] { matmul(sevens.batch(3, 3), ones<T>(2, 2), ones<T>(2, 2)); });
}

/// Strides that look entangled but meet nowhere, and an axis of one element with any stride.
TYPED_TEST(ProductsInto, TargetsWithAnyOtherStridesAreTaken) {
  using T = TypeParam;
  const Sevens<T> sevens;
  const auto x = vector_of<T>({1, 1, 1, 1});

  matvec(sevens.line(1, 0), ones<T>(1, 4), x);
  EXPECT_EQ(on_host(sevens.line(2, 1)), (std::vector<T>{T(4), T(7)}));
  outer(sevens.matrix(4, 4, 3, 5), x, vector_of<T>({1, 1, 1}));
  EXPECT_EQ(on_host(sevens.line(room, 1)), [] {
    std::vector<T> wanted(room, T(7));
    wanted[0] = T(4);
    for (const std::size_t place : {0, 4, 8, 12, 5, 9, 13, 17, 10, 14, 18, 22})
      wanted[place] = T(1);
    return wanted;
  }());
}

TEST(OverlappingTargets, AreRefusedBySolve) {
  const Sevens<double> sevens;
  const auto a = ones<double>(1, 1);

  sevens.expect_refused([&] { solve(sevens.matrix(1, 1, 4, 0), a, ones<double>(1, 4)); });
}

TEST(OverlappingTargets, AreRefusedByRandomNumbers) {
  const Sevens<double> sevens;
  const Sevens<std::int32_t> whole;

  sevens.expect_refused([&] { random_uniform(Space(), sevens.line(4, 0)); });
  sevens.expect_refused([&] { random_normal(Space(), sevens.matrix(3, 1, 3, 1)); });
  whole.expect_refused([&] { random_integers(Space(), whole.matrix(3, 2, 3, 1)); });
}

TEST(OverlappingTargets, AreRefusedBySorts) {
  const Sevens<double> sevens;
  const Sevens<std::int64_t> places;

  sevens.expect_refused([&] { sort(Space(), sevens.line(4, 0)); });
  EXPECT_THAT(message_of<Error>([&] { sort(Space(), sevens.line(4, 0)); }), testing::StartsWith("sort: "));
  places.expect_refused([&] { argsort(Space(), places.line(4, 0), vector_of<double>({4, 3, 2, 1})); });
  EXPECT_THAT(message_of<Error>([&] {
                argsort(Space(), places.line(2, 0), vector_of<double>({2, 1}));
              }),
              testing::StartsWith("argsort: "));
}

TEST(OverlappingTargets, AreRefusedByAssignmentsReductionsScansAndFormulas) {
  const Sevens<double> sevens;
  const auto a = counted<double>(4, 4);
  const Formula formula("a + 1", {{"a"}, {}, false, {}});

  sevens.expect_refused([&] { assign(sevens.line(4, 0), 1.0); });
  sevens.expect_refused([&] { assign(sevens.matrix(4, 1, 4, 2), a); });
  sevens.expect_refused([&] { assign(sevens.line(4, 0), sum(a, axis<0>)); });
  sevens.expect_refused([&] { assign(sevens.matrix(4, 0, 1, 1), mean(a, axis<1>, keepdims)); });
  sevens.expect_refused([&] { cumsum(sevens.matrix(4, 1, 4, 1), a, axis<0>); });
  sevens.expect_refused([&] { cumprod(sevens.line(4, 0), vector_of<double>({1, 2, 3, 4}), axis<0>); });
  sevens.expect_refused([&] { assign(sevens.matrix(4, 0, 4, 1), formula, {{"a", a}}); });
}

/// A sparse product whose target lies on the matrix itself would change it while it is read.
TEST(OverlappingTargets, AreNotTheSparseMatrix) {
  const Field<std::int64_t, 1> offsets("test::offsets", 2);
  Kokkos::deep_copy(Kokkos::subview(offsets, 1), 1);
  const Field<std::int32_t, 1> columns("test::columns", 1);
  const Field<double, 1> values("test::values", 1), x("test::x", 1);
  const Csr<double> a(offsets, columns, values, 1);

  EXPECT_THAT(message_of<Error>([&] { spmv<double>(Space(), a, x, values); }),
              testing::HasSubstr("the target y shares memory with a"));
  EXPECT_THAT(message_of<Error>([&] { diagonal<double>(Space(), a, values); }),
              testing::HasSubstr("the target shares memory with a"));
}

}  // namespace
}  // namespace tarn::ops::test
