#include "tarn/ops/formula/formula.hpp"

#include <algorithm>
#include <mutex>

#include <fmt/format.h>

#include "tarn/core/memory/transfer.hpp"
#include "tarn/ops/formula/compile.hpp"
#include "tarn/ops/formula/parser.hpp"

namespace tarn::ops {

using DeviceProgram = Kokkos::View<const Instruction*, Space>;

struct Formula::Program {
  std::string text;
  std::vector<std::string> variables;
  std::vector<Instruction> instructions;
  bool uses_random = false;

  // The only part that changes: copies on the device, by order of the slots, and what else was made of it.
  mutable std::mutex mutex;
  mutable std::map<std::vector<std::string>, DeviceProgram> on_device;
  mutable std::map<Key, std::shared_ptr<const void>> kept;
};

namespace {

bool reads_variable(const Instruction& step) {
  return step.operand == Operand::variable;
}

DeviceProgram copy_to_device(const std::vector<Instruction>& instructions) {
  const Kokkos::View<Instruction*, Space> program(Kokkos::view_alloc("tarn::ops::formula", Kokkos::WithoutInitializing),
                                                  instructions.size());
  const Kokkos::View<const Instruction*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> source(
      instructions.data(), instructions.size());
  upload(program, source, "tarn::ops::formula");
  return program;
}

}  // namespace

Formula::Formula(std::string_view text, const FormulaContext& context) {
  require(context.variables.size() < 65536, "a formula has at most 65535 variables");
  const auto program = std::make_shared<Program>();
  const auto compiled = detail::compile(parse_formula(text, context));
  program->text = text;
  program->variables = context.variables;
  program->uses_random = compiled.random_streams() > 0;
  program->instructions = compiled.program();
  auto& steps = program->instructions;
  if (!program->uses_random && std::none_of(steps.begin(), steps.end(), reads_variable)) {
    const double value = detail::run_program(steps.data(), static_cast<int>(steps.size()), nullptr, {});
    steps = {{OpCode::push, Operand::constant, 0, value}};
  }
  program_ = program;
}

Formula Formula::constant(double value) {
  const auto program = std::make_shared<Program>();
  program->text = fmt::format("{}", value);
  program->instructions = {{OpCode::push, Operand::constant, 0, value}};
  return Formula(program);
}

bool Formula::is_constant() const {
  const auto& steps = program_->instructions;
  return steps.size() == 1 && steps[0].code == OpCode::push && steps[0].operand == Operand::constant;
}

double Formula::constant_value() const {
  require(is_constant(), "the formula " + program_->text + " is not constant");
  return program_->instructions[0].constant;
}

bool Formula::uses(std::string_view variable) const {
  const auto& steps = program_->instructions;
  const auto& names = program_->variables;
  const auto slot = std::find(names.begin(), names.end(), variable) - names.begin();
  return std::any_of(steps.begin(), steps.end(),
                     [&](const Instruction& step) { return reads_variable(step) && step.index == slot; });
}

bool Formula::uses_random() const {
  return program_->uses_random;
}
const std::string& Formula::text() const {
  return program_->text;
}
const std::vector<std::string>& Formula::variables() const {
  return program_->variables;
}

double Formula::evaluate(const double* variables) const {
  const auto& steps = program_->instructions;
  return detail::run_program(steps.data(), static_cast<int>(steps.size()), variables, {});
}

FormulaKernel Formula::kernel() const {
  return kernel(program_->variables);
}

std::vector<Instruction> Formula::instructions(const std::vector<std::string>& slots) const {
  auto steps = program_->instructions;
  for (auto& step : steps) {
    if (!reads_variable(step)) continue;
    const auto& name = program_->variables[step.index];
    const auto slot = std::find(slots.begin(), slots.end(), name);
    require(slot != slots.end(), fmt::format("the formula '{}' uses '{}', which has no value here", text(), name));
    step.index = static_cast<std::uint16_t>(slot - slots.begin());
  }
  return steps;
}

std::shared_ptr<const void> Formula::keep(const Key& key,
                                          const std::function<std::shared_ptr<const void>()>& make) const {
  const std::lock_guard lock(program_->mutex);
  auto& kept = program_->kept[key];
  if (!kept) kept = make();
  return kept;
}

FormulaKernel Formula::kernel(const std::vector<std::string>& slots) const {
  const std::lock_guard lock(program_->mutex);
  if (const auto found = program_->on_device.find(slots); found != program_->on_device.end()) {
    return FormulaKernel(found->second);
  }
  return FormulaKernel(program_->on_device.emplace(slots, copy_to_device(instructions(slots))).first->second);
}

}  // namespace tarn::ops
