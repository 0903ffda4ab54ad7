#pragma once

namespace tarn::detail {

/// Sets what MPI reads from the environment when it starts, where the user has not set it. For this process before
/// MPI_Init, and for a launcher of ranks that it starts.
void prepare_mpi_environment();

}  // namespace tarn::detail
