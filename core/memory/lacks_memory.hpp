#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>

#include "tarn/core/error.hpp"

namespace tarn {

/// Whether an exception says that memory was not to be had: of the C++ library, of a pool, or of Kokkos, which throws a
/// std::runtime_error that says so in words alone ("failed to allocate", from 3.4 to 5).
inline bool says_that_memory_lacks(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const Error*>(&error) != nullptr) return dynamic_cast<const OutOfMemory*>(&error) != nullptr;
  return dynamic_cast<const std::runtime_error*>(&error) != nullptr &&
         std::string_view(error.what()).find("failed to allocate") != std::string_view::npos;
}

}  // namespace tarn
