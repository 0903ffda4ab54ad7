#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <mpi.h>

namespace tarn {

/// A private duplicate of an MPI communicator; it is freed with this object. Errors of MPI on it are thrown, whatever
/// the error handler of the parent, which stays as it is.
///
/// Every member but rank(), size() and handle() is collective: all ranks call it in the same order.
class Communicator {
 public:
  /// @param parent  a valid communicator of an initialised MPI
  /// @throws Error if MPI cannot duplicate it
  explicit Communicator(MPI_Comm parent);
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  int rank() const { return rank_; }           ///< this process, from 0
  int size() const { return size_; }           ///< how many there are
  bool is_root() const { return rank_ == 0; }  ///< whether it is rank 0
  MPI_Comm handle() const { return handle_; }  ///< for calls of MPI; owned by this object

  void barrier() const;  ///< waits for all ranks; collective, as all below

  double min(double value) const;              ///< of all ranks, on all ranks
  double max(double value) const;              ///< of all ranks, on all ranks
  std::int64_t min(std::int64_t value) const;  ///< of all ranks, on all ranks
  std::int64_t max(std::int64_t value) const;  ///< of all ranks, on all ranks
  /// Integer sums only: a sum of floating-point numbers would depend on the number of ranks.
  std::int64_t sum(std::int64_t value) const;
  /// Adds `count` integers over all ranks, in place.
  void sum(std::int64_t* values, int count) const;

  /// The value that rank 0 passed.
  std::string broadcast(const std::string& value) const;
  double broadcast(double value) const;              ///< rank 0's, on all ranks
  std::int64_t broadcast(std::int64_t value) const;  ///< rank 0's, on all ranks
  bool broadcast(bool value) const;                  ///< rank 0's, on all ranks

  /// Runs `action` on every rank. If it throws on any, every rank throws before the next collective call: the
  /// ranks where it threw their own exception, the others an Error of the same kind with the message of the
  /// lowest rank that failed. `action` itself makes no collective call that a failed rank would miss.
  void agree(const std::function<void()>& action) const;

 private:
  MPI_Comm handle_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace tarn
