#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

#include "tarn/ops/formula/formula_error.hpp"
#include "tarn/ops/formula/kernel.hpp"

namespace tarn::ops {

struct FormulaTree;

/// A word that is called like a function but is none of a value: its meaning is the caller's, who walks the tree.
struct FormulaOperator {
  std::string name;  ///< of letters, digits and _
  int arguments;     ///< 1 to 4
};

/// What the names of a formula mean.
struct FormulaContext {
  std::vector<std::string> variables;          ///< names in slot order, such as x, y, z, t
  std::map<std::string, double> constants;     ///< see evaluate_constants
  bool random = false;                         ///< whether the formula may use `random`
  std::map<std::string, std::string> refused;  ///< names known elsewhere but not here, and why
  std::vector<FormulaOperator> operators{};    ///< for parse_formula() alone
  /// Names for formulas of the same variables; their trees stand in place of the names.
  std::map<std::string, std::shared_ptr<const FormulaTree>> definitions{};
};

/// A formula given at run time, compiled once; immutable, cheap to copy.
///
/// The language, loosest binding first: `c ? a : b` (right associative); `||`; `&&`; `< <= > >= == !=` (1 or
/// 0, not to be chained); `+ -`; `* /`; unary `- + !`; `^` (right associative: -2^2 is -4, 2^-1 is 0.5).
/// Numbers such as 2, .5, 1e-3; variables; constants; `pi`; `random` or `random()`, uniform in [0, 1) for
/// each cell; functions sin cos tan asin acos atan atan2(y, x) sinh cosh tanh exp log log10 sqrt abs sign
/// floor ceil min max (two or more arguments; NaN if one is) pow mod(a, b) (exact, with the sign of a, as C's
/// fmod). A condition holds unless it is 0. Arithmetic is IEEE double precision: 1/0 is infinite, 0/0 NaN.
/// a^2, a^3, a^4 and a^-1 are a*a, a*a*a, (a*a)*(a*a) and 1/a; every other power is pow.
class Formula {
 public:
  /// Most bytes of a formula's text.
  static constexpr std::size_t max_text = 64 * 1024;
  /// Most instructions that a formula may compile to.
  static constexpr std::size_t max_operations = 4000;

  /// @throws FormulaError if the text is not a formula in this context
  Formula(std::string_view text, const FormulaContext& context);
  static Formula constant(double value);  ///< that value everywhere

  /// Whether the value depends on nothing.
  bool is_constant() const;
  /// @throws Error unless is_constant()
  double constant_value() const;
  bool uses(std::string_view variable) const;  ///< whether its value can depend on it
  bool uses_random() const;                    ///< whether each cell draws its own numbers
  const std::string& text() const;             ///< as it was given
  /// The names of the context, in slot order.
  const std::vector<std::string>& variables() const;

  /// The value on the host, the same bits as a kernel's; `random` is that of cell 0 of seed 0.
  /// @param variables  the value of every variable, in slot order
  double evaluate(const double* variables) const;

  /// The formula for kernels, with slots in the order of its context. The first call copies the program to
  /// the device and keeps it there, so that a formula whose kernel was asked for must die before the Runtime.
  FormulaKernel kernel() const;
  /// The same with slots in an order of the caller's.
  /// @throws Error if the formula uses a variable that is not among `slots`
  FormulaKernel kernel(const std::vector<std::string>& slots) const;
  /// What a kernel runs, with slots in an order of the caller's.
  /// @throws Error as kernel()
  std::vector<Instruction> instructions(const std::vector<std::string>& slots) const;

  /// Something made of the formula at the first call with a type and a key, and kept as long as the formula and its
  /// copies live; what wants a device must die before the Runtime.
  /// @param key   what `make` depends on beside the formula
  /// @param make  called without arguments: a std::shared_ptr<const T>
  template <class T, class Make>
  std::shared_ptr<const T> kept(const std::string& key, const Make& make) const {
    return std::static_pointer_cast<const T>(
        keep({typeid(T), key}, [&]() -> std::shared_ptr<const void> { return make(); }));
  }

 private:
  struct Program;
  using Key = std::pair<std::type_index, std::string>;
  std::shared_ptr<const void> keep(const Key& key, const std::function<std::shared_ptr<const void>()>& make) const;
  explicit Formula(std::shared_ptr<const Program> program) : program_(std::move(program)) {}

  std::shared_ptr<const Program> program_;
};

/// The values of named constants, which are formulas of numbers, pi and each other, in any order.
/// @param formulas  text by name
/// @throws ConstantError if a name is taken or no name, a formula is wrong, or constants need each other in a
/// circle
std::map<std::string, double> evaluate_constants(const std::map<std::string, std::string>& formulas);

}  // namespace tarn::ops
