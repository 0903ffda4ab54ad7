#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <mpi.h>

#include "tarn/core/memory/array.hpp"
#include "tarn/core/memory/memory.hpp"
#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

namespace detail {
class Started;
}

/// What a host program gives a runtime beside its communicator.
struct RuntimeOptions {
  std::optional<Space> space = {};  ///< the instance that tarn's kernels run on; nothing: Kokkos' default one
  /// Hears what the runtime has to say, a line without its end each; from any thread. Nothing: it is not said.
  std::function<void(const std::string&)> log = {};
};

/// Owns MPI and Kokkos, or joins them where the host program has started them already.
///
/// What was started for a runtime is finalised when the last runtime of the process ends, Kokkos before MPI; what was
/// found running is left running. Views and communicators die before the runtime. Arrays of the pool that do not are
/// told to the log of the last runtime, and their memory goes to the system when they die. A runtime prints nothing,
/// and leaves signal handlers and the floating-point environment alone. Several may live at the same time, on
/// communicators of their own; they share the pools.
class Runtime {
 public:
  /// Starts MPI (asking for MPI_THREAD_MULTIPLE) and Kokkos where they are not running. With several ranks and
  /// several devices on a node, the rank's place on its node picks its device.
  /// @throws Error if MPI or Kokkos has been finalised already
  Runtime(int& argc, char**& argv, RuntimeOptions options = {});

  /// Joins a host program that has started MPI, with any thread support. Collective over `parent`.
  /// @param parent  duplicated; MPI is neither started nor finalised here
  /// @throws Error if MPI is not running, or Kokkos has been finalised
  explicit Runtime(MPI_Comm parent, RuntimeOptions options = {});

  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  /// a duplicate of the one that the runtime was given
  const Communicator& communicator() const { return *communicator_; }
  const Space& space() const { return *space_; }  ///< the instance that tarn's kernels run on

  /// A new array on the device, in C order, whose memory comes from the pool and goes back to it with the last copy
  /// of the View: `runtime.array<double>("a", 1000, 1000)`. All of its elements are zero.
  ///
  /// The array belongs to the space instance it is made for (runtime.space() where none is named): it is zeroed there,
  /// without a fence, and its memory may serve what that instance does next as soon as the View is dead. Before the
  /// last copy of an array dies that another instance works on, fence that one, or name it to Pool::also_used_on().
  /// @param extents  one to four numbers, >= 0
  /// @throws Error if an extent is negative or the bytes cannot be counted; OutOfMemory
  template <class T, class... Extents>
  auto array(const std::string& label, Extents... extents) const {
    return array<T>(space(), label, extents...);
  }
  template <class T, class... Extents>
  /// the same, on the stream of another instance
  auto array(const Space& space, const std::string& label, Extents... extents) const {
    return make_array<T>(pool(), space, Fill::zero, label, extents...);
  }
  /// The same, with elements of any value: `runtime.array<double>(tarn::uninitialized, "a", 1000, 1000)`.
  template <class T, class... Extents>
  auto array(Uninitialized, const std::string& label, Extents... extents) const {
    return make_array<T>(pool(), space(), Fill::nothing, label, extents...);
  }
  template <class T, class... Extents>
  /// the same, on the stream of another instance
  auto array(const Space& space, Uninitialized, const std::string& label, Extents... extents) const {
    return make_array<T>(pool(), space, Fill::nothing, label, extents...);
  }

  /// The pool of the device's memory.
  Pool& pool() const { return memory_->device(); }
  /// The pools of all memories.
  Memory& memory() const { return *memory_; }
  /// What crossed between host and device so far.
  TransferLedger& transfers() const { return memory_->transfers(); }

  /// The thread support that MPI gave: MPI_THREAD_SINGLE to MPI_THREAD_MULTIPLE.
  int thread_support() const { return thread_support_; }

 private:
  void start(MPI_Comm parent, RuntimeOptions options);

  std::shared_ptr<detail::Started> started_;
  std::function<void(const std::string&)> log_;
  int thread_support_ = MPI_THREAD_SINGLE;
  std::unique_ptr<Communicator> communicator_;
  std::unique_ptr<Space> space_;
  std::shared_ptr<Memory> memory_;
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
