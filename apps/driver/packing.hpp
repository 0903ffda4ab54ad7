#pragma once

#include <string>
#include <variant>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/selection.hpp"
#include "tarn/core/kokkos_compat.hpp"

namespace tarn::apps {

/// Which fields are packed, which cells of them, and in which precision.
struct Packing {
  std::vector<std::string> names;  ///< all if empty
  Selection selection;
  bool single = false;  ///< as 32-bit numbers, whatever the run's precision
};

/// One of the buffers between a running simulation and its files: a kernel packs the chosen cells on the device, a copy
/// on a stream of its own takes them to pinned host memory, and the steps go on. Where device and host share their
/// memory, the kernel packs into the host's buffer. The memory is kept from use to use.
class PackedFields {
 public:
  /// Packs, and starts the copy. On return the fields may change.
  /// @param space  instance that packs; fenced
  void pack(const Space& space, const Grid& grid, const std::vector<NamedField>& fields, const Packing& packing);

  /// Waits for the copy. From any thread.
  void wait() const;

  /// This rank's part of the selection, C order. After wait(); until the next pack().
  const std::vector<io::FieldData>& data() const { return data_; }
  const io::GridBlock& block() const { return block_; }
  /// Of this rank's part.
  std::int64_t bytes() const { return bytes_; }

 private:
  template <class Target>
  void pack_field(const Space& space, const Grid& grid, const NamedField& field, const Selection& selection);
  void reserve(std::int64_t bytes);
  void start_copy();

  Kokkos::View<char*, Space> staging_;  // on the device
  Kokkos::View<char*, PinnedSpace> host_;
  std::variant<std::monostate, Space> copying_;
  std::vector<io::FieldData> data_;
  io::GridBlock block_;
  std::int64_t bytes_ = 0, used_ = 0;
};

}  // namespace tarn::apps
