#pragma once

#include <string>

#include "tarn/apps/pipeline/element_type.hpp"
#include "tarn/core/memory/array.hpp"
#include "tarn/core/memory/memory.hpp"
#include "tarn/ops/expression/shape.hpp"

namespace tarn::apps::pipeline {

using Bytes = Field<std::uint8_t, 1>;

/// Type and shape of an array, known without its elements.
struct Signature {
  ElementType type = ElementType::float64;
  ops::Shape shape;

  std::int64_t bytes() const { return shape.size() * static_cast<std::int64_t>(bytes_of(type)); }
  bool operator==(const Signature&) const = default;
};

/// An array on the device in C order, whose type and rank are known at run time; memory of the pool. Copies share it.
struct Array {
  Signature signature;
  Bytes bytes;

  std::int64_t size() const { return signature.shape.size(); }
  template <class T>
  T* data() const {
    return reinterpret_cast<T*>(bytes.data());
  }
};

/// A new array of any elements, for the work of one space instance.
/// @throws OutOfMemory
inline Array make_array(const Space& space, const std::string& label, const Signature& signature) {
  return {signature, tarn::make_array<std::uint8_t>(memory().device(), space, Fill::nothing, label,
                                                    static_cast<std::size_t>(signature.bytes()))};
}

/// Its elements as a View of other extents; does not keep the memory.
template <class T>
Field<T, 1> flat(const Array& array) {
  return Field<T, 1>(array.data<T>(), static_cast<std::size_t>(array.size()));
}

/// Rows along the first axis; 1 for a single number.
inline std::int64_t rows_of(const ops::Shape& shape) {
  return shape.rank == 0 ? 1 : shape.extents[0];
}

/// A shape with another number of rows.
inline ops::Shape with_rows(ops::Shape shape, std::int64_t rows) {
  shape.extents[0] = rows;
  return shape;
}

/// Bytes of one row.
inline std::int64_t row_bytes(const Signature& signature) {
  return Signature{signature.type, with_rows(signature.shape, 1)}.bytes();
}

}  // namespace tarn::apps::pipeline
