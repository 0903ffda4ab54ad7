#include "tarn/apps/pde/hessenberg.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

namespace tarn::apps::pde {
namespace {

using Complex = std::complex<double>;
using Numbers = std::vector<Complex>;

std::size_t index_of(int rows, int row, int column) {
  return static_cast<std::size_t>(row) * static_cast<std::size_t>(rows) + static_cast<std::size_t>(column);
}

/// The largest distance from a number that is asked for to the nearest that was found and is not taken yet.
double distance(Numbers found, const Numbers& asked) {
  double largest = 0;
  for (const Complex& one : asked) {
    const auto nearest = std::min_element(found.begin(), found.end(), [&](const Complex& a, const Complex& b) {
      return std::abs(a - one) < std::abs(b - one);
    });
    largest = std::max(largest, std::abs(*nearest - one));
    found.erase(nearest);
  }
  return largest;
}

/// A ring in which each takes `next` of the one behind it and `before` of the one in front, and the eigenvalues of it.
Numbers ring(int rows, Complex own, Complex next, Complex before, Numbers& eigenvalues) {
  Numbers matrix(static_cast<std::size_t>(rows) * static_cast<std::size_t>(rows));
  for (int row = 0; row < rows; ++row) {
    const auto at = [&](int column) -> Complex& { return matrix[index_of(rows, row, (column + rows) % rows)]; };
    at(row) += own;
    at(row + 1) += next;
    at(row - 1) += before;
    const Complex turn = std::polar(1.0, 2 * std::numbers::pi * row / rows);
    eigenvalues.push_back(own + next * turn + before / turn);
  }
  return matrix;
}

TEST(Hessenberg, FindsThoseOfARing) {
  for (const int rows : {2, 3, 17, 40, 64}) {
    for (const Complex next : {Complex(1), Complex(-3), Complex(0.5, 2)}) {
      Numbers asked;
      const Numbers matrix = ring(rows, {-1, 0.25}, next, 0.75, asked);

      const Numbers found = eigenvalues_by_hessenberg(matrix, rows);

      ASSERT_EQ(found.size(), static_cast<std::size_t>(rows));
      EXPECT_LT(distance(found, asked), 1e-12 * rows) << rows << " rows, " << next;
    }
  }
}

TEST(Hessenberg, FindsThoseOfARingThatOnlyTurns) {
  Numbers asked;  // all of one size: without shifts nothing would change
  const Numbers matrix = ring(32, 0, 1, 0, asked);

  EXPECT_LT(distance(eigenvalues_by_hessenberg(matrix, 32), asked), 1e-12);
}

TEST(Hessenberg, FindsTheDiagonalOfATriangleAndOfBlocks) {
  constexpr int rows = 20;
  Numbers matrix(rows * rows), asked;
  for (int row = 0; row < rows; ++row) {
    for (int column = row; column < rows; ++column)
      matrix[index_of(rows, row, column)] = column == row ? Complex(row, -row) : Complex(0.5);
    asked.emplace_back(row, -row);
  }

  EXPECT_LT(distance(eigenvalues_by_hessenberg(matrix, rows), asked), 1e-9);
}

TEST(Hessenberg, KeepsTheSumAndTheSumOfSquaresOfAnyMatrix) {
  constexpr int rows = 50;
  Numbers matrix;
  for (int n = 0; n < rows * rows; ++n)
    matrix.emplace_back(std::sin(1.0 + 7.0 * n * n), std::cos(3.0 * n));
  Complex trace = 0, of_square = 0;
  for (int row = 0; row < rows; ++row) {
    trace += matrix[index_of(rows, row, row)];
    for (int column = 0; column < rows; ++column)
      of_square += matrix[index_of(rows, row, column)] * matrix[index_of(rows, column, row)];
  }

  Complex sum = 0, squares = 0;
  for (const Complex& one : eigenvalues_by_hessenberg(matrix, rows)) {
    sum += one;
    squares += one * one;
  }

  EXPECT_LT(std::abs(sum - trace), 1e-10);
  EXPECT_LT(std::abs(squares - of_square), 1e-9);
}

TEST(Hessenberg, TakesZerosAndOneRow) {
  EXPECT_EQ(eigenvalues_by_hessenberg(Numbers(9), 3), Numbers(3));
  EXPECT_EQ(eigenvalues_by_hessenberg({Complex(2, 3)}, 1), Numbers{Complex(2, 3)});
}

}  // namespace
}  // namespace tarn::apps::pde
