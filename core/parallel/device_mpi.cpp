#include "tarn/core/parallel/device_mpi.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/space.hpp"

#if defined(OPEN_MPI)
#include <mpi-ext.h>
#endif

namespace tarn {

namespace {

using Message = Field<std::int64_t, 1>;

/// The number at a place of a message. It depends on the sender too, so that a wrong or stale message shows.
KOKKOS_FUNCTION std::int64_t expected(std::int64_t sender, int n) {
  return sender * 1000003 + n;
}

struct WriteMessage {
  Message message;
  std::int64_t sender;

  KOKKOS_FUNCTION void operator()(const int n) const { message(n) = expected(sender, n); }
};

struct CountWrong {
  Message message;
  std::int64_t sender;

  KOKKOS_FUNCTION void operator()(const int n, std::int64_t& wrong) const {
    if (message(n) != expected(sender, n)) ++wrong;
  }
};

/// One message of `length` numbers to the next rank, one from the previous.
bool arrives_unchanged(const Communicator& communicator, int length) {
  const int size = communicator.size(), rank = communicator.rank();
  const int next = (rank + 1) % size, previous = (rank + size - 1) % size;
  const Message sent("tarn::device_mpi::sent", length), received("tarn::device_mpi::received", length);
  const Kokkos::RangePolicy<Space> all(0, length);
  Kokkos::parallel_for("tarn::device_mpi::write", all, WriteMessage{sent, rank});
  Space().fence();

  const int status = MPI_Sendrecv(sent.data(), length, MPI_INT64_T, next, 0, received.data(), length, MPI_INT64_T,
                                  previous, 0, communicator.handle(), MPI_STATUS_IGNORE);
  std::int64_t wrong = 0;
  Kokkos::parallel_reduce("tarn::device_mpi::compare", all, CountWrong{received, previous}, wrong);
  return status == MPI_SUCCESS && wrong == 0;
}

#if defined(KOKKOS_ENABLE_CUDA)
/// Whether a trial with device pointers may be made on this rank.
bool trial_is_allowed() {
  const char* variable = std::getenv("TARN_DEVICE_MPI");
  const std::string wish = variable ? variable : "";
  if (wish.empty()) return mpi_says_of_device_pointers() == std::string_view("yes");
  if (wish != "0" && wish != "1") {
    throw UsageError(
        fmt::format("TARN_DEVICE_MPI is '{}'; it is 0 (stage through host memory) or 1 (hand device "
                    "pointers to MPI)",
                    wish));
  }
  return wish == "1";
}
#endif

}  // namespace

const char* mpi_says_of_device_pointers() {
#if defined(OMPI_HAVE_MPI_EXT_CUDA) && OMPI_HAVE_MPI_EXT_CUDA
  return MPIX_Query_cuda_support() == 1 ? "yes" : "no";
#else
  return "cannot say";
#endif
}

bool device_exchange_works(const Communicator& communicator) {
  bool works = true;
  // Below and above the length at which MPIs change from eager to rendezvous transfers.
  for (const int length : {16, 1 << 18})
    works = arrives_unchanged(communicator, length) && works;
  return communicator.min(std::int64_t{works}) == 1;
}

#if defined(KOKKOS_ENABLE_CUDA)
MpiBuffers choose_mpi_buffers(const Communicator& communicator) {
  bool allowed = false;
  communicator.agree([&] { allowed = trial_is_allowed(); });
  if (communicator.min(std::int64_t{allowed}) == 0) return MpiBuffers::staged;
  return device_exchange_works(communicator) ? MpiBuffers::device : MpiBuffers::staged;
}

std::string describe(MpiBuffers buffers) {
  return buffers == MpiBuffers::device ? "MPI sends from device memory"
                                       : "MPI sends from pinned host memory, staged from the device";
}
#else
MpiBuffers choose_mpi_buffers(const Communicator&) {
  return MpiBuffers::device;
}

std::string describe(MpiBuffers buffers) {
  return buffers == MpiBuffers::device ? "MPI sends from host memory, where the fields are"
                                       : "MPI sends from a second copy in host memory";
}
#endif

}  // namespace tarn
