#include "tarn/apps/pipeline/stamp.hpp"

#include <algorithm>
#include <sys/stat.h>
#include <vector>

#include "tarn/apps/pipeline/array_file.hpp"
#include "tarn/io/files/content_hash.hpp"

namespace tarn::apps::pipeline {

namespace {

std::int64_t nanoseconds_of(const timespec& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

Stamp stamp_of(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return {};
  return {static_cast<std::uint64_t>(about.st_size), static_cast<std::uint64_t>(about.st_ino),
          nanoseconds_of(about.st_mtim), nanoseconds_of(about.st_ctim)};
}

ArrayHash::ArrayHash(const Signature& signature) : signature_(signature) {
  const std::string kind = name_of(signature.type) + to_string(signature.shape);
  hash_.add(kind.data(), kind.size());
}

void ArrayHash::add(std::int64_t first, std::int64_t rows, const void* values) {
  if (first != next_row_) return;
  hash_.add(values, static_cast<std::size_t>(rows * row_bytes(signature_)));
  next_row_ += rows;
}

std::string ArrayHash::text() const {
  return next_row_ == rows_of(signature_.shape) ? io::hash_text(hash_.value()) : "";
}

std::string hash_array(const std::string& path, const std::string& dataset, const Signature& signature) {
  constexpr std::int64_t piece_bytes = 16 << 20;
  const std::int64_t total = rows_of(signature.shape), row = std::max<std::int64_t>(row_bytes(signature), 1);
  const std::int64_t piece = std::clamp<std::int64_t>(piece_bytes / row, 1, std::max<std::int64_t>(total, 1));
  std::vector<char> values(static_cast<std::size_t>(piece * row));
  ArrayHash hash(signature);
  for (std::int64_t first = 0; first < total; first += piece) {
    const std::int64_t rows = std::min(piece, total - first);
    read_rows(path, dataset, signature, first, rows, values.data());
    hash.add(first, rows, values.data());
  }
  return hash.text();
}

}  // namespace tarn::apps::pipeline
