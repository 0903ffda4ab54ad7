#pragma once

#include <cstddef>
#include <string>

#include "tarn/core/error.hpp"

namespace tarn::ops {

/// A formula that cannot be right: what is wrong in words, and where in its text.
class FormulaError : public UsageError {
 public:
  /// @param offset, length  the part of the text that is wrong
  FormulaError(const std::string& message, std::size_t offset, std::size_t length)
      : UsageError(message), offset_(offset), length_(length) {}

  /// First byte of what is wrong, from 0; the text's length where something is missing at its end.
  std::size_t offset() const noexcept { return offset_; }
  /// Bytes of what is wrong; 0 where something is missing.
  std::size_t length() const noexcept { return length_; }

 private:
  std::size_t offset_;
  std::size_t length_;
};

/// A FormulaError in the formula of a named constant.
class ConstantError : public FormulaError {
 public:
  /// @param constant  whose definition is wrong
  ConstantError(const std::string& constant, const std::string& message, std::size_t offset, std::size_t length)
      : FormulaError("constant '" + constant + "': " + message, offset, length), constant_(constant) {}

  const std::string& constant() const noexcept { return constant_; }  ///< whose definition is wrong

 private:
  std::string constant_;
};

}  // namespace tarn::ops
