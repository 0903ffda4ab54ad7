#include "tarn/ops/formula/ptx.hpp"

#include <set>

#include <fmt/format.h>

#include "tarn/ops/formula/ptx_body.hpp"
#include "tarn/ops/formula/ptx_functions.hpp"
#include "tarn/ops/formula/ptx_operation.hpp"

namespace tarn::ops::detail {

namespace {

/// Whether the driver compiles a program within some tenths of a second: divisions and square roots become long code,
/// and all is written for so many elements.
bool is_soon_compiled(const std::vector<Instruction>& program, int elements) {
  constexpr int most = 2048;
  int cost = 0;
  for (const Instruction& step : program) {
    const bool is_long = step.code == OpCode::divide || step.code == OpCode::reciprocal || step.code == OpCode::sqrt;
    const bool is_short = step.code == OpCode::push || step.code == OpCode::negate || step.code == OpCode::abs ||
                          step.code == OpCode::add || step.code == OpCode::subtract || step.code == OpCode::multiply;
    const bool is_call = ptx_function_name(step.code) != nullptr;
    cost += is_long ? 16 : (is_short ? 1 : (is_call ? 8 : 3));
    if (cost * elements > most) return false;
  }
  return true;
}

bool is_of_stack(OpCode code) {
  return code == OpCode::push || code == OpCode::jump || code == OpCode::jump_if_zero;
}

/// From the parameters to %target, %source0, ..., %size, %threads.
std::string parameters(std::size_t sources) {
  std::string text = ".visible .entry tarn_formula(.param .u64 target";
  for (std::size_t slot = 0; slot < sources; ++slot)
    text += fmt::format(", .param .u64 source{}", slot);
  text += ", .param .u64 size, .param .u64 threads)\n{\n.reg .b64 %target";
  for (std::size_t slot = 0; slot < sources; ++slot)
    text += fmt::format(", %source{}", slot);
  text += ", %size, %threads;\nld.param.u64 %target, [target];\ncvta.to.global.u64 %target, %target;\n";
  for (std::size_t slot = 0; slot < sources; ++slot)
    text += fmt::format("ld.param.u64 %source{0}, [source{0}];\ncvta.to.global.u64 %source{0}, %source{0};\n", slot);
  return text + "ld.param.u64 %size, [size];\nld.param.u64 %threads, [threads];\n";
}

}  // namespace

std::optional<PtxKernel> ptx_of(const std::vector<Instruction>& program, const std::vector<PtxSource>& sources,
                                bool single) {
  bool wide = single;
  for (const PtxSource& source : sources)
    wide = wide || (!source.one && bytes_of(source.type) < 8);
  const int width = wide ? 4 : 2;
  if (!is_soon_compiled(program, 3 * width + 1)) return std::nullopt;
  PtxBody body(program, sources, single);
  std::set<OpCode> functions;
  for (const Instruction& step : program) {
    if (!ptx_can_write(step.code) && !is_of_stack(step.code)) return std::nullopt;
    if (ptx_function_name(step.code) != nullptr) functions.insert(step.code);
  }
  std::string text = ptx_head(functions) + parameters(sources.size());
  text += fmt::format(
      ".reg .pred %run;\n.reg .b32 %block, %blocks, %lane;\n.reg .b64 %n, %whole, %second, %place, %place2;\n"
      "mov.u32 %block, %ctaid.x;\nmov.u32 %blocks, %ntid.x;\nmov.u32 %lane, %tid.x;\n"
      "cvt.u64.u32 %n, %lane;\nmad.wide.u32 %n, %block, %blocks, %n;\n"
      "setp.ge.u64 %run, %n, %threads;\n@%run bra end;\n"
      "shr.u64 %whole, %size, {0};\nadd.u64 %second, %n, %threads;\n"
      "shl.b64 %place, %n, {0};\nshl.b64 %place2, %second, {0};\n"
      "setp.lt.u64 %run, %second, %whole;\n@!%run bra one;\n",
      width == 4 ? 2 : 1);
  text += body.write({"%place", "%place2"}, width);
  text += "bra rest;\none:\nsetp.lt.u64 %run, %n, %whole;\n@!%run bra rest;\n";
  text += body.write({"%place"}, width);
  // The first thread takes what is less than a strip.
  text += fmt::format(
      "rest:\nsetp.ne.u64 %run, %n, 0;\n@%run bra end;\nshl.b64 %place, %whole, {};\n"
      "next:\nsetp.ge.u64 %run, %place, %size;\n@%run bra end;\n",
      width == 4 ? 2 : 1);
  text += body.write({"%place"}, 1);
  text += "add.u64 %place, %place, 1;\nbra next;\nend:\nret;\n}\n";
  return PtxKernel{std::move(text), width};
}

}  // namespace tarn::ops::detail
