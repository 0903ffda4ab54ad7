#include "tarn/core/memory/dlpack.hpp"

#include <fmt/format.h>

#include "tarn/core/error.hpp"

#ifdef KOKKOS_ENABLE_CUDA
#include <cuda_runtime_api.h>
#endif

namespace tarn::dlpack {

bool reaches_host_memory(const Device& device) {
  return device.kind == cpu || device.kind == cuda_host || device.kind == cuda_managed;
}

#ifdef KOKKOS_ENABLE_CUDA
bool reaches_device_memory(const Device& device) {
  if (device.kind == cuda_managed) return true;
  return device.kind == cuda && device.number == this_device().number;
}

Device this_device() {
  int number = 0;
  cudaGetDevice(&number);
  return {cuda, number};
}
#elif defined(TARN_GPU)
bool reaches_device_memory(const Device&) {
  return false;  // whose number is whose is not known
}

Device this_device() {
  throw Error("DLPack: arrays of this GPU cannot be handed on, only those of hosts and of CUDA");
}
#else
bool reaches_device_memory(const Device& device) {
  return reaches_host_memory(device);
}

Device this_device() {
  return {cpu, 0};
}
#endif

void require_fits(const Tensor& tensor, const DataType& type, int rank, bool reached) {
  if (tensor.type != type) {
    throw DataError(
        fmt::format("DLPack tensor: it has elements of type {} with {} bits in {} lanes; wanted are {} "
                    "with {} bits in 1",
                    tensor.type.code, tensor.type.bits, tensor.type.lanes, type.code, type.bits));
  }
  if (tensor.rank != rank) {
    throw DataError(fmt::format("DLPack tensor: it has {} axes, wanted are {}", tensor.rank, rank));
  }
  if (!reached) {
    throw DataError(fmt::format("DLPack tensor: it is on device {} of kind {}, which is not where it is wanted",
                                tensor.device.number, tensor.device.kind));
  }
  for (int axis = 0; axis < rank; ++axis) {
    const std::int64_t stride = tensor.strides != nullptr ? tensor.strides[axis] : 0;
    if (tensor.extents[axis] < 0 || (stride < 0 && tensor.extents[axis] > 1)) {
      throw DataError(fmt::format("DLPack tensor: axis {} has extent {} and stride {}, which no View can have", axis,
                                  tensor.extents[axis], stride));
    }
  }
}

}  // namespace tarn::dlpack
