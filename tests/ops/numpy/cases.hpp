#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tarn/tests/ops/expression/strided_array.hpp"

// Operands and NumPy's answers, made by make_cases.py from seeds when the first test asks for them.

namespace tarn::ops::test {

struct CaseArray {
  std::string type;                       ///< NumPy's name; "error" where NumPy raises
  std::int64_t rank = 0;                  ///< in NumPy
  std::array<std::int64_t, 4> extents{};  ///< 1 for the axes that NumPy's array lacks, in front
  const char* data = nullptr;             ///< elements in C order
};

struct Case {
  std::string name;  ///< with the number of the case, for messages
  std::vector<std::int64_t> options;
  std::vector<CaseArray> operands;
  CaseArray answer;
  const char* allowances = nullptr;  ///< double for each element of the answer; 0 for the same bits
};

/// The cases of a group (elementwise, reduction, scan or linalg) with a name.
/// @throws std::runtime_error if there is no Python with NumPy, or it fails
std::span<const Case> cases(const std::string& group, const std::string& name);

/// Compares a result with NumPy's: type, and every element.
/// @param type   of the result
/// @param bytes  its elements in C order
void expect_agrees(const Case& expected, const std::string& type, const std::vector<char>& bytes,
                   const std::string& where);

/// An operand on the device.
template <class T>
StridedArray<T> placed(const CaseArray& array, int order) {
  StridedArray<T> result(array.extents, static_cast<Order>(order % 4));
  result.set(array.data);
  return result;
}

template <class T>
std::vector<char> as_bytes(const T& value) {
  std::vector<char> bytes(sizeof(T));
  std::memcpy(bytes.data(), static_cast<const void*>(&value), sizeof(T));
  return bytes;
}

/// Calls check(std::type_identity<T>) for each type of elements.
template <class Check>
void for_each_type(const Check& check) {
  check(std::type_identity<bool>());
  check(std::type_identity<std::uint8_t>());
  check(std::type_identity<std::int32_t>());
  check(std::type_identity<std::int64_t>());
  check(std::type_identity<float>());
  check(std::type_identity<double>());
  check(std::type_identity<Kokkos::complex<float>>());
  check(std::type_identity<Kokkos::complex<double>>());
}

}  // namespace tarn::ops::test
