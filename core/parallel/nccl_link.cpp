#include "tarn/core/parallel/nccl_link.hpp"

#include <array>
#include <cstdlib>

#include <fmt/format.h>

#include "tarn/core/error.hpp"
#include "tarn/core/parallel/mpi_status.hpp"
#include "tarn/core/parallel/node_ranks.hpp"
#include "tarn/core/parallel/trial_exchange.hpp"

#if defined(TARN_HAVE_NCCL)
#include <cuda_runtime_api.h>
#include <nccl.h>
#endif

namespace tarn {

#if defined(TARN_HAVE_NCCL)

namespace {

void require_nccl(ncclResult_t result, const char* what) {
  require(result == ncclSuccess, fmt::format("NCCL cannot {}: {}", what, ncclGetErrorString(result)));
}

void require_cuda(cudaError_t result, const char* what) {
  require(result == cudaSuccess, fmt::format("CUDA cannot {}: {}", what, cudaGetErrorString(result)));
}

/// The place of this rank's GPU in its host: parts of one, which NCCL takes for the same, have the same.
std::string place_of_device() {
  std::array<char, 32> place{};
  int device = 0;
  if (cudaGetDevice(&device) == cudaSuccess)
    cudaDeviceGetPCIBusId(place.data(), static_cast<int>(place.size()), device);
  return place.data();
}

bool each_rank_has_its_own_device(const Communicator& ranks) {
  return ranks.max(std::int64_t{ranks_of_name(ranks, place_of_device())}) == 1;
}

/// Sends to the rank on either side.
bool exchange_works(const Communicator& ranks, NcclLink& link) {
  const Space space;
  return trial_exchange(ranks, [&](const TrialMessages& trial) {
    const auto bytes = static_cast<std::int64_t>(trial.sent.size() * sizeof(std::int64_t));
    try {
      link.exchange(space, {{trial.next, trial.sent.data(), trial.from_next.data(), bytes},
                            {trial.previous, trial.sent.data(), trial.from_previous.data(), bytes}});
      link.wait_on(space);
    } catch (const Error&) {
      return false;  // the others have to hear of it
    }
    space.fence();
    return true;
  });
}

}  // namespace

struct NcclLink::Handles {
  ncclComm_t ranks = nullptr;
  cudaStream_t stream = nullptr;
  cudaEvent_t packed = nullptr, arrived = nullptr;

  ~Handles() {
    if (stream) cudaStreamSynchronize(stream);
    if (ranks) ncclCommDestroy(ranks);
    if (packed) cudaEventDestroy(packed);
    if (arrived) cudaEventDestroy(arrived);
    if (stream) cudaStreamDestroy(stream);
  }

  /// Adds messages to the group that is open. @returns what NCCL says of the first that it refuses
  ncclResult_t add(const std::vector<DeviceMessage>& messages) const {
    for (const DeviceMessage& message : messages) {
      const auto bytes = static_cast<std::size_t>(message.bytes);
      const ncclResult_t sent = ncclSend(message.send, bytes, ncclChar, message.rank, ranks, stream);
      if (sent != ncclSuccess) return sent;
      const ncclResult_t received = ncclRecv(message.receive, bytes, ncclChar, message.rank, ranks, stream);
      if (received != ncclSuccess) return received;
    }
    return ncclSuccess;
  }
};

NcclLink::NcclLink(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
NcclLink::~NcclLink() = default;

std::shared_ptr<NcclLink> NcclLink::open(const Communicator& ranks, std::string& obstacle) {
  if (ranks.size() < 2) {
    obstacle = "there is one rank alone";
    return nullptr;
  }
  if (!each_rank_has_its_own_device(ranks)) {
    obstacle = "ranks share a GPU";
    return nullptr;
  }
  // A feature of collectives, which are not used here; with some drivers it outlives a program that is killed.
  setenv("NCCL_NVLS_ENABLE", "0", 0);
  auto handles = std::make_unique<Handles>();
  std::shared_ptr<NcclLink> link;
  try {
    ncclUniqueId id;
    ranks.agree([&] {
      if (ranks.is_root()) require_nccl(ncclGetUniqueId(&id), "start");
    });
    require_mpi(MPI_Bcast(&id, static_cast<int>(sizeof id), MPI_BYTE, 0, ranks.handle()), "MPI_Bcast");
    ranks.agree([&] {
      require_nccl(ncclCommInitRank(&handles->ranks, ranks.size(), id, ranks.rank()), "join the ranks");
      int lowest = 0, highest = 0;
      require_cuda(cudaDeviceGetStreamPriorityRange(&lowest, &highest), "tell the priorities of streams");
      require_cuda(cudaStreamCreateWithPriority(&handles->stream, cudaStreamNonBlocking, highest), "make a stream");
      require_cuda(cudaEventCreateWithFlags(&handles->packed, cudaEventDisableTiming), "make an event");
      require_cuda(cudaEventCreateWithFlags(&handles->arrived, cudaEventDisableTiming), "make an event");
    });
    link.reset(new NcclLink(std::move(handles)));
    if (exchange_works(ranks, *link)) return link;
    obstacle = "a trial through NCCL did not bring what was sent";
  } catch (const Error& error) {
    obstacle = error.what();
  }
  return nullptr;
}

void NcclLink::exchange(const Space& space, const std::vector<DeviceMessage>& messages) {
  require_cuda(cudaEventRecord(handles_->packed, space.cuda_stream()), "record an event");
  require_cuda(cudaStreamWaitEvent(handles_->stream, handles_->packed, 0), "wait for an event");
  require_nccl(ncclGroupStart(), "group messages");
  const ncclResult_t added = handles_->add(messages);
  const ncclResult_t ended = ncclGroupEnd();  // also after a failure: an open group would take in whatever follows
  require_nccl(added, "send and receive");
  require_nccl(ended, "enqueue messages");
  require_cuda(cudaEventRecord(handles_->arrived, handles_->stream), "record an event");
}

void NcclLink::wait_on(const Space& space) const {
  require_cuda(cudaStreamWaitEvent(space.cuda_stream(), handles_->arrived, 0), "wait for an event");
}

std::string NcclLink::version() {
  int version = 0;
  if (ncclGetVersion(&version) != ncclSuccess) return {};
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100);
}

#else

struct NcclLink::Handles {};

NcclLink::NcclLink(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {}
NcclLink::~NcclLink() = default;

std::shared_ptr<NcclLink> NcclLink::open(const Communicator&, std::string& obstacle) {
  obstacle = "this build has no NCCL";
  return nullptr;
}

void NcclLink::exchange(const Space&, const std::vector<DeviceMessage>&) {}
void NcclLink::wait_on(const Space&) const {}

std::string NcclLink::version() {
  return {};
}

#endif

}  // namespace tarn
