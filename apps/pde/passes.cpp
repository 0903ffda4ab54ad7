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

/// Whether step `next` takes one operand from the step at n, and nobody else any.
bool is_given_to(const Program& program, std::size_t n, std::size_t next) {
  if (next >= program.steps.size()) return false;
  const int place = program.steps[n].out;
  return reads(program.steps[next], place) == 1 && !is_read_after(program, next, place);
}

/// Makes a step the last one of a pass, which gives it the value at a place; false if there is no such pass.
bool take_tail(Pass& pass, int place, Step tail) {
  if (commutes(tail.code) && tail.b == place) std::swap(tail.a, tail.b);
  const int operands[3] = {tail.a, tail.b, tail.c};
  const auto found = std::find_if(pass_tails.begin(), pass_tails.end(), [&](const PassTail& one) {
    return one.code == tail.code && operands[one.place] == place;
  });
  if (found == pass_tails.end()) return false;
  pass.step = tail;
  pass.tail_number = static_cast<int>(found - pass_tails.begin());
  for (int n = 0, others = 0; n < operands_of(tail.code); ++n) {
    if (n != found->place) pass.beside[others++] = operands[n];
  }
  return true;
}

/// Makes a step the third one of a pass, which gives it the value at a place; false if there is no such pass.
bool take_end(Pass& pass, int place, Step end) {
  if (end.b == place) std::swap(end.a, end.b);
  if (end.a != place) return false;
  if (end.code == step_code(OpCode::add)) {
    pass.end = {true, -1, end.b};
  } else if (end.code == step_code(OpCode::multiply)) {
    pass.end = {true, end.b, -1};
  } else if (end.code == multiply_add) {
    pass.end = {true, end.b, end.c};
  } else {
    return false;
  }
  pass.step = end;
  return true;
}

/// Joins a pass that ends with step n with the steps behind it.
/// @return how many it has taken
std::size_t join(const Program& program, std::size_t n, Pass& pass) {
  if (!is_given_to(program, n, n + 1) || !take_tail(pass, program.steps[n].out, program.steps[n + 1])) return 0;
  ++n;
  return is_given_to(program, n, n + 1) && take_end(pass, program.steps[n].out, program.steps[n + 1]) ? 2 : 1;
}

/// Reads second differences off the steps of a program.
class DifferencesReader {
 public:
  /// @param first  number of the step that they would begin with
  DifferencesReader(const Program& program, std::size_t first) : program_(program), at_(first) {}

  /// The pass, if it takes two axes at least.
  std::optional<Pass> pass() {
    if (!take_first()) return {};
    while (pass_.differences.axes < 3 && take_next()) {
    }
    if (pass_.differences.axes < 2) return {};
    at_ += join(program_, at_, pass_);
    return pass_;
  }

  /// Number of the step behind those that the pass takes.
  std::size_t end() const { return at_ + 1; }

 private:
  const Step& step(std::size_t n) const { return program_.steps[n]; }
  int sum() const { return step(at_).out; }
  bool is_number(int place) const { return place < program_.first_load(); }

  /// The factor of a product with the value at a place; -1 if that is no number.
  int factor(const Step& product, int place) const {
    const int other = product.a == place ? product.b : product.a;
    return is_number(other) ? other : -1;
  }

  void take(const Step& bend, int weight) {
    auto& [axes, is_weighted, middle, higher, lower, weights] = pass_.differences;
    higher[axes] = bend.a;
    middle = bend.b;
    lower[axes] = bend.c;
    weights[axes++] = weight;
    is_weighted = weight >= 0;
  }

  bool take_first() {
    const Step& bend = step(at_);
    if (bend.code != curvature) return false;
    const bool is_product = is_given_to(program_, at_, at_ + 1) && step(at_ + 1).code == step_code(OpCode::multiply);
    const int weight = is_product ? factor(step(at_ + 1), bend.out) : -1;
    if (weight >= 0) ++at_;
    take(bend, weight);
    pass_.step = step(at_);
    return true;
  }

  /// Another second difference of the same value that is added to the sum, with a factor where the first has one.
  bool take_next() {
    const std::size_t n = at_ + 1, last = at_ + 2;
    if (last >= program_.steps.size() || step(n).code != curvature || step(n).b != pass_.differences.middle)
      return false;
    const int before = sum();
    if (step(n).out == before || reads(step(n), before) > 0) return false;
    if (!is_given_to(program_, n, last) || !is_given_to(program_, at_, last)) return false;
    const Step& joint = step(last);
    int weight = -1;
    if (pass_.differences.is_weighted) {
      if (joint.code != multiply_add || joint.c != before) return false;
      weight = factor(joint, step(n).out);
      if (weight < 0) return false;
    } else if (joint.code != step_code(OpCode::add)) {
      return false;
    }
    take(step(n), weight);
    at_ = last;
    pass_.step = joint;
    return true;
  }

  const Program& program_;
  std::size_t at_;  ///< number of the step that gives the sum so far
  Pass pass_;
};

/// The pass of a step and of those behind it that it can be joined with.
/// @param[in,out] n  number of the step; then of the one behind the pass
Pass pass_at(const Program& program, std::size_t& n) {
  Pass pass;
  pass.step = program.steps[n++];
  const auto found = std::find(pass_heads.begin(), pass_heads.end(), pass.step.code);
  if (found == pass_heads.end()) return pass;
  pass.head = pass.step;
  pass.head_number = static_cast<int>(found - pass_heads.begin());
  n += join(program, n - 1, pass);
  return pass;
}

/// The result that a step gives, if it is of that step alone and no later step reads it; -1 otherwise.
int only_result(const Program& program, std::size_t n) {
  const int place = program.steps[n].out;
  for (std::size_t later = n + 1; later < program.steps.size(); ++later) {
    if (reads(program.steps[later], place) > 0 || program.steps[later].out == place) return -1;
  }
  const auto& results = program.results;
  if (std::count(results.begin(), results.end(), place) != 1) return -1;
  return static_cast<int>(std::find(results.begin(), results.end(), place) - results.begin());
}

std::vector<Pass> passes_of(const Program& program) {
  std::vector<Pass> passes;
  for (std::size_t n = 0; n < program.steps.size();) {
    DifferencesReader differences(program, n);
    if (const auto several = differences.pass()) {
      passes.push_back(*several);
      n = differences.end();
    } else {
      passes.push_back(pass_at(program, n));
    }
    passes.back().result = only_result(program, n - 1);
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
  BlockPlan plan{passes_of(program), std::vector<char>(program.results.size(), 0), first_reads_of(program)};
  for (const Pass& pass : plan.passes) {
    if (pass.result >= 0) plan.is_direct[static_cast<std::size_t>(pass.result)] = 1;
  }
  return plan;
}

}  // namespace tarn::apps::pde
