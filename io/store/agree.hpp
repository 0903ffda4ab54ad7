#pragma once

#include <functional>

#include "tarn/core/parallel/communicator.hpp"

namespace tarn::io {

/// Runs `action` on every rank; if it throws on any, every rank throws what the lowest failing rank threw,
/// with the same type. Communicator::agree keeps the kind of an error only, and a caller of the storage layer
/// tells a full disk from a damaged file by the type. Collective.
/// @throws the file error of the lowest failing rank, or UsageError, DataError, ShapeMismatch or Error
void agree(const Communicator& ranks, const std::function<void()>& action);

/// The same, where rank 0 alone acts.
void agree_on_root(const Communicator& ranks, const std::function<void()>& action);

}  // namespace tarn::io
