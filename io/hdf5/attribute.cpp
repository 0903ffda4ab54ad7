#include "tarn/io/hdf5/attribute.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "tarn/io/error.hpp"

namespace tarn::io::hdf5 {

namespace {

std::string place_of(const Object& object, const std::string& name) {
  return "attribute \"" + name + "\" of " + object.name;
}

/// A type of fixed length, padded with zeros: what NumPy and h5py call S<length>.
Hid text_type(std::size_t length, bool ascii) {
  Hid type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), std::max<std::size_t>(length, 1));
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
  return type;
}

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// @param length  elements of a one-dimensional attribute; nothing for a scalar
void write(const Object& object, const std::string& name, hid_t file_type, hid_t memory_type,
           std::optional<hsize_t> length, const void* values) {
  const Hid space(length ? H5Screate_simple(1, &*length, nullptr) : H5Screate(H5S_SCALAR), H5Sclose);
  const std::string what = "write the " + place_of(object, name);
  const Hid attribute(
      checked(
          Doing::writing, object.file, what,
          [&] { return H5Acreate2(object.id.get(), name.c_str(), file_type, space.get(), H5P_DEFAULT, H5P_DEFAULT); }),
      H5Aclose);
  checked(Doing::writing, object.file, what, [&] { return H5Awrite(attribute.get(), memory_type, values); });
}

bool exists(const Object& object, const std::string& name) {
  return checked(Doing::reading, object.file, "read the " + place_of(object, name),
                 [&] { return H5Aexists(object.id.get(), name.c_str()); }) > 0;
}

Hid open(const Object& object, const std::string& name) {
  const std::string what = "read the " + place_of(object, name);
  if (!exists(object, name)) throw Missing(object.file, "has no " + place_of(object, name));
  return {
      checked(Doing::reading, object.file, what, [&] { return H5Aopen(object.id.get(), name.c_str(), H5P_DEFAULT); }),
      H5Aclose};
}

std::string name_of_part(const std::string& name, int part) {
  return part == 1 ? name : fmt::format("{}_{}", name, part);
}

/// Whether a byte of UTF-8 is not the first of its character.
bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/// @param what  the class in words, for the message
Hid type_of(const Object& object, const std::string& name, const Hid& attribute, H5T_class_t kind, const char* what) {
  Hid type(checked(Doing::reading, object.file, "read the type of the " + place_of(object, name),
                   [&] { return H5Aget_type(attribute.get()); }),
           H5Tclose);
  const bool variable = kind == H5T_STRING && H5Tis_variable_str(type.get()) > 0;
  if (H5Tget_class(type.get()) != kind || variable) {
    throw TypeMismatch(object.file, fmt::format("{} is not {}", place_of(object, name), what));
  }
  return type;
}

void require_length(const Object& object, const std::string& name, const Hid& attribute, std::size_t length) {
  const Hid space(checked(Doing::reading, object.file, "read the shape of the " + place_of(object, name),
                          [&] { return H5Aget_space(attribute.get()); }),
                  H5Sclose);
  const hssize_t found = H5Sget_simple_extent_npoints(space.get());
  if (found == static_cast<hssize_t>(length)) return;
  throw FileShapeMismatch(object.file,
                          fmt::format("{} has {} values; {} expected", place_of(object, name), found, length));
}

template <class Number>
std::vector<Number> read_numbers(const Object& object, const std::string& name, std::size_t length, H5T_class_t kind,
                                 hid_t memory_type) {
  const Hid attribute = open(object, name);
  const Hid type = type_of(object, name, attribute, kind, kind == H5T_FLOAT ? "a floating-point number" : "an integer");
  require_length(object, name, attribute, length);
  constexpr std::size_t widest = 16;
  if (H5Tget_size(type.get()) > widest) {
    throw TypeMismatch(object.file,
                       fmt::format("{} has numbers of {} bytes", place_of(object, name), H5Tget_size(type.get())));
  }
  std::vector<Number> values(length);
  checked(Doing::reading, object.file, "read the " + place_of(object, name),
          [&] { return H5Aread(attribute.get(), memory_type, values.data()); });
  return values;
}

}  // namespace

void write_attribute(const Object& object, const std::string& name, double value) {
  write(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, std::nullopt, &value);
}

void write_attribute(const Object& object, const std::string& name, std::int64_t value) {
  write(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, std::nullopt, &value);
}

void write_attribute(const Object& object, const std::string& name, std::uint64_t value) {
  write(object, name, H5T_STD_U64LE, H5T_NATIVE_UINT64, std::nullopt, &value);
}

void write_attribute(const Object& object, const std::string& name, std::uint32_t value) {
  write(object, name, H5T_STD_U32LE, H5T_NATIVE_UINT32, std::nullopt, &value);
}

void write_attribute(const Object& object, const std::string& name, const std::string& value) {
  const Hid type = text_type(value.size(), is_ascii(value));
  write(object, name, type.get(), type.get(), std::nullopt, value.c_str());
}

void write_long_text(const Object& object, const std::string& name, const std::string& value) {
  constexpr std::size_t most = 60000;
  std::size_t at = 0;
  for (int part = 1; part == 1 || at < value.size(); ++part) {
    std::size_t end = std::min(value.size(), at + most);
    while (end < value.size() && end > at + most - 4 && continues_character(value[end]))
      --end;
    write_attribute(object, name_of_part(name, part), value.substr(at, end - at));
    at = end;
  }
}

void write_attribute(const Object& object, const std::string& name, const std::vector<double>& values) {
  write(object, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.size(), values.data());
}

void write_attribute(const Object& object, const std::string& name, const std::vector<std::int64_t>& values) {
  write(object, name, H5T_STD_I64LE, H5T_NATIVE_INT64, values.size(), values.data());
}

void write_attribute(const Object& object, const std::string& name, const std::vector<std::string>& values) {
  std::size_t length = 1;
  for (const auto& value : values)
    length = std::max(length, value.size());
  std::string packed;
  for (const auto& value : values)
    packed.append(value).append(length - value.size(), '\0');
  const Hid type = text_type(length, is_ascii(packed));
  write(object, name, type.get(), type.get(), values.size(), packed.data());
}

double read_double(const Object& object, const std::string& name) {
  return read_doubles(object, name, 1)[0];
}

std::int64_t read_int(const Object& object, const std::string& name) {
  return read_ints(object, name, 1)[0];
}

std::uint64_t read_unsigned(const Object& object, const std::string& name) {
  return read_numbers<std::uint64_t>(object, name, 1, H5T_INTEGER, H5T_NATIVE_UINT64)[0];
}

std::string read_text(const Object& object, const std::string& name) {
  const Hid attribute = open(object, name);
  const Hid type = type_of(object, name, attribute, H5T_STRING, "a text of fixed length");
  require_length(object, name, attribute, 1);
  const std::size_t length = H5Tget_size(type.get());
  hsize_t file_size = 0;
  const Hid file(H5Iget_file_id(object.id.get()), H5Fclose);
  H5Fget_filesize(file.get(), &file_size);
  if (length > file_size) {
    throw Corrupt(object.file,
                  fmt::format("{} claims {} bytes in a file of {}", place_of(object, name), length, file_size));
  }
  std::string text(length, '\0');
  checked(Doing::reading, object.file, "read the " + place_of(object, name),
          [&] { return H5Aread(attribute.get(), type.get(), text.data()); });
  text.resize(std::min(text.find('\0'), text.size()));
  return text;
}

std::string read_long_text(const Object& object, const std::string& name) {
  std::string text = read_text(object, name);
  for (int part = 2; exists(object, name_of_part(name, part)); ++part)
    text += read_text(object, name_of_part(name, part));
  return text;
}

std::vector<double> read_doubles(const Object& object, const std::string& name, std::size_t length) {
  return read_numbers<double>(object, name, length, H5T_FLOAT, H5T_NATIVE_DOUBLE);
}

std::vector<std::int64_t> read_ints(const Object& object, const std::string& name, std::size_t length) {
  return read_numbers<std::int64_t>(object, name, length, H5T_INTEGER, H5T_NATIVE_INT64);
}

}  // namespace tarn::io::hdf5
