#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "tarn/core/memory/copy_crew.hpp"
#include "tarn/core/memory/pool.hpp"
#include "tarn/core/space.hpp"

namespace tarn {

/// Elements somewhere in host memory, of any strides.
struct HostRegion {
  static constexpr int most_axes = 8;  ///< as Kokkos has

  void* data = nullptr;                          ///< the first element
  std::size_t element_bytes = 1;                 ///< [bytes]
  int rank = 0;                                  ///< axes
  std::array<std::size_t, most_axes> extents{};  ///< the first `rank` count
  std::array<std::size_t, most_axes> strides{};  ///< in elements

  std::size_t elements() const;  ///< the product of the extents
  /// Whether the elements lie one after the other, the last index the fastest.
  bool is_c_order() const;
  /// Copies elements [first, last), counted with the last index the fastest, to or from one piece of memory.
  void gather(std::size_t first, std::size_t last, void* packed) const;
  void scatter(std::size_t first, std::size_t last, const void* packed) const;  ///< the reverse of gather()
};

/// Moves arrays between pageable host memory and the device through pinned buffers: while the bus moves one piece,
/// threads of the host copy the next. Thread safe; two transfers run at a time, further ones wait.
///
/// Host memory beyond the arrays: four buffers of at most 8 MiB for each of the two transfers, from the pinned pool.
class Staging {
 public:
  explicit Staging(Pool& pinned) : pinned_(pinned) {}  ///< @param pinned  gives the buffers

  /// Both return when the copy is done. Host memory that is pinned already and in C order goes without a buffer.
  /// @param device  as many elements in C order; nothing that is still running touches them
  void to_device(const HostRegion& from, void* device);
  void to_host(const void* device, const HostRegion& to);  ///< waits until all is there

 private:
  /// One of the ways of a transfer: a buffer, and the instance whose copies use it.
  struct Lane {
    Space instance;
    Scratch buffer;
  };
  using Lanes = std::array<Lane, 4>;
  class Held;

  static Lane new_lane();
  std::unique_ptr<Lanes> acquire();
  void release(std::unique_ptr<Lanes> lanes) noexcept;

  Pool& pinned_;
  CopyCrew crew_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Lanes>> idle_;
  int made_ = 0;
};

}  // namespace tarn
