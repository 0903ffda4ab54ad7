#pragma once

#include <memory>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/apps/pipeline/program.hpp"

namespace tarn::apps::pipeline {

/// A reduction that is fed block by block along the reduced axis; one block or many, the same functions of NumPy.
/// Sums are taken in double, or in 64-bit integers which wrap around; blocks are joined in their order, so the bits
/// follow from the shapes of the blocks alone. Sums keep their rounding errors from block to block.
class Reduction {
 public:
  virtual ~Reduction() = default;

  /// Takes the next block. Asynchronous.
  /// @param block  (outer, count, inner) elements in C order
  virtual void add(const Array& block, std::int64_t count) = 0;

  /// The result; after the last block, of which there was at least one.
  /// @param signature  of the result; its elements are outer * inner
  virtual Array finish(const std::string& label, const Signature& signature) = 0;
};

/// @param type          of the blocks' elements
/// @param outer, inner  see ReductionShape
std::unique_ptr<Reduction> make_reduction(const Space& space, Op op, ElementType type, std::int64_t outer,
                                          std::int64_t inner);

/// The sum of products of two arrays of one type, block by block.
class Dot {
 public:
  virtual ~Dot() = default;

  /// Asynchronous.
  virtual void add(const Array& a, const Array& b) = 0;
  virtual Array finish(const std::string& label) = 0;
};

std::unique_ptr<Dot> make_dot(const Space& space, ElementType type);

}  // namespace tarn::apps::pipeline
