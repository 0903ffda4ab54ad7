#pragma once

#include <string>

#include "tarn/core/parallel/communicator.hpp"

namespace tarn {

/// Which memory MPI is handed to send from and receive into.
enum class MpiBuffers {
  device,  ///< the device's own memory
  staged,  ///< pinned host memory, copied to and from the device
};

/// Whether the MPI library says of itself that it takes CUDA device pointers: "yes", "no" or "cannot say".
const char* mpi_says_of_device_pointers();

/// Chooses the memory that MPI is handed; collective, the same answer on all ranks.
///
/// In a host build the device's memory is the host's, so the answer is `device`. In a CUDA build an MPI that
/// cannot take device pointers crashes when it gets one. It is asked first (Open MPI's
/// MPIX_Query_cuda_support), and only if it says yes on every rank a trial exchange decides. The environment
/// variable TARN_DEVICE_MPI goes before the question: 0 stages without a trial, 1 makes the trial unasked,
/// for an MPI that has no such query or answers it wrongly.
/// @throws UsageError if TARN_DEVICE_MPI is neither 0 nor 1 on some rank of a CUDA build
MpiBuffers choose_mpi_buffers(const Communicator& communicator);

/// Sends device buffers around the ring of all ranks, one short and one long message, and compares what
/// arrives; collective, the same answer on all ranks. One rank sends to itself. Precondition: MPI does not
/// crash on pointers to this build's device memory; see choose_mpi_buffers().
bool device_exchange_works(const Communicator& communicator);

/// The choice in words, for people.
std::string describe(MpiBuffers buffers);

}  // namespace tarn
