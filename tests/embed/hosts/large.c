/* Sizes beyond 32 bits through the C interface: numbers of which most are pages that nobody has written, which take no
 * memory, and a dataset of as many bytes. It prints what it found. large FILE */
#include <stdio.h>
#include <stdlib.h>

#include <sys/mman.h>

#include "tarn/c/tarn.h"

static int failures;

static void check(int status, const char* what) {
  if (status == TARN_OK) return;
  ++failures;
  printf("%s: %d: %s\n", what, status, tarn_error_message());
}

/* Zeros but for three numbers, the last of which is the last of all. */
static void reduce(tarn_runtime* runtime) {
  const size_t count = ((size_t)1 << 32) + 5;
  float* values =
      mmap(NULL, count * sizeof *values, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  double sum = 0, least = 0, most = 0;
  if (values == MAP_FAILED) {
    ++failures;
    return;
  }
  values[0] = 1;
  values[(size_t)1 << 31] = 5;
  values[count - 1] = -3;
  check(tarn_sum(runtime, TARN_FLOAT32, values, count, &sum), "sum");
  check(tarn_min(runtime, TARN_FLOAT32, values, count, &least), "min");
  check(tarn_max(runtime, TARN_FLOAT32, values + 1, count - 1, &most), "max");
  printf("count %zu sum %g min %g max %g\n", count, sum, least, most);
  munmap(values, count * sizeof *values);
}

static void read_dataset(const char* file) {
  tarn_dataset dataset;
  check(tarn_dataset_at(file, 0, &dataset), "dataset");
  if (failures > 0) return;
  unsigned char* values = malloc(dataset.bytes);
  if (values == NULL) {
    ++failures;
    return;
  }
  check(tarn_dataset_read(file, dataset.path, values, dataset.bytes), "read");
  printf("dataset %s %s %lld elements %zu bytes first %d last %d\n", dataset.path, dataset.type_name,
         (long long)dataset.shape[0], dataset.bytes, values[0], values[dataset.bytes - 1]);
  free(values);
}

int main(int argc, char** argv) {
  tarn_runtime* runtime = NULL;
  if (argc != 2) return 2;
  MPI_Init(&argc, &argv);
  check(tarn_open(MPI_Comm_c2f(MPI_COMM_WORLD), &runtime), "open");
  reduce(runtime);
  read_dataset(argv[1]);
  check(tarn_close(runtime), "close");
  MPI_Finalize();
  return failures > 0;
}
