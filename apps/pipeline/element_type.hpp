#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "tarn/core/error.hpp"
#include "tarn/ops/expression/element.hpp"

namespace tarn::apps::pipeline {

/// The types of the elements of arrays; named as NumPy does.
enum class ElementType : std::uint8_t { uint8, int32, int64, float32, float64, complex128 };

using Complex = Kokkos::complex<double>;

/// Calls `use` with a value-less tag of the C++ type: use(std::type_identity<double>{}).
template <class Use>
decltype(auto) with_type(ElementType type, Use&& use) {
  switch (type) {
    case ElementType::uint8:
      return use(std::type_identity<std::uint8_t>{});
    case ElementType::int32:
      return use(std::type_identity<std::int32_t>{});
    case ElementType::int64:
      return use(std::type_identity<std::int64_t>{});
    case ElementType::float32:
      return use(std::type_identity<float>{});
    case ElementType::float64:
      return use(std::type_identity<double>{});
    default:
      return use(std::type_identity<Complex>{});
  }
}

template <class T>
constexpr ElementType type_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return ElementType::uint8;
  if constexpr (std::is_same_v<T, std::int32_t>) return ElementType::int32;
  if constexpr (std::is_same_v<T, std::int64_t>) return ElementType::int64;
  if constexpr (std::is_same_v<T, float>) return ElementType::float32;
  if constexpr (std::is_same_v<T, double>) return ElementType::float64;
  if constexpr (std::is_same_v<T, Complex>) return ElementType::complex128;
}

inline std::size_t bytes_of(ElementType type) {
  return with_type(type, [](auto tag) { return sizeof(typename decltype(tag)::type); });
}

inline const char* name_of(ElementType type) {
  return with_type(type, [](auto tag) { return ops::detail::type_name<typename decltype(tag)::type>(); });
}

inline bool is_whole(ElementType type) {
  return type <= ElementType::int64;
}

/// NumPy's type of an operation on arrays of two types.
inline ElementType promoted(ElementType a, ElementType b) {
  if (a == b) return a;
  if (a == ElementType::complex128 || b == ElementType::complex128) return ElementType::complex128;
  if (is_whole(a) && is_whole(b)) return a > b ? a : b;
  // float32 holds every uint8, but not every int32.
  const bool narrow = a <= ElementType::uint8 || b <= ElementType::uint8;
  const bool has_double = a == ElementType::float64 || b == ElementType::float64;
  return narrow && !has_double ? ElementType::float32 : ElementType::float64;
}

}  // namespace tarn::apps::pipeline
