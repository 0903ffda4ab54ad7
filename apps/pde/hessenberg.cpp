#include "tarn/apps/pde/hessenberg.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace tarn::apps::pde {

namespace {

using Complex = std::complex<double>;

/// Products without the checks for infinite parts that the language asks of its own.
Complex times(Complex a, Complex b) {
  return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}

/// A norm that takes no root.
double sum_of_parts(Complex a) {
  return std::abs(a.real()) + std::abs(a.imag());
}

/// A rotation that takes (a, b) to (length, 0).
struct Rotation {
  double cosine = 1;
  Complex sine = 0;

  static Rotation of(Complex a, Complex b) {
    const double size_a = std::abs(a), size_b = std::abs(b);
    if (size_b == 0) return {};
    if (size_a == 0) return {0, std::conj(b) / size_b};
    const double length = std::hypot(size_a, size_b);
    return {size_a / length, times(a / size_a, std::conj(b)) / length};
  }
  void turn(Complex& a, Complex& b) const {
    const Complex first = a, second = b;
    a = cosine * first + times(sine, second);
    b = cosine * second - times(std::conj(sine), first);
  }
};

class Hessenberg {
 public:
  Hessenberg(std::vector<Complex>& matrix, int rows) : matrix_(matrix), rows_(rows) {}

  std::vector<Complex> run() {
    reduce();
    std::vector<Complex> found;
    constexpr int most_steps = 60;  // for one eigenvalue; far fewer are needed
    for (int last = rows_ - 1, steps = 0; last >= 0; ++steps) {
      const int first = first_of_block(last);
      if (first == last || steps == most_steps) {
        found.push_back(at(last, last));
        --last;
        steps = -1;
      } else {
        take_step(first, last, steps);
      }
    }
    return found;
  }

 private:
  Complex& at(int row, int column) {
    return matrix_[static_cast<std::size_t>(row) * width() + static_cast<std::size_t>(column)];
  }
  std::size_t width() const { return static_cast<std::size_t>(rows_); }

  /// Makes 0 what is more than one place below the diagonal.
  void reduce() {
    std::vector<Complex> mirror(width()), sums(width());
    for (int column = 0; column + 2 < rows_; ++column) {
      const int begin = column + 1;
      double below = 0, length = 0;
      for (int row = begin; row < rows_; ++row) {
        mirror[static_cast<std::size_t>(row)] = at(row, column);
        (row == begin ? length : below) += std::norm(at(row, column));
      }
      if (below == 0) continue;
      length = std::sqrt(length + below);
      Complex& head = mirror[static_cast<std::size_t>(begin)];
      const double size = std::abs(head);
      head += size > 0 ? length * (head / size) : Complex(length);
      const double factor = 2 / (std::norm(head) + below);
      reflect_rows(begin, column, mirror, factor, sums);
      reflect_columns(begin, mirror, factor);
    }
  }

  /// From the left, the columns from `column` on.
  void reflect_rows(int begin, int column, const std::vector<Complex>& mirror, double factor,
                    std::vector<Complex>& sums) {
    std::fill(sums.begin(), sums.end(), Complex(0));
    for (int row = begin; row < rows_; ++row) {
      const Complex own = std::conj(mirror[static_cast<std::size_t>(row)]);
      for (int c = column; c < rows_; ++c)
        sums[static_cast<std::size_t>(c)] += times(own, at(row, c));
    }
    for (int row = begin; row < rows_; ++row) {
      const Complex own = factor * mirror[static_cast<std::size_t>(row)];
      for (int c = column; c < rows_; ++c)
        at(row, c) -= times(own, sums[static_cast<std::size_t>(c)]);
    }
  }

  /// From the right, all rows.
  void reflect_columns(int begin, const std::vector<Complex>& mirror, double factor) {
    for (int row = 0; row < rows_; ++row) {
      Complex sum = 0;
      for (int c = begin; c < rows_; ++c)
        sum += times(at(row, c), mirror[static_cast<std::size_t>(c)]);
      sum *= factor;
      for (int c = begin; c < rows_; ++c)
        at(row, c) -= times(sum, std::conj(mirror[static_cast<std::size_t>(c)]));
    }
  }

  /// Where the last block begins whose subdiagonal has no zero.
  int first_of_block(int last) {
    constexpr double rounding = std::numeric_limits<double>::epsilon();
    for (int row = last; row > 0; --row) {
      const double beside = sum_of_parts(at(row, row)) + sum_of_parts(at(row - 1, row - 1));
      if (sum_of_parts(at(row, row - 1)) > rounding * beside + std::numeric_limits<double>::min()) continue;
      at(row, row - 1) = 0;
      return row;
    }
    return 0;
  }

  /// The eigenvalue of the last two rows that is nearer to the corner; another number where that leads in a circle.
  Complex shift(int last, int steps) {
    const Complex corner = at(last, last);
    if (steps % 10 == 9) return corner + std::abs(at(last, last - 1));
    const Complex half = 0.5 * (at(last - 1, last - 1) - corner);
    const Complex root = std::sqrt(times(half, half) + times(at(last - 1, last), at(last, last - 1)));
    const Complex near = half - root, far = half + root;
    return corner + (std::abs(near) < std::abs(far) ? near : far);
  }

  /// A - s = Q R, then A = R Q + s, of a block: only the eigenvalues are wanted, so what lies beyond it stays.
  void take_step(int first, int last, int steps) {
    const Complex moved = shift(last, steps);
    for (int n = first; n <= last; ++n)
      at(n, n) -= moved;
    std::vector<Rotation> rotations;
    for (int n = first; n < last; ++n) {
      rotations.push_back(Rotation::of(at(n, n), at(n + 1, n)));
      for (int column = n; column <= last; ++column)
        rotations.back().turn(at(n, column), at(n + 1, column));
      at(n + 1, n) = 0;
    }
    for (int row = first; row <= last; ++row) {
      for (int n = std::max(first, row - 1); n < last; ++n) {
        const Rotation& one = rotations[static_cast<std::size_t>(n - first)];
        Rotation{one.cosine, std::conj(one.sine)}.turn(at(row, n), at(row, n + 1));
      }
    }
    for (int n = first; n <= last; ++n)
      at(n, n) += moved;
  }

  std::vector<Complex>& matrix_;
  int rows_;
};

}  // namespace

std::vector<Complex> eigenvalues_by_hessenberg(std::vector<Complex> matrix, int rows) {
  return Hessenberg(matrix, rows).run();
}

}  // namespace tarn::apps::pde
