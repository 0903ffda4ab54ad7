#pragma once

#include <cstdint>
#include <limits>

#include <mpi.h>

#include "tarn/core/parallel/communicator.hpp"

namespace tarn::apps::pipeline {

/// Hands out the numbers 0, 1, 2 ... over all ranks, each once: a number in the memory of rank 0 that every rank counts
/// up by itself. The constructor and the destructor are collective.
class ItemCounter {
 public:
  explicit ItemCounter(const Communicator& ranks) {
    const MPI_Aint bytes = ranks.is_root() ? sizeof(std::int64_t) : 0;
    std::int64_t* memory = nullptr;
    MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, ranks.handle(), &memory, &window_);
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    if (ranks.is_root()) {
      *memory = 0;
      MPI_Win_sync(window_);
    }
    ranks.barrier();
  }
  ~ItemCounter() {
    MPI_Win_unlock_all(window_);
    MPI_Win_free(&window_);
  }
  ItemCounter(const ItemCounter&) = delete;
  ItemCounter& operator=(const ItemCounter&) = delete;

  std::int64_t next() {
    const std::int64_t one = 1;
    std::int64_t number = 0;
    MPI_Fetch_and_op(&one, &number, MPI_INT64_T, 0, 0, MPI_SUM, window_);
    MPI_Win_flush(0, window_);
    return number;
  }

  /// From now on the numbers are beyond all items.
  void stop() {
    const std::int64_t end = std::numeric_limits<std::int64_t>::max() / 2;
    std::int64_t before = 0;
    MPI_Fetch_and_op(&end, &before, MPI_INT64_T, 0, 0, MPI_REPLACE, window_);
    MPI_Win_flush(0, window_);
  }

 private:
  MPI_Win window_ = MPI_WIN_NULL;
};

}  // namespace tarn::apps::pipeline
