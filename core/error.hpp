#pragma once

#include <cstddef>
#include <cstdint>
#include <source_location>
#include <stdexcept>
#include <string>

namespace tarn {

/// What an error is about. The tarn program turns it into its exit code.
enum class ErrorKind {
  other,     ///< anything not named below; exit code 1
  usage,     ///< a deck or a command line that cannot be right; exit code 2
  data,      ///< a file, a folder or what is in them; exit code 3
  numerics,  ///< the numbers went bad; exit code 4
};

/// The base of every exception that tarn throws.
class Error : public std::runtime_error {
 public:
  /// @param kind  decides the program's exit code
  explicit Error(const std::string& message, ErrorKind kind = ErrorKind::other)
      : std::runtime_error(message), kind_(kind) {}

  ErrorKind kind() const noexcept { return kind_; }  ///< whose fault it is

 private:
  ErrorKind kind_;
};

/// Arrays whose extents do not fit each other; the message has the extents of both.
class ShapeMismatch : public Error {
 public:
  /// with the place and the shapes in the message
  explicit ShapeMismatch(const std::string& message) : Error(message) {}
};

/// A deck, an option or a request that cannot be right.
class UsageError : public Error {
 public:
  /// with what to do instead in the message
  explicit UsageError(const std::string& message) : Error(message, ErrorKind::usage) {}
};

/// A file or folder that is missing, unreadable, unwritable or not what it should be.
class DataError : public Error {
 public:
  explicit DataError(const std::string& message) : Error(message, ErrorKind::data) {}  ///< with the file in the message
};

/// A result that is no number, or a method that did not converge.
class NumericsError : public Error {
 public:
  /// with the place in the message
  explicit NumericsError(const std::string& message) : Error(message, ErrorKind::numerics) {}
};

/// Memory that was not to be had, after what a pool had cached was given back.
class OutOfMemory : public Error {
 public:
  /// What was asked and what there was [bytes].
  struct Figures {
    std::size_t asked = 0;   ///< of this one allocation
    std::size_t free = 0;    ///< that the memory had left
    std::size_t in_use = 0;  ///< of the pool, by others
    std::size_t cached = 0;  ///< of the pool, by nobody, when it was asked
    std::size_t limit = 0;   ///< of the pool; no_limit where it has none
  };
  /// the limit of a memory that has none [bytes]
  static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

  OutOfMemory(const std::string& memory, const Figures& figures);  ///< @param memory  its name, for the message

  std::size_t asked() const noexcept { return figures_.asked; }    ///< what was asked for [bytes]
  std::size_t free() const noexcept { return figures_.free; }      ///< what the system had left [bytes]
  std::size_t in_use() const noexcept { return figures_.in_use; }  ///< what arrays held [bytes]
  std::size_t cached() const noexcept { return figures_.cached; }  ///< what the pool kept for later [bytes]
  std::size_t limit() const noexcept { return figures_.limit; }    ///< the pool's limit, or no_limit [bytes]

 private:
  Figures figures_;
};

/// A matrix that cannot be solved with: a pivot is exactly zero.
class SingularMatrix : public NumericsError {
 public:
  /// @param matrix  its number in a batch, from 0
  /// @param pivot   its place on the diagonal, from 0
  SingularMatrix(const std::string& message, std::int64_t matrix, std::int64_t pivot)
      : NumericsError(message), matrix_(matrix), pivot_(pivot) {}

  std::int64_t matrix() const noexcept { return matrix_; }  ///< which of a batch, from 0
  std::int64_t pivot() const noexcept { return pivot_; }    ///< its row, from 0

 private:
  std::int64_t matrix_, pivot_;
};

/// An iteration that did not reach its tolerance.
class NotConverged : public NumericsError {
 public:
  /// @param iterations  that were made
  /// @param residual    that was left, in the method's own measure
  NotConverged(const std::string& message, int iterations, double residual)
      : NumericsError(message), iterations_(iterations), residual_(residual) {}

  int iterations() const noexcept { return iterations_; }  ///< how many were done
  double residual() const noexcept { return residual_; }   ///< that was left, in the method's own measure

 private:
  int iterations_;
  double residual_;
};

/// Throws Error with the message and the place of the call unless the condition holds.
/// @throws Error
void require(bool condition, const char* message, std::source_location place = std::source_location::current());
/// The same.
void require(bool condition, const std::string& message, std::source_location place = std::source_location::current());

}  // namespace tarn
