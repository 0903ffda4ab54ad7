#include "work.hpp"

#include <utility>

#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/core/memory/wrap.hpp"
#include "tarn/ops/ops.hpp"

namespace {

using namespace tarn::ops;  // of arrays: operators
using Array = tarn::Field<double, 3>;

constexpr int rows = 1000, columns = 1000;

/// A grid of 64 by 48 cells with a fixed value on its walls.
struct Plate {
  tarn::Patch patch;
  Array u, before, result;
  tarn::GhostCells<double> ghosts;
  GridVectors<double> vectors;
  Workspace<GridVectors<double>> workspace;

  explicit Plate(const tarn::Runtime& runtime)
      : patch(runtime.space(), runtime.communicator(),
              tarn::Domain{.dimensions = 2, .cells = {64, 48, 1}, .periodic = {false, false, false}}, 1,
              choose_transport(runtime.communicator())),
        u(patch.grid().make_field<double>("gpu::u")),
        before(patch.grid().make_field<double>("gpu::before")),
        result(patch.grid().make_field<double>("gpu::result")),
        ghosts(patch, conditions()),
        vectors(patch) {}

  static tarn::FaceConditions conditions() { return tarn::same_conditions({tarn::FaceRule::value, 0}); }
};

/// (1 - laplacian) u, in a kernel of the host's.
void apply_operator(const tarn::Space& space, const Array& u, const Array& result) {
  const auto nx = static_cast<int>(u.extent(2)) - 1, ny = static_cast<int>(u.extent(1)) - 1;
  const Kokkos::MDRangePolicy<tarn::Space, Kokkos::Rank<2>> cells(space, {1, 1}, {ny, nx});
  Kokkos::parallel_for(
      "gpu::operator", cells, KOKKOS_LAMBDA(const int j, const int i) {
        result(0, j, i) = 5 * u(0, j, i) - u(0, j, i - 1) - u(0, j, i + 1) - u(0, j - 1, i) - u(0, j + 1, i);
      });
}

struct Operator {
  tarn::GhostCells<double>& ghosts;

  void apply(const tarn::Space& space, const Array& u, const Array& result) {
    ghosts.fill(u);
    apply_operator(space, u, result);
  }
};

void solve(const tarn::Space& space, Plate& plate) {
  Operator laplacian{plate.ghosts};
  Kokkos::deep_copy(space, plate.u, 0.0);
  cg(space, plate.vectors, laplacian, NoPreconditioner{}, plate.u, plate.before, {.tolerance = 1e-8}, plate.workspace);
}

void add_arrays(const tarn::Runtime& runtime, std::vector<Work>& all) {
  const auto a = runtime.array<double>("gpu::a", rows, columns);
  const auto c = runtime.array<double>("gpu::c", rows, columns);
  const auto r = runtime.array<double>("gpu::r", columns);
  const auto m = runtime.array<double>("gpu::m", columns);
  const auto host = std::make_shared<std::vector<double>>(rows * columns);
  const auto on_host = tarn::wrap_host(host->data(), rows, columns);
  const tarn::Space space = runtime.space();
  const tarn::Communicator* const ranks = &runtime.communicator();
  assign(space, r, 0.001 * iota(columns));
  assign(space, a, row(r) + column(iota(rows)));
  all.push_back({"an expression", [=] { assign(space, c, 2.0 * sin(a) + row(r)); }});
  all.push_back({"a sum", [=] { sum(space, c * c); }});
  all.push_back({"a sum of the same bits on all ranks", [=] { sum(*ranks, space, c * c, reproducible); }});
  all.push_back({"a mean along an axis", [=] { assign(space, m, mean(c, axis<0>)); }});
  all.push_back({"an array of the pool", [&runtime] { runtime.array<double>("gpu::short_lived", rows, columns); }});
  all.push_back({"a copy to the host", [=] { tarn::download(space, on_host, a, "gpu::download"); }});
  all.push_back({"a copy to the device", [=, keep = host] { tarn::upload(space, c, on_host, "gpu::upload"); }});
}

void add_grid(const tarn::Runtime& runtime, std::vector<Work>& all) {
  const auto plate = std::make_shared<Plate>(runtime);
  const tarn::Space space = runtime.space();
  Kokkos::deep_copy(space, plate->before, 1.0);
  all.push_back({"ghost cells", [=] { plate->ghosts.fill(plate->u); }});
  all.push_back({"ghost cells made, filled and ended", [=] {
                   tarn::GhostCells<double> ghosts(plate->patch, Plate::conditions());
                   ghosts.fill(plate->u);
                 }});
  all.push_back({"a Krylov method", [=] { solve(space, *plate); }});
  all.push_back({"a kernel of the host's", [=] { apply_operator(space, plate->u, plate->result); }});
}

}  // namespace

std::vector<Work> all_work(const tarn::Runtime& runtime) {
  std::vector<Work> all;
  add_arrays(runtime, all);
  add_grid(runtime, all);
  all.push_back({"a fence of all instances", [] { Kokkos::fence("gpu::control"); }, true});
  return all;
}
