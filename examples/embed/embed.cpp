// A code with its own MPI, Kokkos, arrays and time loop, which uses tarn's arithmetic on them: a plate that cools, by
// backward Euler. Run it with the folder for its snapshots: mpirun -n 2 ./embed out
#include <cmath>
#include <cstdio>
#include <string>

#include "tarn/core/grid/ghost_cells.hpp"
#include "tarn/core/memory/transfer.hpp"
#include "tarn/core/runtime.hpp"
#include "tarn/core/version.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/ops/ops.hpp"

namespace {

using Array = tarn::Field<double, 3>;  // Kokkos::View<double***, LayoutRight>

/// (1 - weight laplacian) u, the code's own operator. The walls are cold: u = 0 on every face.
class HeatOperator {
 public:
  HeatOperator(const tarn::Patch& patch, double weight)
      : ghosts_(patch, tarn::same_conditions({tarn::FaceRule::mirror, -1})), grid_(patch.grid()), weight_(weight) {}

  void apply(const tarn::Space& space, const Array& u, const Array& result) {
    ghosts_.fill(u);  // from the neighbours and at the walls
    multiply(space, u, result);
  }

  void multiply(const tarn::Space& space, const Array& u, const Array& result) const;

 private:
  tarn::GhostCells<double> ghosts_;
  tarn::Grid grid_;
  double weight_;
};

void HeatOperator::multiply(const tarn::Space& space, const Array& u, const Array& result) const {
  const int ny = grid_.cells(1), nx = grid_.cells(0);
  const double x = weight_ / std::pow(grid_.spacing(0), 2), y = weight_ / std::pow(grid_.spacing(1), 2);
  const Kokkos::RangePolicy<tarn::Space> rows(space, 1, ny + 1);
  Kokkos::parallel_for(
      "embed::heat_operator", rows, KOKKOS_LAMBDA(const int j) {
        for (int i = 1; i <= nx; ++i) {
          const double around_x = u(0, j, i - 1) + u(0, j, i + 1), around_y = u(0, j - 1, i) + u(0, j + 1, i);
          result(0, j, i) = (1 + 2 * x + 2 * y) * u(0, j, i) - x * around_x - y * around_y;
        }
      });
}

/// The cells of this rank, without their ghosts.
auto inside(const tarn::Grid& grid, const Array& u) {
  return Kokkos::subview(u, 0, std::pair(1, grid.cells(1) + 1), std::pair(1, grid.cells(0) + 1));
}

void set_hot_spot(const tarn::Space& space, const tarn::Grid& grid, const Array& u) {
  const tarn::CellCenters centre(grid);
  const int nx = grid.cells(0);
  const Kokkos::RangePolicy<tarn::Space> rows(space, 1, grid.cells(1) + 1);
  Kokkos::parallel_for(
      "embed::hot_spot", rows, KOKKOS_LAMBDA(const int j) {
        for (int i = 1; i <= nx; ++i) {
          const double x = centre(0, i) - 0.5, y = centre(1, j) - 0.5;
          u(0, j, i) = x * x + y * y < 0.04 ? 100 : 0;
        }
      });
}

/// Writes u, as it is on the host, into a directory that tarn manages.
void write(const tarn::Runtime& runtime, const tarn::io::RunDirectory& directory, const tarn::Grid& grid,
           const Array& u, int step, double time) {
  tarn::io::SnapshotInfo info;
  info.step = step;
  info.time = time;
  info.app = "embed";
  tarn::io::GridBlock block{.dimensions = 2};
  for (int axis = 0; axis < 2; ++axis) {
    block.cells[axis] = grid.domain().cells[axis];
    block.offset[axis] = grid.offset(axis);
    block.count[axis] = grid.cells(axis);
    block.spacing[axis] = grid.spacing(axis);
  }
  const Kokkos::View<double**, Kokkos::LayoutRight, tarn::Space> packed("embed::packed", grid.cells(1), grid.cells(0));
  tarn::ops::assign(runtime.space(), packed, inside(grid, u));
  const auto host = tarn::download(runtime.space(), packed, "embed::snapshot");
  write_snapshot(runtime.communicator(), directory, "u-" + std::to_string(step) + ".h5", info, block,
                 {{.name = "u", .unit = "K", .values = static_cast<const double*>(host.data())}});
}

void cool(MPI_Comm communicator, const tarn::Space& space, const std::string& folder) {
  using namespace tarn::ops;  // the operators of arrays
  const tarn::Runtime runtime(communicator, {.space = space, .log = [](const std::string& line) {
                                               std::fprintf(stderr, "tarn says: %s\n", line.c_str());
                                             }});
  tarn::Domain domain{.dimensions = 2, .cells = {64, 48, 1}, .periodic = {false, false, false}};
  const tarn::Patch patch(space, runtime.communicator(), domain, 1, choose_transport(runtime.communicator()));
  const tarn::Grid& grid = patch.grid();
  const auto directory = tarn::io::RunDirectory::open_set(runtime.communicator(), folder);

  const Array u("embed::u", grid.extent(2), grid.extent(1), grid.extent(0));  // the code's own memory
  const Array before("embed::before", grid.extent(2), grid.extent(1), grid.extent(0));
  set_hot_spot(space, grid, u);
  const double dt = 1e-3, diffusivity = 1;
  HeatOperator heat(patch, dt * diffusivity);
  const GridVectors<double> vectors(patch);
  Workspace<GridVectors<double>> work;  // kept: to make or free memory of a GPU waits for all of its work
  for (int step = 0; step <= 20; ++step) {
    if (step % 10 == 0) {
      const auto cells = inside(grid, u);
      // The same bits for every number of ranks.
      const double energy = sum(runtime.communicator(), space, cells * cells, reproducible);
      const double hottest = runtime.communicator().max(max(space, cells));
      if (runtime.communicator().is_root()) std::printf("step %d energy %.17g hottest %.17g\n", step, energy, hottest);
      write(runtime, directory, grid, u, step, step * dt);
    }
    Kokkos::deep_copy(space, before, u);
    // u is the first guess, and the result
    cg(space, vectors, heat, NoPreconditioner{}, u, before, {.tolerance = 1e-10}, work);
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);  // the thread support that MPI likes to give
  Kokkos::initialize(argc, argv);
  {
    std::printf("tarn %s, compiled against %d\n", tarn::version().c_str(), TARN_VERSION);
    cool(MPI_COMM_WORLD, tarn::Space(), argc > 1 ? argv[1] : "embed_out");
  }
  Kokkos::finalize();
  MPI_Finalize();
}
