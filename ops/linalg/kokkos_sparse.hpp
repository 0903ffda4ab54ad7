#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>

#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/linalg/csr.hpp"

// Sparse matrices of Kokkos and Kokkos Kernels as tarn's, by the words that they are made of: no header of theirs is
// needed.

namespace tarn::ops {

/// What looks like Kokkos::StaticCrsGraph.
template <class G>
concept CrsGraphLike = requires(const G& graph) {
  graph.row_map.data();
  graph.entries.data();
};

/// What looks like KokkosSparse::CrsMatrix.
template <class M>
concept CrsMatrixLike = requires(const M& matrix) {
  requires CrsGraphLike<std::remove_cvref_t<decltype(matrix.graph)>>;
  matrix.values.data();
  { matrix.numCols() } -> std::convertible_to<std::int64_t>;
};

namespace detail {

/// Integers of a View as those of another type: the same memory where they are as wide, else converted.
template <class To, class View>
Field<const To, 1> integers_as(const Space& space, const View& from, const char* label) {
  using From = typename View::non_const_value_type;
  static_assert(std::integral<From> && std::is_same_v<typename View::memory_space, typename Space::memory_space>);
  if constexpr (sizeof(From) == sizeof(To)) {
    return Field<const To, 1>(reinterpret_cast<const To*>(from.data()), from.extent(0));
  } else {
    const Field<const From, 1> source(from.data(), from.extent(0));
    const Field<To, 1> made(Kokkos::view_alloc(std::string(label), Kokkos::WithoutInitializing), from.extent(0));
    assign(space, made, cast<To>(source));
    space.fence();
    return made;
  }
}

}  // namespace detail

/// A graph of compressed rows with a value for each of its entries as a matrix. The memory is the graph's and the
/// values' own, and they outlive what is made here; offsets that have not 64 bits, and columns that have not 32, are
/// converted.
/// @param space    instance that converts, and is then fenced
/// @param columns  of the matrix
/// @throws as Csr does; Error if there are more columns than 32 bits count
template <CrsGraphLike Graph, class Values>
auto csr_of(const Space& space, const Graph& graph, const Values& values, std::int64_t columns) {
  require(columns <= std::numeric_limits<std::int32_t>::max(), "csr_of: a matrix has at most 2^31 - 1 columns");
  using Real = typename Values::non_const_value_type;
  return Csr<Real>(detail::integers_as<std::int64_t>(space, graph.row_map, "tarn::ops::csr_offsets"),
                   detail::integers_as<std::int32_t>(space, graph.entries, "tarn::ops::csr_columns"),
                   Field<const Real, 1>(values.data(), values.extent(0)), columns);
}

/// The same of a KokkosSparse::CrsMatrix.
template <CrsMatrixLike Matrix>
auto csr_of(const Space& space, const Matrix& matrix) {
  return csr_of(space, matrix.graph, matrix.values, static_cast<std::int64_t>(matrix.numCols()));
}

}  // namespace tarn::ops
