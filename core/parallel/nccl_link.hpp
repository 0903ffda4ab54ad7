#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tarn/core/parallel/communicator.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// What goes to another rank and comes back from it at once, in memory of this rank's device.
struct DeviceMessage {
  int rank;            ///< of the other one
  const void* send;    ///< the first byte to send
  void* receive;       ///< where the first byte received goes
  std::int64_t bytes;  ///< each way, the same on both ranks
};

/// Messages between devices through NVIDIA's NCCL: enqueued like kernels, on a stream of their own, so that neither MPI
/// nor the host waits for them.
class NcclLink {
 public:
  /// Joins the ranks; collective. NCCL has to be in this build, each rank on a GPU of its own, and a trial exchange has
  /// to bring what was sent.
  /// @param obstacle  on all ranks the reason, where the result is empty
  /// @returns the link, or nothing, on all ranks alike
  static std::shared_ptr<NcclLink> open(const Communicator& ranks, std::string& obstacle);

  ~NcclLink();
  NcclLink(const NcclLink&) = delete;
  NcclLink& operator=(const NcclLink&) = delete;

  /// Enqueues an exchange that begins when all work is done that is on `space` so far. All ranks call in the same
  /// order.
  /// @throws Error if NCCL refuses
  void exchange(const Space& space, const std::vector<DeviceMessage>& messages);

  /// Lets later work on `space` begin after the exchanges that were enqueued so far.
  void wait_on(const Space& space) const;

  /// NCCL's version in words, such as "2.28.3"; empty where this build has none.
  static std::string version();

 private:
  struct Handles;
  explicit NcclLink(std::unique_ptr<Handles> handles);

  std::unique_ptr<Handles> handles_;
};

}  // namespace tarn
