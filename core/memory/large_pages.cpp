#include "tarn/core/memory/large_pages.hpp"

#include <unistd.h>

#include <cstdint>
#include <sys/mman.h>

namespace tarn {

void wish_large_pages(void* data, std::size_t bytes) noexcept {
  if (bytes < large_pages_from) return;
#ifdef MADV_HUGEPAGE
  // The call takes whole pages; those at the ends may hold something else too.
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(data);
  const std::uintptr_t first = (begin + page - 1) / page * page, last = (begin + bytes) / page * page;
  madvise(reinterpret_cast<void*>(first), last - first, MADV_HUGEPAGE);
#endif
}

}  // namespace tarn
