// The arrays and matrices of Kokkos and Kokkos Kernels in tarn's arithmetic, without a copy. It prints what is wrong.
#include <cstdio>
#include <vector>

#include <KokkosSparse_CrsMatrix.hpp>
#include <Kokkos_StaticCrsGraph.hpp>

#include "tarn/core/memory/kokkos_views.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/ops/linalg/kokkos_sparse.hpp"
#include "tarn/ops/ops.hpp"

namespace {

using namespace tarn::ops;  // of arrays: operators

int wrong = 0;

void expect(bool right, const char* what) {
  if (right) return;
  ++wrong;
  std::printf("wrong: %s\n", what);
}

/// The tridiagonal matrix -1, 2, -1 of so many rows.
template <class Ordinal, class Size>
auto laplacian(Ordinal rows) {
  std::vector<Size> offsets{0};
  std::vector<Ordinal> columns;
  std::vector<double> values;
  for (Ordinal row = 0; row < rows; ++row) {
    for (Ordinal column = row - 1; column <= row + 1; ++column) {
      if (column < 0 || column == rows) continue;
      columns.push_back(column);
      values.push_back(column == row ? 2 : -1);
    }
    offsets.push_back(static_cast<Size>(columns.size()));
  }
  using Matrix =
      KokkosSparse::CrsMatrix<double, Ordinal, Kokkos::Device<tarn::Space, tarn::Space::memory_space>, void, Size>;
  typename Matrix::row_map_type::non_const_type row_map("row_map", offsets.size());
  typename Matrix::index_type::non_const_type entries("entries", columns.size());
  typename Matrix::values_type::non_const_type numbers("values", values.size());
  const auto copy = [](const auto& to, const auto& from) {
    const auto host = Kokkos::create_mirror_view(to);
    for (std::size_t n = 0; n < from.size(); ++n)
      host(n) = from[n];
    Kokkos::deep_copy(to, host);
  };
  copy(row_map, offsets);
  copy(entries, columns);
  copy(numbers, values);
  return Matrix("laplacian", rows, rows, static_cast<Size>(values.size()), numbers, row_map, entries);
}

template <class Ordinal, class Size>
void solve(const char* what, bool shared) {
  constexpr int rows = 50;
  const tarn::Space space;
  const auto matrix = laplacian<Ordinal, Size>(rows);
  const auto csr = tarn::ops::csr_of(space, matrix);
  expect((static_cast<const void*>(csr.offsets.data()) == matrix.graph.row_map.data()) == shared, what);
  expect(csr.values.data() == matrix.values.data(), what);
  const tarn::Field<double, 1> x("x", rows), b("b", rows), back("back", rows);
  Kokkos::deep_copy(b, 1.0);
  const tarn::ops::PlainVectors<double> vectors(rows);
  tarn::ops::cg(space, vectors, tarn::ops::CsrOperator<double>(csr), x, b, {.tolerance = 1e-12});
  tarn::ops::spmv<double>(space, csr, x, back);
  expect(tarn::ops::max(abs(back - b)) < 1e-10, what);
}

void arrays() {
  Kokkos::DualView<double**> dual("dual", 4, 5);
  auto host = tarn::host_view(dual);
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i < 5; ++i)
      host(j, i) = 5 * j + i;
  dual.modify_host();
  expect(tarn::ops::sum(tarn::device_view(dual)) == 190, "DualView");

  Kokkos::DynRankView<double, tarn::Space> dynamic("dynamic", 4, 5);
  tarn::ops::assign(tarn::view_of_rank<2>(dynamic), 3.0);
  expect(tarn::ops::sum(tarn::view_of_rank<2>(dynamic)) == 60, "DynRankView");
  try {
    tarn::view_of_rank<3>(dynamic);
    expect(false, "DynRankView of another rank");
  } catch (const tarn::ShapeMismatch&) {
  }

  Kokkos::Experimental::OffsetView<double**, tarn::Space> offset("offset", {-1, 3}, {-1, 4});
  tarn::ops::assign(tarn::view_of(offset), 2.0);
  expect(tarn::ops::sum(tarn::view_of(offset)) == 2.0 * 5 * 6, "OffsetView");

  const Kokkos::View<double**, Kokkos::LayoutLeft, tarn::Space> left("left", 6, 7);
  tarn::ops::assign(left, 1.0);
  const auto strided = Kokkos::subview(left, std::pair(1, 4), std::pair(2, 7));
  tarn::ops::assign(strided, 10.0 * strided);
  expect(tarn::ops::sum(left) == 42 - 15 + 150, "strided View of LayoutLeft");
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  Kokkos::initialize(argc, argv);
  {
    const tarn::Runtime runtime(MPI_COMM_WORLD);
    arrays();
    solve<int, std::size_t>("CrsMatrix with offsets of 64 bits", true);
    solve<int, int>("CrsMatrix with offsets of 32 bits", false);
    solve<std::int64_t, std::size_t>("CrsMatrix with columns of 64 bits", true);
  }
  Kokkos::finalize();
  MPI_Finalize();
  std::printf("%d wrong\n", wrong);
}
