#include "tarn/core/parallel/node_ranks.hpp"

#include "tarn/core/parallel/mpi_status.hpp"

namespace tarn {

int ranks_of_node(const Communicator& ranks) {
  MPI_Comm node = MPI_COMM_NULL;
  require_mpi(MPI_Comm_split_type(ranks.handle(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node),
              "MPI_Comm_split_type");
  int count = 1;
  MPI_Comm_size(node, &count);
  MPI_Comm_free(&node);
  return count;
}

}  // namespace tarn
