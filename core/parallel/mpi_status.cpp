#include "tarn/core/parallel/mpi_status.hpp"

#include <string>

#include <mpi.h>

#include "tarn/core/error.hpp"

namespace tarn {

void require_mpi(int status, const char* call) {
  if (status == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(status, text, &length);
  throw Error(std::string(call) + " failed: " + std::string(text, static_cast<std::size_t>(length)));
}

}  // namespace tarn
