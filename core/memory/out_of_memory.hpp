#pragma once

#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>

#include "tarn/core/error.hpp"

namespace tarn {

/// Whether an exception is of an allocation that failed: std::bad_alloc, OutOfMemory, or what Kokkos 3.4 to 5 throws, a
/// std::runtime_error with "failed to allocate" in its text.
inline bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const Error*>(&error) != nullptr) return dynamic_cast<const OutOfMemory*>(&error) != nullptr;
  return dynamic_cast<const std::runtime_error*>(&error) != nullptr &&
         std::string_view(error.what()).find("failed to allocate") != std::string_view::npos;
}

}  // namespace tarn
