#include "tarn/ops/formula/formula_arrays.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/random/philox.hpp"
#include "tarn/tests/ops/expression/on_host.hpp"

namespace tarn::ops::test {
namespace {

using ::testing::ElementsAre;

TEST(FormulaOverArrays, BroadcastsArraysOfDifferentTypes) {
  const auto gram = counted<int>(2, 3);
  const auto weight = vector_of<float>({1, 2, 4});
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> target("test::target", 2, 3);
  const Formula formula("sqrt(gram * gram) + weight / 2", {{"weight", "gram", "unused"}, {}, false, {}});

  assign(target, formula, {{"gram", gram}, {"weight", weight}});

  EXPECT_THAT(on_host(target), ElementsAre(0.5, 2, 4, 3.5, 5, 7));
}

TEST(FormulaOverArrays, UpdatesInPlace) {
  const auto a = counted<float>(2, 2);

  assign(a, Formula("a * 2", {{"a"}, {}, false, {}}), {{"a", a}});

  EXPECT_THAT(on_host(a), ElementsAre(0, 2, 4, 6));
}

TEST(FormulaOverArrays, CountsRandomNumbersInCOrder) {
  const Kokkos::View<double**, Kokkos::LayoutLeft, Space> target("test::target", 2, 2);

  assign(target, Formula("random", {{}, {}, true, {}}), {}, {.seed = 5, .stream = 6, .offset = 10});

  EXPECT_THAT(on_host(target), ElementsAre(uniform(5, 6, 10), uniform(5, 6, 11), uniform(5, 6, 12), uniform(5, 6, 13)));
}

TEST(FormulaOverArrays, RefusesMissingNamesAndWrongShapes) {
  const auto a = vector_of<double>({1, 2}), b = vector_of<double>({1, 2, 3});
  const Formula formula("a + b", {{"a", "b"}, {}, false, {}});

  EXPECT_THROW(assign(a, formula, {{"a", a}}), Error);
  EXPECT_THROW(assign(a, formula, {{"a", a}, {"b", b}}), ShapeMismatch);
  EXPECT_THROW(assign(a, formula, {{"a", a}, {"a", a}, {"b", a}}), Error);
  EXPECT_THAT(on_host(a), ElementsAre(1, 2));
}

}  // namespace
}  // namespace tarn::ops::test
