#pragma once

#include <functional>

#include "tarn/core/runtime.hpp"

namespace tarn::cli {

/// Calls `action` on every rank. An exception that comes on all ranks is told before any of them goes on; one that
/// comes on some alone, such as memory that ran out, ends the whole program with its exit code: the other ranks would
/// wait for ever. Collective.
/// @returns what `action` returns, or the exception's exit code
int end_together(const Runtime& runtime, const std::function<int()>& action);

}  // namespace tarn::cli
