#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io::hdf5 {

/// The types of numbers that files of other programs hold, as NumPy knows them.
enum class NumberType : std::uint8_t {
  bool8,  ///< what h5py makes of NumPy's bool: FALSE and TRUE in a byte
  int8,
  uint8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  uint64,
  float16,
  float32,
  float64,
  complex64,
  complex128,
};

/// NumPy's name, such as "uint16".
const char* numpy_name(NumberType type);
std::size_t bytes_of(NumberType type);

/// What the two parts of a complex number are called in a file.
struct ComplexNames {
  std::string real = "r", imaginary = "i";
};

/// A type of a file, understood.
struct StoredNumber {
  NumberType type = NumberType::float64;  ///< the smallest that holds every number of the stored type
  ComplexNames names;                     ///< of a complex type
};

/// Whole numbers of any width up to 64 bits, floating point numbers whose range and digits a float64 has, enumerations
/// of whole numbers, and pairs of floating point numbers called r and i (h5py), re and im, or real and imag (MATLAB);
/// in either order of bytes.
/// @return nothing for any other type
std::optional<StoredNumber> number_in(const Hid& type);

/// What a type holds, for messages: "text", "references", ...
std::string description_of(const Hid& type);

/// The type in the memory of this machine, little endian.
Hid memory_type(NumberType type, const ComplexNames& names = {});

}  // namespace tarn::io::hdf5
