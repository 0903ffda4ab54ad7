/* tarn for programs in C, and in whatever calls C. C99 and C++.
 *
 * Every function that returns `int` returns TARN_OK or another value of tarn_status; tarn_error_message() then tells
 * what was wrong. No C++ exception leaves these functions, nothing is printed, no signal handler is installed, and the
 * program is never ended.
 *
 * Unless it is said that a function is not collective, all ranks of the runtime call it together, with texts, types
 * and steps that are the same on all of them. An argument that is null or wrong on one rank alone is an error on every
 * rank, with the message of that rank; none waits for ever. The exception is a null runtime or simulation: that rank
 * gets TARN_USAGE at once and cannot tell the others, which wait for it.
 */
#ifndef TARN_C_TARN_H
#define TARN_C_TARN_H

#include <stddef.h>
#include <stdint.h>

#include <mpi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The exit codes of the tarn program. */
enum tarn_status {
  TARN_OK = 0,
  TARN_ERROR = 1,    /* what none of the others says */
  TARN_USAGE = 2,    /* a deck or an argument that cannot be right */
  TARN_DATA = 3,     /* a file cannot be read or written */
  TARN_NUMERICS = 4, /* the numbers went bad */
  TARN_STOPPED = 75  /* tarn_run_deck(): early, with a checkpoint */
};

/* Types of numbers. */
enum tarn_type {
  TARN_FLOAT32 = 1,
  TARN_FLOAT64 = 2,
  TARN_OTHER = 3 /* of a dataset: see its `type_name` */
};

/* The version of the library that is linked, such as "0.2.0". Not collective. */
const char* tarn_version(void);

/* What the last call of this thread that failed had to say; empty if none did. It stays until the next one fails. Not
 * collective. */
const char* tarn_error_message(void);

/* ---- a runtime ---- */

typedef struct tarn_runtime tarn_runtime;

/* Hears what tarn has to say; every member may be null. `user` is handed to each. */
typedef struct tarn_observer {
  void* user;
  /* Lines without the end of the last; from any thread. */
  void (*log)(void* user, const char* text);
  /* On rank 0, a few times a second. */
  void (*progress)(void* user, int64_t step, double time, double end, double seconds_left);
  /* Something other than 0 asks the run to write a checkpoint and stop; on every rank, from any thread. */
  int (*stop)(void* user);
  /* The content of run.json at the end, also where the run fails; on rank 0. */
  void (*ended)(void* user, const char* run_json);
} tarn_observer;

/* Opens a runtime; the ranks of the communicator call it together. MPI must be running; Kokkos is started, and
 * finalised by tarn_close(), only if it is not running.
 * @param communicator  of MPI_Comm_c2f(), or Fortran's own; duplicated
 * @param[out] runtime  to be closed with tarn_close(), before MPI is finalised */
int tarn_open(MPI_Fint communicator, tarn_runtime** runtime);

/* Simulations of the runtime are to be destroyed before. Null does nothing. Collective: the communicator is freed. */
int tarn_close(tarn_runtime* runtime);

/* ---- a whole run ---- */

typedef struct tarn_run_options {
  const char* root;             /* where run directories are made; null: "runs" */
  const char* directory;        /* the run directory itself; null: a new one in the root */
  const char* restart;          /* "latest", "auto" or a checkpoint file; null: a new run */
  const char* const* overrides; /* each "table.key=value" */
  int override_count;
} tarn_run_options;

/* Runs a deck as `tarn run` does.
 * @param options, observer  null: the default, nobody
 * @returns TARN_STOPPED where it was stopped early, with a checkpoint */
int tarn_run_deck(tarn_runtime* runtime, const char* deck, const tarn_run_options* options,
                  const tarn_observer* observer);

/* ---- a simulation, step by step ---- */

typedef struct tarn_simulation tarn_simulation;

/* Reads and checks a deck, and makes its initial state; nothing is written.
 * @param overrides  `override_count` times "table.key=value"; null if there are none
 * @param[out] simulation  to be destroyed before its runtime is closed */
int tarn_simulation_create(tarn_runtime* runtime, const char* deck, const char* const* overrides, int override_count,
                           tarn_simulation** simulation);
/* Null does nothing. Collective. */
int tarn_simulation_destroy(tarn_simulation* simulation);

/* The longest step that the scheme allows now [time of the problem]. */
int tarn_simulation_largest_step(tarn_simulation* simulation, double* dt);

/* Takes one step.
 * @param dt  > 0 and at most the longest; 0: the step that `tarn run` would take on its way to the deck's time.end */
int tarn_simulation_step(tarn_simulation* simulation, double dt);

/* Where the simulation is, and the deck's time.end; each may be null. Not collective. */
int tarn_simulation_time(const tarn_simulation* simulation, int64_t* step, double* time, double* end);

/* A field, as it lies in memory: element (z, y, x) of this rank's cells stands at
 * data[z * stride[0] + y * stride[1] + x * stride[2]]. */
typedef struct tarn_field {
  void* data;        /* the first cell of this rank, or null if it has none */
  int type;          /* TARN_FLOAT32 or TARN_FLOAT64, the deck's run.precision */
  int on_device;     /* whether `data` points to a GPU's memory */
  int64_t shape[3];  /* cells of this rank along z, y, x; 1 along an axis that the grid does not have */
  int64_t stride[3]; /* elements */
  int64_t offset[3]; /* the first of them in the domain */
  int64_t domain[3]; /* cells of all ranks */
  double spacing[3]; /* between their centres [length of the problem] */
} tarn_field;

/* A field of the state, or an output that is computed now, without a copy. What is written to a field of the state
 * counts from tarn_simulation_changed() on; the pointer holds until the next step. */
int tarn_simulation_field(tarn_simulation* simulation, const char* name, tarn_field* field);

/* To be called once fields of the state have been written to, before the next step. */
int tarn_simulation_changed(tarn_simulation* simulation);

/* The cells of this rank as a contiguous array in the memory of the host, x fastest, in the precision of the run.
 * @param count  elements of `values`: those of this rank */
int tarn_simulation_get(tarn_simulation* simulation, const char* name, void* values, size_t count);
/* Sets a field of the state from such an array. */
int tarn_simulation_set(tarn_simulation* simulation, const char* name, const void* values, size_t count);

/* The directory that files go to, which tarn manages: made where it is missing. */
int tarn_simulation_directory(tarn_simulation* simulation, const char* path);

/* Writes <series>-<step>.h5 with the state's fields into the directory. */
int tarn_simulation_write_snapshot(tarn_simulation* simulation, const char* series);

/* Writes a checkpoint into ckpt/ of the directory; the deck's checkpoint.keep newest are kept. */
int tarn_simulation_write_checkpoint(tarn_simulation* simulation);

/* Goes to the state of a checkpoint, written by any number of ranks.
 * @param file  null: the newest checkpoint in the directory that reads back whole */
int tarn_simulation_restart(tarn_simulation* simulation, const char* file);

/* ---- files of a managed directory; none of these is collective ---- */

typedef struct tarn_file {
  char path[512]; /* within the directory */
  char kind[32];  /* "snapshot", "checkpoint", "dataset" and so on */
  int64_t step;
  double time;
} tarn_file;

/* The files that the manifest of a directory vouches for: their number, and one of them. */
int tarn_file_count(const char* directory, int* count);
int tarn_file_at(const char* directory, int index, tarn_file* file);

typedef struct tarn_dataset {
  char path[512];     /* within the file */
  int type;           /* TARN_FLOAT32, TARN_FLOAT64 or TARN_OTHER */
  char type_name[16]; /* NumPy's */
  int rank;           /* axes, 0 to 8 */
  int64_t shape[8];   /* the slowest axis first */
  size_t bytes;       /* of all elements */
} tarn_dataset;

/* The datasets of numbers in an HDF5 file, of tarn or of anybody: how many there are, and one of them. */
int tarn_dataset_count(const char* file, int* count);
int tarn_dataset_at(const char* file, int index, tarn_dataset* dataset);
/* Reads one whole, every chunk against its checksum if it has one.
 * @param path   within the file, such as "/data/120/fields/u"
 * @param bytes  of `values`: those of the dataset */
int tarn_dataset_read(const char* file, const char* path, void* values, size_t bytes);

/* ---- reductions ---- */

/* Of `count` numbers of each rank, over all ranks; on every rank. The sum has the same bits for every number of ranks.
 * @param type    TARN_FLOAT32 or TARN_FLOAT64
 * @param values  in memory that tarn's kernels reach: the host's, in a build for GPUs the GPU's; null if `count` is 0
 */
int tarn_sum(tarn_runtime* runtime, int type, const void* values, size_t count, double* sum);
/* TARN_USAGE if no rank has any numbers; NaN if one of them is. */
int tarn_min(tarn_runtime* runtime, int type, const void* values, size_t count, double* min);
int tarn_max(tarn_runtime* runtime, int type, const void* values, size_t count, double* max);

#ifdef __cplusplus
}
#endif

#endif
