#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include <mpi.h>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn::apps::pipeline {

/// Hands out the numbers 0, 1, 2 ... over all ranks, each once, and counts what became of the items: numbers in the
/// memory of rank 0 that every rank counts up by itself. The constructor and the destructor are collective.
class ItemCounter {
 public:
  explicit ItemCounter(const Communicator& ranks) {
    const MPI_Aint bytes = ranks.is_root() ? places * sizeof(std::int64_t) : 0;
    std::int64_t* memory = nullptr;
    require_mpi(MPI_Win_allocate(bytes, sizeof(std::int64_t), MPI_INFO_NULL, ranks.handle(), &memory, &window_),
                "MPI_Win_allocate");
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window_);
    if (ranks.is_root()) {
      std::fill(memory, memory + places, 0);
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

  std::int64_t next() { return change(next_place, 1, MPI_SUM); }

  /// From now on the numbers are beyond all items.
  void stop() { change(next_place, std::numeric_limits<std::int64_t>::max() / 2, MPI_REPLACE); }

  /// An item came to its end.
  void count(bool done) { change(done ? done_place : failed_place, 1, MPI_SUM); }
  std::int64_t done() { return change(done_place, 0, MPI_NO_OP); }      ///< of all ranks, so far
  std::int64_t failed() { return change(failed_place, 0, MPI_NO_OP); }  ///< likewise

 private:
  enum Place { next_place, done_place, failed_place, places };

  /// @returns what was there before
  std::int64_t change(Place place, std::int64_t value, MPI_Op operation) {
    std::int64_t before = 0;
    MPI_Fetch_and_op(&value, &before, MPI_INT64_T, 0, place, operation, window_);
    MPI_Win_flush(0, window_);
    return before;
  }

  MPI_Win window_ = MPI_WIN_NULL;
};

}  // namespace tarn::apps::pipeline
