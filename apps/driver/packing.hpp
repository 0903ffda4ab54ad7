#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tarn/apps/driver/app.hpp"
#include "tarn/apps/driver/selection.hpp"
#include "tarn/core/kokkos_compat.hpp"
#include "tarn/core/memory/async_transfer.hpp"

namespace tarn::apps {

/// Which fields are packed, which cells of them, and in which precision.
struct Packing {
  std::vector<std::string> names;
  Selection selection;
  int number_bytes = 8;  ///< 4 as 32-bit numbers, whatever the run's precision; of a run in single precision always
};

/// Gives the field of a name; the next one may take its place.
using FieldSource = std::function<NamedField(const std::string&)>;

/// One of the buffers between a running simulation and its files: a kernel packs the chosen cells on the device, a copy
/// on a stream of its own takes them to pinned host memory, and the steps go on. Where device and host share their
/// memory, the kernel packs into the host's buffer; a copy is in the transfer ledger. The memory is kept from use to
/// use, by this or the pool.
class PackedFields {
 public:
  /// What the ledger calls the copies.
  static constexpr const char* label = "tarn::apps::output";
  /// Whether device and host share their memory: then there is one buffer, else one on each side.
  static constexpr bool one_memory = Kokkos::SpaceAccessibility<Space, PinnedSpace>::accessible &&
                                     Kokkos::SpaceAccessibility<Kokkos::HostSpace, Space::memory_space>::accessible;

  /// Packs, and starts the copy. On return the fields may change.
  /// @param space  instance that packs; fenced
  /// @throws TransferRefused, OutOfMemory
  void pack(const Space& space, const Grid& grid, const FieldSource& field, const Packing& packing);

  /// The first cell that pack() made infinite: its value is beyond single precision. Of fields whose values are finite;
  /// of this rank.
  struct Overflow {
    std::string field;
    std::array<std::int64_t, 3> cell;  ///< x, y, z in the domain
  };
  std::optional<Overflow> first_overflow(const Space& space, const Selection& selection) const;
  /// The same of fields that may be no numbers anyway: one for each that pack() has made single, of finite values; no
  /// cell where there is none on this rank. Alike on all ranks but for the cells.
  struct LateOverflow {
    std::string field;
    std::optional<std::array<std::int64_t, 3>> cell;
  };
  std::vector<LateOverflow> late_overflows(const Selection& selection) const;

  /// Waits for the copy. From any thread.
  void wait();

  /// This rank's part of the selection, C order. After wait(); until the next pack().
  const std::vector<io::FieldData>& data() const { return data_; }
  const io::GridBlock& block() const { return block_; }
  /// Of this rank's part.
  std::int64_t bytes() const { return bytes_; }

 private:
  template <class Target>
  void pack_field(const Space& space, const Grid& grid, const NamedField& field, const Selection& selection);
  std::array<std::int64_t, 3> cell_of(std::int64_t place, const Selection& selection) const;
  void reserve(std::int64_t bytes);
  void start_copy();
  char* buffer() const;

  /// A packed field, from its first byte in the buffer on.
  struct Part {
    std::string name, unit;
    std::int64_t first;
    bool single;
    bool narrowed;  ///< from finite numbers of double precision
    /// The first element that was finite and is not, if it may have been no number; -1: there is none.
    std::optional<std::int64_t> late_overflow = {};
  };

  Kokkos::View<char*, Space> staging_;     // on the device
  Kokkos::View<char*, PinnedSpace> host_;  // instead, where it is the device's too
  std::variant<std::monostate, Space> copying_;
  AsyncDownload<char, 1> copy_;
  std::vector<Part> parts_;
  std::vector<io::FieldData> data_;
  io::GridBlock block_;
  std::int64_t bytes_ = 0;
};

}  // namespace tarn::apps
