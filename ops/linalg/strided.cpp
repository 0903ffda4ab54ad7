#include "tarn/ops/linalg/strided.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/ops/expression/shape.hpp"

namespace tarn::ops::detail {

namespace {

struct Axis {
  std::int64_t stride, a, b;  // stride and the two extents
};

std::int64_t span(const Footprint& f) {
  std::int64_t last = 0;
  for (int axis = 0; axis < 3; ++axis)
    last += (f.extent[axis] - 1) * f.stride[axis];
  return last + f.element;
}

bool is_empty(const Footprint& f) {
  return f.extent[0] == 0 || f.extent[1] == 0 || f.extent[2] == 0;
}

/// Axes along which an operand reaches anywhere, the widest stride first.
std::vector<std::pair<std::int64_t, std::int64_t>> reaching(const Footprint& f) {
  std::vector<std::pair<std::int64_t, std::int64_t>> axes;
  for (int axis = 0; axis < 3; ++axis) {
    if (f.extent[axis] > 1 && f.stride[axis] != 0) axes.emplace_back(f.stride[axis], f.extent[axis]);
  }
  std::sort(axes.rbegin(), axes.rend());
  return axes;
}

/// Merges the axes of both where their strides agree; an axis that one lacks has extent 1 there.
bool merge(const Footprint& a, const Footprint& b, std::vector<Axis>& axes) {
  const auto of_a = reaching(a), of_b = reaching(b);
  std::size_t n = 0, m = 0;
  while (n < of_a.size() || m < of_b.size()) {
    if (n < of_a.size() && m < of_b.size() && of_a[n].first == of_b[m].first) {
      axes.push_back({of_a[n].first, of_a[n].second, of_b[m].second});
      ++n, ++m;
    } else if (n < of_a.size() && (m == of_b.size() || of_a[n].first > of_b[m].first)) {
      axes.push_back({of_a[n].first, of_a[n].second, 1});
      ++n;
    } else {
      axes.push_back({of_b[m].first, 1, of_b[m].second});
      ++m;
    }
  }
  return axes.size() <= 3;  // more: the strides have nothing in common, and the search below would be long
}

/// Whether sum of stride * (x_b - x_a) = -distance has a solution inside the extents, where the elements behind both
/// sides start less than `element` bytes apart.
bool meet(const std::vector<Axis>& axes, std::size_t n, std::int64_t distance, std::int64_t element) {
  if (n == axes.size()) return distance > -element && distance < element;
  std::int64_t up = element - 1, down = element - 1;  // how far the finer axes and the element itself reach
  for (std::size_t m = n + 1; m < axes.size(); ++m) {
    up += axes[m].stride * (axes[m].b - 1);
    down += axes[m].stride * (axes[m].a - 1);
  }
  const auto stride = axes[n].stride;
  // |distance + stride * q| must be within reach: q from -(distance + up) / stride to -(distance - down) / stride.
  const auto first = std::max(-(axes[n].a - 1), -(distance + up) / stride - 1);
  const auto last = std::min(axes[n].b - 1, -(distance - down) / stride + 1);
  for (auto q = first; q <= last; ++q) {
    if (meet(axes, n + 1, distance + stride * q, element)) return true;
  }
  return false;
}

}  // namespace

std::string shape_text(int rank, const Kokkos::Array<std::int64_t, 3>& extent) {
  if (rank == 1) return fmt::format("{}", extent[1] * extent[2]);
  return rank == 3 ? fmt::format("{}x{}x{}", extent[0], extent[1], extent[2])
                   : fmt::format("{}x{}", extent[1], extent[2]);
}

bool overlaps(const Footprint& a, const Footprint& b) {
  if (is_empty(a) || is_empty(b)) return false;
  const auto distance = static_cast<std::int64_t>(b.begin - a.begin);
  if (distance >= span(a) || distance <= -span(b)) return false;
  std::vector<Axis> axes;
  if (!merge(a, b, axes)) return true;
  return meet(axes, 0, distance, std::max(a.element, b.element));
}

bool overlaps_itself(const Footprint& f) {
  Shape shape{3, {f.extent[0], f.extent[1], f.extent[2]}};
  Access access{reinterpret_cast<const void*>(f.begin), static_cast<int>(f.element), "", {}};
  for (int axis = 0; axis < 3; ++axis)
    access.strides[static_cast<std::size_t>(axis)] = f.stride[axis] / f.element;
  return overlaps_itself(shape, access);
}

void refuse(const char* who, const std::string& text, std::source_location place) {
  throw Error(fmt::format("{}: {} ({}:{})", who, text, place.file_name(), place.line()));
}

void refuse_shape(const char* who, const std::string& text, std::source_location place) {
  throw ShapeMismatch(fmt::format("{}: {} ({}:{})", who, text, place.file_name(), place.line()));
}

}  // namespace tarn::ops::detail
