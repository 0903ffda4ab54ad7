// A code that knows nothing of tarn but at one place: every ten steps it hands its field over, and tarn writes a file
// that every HDF5 tool opens, and a picture. Run it with a folder: mpirun -n 2 ./insitu out
#include <cmath>
#include <string>
#include <vector>

#include "tarn/core/runtime.hpp"
#include "tarn/io/image/picture.hpp"
#include "tarn/io/snapshot/snapshot.hpp"
#include "tarn/io/store/agree.hpp"
#include "tarn/io/store/vouched_file.hpp"

namespace {

constexpr int nx = 96, ny = 64;
constexpr double width = 1.5, height = 1.0;

/// The code itself: rows of a plane, cut among the ranks, in plain memory.
struct Wave {
  int first, rows;        ///< of this rank
  std::vector<double> u;  ///< (rows, nx)

  Wave(int rank, int ranks) : first(ny * rank / ranks), rows(ny * (rank + 1) / ranks - first) {
    u.resize(static_cast<std::size_t>(rows * nx));
  }
  void set_to(double time) {
    for (int j = 0; j < rows; ++j) {
      for (int i = 0; i < nx; ++i) {
        const double x = (i + 0.5) * width / nx, y = (first + j + 0.5) * height / ny;
        u[static_cast<std::size_t>(j * nx + i)] = std::sin(6.0 * (x - time)) * std::cos(3.0 * y);
      }
    }
  }
};

/// What tarn does with the code's field.
class Viewer {
 public:
  Viewer(MPI_Comm communicator, const std::string& folder)
      : runtime_(communicator), directory_(tarn::io::RunDirectory::open_set(runtime_.communicator(), folder)) {}

  void show(const Wave& wave, int step, double time) {
    const std::string name = "u-" + std::to_string(step);
    tarn::io::SnapshotInfo info;
    info.step = step;
    info.time = time;
    info.app = "insitu";
    const tarn::io::GridBlock block{.dimensions = 2,
                                    .cells = {nx, ny, 1},
                                    .offset = {0, wave.first, 0},
                                    .count = {nx, wave.rows, 1},
                                    .spacing = {width / nx, height / ny, 1}};
    const double* const values = wave.u.data();  // nothing is copied
    write_snapshot(runtime_.communicator(), directory_, name + ".h5", info, block,
                   {{.name = "u", .unit = "m", .values = values}});
    draw(name, time);
  }

 private:
  /// Of the file that was just written, by rank 0.
  void draw(const std::string& name, double time) {
    const auto& ranks = runtime_.communicator();
    const auto file = tarn::io::SnapshotReader::open(ranks, directory_.path() / (name + ".h5"));
    tarn::io::PlanePicture picture{.nx = nx, .ny = ny, .values = {}, .x_upper = width, .y_upper = height};
    picture.values.resize(nx * ny);
    file.read("u", {0, 0, 0}, {nx, ny, 1}, picture.values.data());
    picture.text = {"wave", "t = " + std::to_string(time), "x [m]", "y [m]", "u [m]"};
    tarn::io::agree_on_root(ranks,
                            [&] { write_vouched(directory_, name + ".png", tarn::io::draw(picture), "picture"); });
  }

  tarn::Runtime runtime_;
  tarn::io::RunDirectory directory_;
};

void run(const std::string& folder) {
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  Wave wave(rank, ranks);
  Viewer viewer(MPI_COMM_WORLD, folder);
  for (int step = 0; step <= 20; ++step) {
    wave.set_to(0.02 * step);
    if (step % 10 == 0) viewer.show(wave, step, 0.02 * step);
  }
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  run(argc > 1 ? argv[1] : "insitu_out");
  MPI_Finalize();
}
