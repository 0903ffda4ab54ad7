// What a heat deck says of the implicit integrator.
#include "tarn/apps/heat/implicit_options.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tarn::apps::heat {

namespace {

using io::Key;
using io::KeyType;

constexpr double double_tolerance = 1e-8, single_tolerance = 1e-5;
constexpr int default_iterations = 1000;

}  // namespace

std::vector<Key> implicit_keys() {
  return {
      Key{.name = "scheme",
          .type = KeyType::choice,
          .meaning = "of implicit: order 1 that damps every mode, or order 2 that lets the fastest ones ring on where "
                     "steps are long",
          .choices = {"backward_euler", "crank_nicolson"},
          .note = "default backward_euler"},
      Key{.name = "preconditioner",
          .type = KeyType::choice,
          .meaning = "of implicit's conjugate gradients: one multigrid cycle, or the diagonal",
          .choices = {"multigrid", "jacobi"},
          .note = "default multigrid"},
      Key{.name = "tolerance",
          .type = KeyType::number,
          .meaning = "of implicit: share of a step's change of the temperature that may be missing (2-norm)",
          .above = 0,
          .below = 1,
          .note = fmt::format("default {:g}, in single precision {:g}", double_tolerance, single_tolerance)},
      Key{.name = "max_iterations",
          .type = KeyType::integer,
          .meaning = "of implicit: after so many in one step the run ends with exit code 4",
          .at_least = 1,
          .at_most = 1000000,
          .note = fmt::format("default {}", default_iterations)},
  };
}

void check_implicit(const io::Deck& deck, io::Problems& problems) {
  if (!deck.valid("heat.integrator")) return;
  const bool implicit = deck.text("heat.integrator") == "implicit";
  for (const char* name : {"scheme", "preconditioner", "tolerance", "max_iterations"}) {
    const std::string key = std::string("heat.") + name;
    if (deck.given(key) && !implicit) {
      problems.add(deck.position(key), key, fmt::format("only the integrator implicit has a {}", name));
    }
  }
  if (!implicit) return;
  if (deck.given("time.cfl")) {
    problems.add(deck.position("time.cfl"), "time.cfl",
                 "the integrator implicit has no stability limit to take a share of; give time.dt instead");
  } else if (!deck.given("time.dt")) {
    problems.add(deck.position("heat.integrator"), "time.dt",
                 "missing: the integrator implicit has no stability limit, so the step has to be chosen");
  }
}

ImplicitOptions implicit_options_of(const io::Deck& deck) {
  ImplicitOptions options;
  if (deck.has("heat.scheme") && deck.text("heat.scheme") == "crank_nicolson") options.theta = 0.5;
  options.tolerance = deck.has("heat.tolerance")               ? deck.number("heat.tolerance")
                      : deck.text("run.precision") == "single" ? single_tolerance
                                                               : double_tolerance;
  options.max_iterations =
      deck.has("heat.max_iterations") ? static_cast<int>(deck.integer("heat.max_iterations")) : default_iterations;
  options.multigrid = !deck.has("heat.preconditioner") || deck.text("heat.preconditioner") == "multigrid";
  return options;
}

double implicit_arrays(const ImplicitOptions& options, int dimensions) {
  constexpr int of_solver = 5;  // the step's change, and four of conjugate gradients
  if (!options.multigrid) return of_solver;
  // Coarse grids have 1 / (2^d - 1) of the cells together: a residual on each but the last, and on the coarse ones
  // faces, right-hand side, correction, and what goes up and down.
  const double coarse_cells = 1 / (std::pow(2.0, dimensions) - 1);
  return of_solver + 1 + coarse_cells * (dimensions + 5);
}

std::string implicit_text(const ImplicitOptions& options) {
  return fmt::format("{}, conjugate gradients with {}", options.theta == 1 ? "backward Euler" : "Crank-Nicolson",
                     options.multigrid ? "multigrid" : "Jacobi's preconditioner");
}

}  // namespace tarn::apps::heat
