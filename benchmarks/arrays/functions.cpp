#include <memory>
#include <string>

#include "tarn/core/grid/grid.hpp"
#include "tarn/ops/expression/assign.hpp"
#include "tarn/ops/formula/evaluate.hpp"
#include "tarn/ops/formula/formula_arrays.hpp"
#include "tarn/ops/random/random_fill.hpp"

#include "cases.hpp"

// The functions that formulas know, and a formula of a cell's place.

namespace tarn::benchmarks {

namespace {

using namespace ops;

/// A function, by NumPy's name for it, as a formula of arrays a and b, of random numbers between two ends.
struct Function {
  const char *name, *text;
  double low, high;
};

constexpr Function functions[] = {
    {"sqrt", "sqrt(a)", 0, 10},     {"sin", "sin(a)", -10, 10},   {"cos", "cos(a)", -10, 10},
    {"tan", "tan(a)", -10, 10},     {"arcsin", "asin(a)", -1, 1}, {"arccos", "acos(a)", -1, 1},
    {"arctan", "atan(a)", -10, 10}, {"sinh", "sinh(a)", -5, 5},   {"cosh", "cosh(a)", -5, 5},
    {"tanh", "tanh(a)", -5, 5},     {"exp", "exp(a)", -10, 10},   {"log", "log(a)", 0, 10},
    {"log10", "log10(a)", 0, 10},   {"power", "a ^ b", 0.1, 10},  {"arctan2", "atan2(a, b)", -10, 10},
    {"fmod", "mod(a, b)", -10, 10}};

Prepare prepare(const Function& function) {
  return [function](const Runtime& runtime, std::int64_t size) {
    const auto a = runtime.array<double>("a", size), b = runtime.array<double>("b", size),
               out = runtime.array<double>("out", size);
    for (const auto& array : {a, b}) {
      ops::random_uniform(runtime.space(), array, {.seed = next_seed()});
      ops::assign(runtime.space(), array, (function.high - function.low) * array + function.low);
    }
    const auto formula =
        std::make_shared<const ops::Formula>(function.text, ops::FormulaContext{{"a", "b"}, {}, false, {}});
    return Prepared{0, 0,
                    timed(runtime,
                          [a, b, out, formula, &space = runtime.space()] {
                            ops::assign(space, out, *formula, {{"a", a}, {"b", b}});
                          }),
                    static_cast<double>(size)};
  };
}

/// A formula of the place of `size`^3 cells.
Prepared prepare_cells(const Runtime& runtime, std::int64_t size) {
  const auto n = static_cast<int>(size);
  Domain domain;
  domain.dimensions = 3;
  domain.cells = {n, n, n};
  const Grid grid(domain, Decomposition(domain.cells, domain.periodic, 1, 0, 1), 0);
  const auto field = grid.make_field<double>("benchmark::field");
  const auto formula = std::make_shared<const ops::Formula>("sin(2 * pi * x) * y * z",
                                                            ops::FormulaContext{{"x", "y", "z"}, {}, false, {}});
  return {0, 0,
          timed(runtime,
                [grid, field, formula, &space = runtime.space()] {
                  ops::set_from_formula<double>(space, *formula, grid, grid.interior(), field, 0, 0, 0);
                }),
          static_cast<double>(domain.size())};
}

}  // namespace

void add_functions(Cases& cases) {
  for (const Function& function : functions)
    cases[std::string("formula_") + function.name + " float64"] = prepare(function);
  cases["cells float64"] = prepare_cells;
}

}  // namespace tarn::benchmarks
