/* Two simulations, each on ranks of its own, that make one: the parts of a rod overlap, and after every step each sets
 * its outermost cells to what the other has there. Rank 0 runs the left part and rank 1 the right one: mpirun -n 2
 * ./coupling left.toml right.toml */
#include <stdio.h>
#include <stdlib.h>

#include <mpi.h>

#include "tarn/c/tarn.h"

enum { cells = 36, overlap = 8, exchanged = 4 };

static void check(int status) {
  if (status == TARN_OK) return;
  fprintf(stderr, "%s\n", tarn_error_message());
  MPI_Abort(MPI_COMM_WORLD, status);
}

/* The four outermost cells of each part are the other's, and lie well inside there. */
static void exchange(int is_left, double* u) {
  double* const mine = is_left ? u + cells - exchanged : u;
  double* const others = is_left ? u + cells - overlap : u + overlap - exchanged;
  double sent[exchanged], received[exchanged];
  for (int n = 0; n < exchanged; ++n)
    sent[n] = others[n];
  MPI_Sendrecv(sent, exchanged, MPI_DOUBLE, is_left, 0, received, exchanged, MPI_DOUBLE, is_left, 0, MPI_COMM_WORLD,
               MPI_STATUS_IGNORE);
  for (int n = 0; n < exchanged; ++n)
    mine[n] = received[n];
}

int main(int argc, char** argv) {
  int rank, ranks;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (ranks != 2 || argc != 3) {
    fprintf(stderr, "usage: mpirun -n 2 coupling left.toml right.toml\n");
    MPI_Abort(MPI_COMM_WORLD, TARN_USAGE);
  }
  const int is_left = rank == 0;
  MPI_Comm own;
  MPI_Comm_split(MPI_COMM_WORLD, rank, 0, &own);

  tarn_runtime* runtime;
  tarn_simulation* simulation;
  check(tarn_open(MPI_Comm_c2f(own), &runtime));
  check(tarn_simulation_create(runtime, argv[is_left ? 1 : 2], NULL, 0, &simulation));

  double u[cells], time, end;
  do {
    check(tarn_simulation_step(simulation, 0));
    check(tarn_simulation_get(simulation, "temperature", u, cells));
    exchange(is_left, u);
    check(tarn_simulation_set(simulation, "temperature", u, cells));
    check(tarn_simulation_time(simulation, NULL, &time, &end));
  } while (time < end);

  /* The whole rod, in order: what both have is told once. */
  const int first = is_left ? 0 : overlap;
  for (int part = 0; part < 2; ++part) {
    if (part == rank)
      for (int n = first; n < cells; ++n)
        printf("%d %.17g\n", n + (is_left ? 0 : 64 - cells), u[n]);
    fflush(stdout);
    MPI_Barrier(MPI_COMM_WORLD);
  }
  check(tarn_simulation_destroy(simulation));
  check(tarn_close(runtime));
  MPI_Comm_free(&own);
  MPI_Finalize();
  return 0;
}
