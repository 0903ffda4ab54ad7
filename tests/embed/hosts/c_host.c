/* A host in C99: runs a deck under an observer, stops it, goes on with it, steps it by hand, and reads what was
 * written. It prints lines for the test to look at, and fails where a call does that should not. c_host DECK FOLDER */
#include "tarn/c/tarn.h"

#include "process_state.h"

static int rank, failures;
static char text[65536];
static long lines, progresses, ends;
static int stop_at = -1;

static void check(int status, int expected, const char* what) {
  if (status == expected) return;
  ++failures;
  fprintf(stderr, "%s: %d instead of %d: %s\n", what, status, expected, tarn_error_message());
}

static void hear_log(void* user, const char* line) {
  (void)user;
  ++lines;
  if (strlen(text) + strlen(line) + 2 < sizeof text) strcat(text, line);
}
static void hear_progress(void* user, int64_t step, double time, double end, double seconds_left) {
  (void)seconds_left;
  if (step > 0 && time > 0 && time <= end) ++*(long*)user;
}
static int ask_stop(void* user) {
  (void)user;
  return stop_at == 0;
}
static void hear_end(void* user, const char* json) {
  (void)user;
  ends += strstr(json, "\"status\"") != NULL;
}

/* Two runs: one that is stopped at once and gone on with, and its twin that is stepped by hand. */
static void run_deck(tarn_runtime* runtime, const char* deck, const char* folder) {
  char run[512];
  snprintf(run, sizeof run, "%s/run", folder);
  const char* overrides[] = {"history.every={steps=10}"};
  tarn_run_options options = {NULL, run, NULL, overrides, 1};
  tarn_observer observer = {&progresses, hear_log, hear_progress, ask_stop, hear_end};
  stop_at = 0;
  check(tarn_run_deck(runtime, deck, &options, &observer), TARN_STOPPED, "stopped run");
  stop_at = -1;
  options.restart = "latest";
  check(tarn_run_deck(runtime, deck, &options, &observer), TARN_OK, "restarted run");
  check(tarn_run_deck(runtime, "no such deck.toml", NULL, NULL), TARN_DATA, "missing deck");
}

static void step_by_hand(tarn_runtime* runtime, const char* deck, const char* folder) {
  char path[512];
  tarn_simulation* simulation = NULL;
  check(tarn_simulation_create(runtime, deck, NULL, 0, &simulation), TARN_OK, "create");
  if (simulation == NULL) return;
  snprintf(path, sizeof path, "%s/stepped", folder);
  check(tarn_simulation_directory(simulation, path), TARN_OK, "directory");
  double time = 0, end = 1, largest = 0;
  int64_t steps = 0;
  tarn_field field;
  while (time < end && failures == 0) {
    check(tarn_simulation_step(simulation, 0), TARN_OK, "step");
    check(tarn_simulation_time(simulation, &steps, &time, &end), TARN_OK, "time");
    if (steps == 5) check(tarn_simulation_write_checkpoint(simulation), TARN_OK, "checkpoint");
  }
  check(tarn_simulation_write_snapshot(simulation, "fields"), TARN_OK, "snapshot");
  check(tarn_simulation_field(simulation, "temperature", &field), TARN_OK, "field");
  const double last = *(double*)field.data;
  check(tarn_simulation_restart(simulation, NULL), TARN_OK, "restart");
  check(tarn_simulation_time(simulation, &steps, &time, NULL), TARN_OK, "time");
  if (rank == 0) printf("restarted at step %d\n", (int)steps);
  while (time < end && failures == 0) {
    check(tarn_simulation_step(simulation, 0), TARN_OK, "step");
    check(tarn_simulation_time(simulation, NULL, &time, NULL), TARN_OK, "time");
  }
  check(tarn_simulation_field(simulation, "temperature", &field), TARN_OK, "field");
  if (*(double*)field.data != last) ++failures;

  const size_t count = (size_t)(field.shape[0] * field.shape[1] * field.shape[2]);
  double* values = malloc(count * sizeof *values);
  check(tarn_simulation_get(simulation, "temperature", values, count), TARN_OK, "get");
  for (int64_t n = 0; n < field.shape[2]; ++n)
    if (((double*)field.data)[n * field.stride[2]] != values[n]) ++failures;
  double sum = 0, low = 0, high = 0;
  check(tarn_sum(runtime, TARN_FLOAT64, values, count, &sum), TARN_OK, "sum");
  check(tarn_min(runtime, TARN_FLOAT64, values, count, &low), TARN_OK, "min");
  check(tarn_max(runtime, TARN_FLOAT64, values, count, &high), TARN_OK, "max");
  if (rank == 0) printf("sum %.17g min %.17g max %.17g\n", sum, low, high);
  for (size_t n = 0; n < count; ++n)
    values[n] = 7;
  check(tarn_simulation_set(simulation, "temperature", values, count), TARN_OK, "set");
  check(tarn_simulation_field(simulation, "temperature", &field), TARN_OK, "field");
  if (*(double*)field.data != 7) ++failures;
  check(tarn_simulation_set(simulation, "temperature", values, count - 1), TARN_ERROR, "too short an array");
  check(tarn_simulation_field(simulation, "nonsense", &field), TARN_ERROR, "no field");
  check(tarn_simulation_largest_step(simulation, &largest), TARN_OK, "largest step");
  check(tarn_simulation_step(simulation, 2 * largest), TARN_USAGE, "too long a step");
  check(tarn_sum(runtime, 77, values, count, &sum), TARN_USAGE, "no type");
  check(tarn_simulation_step(NULL, 0), TARN_USAGE, "null");
  free(values);
  check(tarn_simulation_destroy(simulation), TARN_OK, "destroy");
}

/* The last snapshot of the directory, as the manifest has it; on rank 0. */
static void read_files(const char* folder) {
  char directory[512], file[1100];
  int files = 0, datasets = 0;
  snprintf(directory, sizeof directory, "%s/stepped", folder);
  check(tarn_file_count(directory, &files), TARN_OK, "files");
  for (int n = 0; n < files; ++n) {
    tarn_file told;
    tarn_dataset dataset;
    check(tarn_file_at(directory, n, &told), TARN_OK, "file");
    if (strcmp(told.kind, "snapshot") != 0) continue;
    snprintf(file, sizeof file, "%s/%s", directory, told.path);
    check(tarn_dataset_count(file, &datasets), TARN_OK, "datasets");
    for (int m = 0; m < datasets; ++m) {
      check(tarn_dataset_at(file, m, &dataset), TARN_OK, "dataset");
      if (strstr(dataset.path, "/fields/temperature") == NULL) continue;
      double* values = malloc(dataset.bytes);
      check(tarn_dataset_read(file, dataset.path, values, dataset.bytes), TARN_OK, "read");
      check(tarn_dataset_read(file, dataset.path, values, dataset.bytes - 1), TARN_USAGE, "too little room");
      printf("file %s %s %s rank %d first %.17g\n", told.path, dataset.path, dataset.type_name, dataset.rank,
             values[0]);
      free(values);
    }
  }
  check(tarn_file_at(directory, files, NULL), TARN_USAGE, "no such file");
  check(tarn_dataset_count("/no/such/file.h5", &datasets), TARN_DATA, "missing file");
  printf("message: %s\n", tarn_error_message());
}

int main(int argc, char** argv) {
  int given;
  struct process_state before, after;
  struct quiet quiet;
  MPI_Comm comm;
  if (argc != 3) return 2;
  MPI_Init_thread(&argc, &argv, MPI_THREAD_SINGLE, &given);
  MPI_Comm_dup(MPI_COMM_WORLD, &comm);
  MPI_Comm_set_errhandler(comm, MPI_ERRORS_RETURN);
  MPI_Comm_rank(comm, &rank);
  read_state(comm, &before);
  begin_quiet(&quiet);
  tarn_runtime* runtime = NULL;
  check(tarn_open(MPI_Comm_c2f(comm), &runtime), TARN_OK, "open");
  run_deck(runtime, argv[1], argv[2]);
  const long printed = end_quiet(&quiet);
  read_state(comm, &after);
  step_by_hand(runtime, argv[1], argv[2]);
  if (rank == 0) read_files(argv[2]);
  check(tarn_close(runtime), TARN_OK, "close");
  int ended = 1;
  MPI_Finalized(&ended);
  if (rank == 0) {
    printf("version %s thread %d changed '%s' printed %ld ended %d\n", tarn_version(), given,
           difference(&before, &after), printed, ended);
    printf("heard lines %d ends %ld restart %d\n", lines > 3, ends, strstr(text, "restart from") != NULL);
  }
  if (failures > 0) printf("failures %d\n", failures);
  MPI_Comm_free(&comm);
  MPI_Finalize();
  return failures > 0;
}
