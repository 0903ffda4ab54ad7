/* An argument that is missing or wrong on rank 1 alone is an error on every rank, and none waits for ever. It prints a
 * line of each call: its name, the status of every rank, and what rank 0 was told. missing_arguments DECK FOLDER */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mpi.h>

#include "tarn/c/tarn.h"

static int rank, ranks;

static void tell(const char* name, int status) {
  int all[16];
  MPI_Gather(&status, 1, MPI_INT, all, 1, MPI_INT, 0, MPI_COMM_WORLD);
  if (rank != 0) return;
  printf("%s", name);
  for (int n = 0; n < ranks; ++n)
    printf(" %d", all[n]);
  printf(" %s\n", tarn_error_message());
}

/* What the rest needs. */
static void need(int status) {
  if (status == TARN_OK) return;
  fprintf(stderr, "rank %d: %s\n", rank, tarn_error_message());
  MPI_Abort(MPI_COMM_WORLD, 1);
}

static const char* only(int missing, const char* text) {
  return missing ? NULL : text;
}

static void open_and_run(const char* deck, int missing, tarn_runtime** runtime) {
  tarn_run_options options = {NULL, NULL, NULL, NULL, missing};
  tell("open", tarn_open(MPI_Comm_c2f(MPI_COMM_WORLD), missing ? NULL : runtime));
  need(tarn_open(MPI_Comm_c2f(MPI_COMM_WORLD), runtime));
  tell("run_deck", tarn_run_deck(*runtime, only(missing, deck), NULL, NULL));
  tell("overrides", tarn_run_deck(*runtime, deck, &options, NULL));
}

static void create(tarn_runtime* runtime, const char* deck, int missing, tarn_simulation** simulation) {
  const char* nothing[] = {NULL};
  tell("create_for", tarn_simulation_create(runtime, deck, NULL, 0, missing ? NULL : simulation));
  tell("create_deck", tarn_simulation_create(runtime, only(missing, deck), NULL, 0, simulation));
  tell("create_overrides", tarn_simulation_create(runtime, deck, NULL, missing, simulation));
  tell("create_override", tarn_simulation_create(runtime, deck, nothing, missing, simulation));
  need(tarn_simulation_create(runtime, deck, NULL, 0, simulation));
}

static void use(tarn_simulation* simulation, const char* folder, int missing) {
  double dt = 0, values[512];
  tarn_field field;
  tell("largest_step", tarn_simulation_largest_step(simulation, missing ? NULL : &dt));
  tell("step", tarn_simulation_step(simulation, missing ? -1 : 0));
  tell("field", tarn_simulation_field(simulation, "temperature", missing ? NULL : &field));
  tell("field_name", tarn_simulation_field(simulation, only(missing, "temperature"), &field));
  need(tarn_simulation_field(simulation, "temperature", &field));
  const size_t count = (size_t)(field.shape[0] * field.shape[1] * field.shape[2]);
  memset(values, 0, sizeof values);
  tell("get", tarn_simulation_get(simulation, "temperature", missing ? NULL : values, count));
  tell("get_name", tarn_simulation_get(simulation, only(missing, "temperature"), values, count));
  tell("set", tarn_simulation_set(simulation, "temperature", missing ? NULL : values, count));
  tell("set_name", tarn_simulation_set(simulation, only(missing, "temperature"), values, count));
  tell("set_other", tarn_simulation_set(simulation, missing ? "nonsense" : "temperature", values, count));
  tell("directory", tarn_simulation_directory(simulation, only(missing, folder)));
  tell("snapshot", tarn_simulation_write_snapshot(simulation, only(missing, "fields")));
}

static void reduce(tarn_runtime* runtime, int missing) {
  double values[2] = {1, 2}, result = 0;
  tell("sum", tarn_sum(runtime, TARN_FLOAT64, values, 2, missing ? NULL : &result));
  tell("sum_values", tarn_sum(runtime, TARN_FLOAT64, missing ? NULL : values, 2, &result));
  tell("sum_type", tarn_sum(runtime, missing ? 0 : TARN_FLOAT64, values, 2, &result));
  tell("min", tarn_min(runtime, TARN_FLOAT64, values, 2, missing ? NULL : &result));
  tell("max", tarn_max(runtime, TARN_FLOAT64, values, 2, missing ? NULL : &result));
}

int main(int argc, char** argv) {
  tarn_runtime* runtime = NULL;
  tarn_simulation* simulation = NULL;
  double dt = 0;
  if (argc != 3) return 2;
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  alarm(120); /* whoever waits for ever is ended */
  const int missing = rank == 1;
  open_and_run(argv[1], missing, &runtime);
  create(runtime, argv[1], missing, &simulation);
  use(simulation, argv[2], missing);
  reduce(runtime, missing);
  /* After all this the simulation goes on. */
  const int status = tarn_simulation_step(simulation, 0);
  if (rank == 0) printf("after %d %d\n", status, tarn_simulation_largest_step(simulation, &dt) == TARN_OK && dt > 0);
  if (rank != 0) tarn_simulation_largest_step(simulation, &dt);
  tarn_simulation_destroy(simulation);
  tarn_close(runtime);
  MPI_Finalize();
  return 0;
}
