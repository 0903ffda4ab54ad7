/* A host that hears nothing of its simulations: with no observer, with one that has no functions, by hand, and with a
 * mistake. It prints how many bytes all ranks have printed meanwhile, and what is not as it was. silent DECK FOLDER */
#include "tarn/c/tarn.h"

#include "process_state.h"

static int failures;

static void check(int status, int expected, const char* what) {
  if (status == expected) return;
  ++failures;
  fprintf(stderr, "%s: %d instead of %d: %s\n", what, status, expected, tarn_error_message());
}

static void run(tarn_runtime* runtime, const char* deck, const char* folder, const tarn_observer* observer) {
  tarn_run_options options = {NULL, folder, NULL, NULL, 0};
  const char* mistakes[] = {"heat.difusivity=1"};
  check(tarn_run_deck(runtime, deck, &options, observer), TARN_OK, "run");
  options.overrides = mistakes;
  options.override_count = 1;
  check(tarn_run_deck(runtime, deck, &options, observer), TARN_USAGE, "run with a mistake");
}

static void step(tarn_runtime* runtime, const char* deck, const char* folder) {
  tarn_simulation* simulation = NULL;
  check(tarn_simulation_create(runtime, deck, NULL, 0, &simulation), TARN_OK, "create");
  check(tarn_simulation_directory(simulation, folder), TARN_OK, "directory");
  for (int n = 0; n < 5; ++n)
    check(tarn_simulation_step(simulation, 0), TARN_OK, "step");
  check(tarn_simulation_write_snapshot(simulation, "fields"), TARN_OK, "snapshot");
  check(tarn_simulation_write_checkpoint(simulation), TARN_OK, "checkpoint");
  check(tarn_simulation_restart(simulation, NULL), TARN_OK, "restart");
  check(tarn_simulation_step(simulation, 1e9), TARN_USAGE, "too long a step");
  check(tarn_simulation_destroy(simulation), TARN_OK, "destroy");
}

int main(int argc, char** argv) {
  char folder[3][512];
  const char* names[3] = {"no-observer", "empty-observer", "stepped"};
  const tarn_observer empty = {NULL, NULL, NULL, NULL, NULL};
  struct process_state before, after;
  struct quiet quiet;
  int rank = 0, runs = 0;
  if (argc != 3) return 2;
  for (int n = 0; n < 3; ++n)
    snprintf(folder[n], sizeof folder[n], "%s/%s", argv[2], names[n]);
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  tarn_runtime* runtime = NULL;
  read_state(MPI_COMM_WORLD, &before);
  begin_quiet(&quiet);
  check(tarn_open(MPI_Comm_c2f(MPI_COMM_WORLD), &runtime), TARN_OK, "open");
  run(runtime, argv[1], folder[0], NULL);
  run(runtime, argv[1], folder[1], &empty);
  step(runtime, argv[1], folder[2]);
  check(tarn_close(runtime), TARN_OK, "close");
  long printed = end_quiet(&quiet), of_all = 0;
  read_state(MPI_COMM_WORLD, &after);
  MPI_Reduce(&printed, &of_all, 1, MPI_LONG, MPI_SUM, 0, MPI_COMM_WORLD);
  MPI_Initialized(&runs);
  if (rank == 0) printf("printed %ld bytes, changed '%s', mpi %d\n", of_all, difference(&before, &after), runs);
  MPI_Finalize();
  return failures > 0;
}
