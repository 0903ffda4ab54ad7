#include "tarn/io/hdf5/number_type.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tarn::io::hdf5 {

namespace {

struct Row {
  NumberType type;
  const char* name;
  std::size_t bytes;
};
constexpr std::array<Row, 14> rows{{{NumberType::bool8, "bool", 1},
                                    {NumberType::int8, "int8", 1},
                                    {NumberType::uint8, "uint8", 1},
                                    {NumberType::int16, "int16", 2},
                                    {NumberType::uint16, "uint16", 2},
                                    {NumberType::int32, "int32", 4},
                                    {NumberType::uint32, "uint32", 4},
                                    {NumberType::int64, "int64", 8},
                                    {NumberType::uint64, "uint64", 8},
                                    {NumberType::float16, "float16", 2},
                                    {NumberType::float32, "float32", 4},
                                    {NumberType::float64, "float64", 8},
                                    {NumberType::complex64, "complex64", 8},
                                    {NumberType::complex128, "complex128", 16}}};

const Row& row_of(NumberType type) {
  return rows[static_cast<std::size_t>(type)];
}

std::optional<NumberType> integer_in(const Hid& type) {
  const std::size_t bits = H5Tget_precision(type.get());
  const bool is_signed = H5Tget_sign(type.get()) == H5T_SGN_2;
  if (bits <= 8) return is_signed ? NumberType::int8 : NumberType::uint8;
  if (bits <= 16) return is_signed ? NumberType::int16 : NumberType::uint16;
  if (bits <= 32) return is_signed ? NumberType::int32 : NumberType::uint32;
  if (bits <= 64) return is_signed ? NumberType::int64 : NumberType::uint64;
  return {};
}

/// A binary floating point format.
struct FloatFormat {
  std::size_t exponent_bits, mantissa_bits, bias;
};

/// Whether every number of `a` is one of `b`.
bool holds(const FloatFormat& b, const FloatFormat& a) {
  if (a.exponent_bits > b.exponent_bits || a.mantissa_bits > b.mantissa_bits || a.bias > b.bias) return false;
  const auto largest = [](const FloatFormat& format) {
    return (std::int64_t{1} << format.exponent_bits) - static_cast<std::int64_t>(format.bias);
  };
  return largest(a) <= largest(b);
}

std::optional<NumberType> float_in(const Hid& type) {
  constexpr FloatFormat half{5, 10, 15}, single{8, 23, 127}, full{11, 52, 1023};
  std::size_t sign = 0, exponent = 0, mantissa = 0;
  FloatFormat format{};
  if (H5Tget_fields(type.get(), &sign, &exponent, &format.exponent_bits, &mantissa, &format.mantissa_bits) < 0) {
    return {};
  }
  format.bias = H5Tget_ebias(type.get());
  if (holds(half, format)) return NumberType::float16;
  if (holds(single, format)) return NumberType::float32;
  if (holds(full, format)) return NumberType::float64;
  return {};
}

std::string member_name(const Hid& type, unsigned number) {
  char* text = H5Tget_member_name(type.get(), number);
  const std::string name = text ? text : "";
  H5free_memory(text);
  return name;
}

std::optional<NumberType> enumeration_in(const Hid& type) {
  const Hid base(H5Tget_super(type.get()), H5Tclose);
  if (H5Tget_size(type.get()) == 1 && H5Tget_nmembers(type.get()) == 2) {
    char first = 1, second = 0;
    H5Tget_member_value(type.get(), 0, &first);
    H5Tget_member_value(type.get(), 1, &second);
    const bool is_bool = member_name(type, 0) == "FALSE" && first == 0 && member_name(type, 1) == "TRUE" && second == 1;
    if (is_bool) return NumberType::bool8;
  }
  return integer_in(base);
}

std::optional<StoredNumber> complex_in(const Hid& type) {
  if (H5Tget_nmembers(type.get()) != 2) return {};
  StoredNumber found{NumberType::complex64, {member_name(type, 0), member_name(type, 1)}};
  bool known = false;
  for (const auto& [real, imaginary] : {std::pair{"r", "i"}, std::pair{"re", "im"}, std::pair{"real", "imag"}})
    known = known || (found.names.real == real && found.names.imaginary == imaginary);
  if (!known) return {};
  for (unsigned n = 0; n < 2; ++n) {
    const Hid part(H5Tget_member_type(type.get(), n), H5Tclose);
    const auto number = H5Tget_class(part.get()) == H5T_FLOAT ? float_in(part) : std::nullopt;
    if (!number) return {};
    if (number == NumberType::float64) found.type = NumberType::complex128;
  }
  return found;
}

Hid half_type() {
  Hid type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
  H5Tset_fields(type.get(), 15, 10, 5, 0, 10);
  H5Tset_size(type.get(), 2);
  H5Tset_ebias(type.get(), 15);
  return type;
}

Hid complex_type(hid_t part, const ComplexNames& names) {
  const std::size_t size = H5Tget_size(part);
  Hid type(H5Tcreate(H5T_COMPOUND, 2 * size), H5Tclose);
  H5Tinsert(type.get(), names.real.c_str(), 0, part);
  H5Tinsert(type.get(), names.imaginary.c_str(), size, part);
  return type;
}

hid_t simple_type(NumberType type) {
  switch (type) {
    case NumberType::int8:
      return H5T_STD_I8LE;
    case NumberType::int16:
      return H5T_STD_I16LE;
    case NumberType::uint16:
      return H5T_STD_U16LE;
    case NumberType::int32:
      return H5T_STD_I32LE;
    case NumberType::uint32:
      return H5T_STD_U32LE;
    case NumberType::int64:
      return H5T_STD_I64LE;
    case NumberType::uint64:
      return H5T_STD_U64LE;
    case NumberType::float32:
      return H5T_IEEE_F32LE;
    case NumberType::float64:
      return H5T_IEEE_F64LE;
    default:
      return H5T_STD_U8LE;
  }
}

}  // namespace

const char* numpy_name(NumberType type) {
  return row_of(type).name;
}

std::size_t bytes_of(NumberType type) {
  return row_of(type).bytes;
}

std::optional<StoredNumber> number_in(const Hid& type) {
  std::optional<NumberType> number;
  switch (H5Tget_class(type.get())) {
    case H5T_INTEGER:
      number = integer_in(type);
      break;
    case H5T_FLOAT:
      number = float_in(type);
      break;
    case H5T_ENUM:
      number = enumeration_in(type);
      break;
    case H5T_COMPOUND:
      return complex_in(type);
    default:
      break;
  }
  if (!number) return {};
  return StoredNumber{*number, {}};
}

std::string description_of(const Hid& type) {
  const std::size_t bits = 8 * H5Tget_size(type.get());
  switch (H5Tget_class(type.get())) {
    case H5T_INTEGER:
      return fmt::format("whole numbers of {} bits", bits);
    case H5T_FLOAT:
      return fmt::format("floating point numbers of {} bits, beyond a float64", bits);
    case H5T_STRING:
      return "text";
    case H5T_BITFIELD:
      return "bit fields";
    case H5T_OPAQUE:
      return "opaque bytes";
    case H5T_COMPOUND:
      return "records of several members";
    case H5T_REFERENCE:
      return "references";
    case H5T_VLEN:
      return "lists of varying length";
    case H5T_ARRAY:
      return "arrays as its elements";
    default:
      return "elements of an unknown type";
  }
}

Hid memory_type(NumberType type, const ComplexNames& names) {
  if (type == NumberType::float16) return half_type();
  if (type == NumberType::complex64) return complex_type(H5T_IEEE_F32LE, names);
  if (type == NumberType::complex128) return complex_type(H5T_IEEE_F64LE, names);
  return {H5Tcopy(simple_type(type)), H5Tclose};
}

}  // namespace tarn::io::hdf5
