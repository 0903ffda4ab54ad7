#pragma once

#include <cstdint>
#include <string>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/io/files/hash64.hpp"

// Whether a file is still the one that it was.

namespace tarn::apps::pipeline {

/// What the file system tells of a file without reading it. Where all of it is as before, so is the content; where
/// something differs (a copy, a `touch`), the content has to be compared.
struct Stamp {
  std::uint64_t size = 0;     ///< [bytes]
  std::uint64_t inode = 0;    ///< 0: there is no such file, or nobody looked
  std::int64_t modified = 0;  ///< the content, since 1970 [ns]
  std::int64_t changed = 0;   ///< the inode, likewise; no program can set it back

  bool is_there() const { return inode != 0; }
  bool operator==(const Stamp&) const = default;
};

/// Of a file, links followed; all 0 if there is none, or it cannot be reached.
Stamp stamp_of(const std::string& path);

/// The hash of an array: type, shape and all elements in C order, from blocks of rows of any size.
class ArrayHash {
 public:
  explicit ArrayHash(const Signature& signature);

  /// Takes rows once, as they come in their order; those that were taken already, in another pass, do not count.
  void add(std::int64_t first, std::int64_t rows, const void* values);

  /// As io::hash_text(); empty until all rows were taken.
  std::string text() const;

 private:
  Signature signature_;
  std::int64_t next_row_ = 0;
  io::Hash64 hash_;
};

/// Of the array in a file. Calls HDF5.
/// @throws as read_rows()
std::string hash_array(const std::string& path, const std::string& dataset, const Signature& signature);

}  // namespace tarn::apps::pipeline
