#include "tarn/core/memory/array.hpp"

#include <cstdint>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/core/error.hpp"

namespace tarn::detail {

std::size_t array_bytes(const std::string& label, const std::ptrdiff_t* extents, std::size_t rank,
                        std::size_t element_bytes) {
  const std::vector<std::ptrdiff_t> all(extents, extents + rank);
  bool empty = false;
  for (const std::ptrdiff_t extent : all) {
    if (extent < 0) {
      throw Error(fmt::format("array '{}' of {}: {} is no extent", label, fmt::join(all, " x "), extent));
    }
    empty = empty || extent == 0;
  }
  if (empty) return 0;
  std::size_t bytes = element_bytes;
  for (const std::ptrdiff_t extent : all) {
    // Half of the range: differences of pointers into the array can be counted too.
    if (bytes > static_cast<std::size_t>(PTRDIFF_MAX) / static_cast<std::size_t>(extent)) {
      throw Error(fmt::format("array '{}' of {} elements of {} bytes: more bytes than can be counted", label,
                              fmt::join(all, " x "), element_bytes));
    }
    bytes *= static_cast<std::size_t>(extent);
  }
  return bytes;
}

}  // namespace tarn::detail
