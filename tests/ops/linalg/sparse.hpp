#pragma once

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "tarn/ops/linalg/row_colors.hpp"

// Arrays and sparse matrices of given numbers, and back.

namespace tarn::ops::test {

template <class T>
Field<T, 1> on_device(const std::vector<T>& values) {
  const Field<T, 1> view("test::values", values.size());
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t n = 0; n < values.size(); ++n)
    host(n) = values[n];
  Kokkos::deep_copy(view, host);
  return view;
}

template <class View>
std::vector<typename View::non_const_value_type> on_host(const View& view) {
  const auto host = Kokkos::create_mirror_view_and_copy(Kokkos::HostSpace(), view);
  return std::vector<typename View::non_const_value_type>(host.data(), host.data() + host.extent(0));
}

/// A matrix from entry(i, j), zeros left out.
template <class Real, class Entry>
Csr<Real> sparse(int rows, int columns, const Entry& entry) {
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> places;
  std::vector<Real> values;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      if (entry(i, j) == 0) continue;
      places.push_back(j);
      values.push_back(static_cast<Real>(entry(i, j)));
    }
    offsets.push_back(static_cast<std::int64_t>(places.size()));
  }
  return Csr<Real>(on_device(offsets), on_device(places), on_device(values), columns);
}

/// The five-point Laplacian on a grid of Nx by Ny cells, of values 0 beside it.
template <int Nx, int Ny>
double five_points(int i, int j) {
  static_assert(Nx > 0 && Ny > 0);
  if (i == j) return 4;
  const int across = std::abs(i % Nx - j % Nx), along = std::abs(i / Nx - j / Nx);
  return across + along == 1 ? -1 : 0;
}

/// The colour of each row.
inline std::vector<int> color_of_rows(const RowColors& groups) {
  const auto rows = on_host(groups.rows);
  std::vector<int> colors(rows.size(), -1);
  for (int c = 0; c < groups.colors(); ++c) {
    for (auto n = groups.offsets[c]; n < groups.offsets[c + 1]; ++n)
      colors[static_cast<std::size_t>(rows[static_cast<std::size_t>(n)])] = c;
  }
  return colors;
}

}  // namespace tarn::ops::test
