#include "tarn/apps/pipeline/program.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::pipeline {

namespace {

using Constants = std::map<std::string, double>;

ops::Formula formula_of_step(const io::DeckTable& table, const Constants& constants,
                             const std::vector<std::string>& names) {
  ops::FormulaContext context;
  context.variables = names;
  context.constants = constants;
  context.random = true;
  return {table.formula("expression").text, context};
}

Step step_of(const io::DeckTable& table, const Constants& constants, const std::vector<std::string>& names) {
  const auto& ops = op_names();
  Step step;
  step.op = static_cast<Op>(std::find(ops.begin(), ops.end(), table.text("op")) - ops.begin());
  step.out = table.text("out");
  step.label = fmt::format("{} ({})", table.path(), step.out);
  for (const char* key : {"a", "b"}) {
    if (table.given(key)) step.inputs.push_back(table.text(key));
  }
  step.transpose_a = table.boolean("transpose_a");
  step.transpose_b = table.boolean("transpose_b");
  if (table.has("axis")) step.axis = static_cast<int>(table.integer("axis"));
  step.keepdims = table.boolean("keepdims");
  if (step.op != Op::formula) return step;
  step.formula = formula_of_step(table, constants, names);
  for (const auto& name : names) {
    if (step.formula->uses(name)) step.inputs.push_back(name);
  }
  return step;
}

}  // namespace

const std::vector<std::string>& op_names() {
  static const std::vector<std::string> names{"matmul", "formula", "sum",    "mean",   "min", "max",
                                              "var",    "norm2",   "argmin", "argmax", "dot"};
  return names;
}

bool is_reduction(Op op) {
  return op != Op::matmul && op != Op::formula && op != Op::dot;
}

bool Program::keeps(const std::string& name) const {
  const auto has = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
  return has(scalars) || has(arrays);
}

Program program_of(const io::Deck& deck) {
  Program program;
  program.dataset = deck.text("pipeline.dataset");
  program.seed = static_cast<std::uint64_t>(deck.integer("run.seed"));
  const Constants constants = constants_of(deck).value();
  std::vector<std::string> names{input_name};
  for (const auto& table : deck.tables("pipeline.step")) {
    program.steps.push_back(step_of(table, constants, names));
    names.push_back(program.steps.back().out);
  }
  if (deck.has("pipeline.keep.scalars")) program.scalars = deck.texts("pipeline.keep.scalars");
  if (deck.has("pipeline.keep.arrays")) program.arrays = deck.texts("pipeline.keep.arrays");
  return program;
}

std::string fingerprint_of(const io::Deck& deck) {
  const Program program = program_of(deck);
  std::string text = fmt::format("{} seed {}", program.dataset, program.seed);
  for (const Step& step : program.steps) {
    text += fmt::format("; {} = {} {} {} {} {} {} {}", step.out, op_names()[static_cast<std::size_t>(step.op)],
                        fmt::join(step.inputs, ","), step.transpose_a, step.transpose_b,
                        step.axis ? std::to_string(*step.axis) : "all", step.keepdims,
                        step.formula ? step.formula->text() : "");
  }
  if (const auto constants = constants_of(deck)) {
    for (const auto& [name, value] : *constants)
      text += fmt::format("; {} = {}", name, value);
  }
  return text + fmt::format("; keep {} and {}", fmt::join(program.scalars, ","), fmt::join(program.arrays, ","));
}

}  // namespace tarn::apps::pipeline
