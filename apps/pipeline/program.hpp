#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tarn/apps/pipeline/element_type.hpp"
#include "tarn/io/deck/deck.hpp"
#include "tarn/io/deck/problems.hpp"
#include "tarn/ops/formula/formula.hpp"

namespace tarn::apps::pipeline {

/// The name of the array that is read from each file.
inline constexpr const char* input_name = "data";

/// What a step does.
enum class Op { matmul, formula, sum, mean, min, max, var, norm2, argmin, argmax, dot };

/// Their names in decks, in the order of Op.
const std::vector<std::string>& op_names();

/// Whether a step takes one array and reduces it.
bool is_reduction(Op op);

/// One step: out = op(inputs).
struct Step {
  Op op = Op::sum;
  std::vector<std::string> inputs;  ///< a and b, or the arrays that a formula uses
  bool transpose_a = false, transpose_b = false;
  std::optional<ops::Formula> formula;
  std::optional<int> axis;  ///< of a reduction; nothing: all of them. Negative ones count from the last.
  bool keepdims = false;
  std::string out;
  std::string label;  ///< for messages: "pipeline.step[2] (total)"
};

/// What is done with every file.
struct Program {
  std::string dataset;
  std::vector<Step> steps;
  std::vector<std::string> scalars, arrays;  ///< that are kept
  std::uint64_t seed = 0;                    ///< of `random` in formulas

  bool keeps(const std::string& name) const;
};

/// The program of a deck that passed its checks.
Program program_of(const io::Deck& deck);

/// A text that is the same for two decks whose items have the same results.
std::string fingerprint_of(const io::Deck& deck);

/// Adds what the schema cannot see: names that are unknown or defined twice, keys that an operation does not have,
/// formulas that do not parse, single numbers where arrays are needed, results that nothing keeps.
void check_pipeline(const io::Deck& deck, io::Problems& problems);

}  // namespace tarn::apps::pipeline
