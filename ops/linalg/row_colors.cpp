#include "tarn/ops/linalg/row_colors.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/linalg/strided.hpp"

#if __has_include(<KokkosGraph_Distance1Color.hpp>) && __has_include(<KokkosKernels_Handle.hpp>)
#define TARN_HAVE_KOKKOS_GRAPH
#if defined(__GNUC__) && !defined(__clang__)  // functors that are copied with members that their kernels do not read
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <KokkosGraph_Distance1Color.hpp>
#include <KokkosKernels_Handle.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif

namespace tarn::ops {

namespace {

template <class T>
using HostArray = Kokkos::View<T*, Kokkos::HostSpace>;

/// Where the entries of a matrix stand, on the host.
struct Pattern {
  HostArray<std::int64_t> offsets;
  HostArray<std::int32_t> columns;

  std::int32_t rows() const { return static_cast<std::int32_t>(offsets.extent(0)) - 1; }
  /// use(i, j) for every entry that is not on the diagonal.
  template <class Use>
  void for_each(const Use& use) const {
    for (std::int32_t i = 0; i < rows(); ++i) {
      for (auto n = offsets(i); n < offsets(i + 1); ++n) {
        if (columns(n) != i) use(i, columns(n));
      }
    }
  }
};

template <class T>
HostArray<T> host_copy(const Space& space, const Field<const T, 1>& from, const char* label) {
  const HostArray<T> to(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), from.extent(0));
  download(space, to, from, label);
  return to;
}

template <class Real>
Pattern pattern_of(const char* who, const Space& space, const Csr<Real>& a, std::source_location place) {
  if (a.rows() != a.width)
    detail::refuse_shape(who, fmt::format("a is {}x{}; it has to be square", a.rows(), a.width), place);
  if (a.rows() > std::numeric_limits<std::int32_t>::max())
    detail::refuse(who, fmt::format("a has {} rows; at most 2^31 - 1 can be", a.rows()), place);
  return {host_copy<std::int64_t>(space, a.offsets, "tarn::ops::csr_offsets"),
          host_copy<std::int32_t>(space, a.columns, "tarn::ops::csr_columns")};
}

/// The rows in the order of their colors.
RowColors grouped(const Space& space, const HostArray<std::int32_t>& colors) {
  RowColors groups{{}, {0}};
  for (std::size_t i = 0; i < colors.extent(0); ++i) {
    const auto color = static_cast<std::size_t>(colors(i));
    if (groups.offsets.size() < color + 2) groups.offsets.resize(color + 2, 0);
    ++groups.offsets[color + 1];
  }
  for (std::size_t color = 1; color < groups.offsets.size(); ++color)
    groups.offsets[color] += groups.offsets[color - 1];
  std::vector<std::int64_t> next = groups.offsets;
  const HostArray<std::int32_t> rows("tarn::ops::rows_by_color", colors.extent(0));
  for (std::size_t i = 0; i < colors.extent(0); ++i)
    rows(static_cast<std::size_t>(next[static_cast<std::size_t>(colors(i))]++)) = static_cast<std::int32_t>(i);
  const Field<std::int32_t, 1> on_device("tarn::ops::rows_by_color", colors.extent(0));
  upload(space, on_device, rows, "tarn::ops::rows_by_color");
  groups.rows = on_device;
  return groups;
}

#if defined(TARN_HAVE_KOKKOS_GRAPH)

// Offsets are those that Kokkos Kernels is compiled for.
struct Graph {
  HostArray<std::size_t> offsets;
  HostArray<std::int32_t> neighbours;
};

/// Both ends of an entry know it, as Kokkos Kernels needs it: a pair of entries counts twice, which does no harm.
Graph graph_of(const Pattern& pattern) {
  const auto rows = static_cast<std::size_t>(pattern.rows());
  Graph graph{HostArray<std::size_t>("tarn::ops::graph_offsets", rows + 1), {}};
  pattern.for_each([&](std::int32_t i, std::int32_t j) {
    ++graph.offsets(i + 1);
    ++graph.offsets(j + 1);
  });
  for (std::size_t i = 1; i <= rows; ++i)
    graph.offsets(i) += graph.offsets(i - 1);
  std::vector<std::size_t> next(graph.offsets.data(), graph.offsets.data() + rows);
  graph.neighbours = HostArray<std::int32_t>("tarn::ops::graph_neighbours", graph.offsets(rows));
  pattern.for_each([&](std::int32_t i, std::int32_t j) {
    graph.neighbours(next[static_cast<std::size_t>(i)]++) = j;
    graph.neighbours(next[static_cast<std::size_t>(j)]++) = i;
  });
  return graph;
}

/// From 0 on.
HostArray<std::int32_t> greedy_colors(const Pattern& pattern) {
  using Host = Kokkos::DefaultHostExecutionSpace;
  using Memory = Kokkos::HostSpace;
  using Handle =
      KokkosKernels::Experimental::KokkosKernelsHandle<std::size_t, std::int32_t, double, Host, Memory, Memory>;
  const Graph graph = graph_of(pattern);
  Handle handle;
  handle.create_graph_coloring_handle(KokkosGraph::COLORING_SERIAL);
  KokkosGraph::Experimental::graph_color(&handle, pattern.rows(), pattern.rows(), graph.offsets, graph.neighbours);
  const auto found = handle.get_graph_coloring_handle()->get_vertex_colors();
  const HostArray<std::int32_t> colors("tarn::ops::row_colors", found.extent(0));
  for (std::size_t i = 0; i < colors.extent(0); ++i)
    colors(i) = static_cast<std::int32_t>(found(i)) - 1;
  handle.destroy_graph_coloring_handle();
  return colors;
}

#else

HostArray<std::int32_t> greedy_colors(const Pattern&) {
  throw Error("this Kokkos Kernels was built without its graphs: rows are not coloured; group_rows takes colours");
}

#endif

}  // namespace

template <class Real>
RowColors color_rows(const Space& space, const Csr<Real>& a, std::source_location place) {
  const Pattern pattern = pattern_of("color_rows", space, a, place);
  if (pattern.rows() == 0) return {{}, {0}};
  return grouped(space, greedy_colors(pattern));
}

template <class Real>
RowColors group_rows(const Space& space, const Csr<Real>& a, const Field<const std::int32_t, 1>& colors,
                     std::source_location place) {
  const Pattern pattern = pattern_of("group_rows", space, a, place);
  const auto rows = pattern.rows();
  if (colors.extent(0) != static_cast<std::size_t>(rows))
    detail::refuse_shape("group_rows", fmt::format("{} colours for {} rows", colors.extent(0), rows), place);
  const auto own = host_copy<std::int32_t>(space, colors, "tarn::ops::row_colors");
  for (std::int32_t i = 0; i < rows; ++i) {
    if (own(i) < 0 || own(i) >= rows)
      detail::refuse("group_rows", fmt::format("row {} has colour {}, not 0 to {}", i, own(i), rows - 1), place);
  }
  pattern.for_each([&](std::int32_t i, std::int32_t j) {
    if (own(i) == own(j)) {
      detail::refuse("group_rows",
                     fmt::format("row {} has an entry in column {}, and both have colour {}", i, j, own(i)), place);
    }
  });
  return grouped(space, own);
}

#define TARN_INSTANTIATE(Real)                                                                             \
  template RowColors color_rows<Real>(const Space&, const Csr<Real>&, std::source_location);               \
  template RowColors group_rows<Real>(const Space&, const Csr<Real>&, const Field<const std::int32_t, 1>&, \
                                      std::source_location)
TARN_INSTANTIATE(float);
TARN_INSTANTIATE(double);
#undef TARN_INSTANTIATE

}  // namespace tarn::ops
