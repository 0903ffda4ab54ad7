#pragma once

#include <cstdint>
#include <string>

#include "tarn/io/hdf5/dataset.hpp"
#include "tarn/io/hdf5/number_type.hpp"

// Datasets in files of anybody: whatever the format allows that can be read as numbers, or the true reason why not.
// dataset.hpp opens tarn's own, and takes nothing else.

namespace tarn::io::hdf5 {

/// An open dataset of numbers.
struct AnyDataset {
  Object object;             ///< open
  StoredNumber number;       ///< what its elements are
  Extents dims;              ///< none for a single number
  std::uint64_t stored = 0;  ///< bytes that the file holds of it; what was never written has none

  /// Bytes of all elements as numbers of a type.
  /// @throws FileShapeMismatch for more than can be counted
  std::uint64_t bytes_as(NumberType type) const;
};

/// @param path  from the root, such as "/data"; every part of it a hard link
/// @throws Missing, TypeMismatch if it is no dataset or holds no numbers, FileShapeMismatch if it has no shape,
///   FilterMissing, Corrupt for external and virtual storage, for a shape that does not fit what is stored, and for
///   parts that were never written where the file tells no fill value
AnyDataset open_any_dataset(const Object& root, const std::string& path);

/// Reads a box, C order; parts that were never written have the fill value.
/// @param as      what to turn the elements into; a type that holds all of them, or a whole one of 64 bits
/// @param values  room for the box
/// @throws TypeMismatch for a number that the type does not hold, FileShapeMismatch if the box leaves the dataset,
///   Corrupt, Io
void read_any(const AnyDataset& dataset, const Box& box, NumberType as, void* values);

}  // namespace tarn::io::hdf5
