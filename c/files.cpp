#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "tarn/c/guard.hpp"
#include "tarn/io/files/shell_words.hpp"
#include "tarn/io/store/dataset_file.hpp"
#include "tarn/io/store/manifest.hpp"

namespace {

using namespace tarn;
using c::guarded;
using c::not_null;
using c::text_of;

/// @throws DataError if the text does not fit
template <std::size_t Size>
void copy_text(const std::string& text, char (&to)[Size]) {
  if (text.size() >= Size) throw DataError(fmt::format("'{}' is longer than {} bytes", text, Size - 1));
  std::memcpy(to, text.c_str(), text.size() + 1);
}

template <class T>
const T& at(const std::vector<T>& all, int index) {
  if (index >= 0 && static_cast<std::size_t>(index) < all.size()) return all[static_cast<std::size_t>(index)];
  throw UsageError(fmt::format("there is no number {}: there are {}, from 0", index, all.size()));
}

std::size_t bytes_in(const io::DatasetDescription& dataset) {
  std::size_t bytes = bytes_of(dataset.type);
  for (const auto length : dataset.shape)
    bytes *= static_cast<std::size_t>(length);
  return bytes;
}

tarn_dataset describe(const io::DatasetDescription& dataset) {
  tarn_dataset told{};
  if (dataset.shape.size() > std::size(told.shape))
    throw DataError(fmt::format("{} has {} axes; at most 8 can be told", dataset.path, dataset.shape.size()));
  copy_text(dataset.path, told.path);
  copy_text(io::hdf5::numpy_name(dataset.type), told.type_name);
  told.type = dataset.type == io::DatasetType::float32   ? TARN_FLOAT32
              : dataset.type == io::DatasetType::float64 ? TARN_FLOAT64
                                                         : TARN_OTHER;
  told.rank = static_cast<int>(dataset.shape.size());
  std::copy(dataset.shape.begin(), dataset.shape.end(), told.shape);
  told.bytes = bytes_in(dataset);
  return told;
}

/// @throws UsageError if the dataset has not so many bytes
void read(const std::string& file, const std::string& path, void* values, std::size_t bytes) {
  const auto all = io::describe_datasets(file);
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& dataset) { return dataset.path == path; });
  if (found == all.end()) throw DataError(fmt::format("{}: there is no dataset {}", io::path_text(file), path));
  if (bytes != bytes_in(*found)) {
    throw UsageError(
        fmt::format("{}: {} has {} bytes; there is room for {}", io::path_text(file), path, bytes_in(*found), bytes));
  }
  if (bytes > 0) c::require_memory(values, "values");
  auto* to = static_cast<char*>(values);
  io::read_dataset(file, path, [&](std::uint64_t, const void* piece, std::size_t size) {
    std::memcpy(to, piece, size);
    to += size;
  });
}

}  // namespace

extern "C" {

int tarn_file_count(const char* directory, int* count) {
  return guarded([&] {
    not_null(count, "count") = static_cast<int>(io::read_manifest(text_of(directory, "directory")).entries.size());
    return TARN_OK;
  });
}

int tarn_file_at(const char* directory, int index, tarn_file* file) {
  return guarded([&] {
    const auto manifest = io::read_manifest(text_of(directory, "directory"));
    const io::ManifestEntry& entry = at(manifest.entries, index);
    tarn_file told{};
    copy_text(entry.file, told.path);
    copy_text(entry.kind, told.kind);
    told.step = entry.step;
    told.time = entry.time;
    not_null(file, "file") = told;
    return TARN_OK;
  });
}

int tarn_dataset_count(const char* file, int* count) {
  return guarded([&] {
    not_null(count, "count") = static_cast<int>(io::describe_datasets(text_of(file, "file")).size());
    return TARN_OK;
  });
}

int tarn_dataset_at(const char* file, int index, tarn_dataset* dataset) {
  return guarded([&] {
    not_null(dataset, "dataset") = describe(at(io::describe_datasets(text_of(file, "file")), index));
    return TARN_OK;
  });
}

int tarn_dataset_read(const char* file, const char* path, void* values, size_t bytes) {
  return guarded([&] {
    read(text_of(file, "file"), text_of(path, "path"), values, bytes);
    return TARN_OK;
  });
}

}  // extern "C"
