#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "tarn/core/parallel/communicator.hpp"

namespace tarn::io {

/// What a background writer has done so far.
struct BackgroundReport {
  std::int64_t jobs = 0;     ///< files
  double seconds = 0;        ///< spent in jobs
  std::int64_t stalls = 0;   ///< times that both buffers were busy
  double stall_seconds = 0;  ///< waited for them
};

/// One thread of each rank that writes files while the run goes on, from two buffers that its user fills in turns: one
/// is written while the other is filled. HDF5 is not thread safe; while this object lives, only its jobs may call it.
///
/// The jobs of all ranks run in the same order, with a communicator of their own, so a job may be collective. Without
/// threads each job runs at once in submit().
class BackgroundWriter {
 public:
  static constexpr int slots = 2;  ///< buffers, and so files that can wait

  /// A job gets the writer's communicator. What it uses must live as long as it does: it owns it or shares it.
  using Job = std::function<void(const Communicator&)>;

  /// Collective.
  /// @param threaded  the same on all ranks; needs MPI_THREAD_MULTIPLE
  BackgroundWriter(const Communicator& ranks, bool threaded);
  /// Waits for the jobs, without limit where they get on. If none gets done for a minute, another rank has failed, and
  /// the thread is left alone: what its job uses stays.
  ~BackgroundWriter();
  BackgroundWriter(const BackgroundWriter&) = delete;
  BackgroundWriter& operator=(const BackgroundWriter&) = delete;

  /// Waits until the next slot is free and returns its number, 0 and 1 in turns: its buffer may be filled. Collective.
  /// @throws what an earlier job threw, on every rank; jobs behind it are not run
  int next_slot();

  /// Hands over the job that writes the buffer of the slot that next_slot() returned.
  /// @throws what the job throws, if there are no threads
  void submit(Job job);

  /// Waits for all jobs. Collective.
  /// @throws what a job threw, on every rank
  void finish();

  BackgroundReport report() const;  ///< so far

 private:
  struct State;
  void throw_failure(bool wait_for_all);

  const Communicator& ranks_;
  std::shared_ptr<State> state_;
  std::int64_t submitted_ = 0;
};

}  // namespace tarn::io
