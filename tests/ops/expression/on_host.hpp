#pragma once

#include <cstdint>
#include <vector>

#include "tarn/core/space.hpp"
#include "tarn/ops/expression/assign.hpp"

namespace tarn::ops::test {

/// The elements of a View in C order, on the host.
template <class V>
std::vector<typename V::non_const_value_type> on_host(const V& view) {
  using T = typename V::non_const_value_type;
  const Kokkos::View<typename V::non_const_data_type, Kokkos::LayoutRight, Space> copy(
      "test::copy", view.extent(0), V::rank > 1 ? view.extent(1) : KOKKOS_IMPL_CTOR_DEFAULT_ARG);
  assign(copy, view);
  const auto host = Kokkos::create_mirror_view(copy);
  Kokkos::deep_copy(host, copy);
  return std::vector<T>(host.data(), host.data() + host.size());
}

/// An array of rank 1 of these elements.
template <class T>
Kokkos::View<T*, Space> vector_of(const std::vector<T>& values) {
  const Kokkos::View<T*, Space> view("test::vector", values.size());
  const auto host = Kokkos::create_mirror_view(view);
  for (std::size_t n = 0; n < values.size(); ++n)
    host(n) = values[n];
  Kokkos::deep_copy(view, host);
  return view;
}

/// An array of `rows` rows, elements 0, 1, 2, ... in C order.
template <class T, class Layout = Kokkos::LayoutRight>
Kokkos::View<T**, Layout, Space> counted(std::int64_t rows, std::int64_t columns) {
  const Kokkos::View<T**, Layout, Space> view("test::counted", static_cast<std::size_t>(rows),
                                              static_cast<std::size_t>(columns));
  assign(view, cast<T>(column(iota(rows)) * columns + iota(columns)));
  return view;
}

}  // namespace tarn::ops::test
