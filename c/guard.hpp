#pragma once

#include <exception>
#include <memory>
#include <string>

#include "tarn/c/tarn.h"
#include "tarn/core/error.hpp"
#include "tarn/core/runtime.hpp"

struct tarn_runtime {
  std::unique_ptr<const tarn::Runtime> runtime;
};

namespace tarn::c {

/// Keeps what is told by tarn_error_message().
/// @returns the status of an exception
int keep_error(const std::exception& error) noexcept;
/// The same of what is no std::exception.
int keep_unknown_error() noexcept;

/// Runs `action`, which returns a status; no exception leaves this.
template <class Action>
int guarded(const Action& action) noexcept {
  try {
    return action();
  } catch (const std::exception& error) {
    return keep_error(error);
  } catch (...) {
    return keep_unknown_error();
  }
}

/// @throws UsageError naming the argument if it is null
template <class T>
T& not_null(T* pointer, const char* name) {
  if (pointer == nullptr) throw UsageError(std::string(name) + " is a null pointer");
  return *pointer;
}

/// The same for memory of any type.
inline void require_memory(const void* memory, const char* name) {
  if (memory == nullptr) throw UsageError(std::string(name) + " is a null pointer");
}

/// A text that must be there.
inline std::string text_of(const char* text, const char* name) {
  return &not_null(text, name);
}
/// The same where all ranks call together: missing on one rank it is an error on all, and nobody waits.
inline std::string text_of_all(const Communicator& ranks, const char* text, const char* name) {
  ranks.agree([&] { require_memory(text, name); });
  return text;
}

}  // namespace tarn::c
