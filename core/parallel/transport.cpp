#include "tarn/core/parallel/transport.hpp"

#include <cstdint>
#include <string_view>

#include <fmt/format.h>

#include "tarn/core/environment.hpp"
#include "tarn/core/error.hpp"
#include "tarn/core/parallel/trial_exchange.hpp"
#include "tarn/core/space.hpp"

#if defined(OPEN_MPI)
#include <mpi-ext.h>
#endif

namespace tarn {

const char* mpi_says_of_device_pointers() {
#if defined(OMPI_HAVE_MPI_EXT_CUDA) && OMPI_HAVE_MPI_EXT_CUDA
  return MPIX_Query_cuda_support() == 1 ? "yes" : "no";
#else
  return "cannot say";
#endif
}

bool device_mpi_works(const Communicator& ranks) {
  return trial_exchange(ranks, [&](const TrialMessages& trial) {
    const auto length = static_cast<int>(trial.sent.size());
    const auto pass_on = [&](int to, int from, const TrialMessages::Message& received) {
      return MPI_Sendrecv(trial.sent.data(), length, MPI_INT64_T, to, 0, received.data(), length, MPI_INT64_T, from, 0,
                          ranks.handle(), MPI_STATUS_IGNORE) == MPI_SUCCESS;
    };
    const bool upwards = pass_on(trial.next, trial.previous, trial.from_previous);
    return pass_on(trial.previous, trial.next, trial.from_next) && upwards;
  });
}

namespace {

/// What TARN_HALO asks for: "nccl", "mpi", "staged", or nothing.
std::string wish() {
  const std::string asked = environment::get("TARN_HALO").value_or("");
  if (asked.empty() || asked == "nccl" || asked == "mpi" || asked == "staged") return asked;
  throw UsageError(
      fmt::format("TARN_HALO is '{}'; it is nccl (from device to device by NCCL), mpi (hand device pointers "
                  "to MPI) or staged (through pinned host memory)",
                  asked));
}

/// The wish of all ranks; they must agree.
std::string common_wish(const Communicator& ranks) {
  std::string own;
  ranks.agree([&] { own = wish(); });
  const std::string first = ranks.broadcast(own);
  ranks.agree([&] {
    if (own != first) throw UsageError(fmt::format("TARN_HALO is '{}' on one rank and '{}' on another", first, own));
  });
  return own;
}

}  // namespace

#if defined(TARN_GPU)
Transport choose_transport(const Communicator& ranks) {
  const std::string asked = common_wish(ranks);
  if (asked == "staged") return Transport(Transport::Kind::staged_mpi);
  if (asked.empty() || asked == "nccl") {
    std::string obstacle;
    if (auto link = NcclLink::open(ranks, obstacle)) return Transport(std::move(link));
    if (asked == "nccl" && ranks.size() > 1)
      throw UsageError("TARN_HALO asks for nccl, which cannot be had: " + obstacle);
  }
  const bool allowed = asked == "mpi" || mpi_says_of_device_pointers() == std::string_view("yes");
  if (ranks.min(std::int64_t{allowed}) == 1 && device_mpi_works(ranks)) return Transport(Transport::Kind::device_mpi);
  if (asked == "mpi") throw UsageError("TARN_HALO asks for mpi, but a trial through MPI did not bring what was sent");
  return Transport(Transport::Kind::staged_mpi);
}

std::string Transport::description() const {
  switch (kind_) {
    case Kind::nccl:
      return "NCCL " + NcclLink::version() + ", from device to device";
    case Kind::device_mpi:
      return "MPI, from device memory";
    default:
      return "MPI, from pinned host memory, staged from the device";
  }
}
#else
Transport choose_transport(const Communicator& ranks) {
  const std::string asked = common_wish(ranks);
  if (asked == "nccl" && ranks.size() > 1)
    throw UsageError("TARN_HALO asks for nccl, which cannot be had: this build is for hosts, without GPUs");
  return Transport(asked == "staged" ? Transport::Kind::staged_mpi : Transport::Kind::device_mpi);
}

std::string Transport::description() const {
  return kind_ == Kind::device_mpi ? "MPI, from host memory, where the fields are"
                                   : "MPI, from a second copy in host memory";
}
#endif

}  // namespace tarn
