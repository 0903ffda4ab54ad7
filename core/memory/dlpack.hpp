#pragma once

#include <cstdint>
#include <string>
#include <type_traits>

#include "tarn/core/memory/view_parts.hpp"

// Arrays to and from NumPy, CuPy, PyTorch, JAX and others without a copy, through DLPack's C interface
// (https://dmlc.github.io/dlpack, ABI of versions 0.2 to 0.8 and of DLManagedTensor in 1.x). The structures are
// declared here as that interface lays them out; a pointer to one may be cast to a pointer to DLPack's own.

namespace tarn {

namespace dlpack {

enum DeviceKind : std::int32_t { cpu = 1, cuda = 2, cuda_host = 3, cuda_managed = 13 };
enum TypeCode : std::uint8_t {
  signed_integer = 0,
  unsigned_integer = 1,
  floating = 2,
  complex_number = 5,
  boolean = 6
};

/// DLDevice
struct Device {
  std::int32_t kind;    ///< DLDeviceType
  std::int32_t number;  ///< of the devices of that kind
};

/// DLDataType
struct DataType {
  std::uint8_t code;                                 ///< DLDataTypeCode
  std::uint8_t bits;                                 ///< of a whole element: 128 for complex<double>
  std::uint16_t lanes;                               ///< 1 for plain numbers
  bool operator==(const DataType&) const = default;  ///< all three
};

/// DLTensor
struct Tensor {
  void* data;                 ///< the allocation; the first element is byte_offset further
  Device device;              ///< where the data lie
  std::int32_t rank;          ///< axes
  DataType type;              ///< of an element
  std::int64_t* extents;      ///< `rank` of them
  std::int64_t* strides;      ///< in elements; null means C order
  std::uint64_t byte_offset;  ///< of the first element from `data` [bytes]
};

/// A tensor with what keeps it alive: whoever is handed one calls its deleter, once.
struct ManagedTensor {
  Tensor tensor;                    ///< what is shared
  void* owner;                      ///< the producer's own
  void (*deleter)(ManagedTensor*);  ///< called once by the consumer
};

/// The DLPack type of an element.
template <class T>
constexpr DataType type_of() {
  constexpr auto bits = static_cast<std::uint8_t>(8 * sizeof(T));
  if constexpr (std::is_same_v<T, bool>) {
    return {boolean, bits, 1};
  } else if constexpr (std::is_floating_point_v<T>) {
    return {floating, bits, 1};
  } else if constexpr (std::is_integral_v<T>) {
    return {std::is_signed_v<T> ? signed_integer : unsigned_integer, bits, 1};
  } else {
    static_assert(std::is_same_v<T, Kokkos::complex<float>> || std::is_same_v<T, Kokkos::complex<double>>,
                  "DLPack knows booleans, integers, floating point and complex numbers");
    return {complex_number, bits, 1};
  }
}

/// Whether memory on a device can be used as memory of this build's device, or of the host.
bool reaches_device_memory(const Device& device);
bool reaches_host_memory(const Device& device);

/// The device of this process, or the host.
Device this_device();

/// @throws DataError that says what differs unless the tensor has this type, rank and place
void require_fits(const Tensor& tensor, const DataType& type, int rank, bool reached);

/// Calls the deleter when the last copy of a View dies.
struct Delete {
  ManagedTensor* tensor = nullptr;  ///< whose deleter is called
  /// gives the tensor back
  void operator()() const {
    if (tensor->deleter != nullptr) tensor->deleter(tensor);
  }
};

}  // namespace dlpack

/// A View as a DLPack tensor that shares its memory, and keeps a copy of the View until it is deleted. The work on the
/// View that matters to the receiver must be done (fence), as DLPack's producers promise.
/// @returns to be handed on, or deleted by calling its deleter
template <detail::IsView View>
dlpack::ManagedTensor* to_dlpack(const View& view) {
  static_assert(!std::is_const_v<typename View::value_type>, "DLPack has no tensors that may not be written to");
  constexpr int rank = detail::rank_of<View>;
  struct Kept {
    dlpack::ManagedTensor managed;
    View view;
    std::int64_t extents[rank == 0 ? 1 : rank], strides[rank == 0 ? 1 : rank];
  };
  auto* const kept = new Kept{{}, view, {}, {}};
  for (int axis = 0; axis < rank; ++axis) {
    kept->extents[axis] = static_cast<std::int64_t>(view.extent(static_cast<std::size_t>(axis)));
    kept->strides[axis] = static_cast<std::int64_t>(view.stride(static_cast<std::size_t>(axis)));
  }
  const dlpack::Device place = detail::is_device_view<View> ? dlpack::this_device() : dlpack::Device{dlpack::cpu, 0};
  kept->managed.tensor = {view.data(),   place,         rank, dlpack::type_of<detail::Element<View>>(),
                          kept->extents, kept->strides, 0};
  kept->managed.owner = kept;
  kept->managed.deleter = [](dlpack::ManagedTensor* tensor) { delete static_cast<Kept*>(tensor->owner); };
  return &kept->managed;
}

/// A DLPack tensor as a strided View of the same memory; the last copy of the View calls the tensor's deleter.
/// @tparam MemorySpace  where the elements must be: the device's memory, or Kokkos::HostSpace
/// @throws DataError if the tensor has another type, rank or place, or is not aligned; then the caller still owns it
template <class T, int Rank, class MemorySpace = typename Space::memory_space>
auto from_dlpack(dlpack::ManagedTensor* managed) {
  using View = Kokkos::View<typename detail::AddPointers<T, Rank>::type, Kokkos::LayoutStride, MemorySpace>;
  const auto& tensor = managed->tensor;
  const bool reached = std::is_same_v<MemorySpace, Kokkos::HostSpace> ? dlpack::reaches_host_memory(tensor.device)
                                                                      : dlpack::reaches_device_memory(tensor.device);
  dlpack::require_fits(tensor, dlpack::type_of<T>(), Rank, reached);
  auto* const data = static_cast<char*>(tensor.data) + tensor.byte_offset;
  if (reinterpret_cast<std::uintptr_t>(data) % alignof(T) != 0) throw DataError("DLPack tensor: it is not aligned");
  Kokkos::LayoutStride layout;
  std::size_t stride = 1;
  for (int axis = Rank - 1; axis >= 0; --axis) {
    layout.dimension[axis] = static_cast<std::size_t>(tensor.extents[axis]);
    layout.stride[axis] = tensor.strides != nullptr ? static_cast<std::size_t>(tensor.strides[axis]) : stride;
    stride *= layout.dimension[axis];
  }
  return kokkos_compat::owning_view<View>("DLPack", reinterpret_cast<T*>(data), layout, dlpack::Delete{managed});
}

}  // namespace tarn
