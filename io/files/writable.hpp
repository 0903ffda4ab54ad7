#pragma once

#include <filesystem>

namespace tarn::io {

/// Looks whether a file can be made in a folder, or, where the folder is not there, in the one that it would be made
/// in: so that work is refused whose result could not be written. Makes a file without content, and removes it.
/// @throws Io naming the folder that refuses
void require_writable(const std::filesystem::path& folder);

}  // namespace tarn::io
