#pragma once

#include <filesystem>
#include <string_view>

namespace tarn::io {

/// Writes a file aside and renames it to its place, so that nobody sees a part of it. Its bytes are on the disk when
/// this returns, its name once the caller has called sync_directory(); where it throws, what was there before is as it
/// was.
/// @param aside  a file that must not exist, on the same file system
/// @throws Io, NoSpace
void put_whole_file(const std::filesystem::path& path, const std::filesystem::path& aside, std::string_view bytes);

}  // namespace tarn::io
