#pragma once

#include <memory>
#include <string>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/parallel/nccl_link.hpp"

namespace tarn {

/// How cells get from the memory of one rank's device into that of another's.
class Transport {
 public:
  /// Whose work it is, and which memory it reads and writes.
  enum class Kind {
    nccl,        ///< NCCL, from device to device
    device_mpi,  ///< MPI is handed the device's own memory
    staged_mpi,  ///< MPI is handed pinned host memory, copied to and from the device
  };

  /// Through MPI.
  /// @param kind  not Kind::nccl, which needs a link
  explicit Transport(Kind kind) : kind_(kind) {}
  /// Through NCCL.
  explicit Transport(std::shared_ptr<NcclLink> link) : kind_(Kind::nccl), link_(std::move(link)) {}

  Kind kind() const { return kind_; }        ///< which of the ways
  NcclLink& link() const { return *link_; }  ///< of Kind::nccl
  std::string description() const;           ///< in words, for people

 private:
  Kind kind_;
  std::shared_ptr<NcclLink> link_;  ///< copies mean the same
};

/// Chooses the way between these ranks; collective, the same answer on all of them.
///
/// In a host build MPI gets the fields' own memory. In a CUDA build NCCL is tried first, which needs a GPU for each
/// rank. Next comes an MPI that takes device pointers: one that cannot crashes when it gets one, so it is asked first
/// (Open MPI's MPIX_Query_cuda_support), and only if it says yes on every rank a trial decides. Pinned host memory is
/// left for all others. The environment variable TARN_HALO asks for one way: `nccl`; `mpi`, which makes the trial
/// unasked, for an MPI that has no such query or answers it wrongly; `staged`.
/// @throws UsageError if TARN_HALO is another word, or asks for what cannot be done here
Transport choose_transport(const Communicator& ranks);

/// Whether the MPI library says of itself that it takes CUDA device pointers: "yes", "no" or "cannot say".
const char* mpi_says_of_device_pointers();

/// Whether MPI brings device memory to the next ranks unchanged; collective, the same answer on all ranks. One rank
/// sends to itself. Precondition: MPI does not crash on pointers to this build's device memory; see choose_transport().
bool device_mpi_works(const Communicator& ranks);

}  // namespace tarn
