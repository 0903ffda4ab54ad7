#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tarn/core/space.hpp"
#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/formula/formula.hpp"

// Formulas given at run time, over arrays known by name.

namespace tarn::ops {

/// A View under a name that formulas know it by; holds the View.
class NamedArray {
 public:
  /// The types that a formula reads; all become double.
  enum class Type : std::uint8_t { boolean, uint8, int32, int64, float32, float64 };

  template <ArrayView V>
  /// @param name  as the formula writes it
  requires RealElement<typename V::non_const_value_type> NamedArray(std::string name, const V& view)
      : name_(std::move(name)), keep_(std::make_shared<V>(view)) {
    static_assert(Kokkos::SpaceAccessibility<Space, typename V::memory_space>::accessible,
                  "the execution space cannot reach the array's memory");
    using T = typename V::non_const_value_type;
    const auto node = as_expression(view);
    type_ = type_of<T>();
    shape_ = node.shape();
    access_ = node.access({0, 1, 2, 3});
  }

  const std::string& name() const { return name_; }         ///< as the formula writes it
  const Shape& shape() const { return shape_; }             ///< of the array
  Type type() const { return type_; }                       ///< of its elements
  const detail::Access& access() const { return access_; }  ///< where its elements lie

 private:
  template <class T>
  static constexpr Type type_of() {
    if constexpr (std::same_as<T, bool>) return Type::boolean;
    if constexpr (std::same_as<T, std::uint8_t>) return Type::uint8;
    if constexpr (std::same_as<T, std::int32_t>) return Type::int32;
    if constexpr (std::same_as<T, std::int64_t>) return Type::int64;
    if constexpr (std::same_as<T, float>) return Type::float32;
    if constexpr (std::same_as<T, double>) return Type::float64;
  }

  std::string name_;
  std::shared_ptr<const void> keep_;
  Type type_ = Type::float64;
  Shape shape_;
  detail::Access access_;
};

/// Where the random numbers of a formula come from; element i of the target, in C order, has number offset + i.
struct FormulaRandom {
  std::uint64_t seed = 0;    ///< as in the fills of ops/random
  std::uint64_t stream = 0;  ///< as in the fills of ops/random
  std::int64_t offset = 0;   ///< number of the first element
};

/// The shape that a formula over these arrays has.
/// @throws ShapeMismatch if the arrays that the formula uses do not broadcast
Shape formula_shape(const Formula& formula, const std::vector<NamedArray>& arrays);

namespace detail {

/// assign() without the types of Views.
void assign_formula(const Space& space, const NamedArray& target, void* data, const Formula& formula,
                    const std::vector<NamedArray>& arrays, const FormulaRandom& random);

}  // namespace detail

/// target = formula of named arrays, broadcast as in expressions, in one kernel; computed in double and rounded to the
/// target's type. Asynchronous, but that the first call with a formula copies it to the device, or, for large
/// contiguous arrays on an NVIDIA GPU, has it compiled for their types, which takes some 50 ms.
/// @param target  of float or double, any layout; unchanged after an error. It may be among the arrays.
/// @param arrays  by the names that the formula uses; others may be among them
/// @throws Error if the formula uses a name that is not among the arrays, a name is there twice, or an array overlaps
///     the target other than element by element, or the driver refuses its kernel; ShapeMismatch if shapes do not
///     broadcast to the target's
template <detail::WritableView V>
requires FloatElement<typename V::non_const_value_type>
void assign(const Space& space, const V& target, const Formula& formula, const std::vector<NamedArray>& arrays,
            const FormulaRandom& random = {}) {
  detail::assign_formula(space, NamedArray("the target", target), target.data(), formula, arrays, random);
}
template <detail::WritableView V>
requires FloatElement<typename V::non_const_value_type>
void assign(const V& target, const Formula& formula, const std::vector<NamedArray>& arrays,
            const FormulaRandom& random = {}) {
  assign(Space(), target, formula, arrays, random);
}

}  // namespace tarn::ops
