#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tarn/io/hdf5/number_type.hpp"
#include "tarn/io/store/manifest.hpp"

namespace tarn::io {

/// The type of the elements of a dataset in a file of anybody. tarn makes float32, float64, int32, int64 and uint8.
using DatasetType = hdf5::NumberType;

/// One that tarn makes.
/// @throws UsageError naming the types that there are
DatasetType dataset_type_of(const std::string& name);
/// "float", "double", and NumPy's names of all others.
const char* name_of(DatasetType type);

/// What a dataset file holds.
struct DatasetDescription {
  std::string path;                         ///< within the file
  DatasetType type = DatasetType::float64;  ///< of its elements
  std::vector<std::uint64_t> shape;         ///< slowest axis first, C order
};

/// Fills consecutive elements: `first` is the number of the first one, C order; room for `count`.
using FillElements = std::function<void(std::uint64_t first, std::uint64_t count, void* values)>;

/// Writes one dataset into an existing empty file: chunks of about a MiB, each with its checksum, no timestamps. On
/// this process alone.
/// @throws Io, NoSpace
void write_dataset_file(const std::filesystem::path& file, const DatasetDescription& dataset, const FillElements& fill);

/// The datasets of a file that hold numbers, groups below groups included; each once, whatever names it has, and none
/// that only shows values of others. Soft and external links are passed over.
/// @throws Io, Truncated, Corrupt
std::vector<DatasetDescription> describe_datasets(const std::filesystem::path& file);

/// Reads a dataset of anybody in C order, piece by piece, every chunk against its checksum if it has one; what was
/// never written has its fill value. A piece is some whole rows, or a part of a row that is longer than the file could
/// hold.
/// @throws Io, Truncated, Corrupt, FilterMissing, TypeMismatch for what are no numbers
void read_dataset(const std::filesystem::path& file, const std::string& path,
                  const std::function<void(std::uint64_t first, const void* values, std::size_t bytes)>& take);

/// The hashes of all datasets of a file that tarn wrote, each made piece by piece in the order of read_dataset(). Links
/// that lead out of the file are refused, and datasets that are not written.
/// @throws Io, Truncated, Corrupt, TypeMismatch
std::vector<DatasetHash> hash_datasets(const std::filesystem::path& file);

}  // namespace tarn::io
