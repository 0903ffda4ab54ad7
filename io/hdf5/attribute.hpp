#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tarn/io/hdf5/hid.hpp"

namespace tarn::io::hdf5 {

/// Attributes of files (their root group), groups and datasets; numbers are stored little endian, texts at a fixed
/// length, ASCII or else UTF-8.
///
/// @throws Io, NoSpace
void write_attribute(const Object& object, const std::string& name, double value);
void write_attribute(const Object& object, const std::string& name, std::int64_t value);
void write_attribute(const Object& object, const std::string& name, std::uint64_t value);
void write_attribute(const Object& object, const std::string& name, const std::string& value);
void write_attribute(const Object& object, const std::string& name, const std::vector<double>& values);
void write_attribute(const Object& object, const std::string& name, const std::vector<std::int64_t>& values);
void write_attribute(const Object& object, const std::string& name, const std::vector<std::string>& values);
/// 32-bit numbers, for readers that take no others.
void write_attribute(const Object& object, const std::string& name, std::uint32_t value);
/// A text of any length. An object header holds attributes of less than 64 KiB: a longer text goes on in attributes
/// `name`_2, `name`_3, ...
void write_long_text(const Object& object, const std::string& name, const std::string& value);

/// Read back what write_attribute() wrote. The numbers' size may differ; their class may not.
///
/// @throws Missing, TypeMismatch, FileShapeMismatch, Corrupt
double read_double(const Object& object, const std::string& name);
std::int64_t read_int(const Object& object, const std::string& name);
std::uint64_t read_unsigned(const Object& object, const std::string& name);
std::string read_text(const Object& object, const std::string& name);
std::string read_long_text(const Object& object, const std::string& name);
/// @param length  numbers that the attribute must hold
std::vector<double> read_doubles(const Object& object, const std::string& name, std::size_t length);
std::vector<std::int64_t> read_ints(const Object& object, const std::string& name, std::size_t length);

}  // namespace tarn::io::hdf5
