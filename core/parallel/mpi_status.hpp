#pragma once

namespace tarn {

/// Tells a failure that MPI reported by its status.
/// @param status  what the call returned
/// @param call    its name
/// @throws Error with MPI's own words unless it is MPI_SUCCESS
void require_mpi(int status, const char* call);

}  // namespace tarn
