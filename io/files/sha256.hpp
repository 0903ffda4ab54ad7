#pragma once

#include <string>
#include <string_view>

namespace tarn::io {

/// The SHA-256 of a text (FIPS 180-4, section 6.2) as 64 hexadecimal digits. It names decks and the content of files;
/// fifty lines of it spare a dependency on a library of cryptography.
std::string sha256(std::string_view text);

}  // namespace tarn::io
