#include "tarn/io/snapshot/difference.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/error.hpp"
#include "tarn/io/error.hpp"

namespace tarn::io {

namespace {

/// Cells of the finer grid that are in memory at once.
constexpr std::int64_t cells_at_once = 1 << 22;

std::string text_of(const GridBlock& grid) {
  std::vector<std::string> ends;
  for (int axis = 0; axis < grid.dimensions; ++axis) {
    const double upper = grid.lower[axis] + static_cast<double>(grid.cells[axis]) * grid.spacing[axis];
    ends.push_back(fmt::format("{:g} to {:g}", grid.lower[axis], upper));
  }
  return fmt::format("{} cells over {}", fmt::join(grid.cells.begin(), grid.cells.begin() + grid.dimensions, " x "),
                     fmt::join(ends, " and "));
}

[[noreturn]] void refuse(const GridBlock& first, const GridBlock& second, const char* why) {
  throw UsageError(fmt::format("the grids do not fit: {}, and {}; {}", text_of(first), text_of(second), why));
}

/// Whether an axis of both covers the same part of space, to the rounding of its ends.
bool same_ends(const GridBlock& first, const GridBlock& second, int axis) {
  constexpr double rounding = 1e-9;
  const double a = static_cast<double>(first.cells[axis]) * first.spacing[axis];
  const double b = static_cast<double>(second.cells[axis]) * second.spacing[axis];
  const double most = rounding * std::max(a, b);
  return std::abs(a - b) <= most && std::abs(first.lower[axis] - second.lower[axis]) <= most;
}

std::int64_t size_of(const CellIndex& count) {
  return count[0] * count[1] * count[2];
}

/// A block as doubles.
std::vector<double> read_block(const SnapshotReader& file, const std::string& field, const CellIndex& offset,
                               const CellIndex& count) {
  const auto entry =
      std::find_if(file.fields().begin(), file.fields().end(), [&](const FieldEntry& e) { return e.name == field; });
  const bool single = entry != file.fields().end() && entry->element == hdf5::Element::float32;
  std::vector<double> values(static_cast<std::size_t>(size_of(count)));
  if (!single) {
    file.read(field, offset, count, values.data());
    return values;
  }
  std::vector<float> narrow(values.size());
  file.read(field, offset, count, narrow.data());
  std::copy(narrow.begin(), narrow.end(), values.begin());
  return values;
}

/// Means over boxes of factor cells.
std::vector<double> averaged(const std::vector<double>& fine, const CellIndex& coarse, const CellIndex& factor) {
  std::vector<double> means(static_cast<std::size_t>(size_of(coarse)));
  const std::int64_t nx = coarse[0] * factor[0], ny = coarse[1] * factor[1], nz = coarse[2] * factor[2];
  for (std::int64_t k = 0; k < nz; ++k) {
    for (std::int64_t j = 0; j < ny; ++j) {
      const std::int64_t row = ((k / factor[2]) * coarse[1] + j / factor[1]) * coarse[0];
      for (std::int64_t i = 0; i < nx; ++i)
        means[static_cast<std::size_t>(row + i / factor[0])] += fine[static_cast<std::size_t>((k * ny + j) * nx + i)];
    }
  }
  for (double& mean : means)
    mean /= static_cast<double>(size_of(factor));
  return means;
}

/// Sums over all cells, in more digits than they are told in.
class Sums {
 public:
  void add(double a, double b, const CellIndex& cell) {
    ++of_.cells;
    const bool finite = std::isfinite(a) && std::isfinite(b);
    of_.not_finite[0] += std::isfinite(a) ? 0 : 1;
    of_.not_finite[1] += std::isfinite(b) ? 0 : 1;
    if (std::bit_cast<std::uint64_t>(a) != std::bit_cast<std::uint64_t>(b)) {
      ++of_.differing;
      of_.unlike += finite ? 0 : 1;
    }
    if (!finite) return;
    const double off = std::abs(a - b), size = std::max(std::abs(a), std::abs(b));
    of_.magnitude = std::max(of_.magnitude, size);
    if (off > of_.largest) of_.largest = off, of_.largest_at = cell;
    if (off > 0 && off / size > of_.relative) of_.relative = off / size, of_.relative_at = cell;
    ++finite_;
    sum_ += off;
    squares_ += static_cast<long double>(off) * off;
  }

  FieldDifference result() const {
    FieldDifference result = of_;
    if (finite_ == 0) return result;
    result.l1 = static_cast<double>(sum_ / static_cast<long double>(finite_));
    result.l2 = static_cast<double>(std::sqrt(squares_ / static_cast<long double>(finite_)));
    return result;
  }

 private:
  FieldDifference of_;
  std::int64_t finite_ = 0;
  long double sum_ = 0, squares_ = 0;
};

}  // namespace

GridMatch match_grids(const GridBlock& first, const GridBlock& second) {
  if (first.dimensions != second.dimensions) refuse(first, second, "they have other numbers of axes");
  GridMatch match;
  bool first_is_finer = false;
  for (int axis = 0; axis < first.dimensions; ++axis) {
    if (!same_ends(first, second, axis)) refuse(first, second, "they cover other parts of space");
    const std::int64_t a = first.cells[axis], b = second.cells[axis], fine = std::max(a, b), coarse = std::min(a, b);
    match.second_is_finer = match.second_is_finer || b > a;
    first_is_finer = first_is_finer || a > b;
    if (fine % coarse != 0 || (match.second_is_finer && first_is_finer))
      refuse(first, second, "one must refine the other by whole factors");
    match.factor[axis] = fine / coarse;
  }
  return match;
}

FieldDifference difference_of(const SnapshotReader& first, const SnapshotReader& second, const std::string& field,
                              const GridMatch& match) {
  const SnapshotReader& fine = match.second_is_finer ? second : first;
  const SnapshotReader& coarse = match.second_is_finer ? first : second;
  const CellIndex cells = coarse.grid().cells;
  const int slowest = coarse.grid().dimensions - 1;
  const std::int64_t plane = std::max<std::int64_t>(1, size_of(fine.grid().cells) / cells[slowest]);
  const std::int64_t planes = std::clamp<std::int64_t>(cells_at_once / plane, 1, cells[slowest]);
  Sums sums;
  for (std::int64_t begin = 0; begin < cells[slowest]; begin += planes) {
    CellIndex offset{0, 0, 0}, count = cells, fine_offset{0, 0, 0}, fine_count = fine.grid().cells;
    offset[slowest] = begin;
    count[slowest] = std::min(planes, cells[slowest] - begin);
    fine_offset[slowest] = offset[slowest] * match.factor[slowest];
    fine_count[slowest] = count[slowest] * match.factor[slowest];
    auto a = read_block(fine, field, fine_offset, fine_count), b = read_block(coarse, field, offset, count);
    if (!match.same()) a = averaged(a, count, match.factor);
    if (match.second_is_finer) a.swap(b);
    for (std::size_t n = 0; n < a.size(); ++n) {
      const auto number = static_cast<std::int64_t>(n);
      sums.add(a[n], b[n],
               {offset[0] + number % count[0], offset[1] + number / count[0] % count[1],
                offset[2] + number / (count[0] * count[1])});
    }
  }
  return sums.result();
}

}  // namespace tarn::io
