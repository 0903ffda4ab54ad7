#pragma once

#include <cstddef>
#include <cstdint>

namespace tarn::io::hdf5 {

/// The checksum of HDF5's fletcher32 filter, in pieces and several times faster than HDF5 computes it: sums over the
/// 16-bit words of the data modulo 65535 (Fletcher, "An Arithmetic Checksum for Serial Transmissions", IEEE Trans.
/// Comm. 30, 1982).
class Fletcher32 {
 public:
  /// @param size  [bytes]; even in all pieces but the last
  void add(const void* bytes, std::size_t size);
  /// As the filter stores it: high half the second sum, low half the first.
  std::uint32_t value() const;

 private:
  std::uint64_t first_ = 0, second_ = 0;  ///< modulo 65535, of words read little endian
  bool all_zero_ = true;
};

}  // namespace tarn::io::hdf5
