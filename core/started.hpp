#pragma once

#include <memory>

namespace tarn::detail {

/// What the runtimes of this process started, MPI and Kokkos. It ends with the last of them, Kokkos before MPI; what
/// the host program started is none of it.
class Started {
 public:
  Started() = default;
  ~Started();
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

  /// The one of this process, shared by the runtimes that live at the same time.
  static std::shared_ptr<Started> of_process();

  /// Starts MPI if it is not running. @throws Error if it has been finalised
  void start_mpi(int& argc, char**& argv);
  /// @throws Error if MPI does not run
  void require_mpi_runs() const;
  /// Starts Kokkos if it is not running.
  /// @param place  of this process on its node, which picks the device where there are several
  /// @throws Error if Kokkos has been finalised
  void start_kokkos(int place);

 private:
  bool owns_mpi_ = false;
  bool owns_kokkos_ = false;
};

}  // namespace tarn::detail
