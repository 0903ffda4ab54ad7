#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace tarn::io {

/// Bytes of "8 GiB": a number and one of B, kB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (powers of 1024) or
/// nothing, for bytes. Nothing if it is no size, is below 1 byte, or cannot be counted.
std::optional<std::uint64_t> parse_size(const std::string& text);

}  // namespace tarn::io
