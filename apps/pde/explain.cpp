// What `tarn check --explain` tells of a pde deck.
#include "tarn/apps/driver/explain.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/driver/units.hpp"
#include "tarn/apps/pde/expression_text.hpp"
#include "tarn/apps/pde/lowering.hpp"
#include "tarn/apps/pde/pde.hpp"
#include "tarn/apps/pde/stage_ptx.hpp"
#include "tarn/apps/pde/step_limit.hpp"
#include "tarn/io/deck/counted.hpp"

namespace tarn::apps::pde {

namespace {

/// What a program costs in a cell.
struct Cost {
  int flops = 0, functions = 0;
};

Cost cost_of(const Program& program) {
  Cost cost;
  for (const Step& step : program.steps) {
    const auto code = static_cast<ops::OpCode>(step.code);
    if (step.code == curvature) {
      cost.flops += 3;
    } else if (step.code > choose) {
      cost.flops += 2;
    } else if (code == ops::OpCode::cube || code == ops::OpCode::fourth) {
      cost.flops += 2;
    } else if ((code >= ops::OpCode::sin && code <= ops::OpCode::sqrt) || code == ops::OpCode::power ||
               code == ops::OpCode::atan2 || code == ops::OpCode::mod) {
      ++cost.functions;
    } else {
      ++cost.flops;
    }
  }
  return cost;
}

class Explanation {
 public:
  explicit Explanation(const io::Deck& deck)
      : deck_(deck), system_(system_of(deck)), real_(deck.text("run.precision") == "single" ? 4 : 8) {}

  std::string text() {
    std::vector<int> roots = system_.rates;
    const auto tasks = system_.tasks(roots);
    std::vector<std::string> order{fmt::format("ghosts of {}, {} {} wide", fmt::join(system_.fields, ", "),
                                               std::max(1, system_.reach), system_.reach > 1 ? "cells" : "cell")};
    std::string kernels;
    for (const Task& task : tasks) {
      if (task.is_field) {
        const Named& one = system_.auxiliaries[static_cast<std::size_t>(task.number)];
        order.push_back(fmt::format("kernel \"{}\", then the ghosts of {}", one.name, one.name));
        kernels += kernel(one.name, {one.node}, {one.name}, 0);
      } else {
        const int argument = system_.graph[task.number].child[0];
        order.push_back(text_of(system_, task.number) + ", over the domain");
        kernels += kernel(text_of(system_, task.number), {argument}, {"what is summed"}, 0);
      }
    }
    std::vector<std::string> names;
    for (const auto& field : system_.fields)
      names.push_back("d/dt " + field);
    order.push_back(fmt::format("kernel \"rates\" of {}, with the step of {} fused in", fmt::join(system_.fields, ", "),
                                deck_.text("pde.integrator")));
    const bool is_one_stage = options_of(deck_).scheme == ops::Scheme::euler;  // which combines with no other field
    kernels += kernel("rates", roots, names, is_one_stage ? 0 : 1);
    return head() + "\neach stage:\n" + list(order) + formulas_of_space() + kernels;
  }

 private:
  std::string head() {
    const Options options = options_of(deck_);
    std::string fields;
    for (const auto& field : system_.fields)
      fields += " " + field;
    for (const Named& one : system_.auxiliaries)
      fields += " " + one.name + " (of a let)";
    const StepLimits limits(system_, options.scheme, options.stages);
    return fmt::format("fields:{}\ndifferences of order {}, stencils of up to {} to each side\n", fields, system_.order,
                       io::counted(system_.reach, "cell")) +
           fmt::format("integrator {}, {} of each field\n", deck_.text("pde.integrator"),
                       io::counted(ops::arrays_of(options.scheme, may_take_back(options, limits)), "array"));
  }

  static std::string list(const std::vector<std::string>& lines) {
    std::string text;
    for (std::size_t n = 0; n < lines.size(); ++n)
      text += fmt::format("  {}. {}\n", n + 1, lines[n]);
    return text;
  }

  std::string formulas_of_space() const {
    std::string text;
    for (std::size_t n = 0; n < space_.nodes.size(); ++n) {
      const bool moves = (system_.dependence(space_.nodes[n]) & on_time) != 0;
      text += fmt::format("  s{} = {}  (computed {})\n", n, text_of(system_, space_.nodes[n]),
                          moves ? "before each stage" : "once");
    }
    return text.empty() ? text : "formulas of space:\n" + text;
  }

  /// A kernel in a readable form.
  /// @param others  arrays beside the results that each of them is combined with
  std::string kernel(const std::string& name, const std::vector<int>& roots, const std::vector<std::string>& results,
                     int others) {
    const Program program = lowered(system_, roots, &space_);
    const Cost cost = cost_of(program);
    std::set<std::pair<int, int>> arrays;
    for (const Load& load : program.loads)
      arrays.emplace(load.array, load.field);
    const auto moved = numbers_moved(program, static_cast<std::size_t>(others));
    std::string text = fmt::format("kernel \"{}\": a cell has {} from {}, {}, {}, {}, {}; at least {} bytes move\n",
                                   name, io::counted(program.loads.size(), "load"), io::counted(arrays.size(), "array"),
                                   io::counted(results.size(), "store"), io::counted(cost.flops, "flop"),
                                   io::counted(cost.functions, "function"), io::counted(program.registers, "register"),
                                   moved * static_cast<std::size_t>(real_));
    const auto obstacle = obstacle_to_ptx(program);
    text += obstacle ? fmt::format("  on an NVIDIA GPU it is interpreted: {}\n", *obstacle)
                     : "  on an NVIDIA GPU the driver compiles it\n";
    for (const Step& step : program.steps)
      text += fmt::format("  {} = {}\n", place(program, step.out), step_text(program, step));
    for (std::size_t n = 0; n < results.size(); ++n)
      text += fmt::format("  {} = {}\n", results[n], place(program, program.results[n]));
    return text;
  }

  std::string place(const Program& program, int at) const {
    if (at >= program.first_register()) return fmt::format("r{}", at - program.first_register());
    if (at < program.first_load()) {
      const Number& number = program.numbers[static_cast<std::size_t>(at)];
      return number.node < 0 ? fmt::format("{:g}", number.value) : in_parentheses(text_of(system_, number.node));
    }
    const Load& load = program.loads[static_cast<std::size_t>(at - program.first_load())];
    std::string name;
    if (load.array == array_state) {
      name = system_.fields[static_cast<std::size_t>(load.field)];
    } else if (load.array == array_of_space) {
      name = fmt::format("s{}", load.field);
    } else {
      name = system_.auxiliaries[static_cast<std::size_t>(load.array - array_auxiliary)].name;
    }
    std::string away;
    for (int axis = 0; axis < 3; ++axis) {
      const int far = load.away[axis];
      if (far != 0) away += fmt::format("{}{}{:+}", away.empty() ? "" : ", ", "xyz"[axis], far);
    }
    return away.empty() ? name : fmt::format("{}[{}]", name, away);
  }

  std::string step_text(const Program& program, const Step& step) const {
    const std::string a = place(program, step.a);
    const int count = operands_of(step.code);
    const std::string b = count > 1 ? place(program, step.b) : "", c = count > 2 ? place(program, step.c) : "";
    switch (step.code) {
      case choose:
        return fmt::format("{} ? {} : {}", a, b, c);
      case multiply_add:
        return fmt::format("{} * {} + {}", a, b, c);
      case multiply_subtract:
        return fmt::format("{} * {} - {}", a, b, c);
      case subtract_product:
        return fmt::format("{} - {} * {}", c, a, b);
      case curvature:
        return fmt::format("({} - {}) - ({} - {})", a, b, b, c);
      default:
        return operation_text(static_cast<ops::OpCode>(step.code), a, b);
    }
  }

  const io::Deck& deck_;
  System system_;
  int real_;
  SpaceFields space_;
};

const bool explanation_registered =
    register_explanation("pde", [](const io::Deck& deck) { return Explanation(deck).text(); });

}  // namespace

}  // namespace tarn::apps::pde
