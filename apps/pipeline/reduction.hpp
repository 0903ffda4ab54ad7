#pragma once

#include <memory>

#include "tarn/apps/pipeline/array.hpp"
#include "tarn/apps/pipeline/program.hpp"

namespace tarn::apps::pipeline {

/// A reduction that is fed block by block along the reduced axis; one block or many, the same functions of NumPy.
/// Sums are taken in double, or in 64-bit integers which wrap around; partial results are joined in the order of the
/// blocks, so the bits follow from the shapes of the blocks alone.
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
  Dot(const Space& space, ElementType type) : space_(space), type_(type) {}

  /// Asynchronous.
  void add(const Array& a, const Array& b);
  Array finish(const std::string& label);

 private:
  Space space_;
  ElementType type_;
  Array sum_;  // empty before the first block
};

}  // namespace tarn::apps::pipeline
