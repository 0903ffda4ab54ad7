#include "tarn/apps/pde/passes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace tarn::apps::pde {

namespace {

using ops::OpCode;

/// How many operands of a step are at a place.
int reads(const Step& step, int place) {
  const int count = operands_of(step.code);
  return static_cast<int>(step.a == place) + static_cast<int>(count > 1 && step.b == place) +
         static_cast<int>(count > 2 && step.c == place);
}

/// Whether what is at a place once step n has run is read later.
bool is_read_after(const Program& program, std::size_t n, int place) {
  if (program.steps[n].out == place) return false;  // it is gone
  for (++n; n < program.steps.size(); ++n) {
    if (reads(program.steps[n], place) > 0) return true;
    if (program.steps[n].out == place) return false;
  }
  return std::find(program.results.begin(), program.results.end(), place) != program.results.end();
}

bool commutes(std::uint8_t code) {
  const bool has_product = code == multiply_add || code == multiply_subtract || code == subtract_product;
  return has_product || code == step_code(OpCode::add) || code == step_code(OpCode::multiply);
}

/// The pass of two steps, if there is one.
std::optional<Pass> joined(const Step& head, Step tail) {
  if (commutes(tail.code) && tail.b == head.out) std::swap(tail.a, tail.b);
  const int operands[3] = {tail.a, tail.b, tail.c};
  const auto first = std::find(pass_heads.begin(), pass_heads.end(), head.code);
  const auto last = std::find_if(pass_tails.begin(), pass_tails.end(), [&](const PassTail& one) {
    return one.code == tail.code && operands[one.place] == head.out;
  });
  if (first == pass_heads.end() || last == pass_tails.end()) return {};
  Pass pass{tail, head};
  pass.pair = static_cast<int>((first - pass_heads.begin()) * std::ssize(pass_tails) + (last - pass_tails.begin()));
  for (int n = 0, others = 0; n < operands_of(tail.code); ++n) {
    if (n != last->place) pass.beside[others++] = operands[n];
  }
  return pass;
}

std::vector<Pass> passes_of(const Program& program) {
  const auto& steps = program.steps;
  std::vector<Pass> passes;
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const bool has_next = n + 1 < steps.size();
    if (has_next && reads(steps[n + 1], steps[n].out) == 1 && !is_read_after(program, n + 1, steps[n].out)) {
      if (const auto pass = joined(steps[n], steps[n + 1])) {
        passes.push_back(*pass);
        ++n;
        continue;
      }
    }
    passes.push_back({steps[n]});
  }
  return passes;
}

std::vector<std::size_t> first_reads_of(const Program& program) {
  std::map<std::pair<int, int>, std::size_t> farthest;  // by array and field
  const auto rows_ahead = [&](std::size_t load) {
    const Load& one = program.loads[load];
    return std::pair(one.away[2], one.away[1]);
  };
  for (std::size_t n = 0; n < program.loads.size(); ++n) {
    const auto [found, is_new] = farthest.try_emplace({program.loads[n].array, program.loads[n].field}, n);
    if (!is_new && rows_ahead(n) > rows_ahead(found->second)) found->second = n;
  }
  std::vector<std::size_t> reads;
  for (const auto& [field, load] : farthest)
    reads.push_back(load);
  return reads;
}

}  // namespace

BlockPlan plan_of(const Program& program) {
  return {passes_of(program), first_reads_of(program)};
}

}  // namespace tarn::apps::pde
