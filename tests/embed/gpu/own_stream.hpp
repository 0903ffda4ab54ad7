#pragma once

#include <cuda_runtime_api.h>

#include <cstdio>
#include <functional>

#include "tarn/core/runtime.hpp"

#include "work.hpp"

// What the programs share that look at each work of a host on a stream of its own.

/// So often each work is done.
inline constexpr int times = 100;

/// Does a work a few times: memory, streams and kernels come once.
inline void do_first(const Work& work) {
  for (int n = 0; n < 3; ++n)
    work.once();
}

/// Looks at each work, and prints how many are not as expected. @returns the exit code
inline int look_at_all(const tarn::Runtime& runtime, const std::function<bool(const Work&)>& is_as_expected) {
  int wrong = 0;
  for (const Work& work : all_work(runtime))
    wrong += is_as_expected(work) ? 0 : 1;
  std::printf("%d of the works are not as expected\n", wrong);
  return wrong > 0 ? 1 : 0;
}

/// Starts MPI and Kokkos, calls a function with a stream of the host's, and ends them. @returns what it returns
inline int with_own_stream(int argc, char** argv, const std::function<int(cudaStream_t)>& look) {
  MPI_Init(&argc, &argv);
  Kokkos::initialize(argc, argv);
  cudaStream_t own = nullptr;
  cudaStreamCreate(&own);
  const int code = look(own);
  Kokkos::finalize();
  cudaStreamDestroy(own);
  MPI_Finalize();
  return code;
}
