#include "tarn/ops/linalg/integer_product.hpp"

#include <algorithm>

#include "tarn/core/grid/for_each_cell.hpp"
#include "tarn/core/pragmas.hpp"
#include "tarn/ops/linalg/wrapping.hpp"

namespace tarn::ops::detail {

namespace {

/// The tiles of c, numbered column of tiles by column of tiles, matrix by matrix.
template <int Rows, int Columns>
struct Tiling {
  std::int64_t down, across, total;

  template <class T>
  explicit Tiling(const Strided<T>& c)
      : down((c.rows() + Rows - 1) / Rows),
        across((c.columns() + Columns - 1) / Columns),
        total(down * across * c.batch()) {}

  KOKKOS_FUNCTION void place(std::int64_t tile, std::int64_t& matrix, std::int64_t& i, std::int64_t& j) const {
    const auto line = tile / down;
    i = (tile - line * down) * Rows;
    matrix = line / across;
    j = (line - matrix * across) * Columns;
  }
};

template <class T>
struct Product {
  Strided<const T> a, b;
  Strided<T> c;
  T alpha, beta;

  KOKKOS_FUNCTION void store(std::int64_t matrix, std::int64_t i, std::int64_t j, T sum) const {
    T& value = c(matrix, i, j);
    const T scaled = multiply(alpha, sum);
    value = beta == T(0) ? scaled : add(scaled, multiply(beta, value));
  }
};

/// One tile of c on a host: the sums stay in the first cache, and the loop along a row of the tile is vectorised.
template <class T>
struct HostTile {
  static constexpr int rows = 32, columns = 64;
  Product<T> product;
  Tiling<rows, columns> tiling;

  void operator()(const std::int64_t tile) const {
    std::int64_t matrix, i0, j0;
    tiling.place(tile, matrix, i0, j0);
    const auto height = std::min<std::int64_t>(rows, product.c.rows() - i0);
    const auto width = std::min<std::int64_t>(columns, product.c.columns() - j0);
    alignas(64) T sums[rows][columns] = {};
    alignas(64) T line[columns] = {};
    for (std::int64_t k = 0; k < product.a.columns(); ++k) {
      for (std::int64_t j = 0; j < width; ++j)
        line[j] = product.b(matrix, k, j0 + j);
      for (std::int64_t i = 0; i < height; ++i) {
        const T factor = product.a(matrix, i0 + i, k);
        TARN_INDEPENDENT_ITERATIONS
        for (int j = 0; j < columns; ++j)
          sums[i][j] = add(sums[i][j], multiply(factor, line[j]));
      }
    }
    for (std::int64_t i = 0; i < height; ++i) {
      for (std::int64_t j = 0; j < width; ++j)
        product.store(matrix, i0 + i, j0 + j, sums[i][j]);
    }
  }
};

/// One tile of c on a GPU: 256 threads with 4 x 4 elements each; slices of a and b pass through shared memory.
template <class T>
struct DeviceTile {
  static constexpr int side = 64, depth = 16, threads = 256, each = 4, lanes = side / each;
  using Policy = Kokkos::TeamPolicy<Space>;
  using Team = typename Policy::member_type;
  static constexpr std::size_t scratch_bytes = 2 * depth * (side + 1) * sizeof(T);

  Product<T> product;
  Tiling<side, side> tiling;

  KOKKOS_FUNCTION void operator()(const Team& team) const {
    std::int64_t matrix, i0, j0;
    tiling.place(team.league_rank(), matrix, i0, j0);
    T* const of_a = static_cast<T*>(team.team_shmem().get_shmem(static_cast<std::ptrdiff_t>(scratch_bytes)));
    T* const of_b = of_a + depth * (side + 1);
    const int thread = team.team_rank(), row = thread / lanes, column = thread % lanes;
    T sums[each][each] = {};
    for (std::int64_t k0 = 0; k0 < product.a.columns(); k0 += depth) {
      load(team, matrix, i0, j0, k0, of_a, of_b);
      team.team_barrier();
      for (int k = 0; k < depth; ++k) {
        for (int i = 0; i < each; ++i) {
          const T factor = of_a[k * (side + 1) + row + i * lanes];
          for (int j = 0; j < each; ++j)
            sums[i][j] = add(sums[i][j], multiply(factor, of_b[k * (side + 1) + column + j * lanes]));
        }
      }
      team.team_barrier();
    }
    for (int i = 0; i < each; ++i) {
      for (int j = 0; j < each; ++j) {
        const auto at_i = i0 + row + i * lanes, at_j = j0 + column + j * lanes;
        if (at_i < product.c.rows() && at_j < product.c.columns()) product.store(matrix, at_i, at_j, sums[i][j]);
      }
    }
  }

  /// Threads follow the axis along which an operand is contiguous; beyond the edges stand zeros.
  KOKKOS_FUNCTION void load(const Team& team, std::int64_t matrix, std::int64_t i0, std::int64_t j0, std::int64_t k0,
                            T* of_a, T* of_b) const {
    const bool a_by_rows = product.a.stride[2] < product.a.stride[1];
    const bool b_by_rows = product.b.stride[2] < product.b.stride[1];
    const auto inner = product.a.columns();
    for (int n = team.team_rank(); n < side * depth; n += threads) {
      const int ka = a_by_rows ? n % depth : n / side, i = a_by_rows ? n / depth : n % side;
      const bool a_inside = k0 + ka < inner && i0 + i < product.c.rows();
      of_a[ka * (side + 1) + i] = a_inside ? product.a(matrix, i0 + i, k0 + ka) : T(0);
      const int kb = b_by_rows ? n / side : n % depth, j = b_by_rows ? n % side : n / depth;
      const bool b_inside = k0 + kb < inner && j0 + j < product.c.columns();
      of_b[kb * (side + 1) + j] = b_inside ? product.b(matrix, k0 + kb, j0 + j) : T(0);
    }
  }
};

}  // namespace

template <class T>
void integer_product(const Space& space, const Strided<const T>& a, const Strided<const T>& b, const Strided<T>& c,
                     T alpha, T beta) {
  const Product<T> product{a, b, c, alpha, beta};
  if constexpr (tarn::detail::space_is_gpu) {
    using Tile = DeviceTile<T>;
    const Tile tile{product, Tiling<Tile::side, Tile::side>(c)};
    typename Tile::Policy policy(space, static_cast<int>(tile.tiling.total), Tile::threads);
    policy.set_scratch_size(0, Kokkos::PerTeam(static_cast<int>(Tile::scratch_bytes)));
    Kokkos::parallel_for("tarn::ops::integer_product", policy, tile);
  } else {
    using Tile = HostTile<T>;
    const Tile tile{product, Tiling<Tile::rows, Tile::columns>(c)};
    Kokkos::parallel_for("tarn::ops::integer_product",
                         Kokkos::RangePolicy<Space, Kokkos::IndexType<std::int64_t>>(space, 0, tile.tiling.total),
                         tile);
  }
}

template void integer_product<std::int32_t>(const Space&, const Strided<const std::int32_t>&,
                                            const Strided<const std::int32_t>&, const Strided<std::int32_t>&,
                                            std::int32_t, std::int32_t);
template void integer_product<std::int64_t>(const Space&, const Strided<const std::int64_t>&,
                                            const Strided<const std::int64_t>&, const Strided<std::int64_t>&,
                                            std::int64_t, std::int64_t);
template void integer_product<std::uint8_t>(const Space&, const Strided<const std::uint8_t>&,
                                            const Strided<const std::uint8_t>&, const Strided<std::uint8_t>&,
                                            std::uint8_t, std::uint8_t);

}  // namespace tarn::ops::detail
