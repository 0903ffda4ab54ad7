#pragma once

#include <filesystem>
#include <fstream>
#include <functional>

#include "tarn/io/hdf5/file_image.hpp"
#include "tarn/io/hdf5/seal.hpp"

namespace tarn::io::hdf5::test {

/// Writes a file of what `fill` puts into it, with a seal.
inline void write_image(const std::filesystem::path& path, const std::function<void(FileImage&)>& fill) {
  FileImage image(path);
  fill(image);
  image.close();
  std::ofstream file(path, std::ios::binary);
  for (const auto& piece : image.pieces()) {
    file.seekp(static_cast<std::streamoff>(piece.address));
    file << piece.bytes;
  }
  file.seekp(static_cast<std::streamoff>(image.size()));
  file << seal_of(image.pieces(), image.size());
}

}  // namespace tarn::io::hdf5::test
