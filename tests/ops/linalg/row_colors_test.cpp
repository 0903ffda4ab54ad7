// Colours of the rows of sparse matrices.
#include "tarn/ops/linalg/row_colors.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tarn/core/error.hpp"
#include "tarn/tests/ops/linalg/sparse.hpp"

namespace tarn::ops {
namespace {

using test::color_of_rows;
using test::five_points;
using test::on_device;
using test::on_host;
using test::sparse;
using testing::ElementsAre;
using testing::HasSubstr;

/// Whether two rows are neighbours in a matrix without symmetry.
bool are_linked(int i, int j) {
  const auto one_way = [](int a, int b) { return (7 * a + 3 * b) % 11 == 0 || a == b + 1; };
  return one_way(i, j) || one_way(j, i);
}
/// Only one of entries (i, j) and (j, i) is stored.
double one_sided(int i, int j) {
  return i == j ? 4 : are_linked(i, j) && (i + j) % 2 == (i < j) ? -1 : 0;
}

/// What row after row gets: the least colour that no neighbour has.
std::vector<int> greedy(int rows) {
  std::vector<int> colors;
  for (int i = 0; i < rows; ++i) {
    std::set<int> taken;
    for (int j = 0; j < i; ++j) {
      if (one_sided(i, j) != 0 || one_sided(j, i) != 0) taken.insert(colors[static_cast<std::size_t>(j)]);
    }
    int color = 0;
    while (taken.count(color) > 0)
      ++color;
    colors.push_back(color);
  }
  return colors;
}

template <class Real>
class RowColorsOf : public testing::Test {};
using Reals = testing::Types<float, double>;
TYPED_TEST_SUITE(RowColorsOf, Reals);

TYPED_TEST(RowColorsOf, AreThoseOfAGreedyLoopAlthoughTheMatrixIsNotSymmetric) {
  for (const int rows : {1, 2, 17, 130}) {
    const auto colors = color_rows(Space{}, sparse<TypeParam>(rows, rows, one_sided));

    EXPECT_EQ(color_of_rows(colors), greedy(rows)) << rows;
  }
}

TYPED_TEST(RowColorsOf, HaveEveryRowOnceInOrder) {
  const auto colors = color_rows(Space{}, sparse<TypeParam>(130, 130, one_sided));

  auto rows = on_host(colors.rows);
  for (int c = 0; c < colors.colors(); ++c)
    EXPECT_TRUE(std::is_sorted(rows.begin() + colors.offsets[c], rows.begin() + colors.offsets[c + 1])) << c;
  std::sort(rows.begin(), rows.end());
  ASSERT_EQ(rows.size(), 130u);
  for (int i = 0; i < 130; ++i)
    EXPECT_EQ(rows[static_cast<std::size_t>(i)], i);
}

TYPED_TEST(RowColorsOf, AreTheSameTwice) {
  const auto a = sparse<TypeParam>(130, 130, one_sided);
  const auto first = color_rows(Space{}, a), second = color_rows(Space{}, a);

  EXPECT_EQ(on_host(first.rows), on_host(second.rows));
  EXPECT_EQ(first.offsets, second.offsets);
}

TYPED_TEST(RowColorsOf, AreRedAndBlackOnAGrid) {
  const auto colors = color_rows(Space{}, sparse<TypeParam>(48, 48, five_points<8, 6>));

  std::vector<int> wanted;
  for (int i = 0; i < 48; ++i)
    wanted.push_back((i % 8 + i / 8) % 2);
  EXPECT_EQ(color_of_rows(colors), wanted);
}

/// More colours than bits in a word: each row is the neighbour of all others.
TYPED_TEST(RowColorsOf, AreAsManyAsRowsWhereAllAreNeighbours) {
  const auto colors = color_rows(Space{}, sparse<TypeParam>(200, 200, [](int, int) { return 1; }));

  EXPECT_EQ(colors.colors(), 200);
}

TYPED_TEST(RowColorsOf, AreOneWithoutNeighbours) {
  EXPECT_EQ(color_rows(Space{}, sparse<TypeParam>(5, 5, [](int i, int j) { return i == j; })).colors(), 1);
  EXPECT_EQ(color_rows(Space{}, sparse<TypeParam>(5, 5, [](int, int) { return 0; })).colors(), 1);
  EXPECT_EQ(color_rows(Space{}, sparse<TypeParam>(0, 0, [](int, int) { return 0; })).colors(), 0);
}

TYPED_TEST(RowColorsOf, MayBeGiven) {
  const auto a = sparse<TypeParam>(4, 4, [](int i, int j) { return i == j || std::abs(i - j) == 1 ? 1 : 0; });

  const auto groups = group_rows<TypeParam>(Space{}, a, on_device<std::int32_t>({2, 0, 2, 0}));

  EXPECT_THAT(on_host(groups.rows), ElementsAre(1, 3, 0, 2));
  EXPECT_THAT(groups.offsets, ElementsAre(0, 2, 2, 4));
}

template <class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST(RowColorsErrors, NameRowsAndShapes) {
  const auto chain = sparse<double>(3, 3, [](int i, int j) { return i == j + 1 ? 1 : 0; });
  const auto wide = sparse<double>(3, 4, [](int, int) { return 1; });
  const auto grouping = [&](std::vector<std::int32_t> colors) {
    return message_of([&] { group_rows<double>(Space{}, chain, on_device(colors)); });
  };

  EXPECT_THAT(message_of([&] { color_rows(Space{}, wide); }), HasSubstr("color_rows: a is 3x4; it has to be square"));
  EXPECT_THAT(grouping({0, 1}), HasSubstr("group_rows: 2 colours for 3 rows"));
  EXPECT_THAT(grouping({0, 1, 3}), HasSubstr("row 2 has colour 3, not 0 to 2"));
  EXPECT_THAT(grouping({0, -1, 0}), HasSubstr("row 1 has colour -1, not 0 to 2"));
  EXPECT_THAT(grouping({0, 1, 1}), HasSubstr("row 2 has an entry in column 1, and both have colour 1"));
  EXPECT_EQ(grouping({0, 1, 0}), "nothing was thrown");
}

}  // namespace
}  // namespace tarn::ops
