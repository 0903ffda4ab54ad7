// A host whose other stream is busy: tarn's work on the host's own instance must be done while a kernel on that stream
// still runs. A fence of all instances shows that one that waits is seen. It ends with 1 if any is not as expected.
#include <cuda_runtime_api.h>

#include <chrono>
#include <cstdio>

#include "own_stream.hpp"

namespace {

constexpr long long longest = 3'000'000'000;  // [ns], after which the kernel ends by itself

/// Runs until the host says stop, or for the longest time.
__global__ void keep_busy(const volatile int* stop) {
  long long begin = 0, now = 0;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(begin));
  do {
    asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(now));
  } while (*stop == 0 && now - begin < longest);
}

/// A stream of the host's, of the kind that waits for the default stream and that the default stream waits for.
struct BusyStream {
  cudaStream_t stream = nullptr;
  int* stop = nullptr;

  BusyStream() {
    cudaStreamCreate(&stream);
    cudaHostAlloc(reinterpret_cast<void**>(&stop), sizeof *stop, cudaHostAllocMapped);
  }
  ~BusyStream() {
    cudaFreeHost(stop);
    cudaStreamDestroy(stream);
  }
  void begin() const {
    *stop = 0;
    void* on_device = nullptr;
    cudaHostGetDevicePointer(&on_device, stop, 0);
    keep_busy<<<1, 1, 0, stream>>>(static_cast<const volatile int*>(on_device));
  }
  bool runs() const {
    const bool busy = cudaStreamQuery(stream) == cudaErrorNotReady;
    cudaGetLastError();  // that is no error to be found later
    return busy;
  }
  bool end() const {
    *static_cast<volatile int*>(stop) = 1;
    return cudaStreamSynchronize(stream) == cudaSuccess;
  }
};

double seconds_since(std::chrono::steady_clock::time_point begun) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

bool is_as_expected(const Work& work, const tarn::Space& space, const BusyStream& busy) {
  do_first(work);
  Kokkos::fence();
  busy.begin();
  const auto begun = std::chrono::steady_clock::now();
  const int count = work.waits_for_device ? 1 : times;
  for (int n = 0; n < count; ++n)
    work.once();
  const double returned = seconds_since(begun);
  space.fence();
  const double done = seconds_since(begun);
  const bool waited = !busy.runs();
  const bool good = busy.end();
  std::printf("%s, %d times: returned after %.4f s, done after %.4f s, the other stream %s\n", work.name.c_str(), count,
              returned, done, waited ? "HAD BEEN WAITED FOR" : "still ran");
  if (!good) std::printf("  CUDA says: %s\n", cudaGetErrorString(cudaGetLastError()));
  return good && waited == work.waits_for_device;
}

int look(cudaStream_t own) {
  const tarn::Runtime runtime(MPI_COMM_WORLD, {.space = tarn::Space(own)});
  const BusyStream busy;
  return look_at_all(runtime, [&](const Work& work) { return is_as_expected(work, runtime.space(), busy); });
}

}  // namespace

int main(int argc, char** argv) {
  return with_own_stream(argc, argv, look);
}
