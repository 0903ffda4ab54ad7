#pragma once

#include <memory>
#include <string>

#include <mpi.h>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// Owns MPI and Kokkos, or joins them where the host program has started them already.
///
/// What it started it finalises, Kokkos before MPI; what it found running it leaves running. Views and
/// communicators die before the runtime.
class Runtime {
 public:
  /// Starts MPI (asking for MPI_THREAD_MULTIPLE) and Kokkos where they are not running. With several ranks and
  /// several devices on a node, the rank's place on its node picks its device.
  /// @throws Error if MPI or Kokkos has been finalised already
  Runtime(int& argc, char**& argv);

  /// Joins a host program that has started MPI.
  /// @param parent  duplicated; MPI is neither started nor finalised here
  /// @throws Error if MPI is not running, or Kokkos has been finalised
  explicit Runtime(MPI_Comm parent);

  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  const Communicator& communicator() const { return *communicator_; }
  const Space& space() const { return *space_; }

  /// The thread support that MPI gave: MPI_THREAD_SINGLE to MPI_THREAD_MULTIPLE.
  int thread_support() const { return thread_support_; }

 private:
  void start_kokkos();

  bool owns_mpi_ = false;
  bool owns_kokkos_ = false;
  int thread_support_ = MPI_THREAD_SINGLE;
  std::unique_ptr<Communicator> communicator_;
  std::unique_ptr<Space> space_;
};

/// The MPI library and its version in words, such as "Open MPI v4.1.4".
std::string mpi_version();

/// The number of this process among those of its node, from 0.
int rank_on_node(const Communicator& communicator);

/// The device of this build in words: the GPU's name, or the host's processor and threads.
std::string device_name();

/// Devices that this process can use: GPUs in a CUDA build, otherwise 1.
int device_count();

}  // namespace tarn
