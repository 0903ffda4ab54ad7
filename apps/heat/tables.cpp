// What a heat deck may say.
#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/steps_per_pass.hpp"
#include "tarn/apps/heat/heat.hpp"

namespace tarn::apps::heat {

namespace {

using io::Key;
using io::KeyType;

/// The equation.
std::vector<Key> problem_keys() {
  return {
      Key{.name = "diffusivity",
          .type = KeyType::number_or_formula,
          .meaning = "kappa, of x, y, z; in a list one for each axis",
          .unit = "length^2/time",
          .required = true,
          .at_least = 0,
          .shortest = 1,
          .longest = 3},
      Key{.name = "initial",
          .type = KeyType::number_or_formula,
          .meaning = "temperature at the start, of x, y, z; may use random",
          .unit = "temperature",
          .required = true},
      Key{.name = "source",
          .type = KeyType::number_or_formula,
          .meaning = "heating rate, of x, y, z, t",
          .unit = "temperature/time",
          .note = "default: none"},
      Key{.name = "unit",
          .type = KeyType::choice,
          .meaning = "of the temperature, for files and pictures; no number is converted",
          .default_text = "\"K\"",
          .choices = {"K", "degC", "°C", "1"},
          .note = "degC is the same as °C, and 1 a temperature without a unit"},
  };
}

/// How it is solved.
std::vector<Key> method_keys() {
  return {
      Key{.name = "integrator",
          .type = KeyType::choice,
          .meaning = "explicit Euler, the Runge-Kutta-Legendre super-time-stepping method of order 2, or "
                     "implicit: any time.dt, by solving for each step",
          .default_text = "\"euler\"",
          .choices = {"euler", "rkl2", "implicit"}},
      steps_per_pass_key(),
      Key{.name = "stages",
          .type = KeyType::integer,
          .meaning = "stages of rkl2, an odd number: s stages step (s^2+s-2)/4 times as far as euler",
          .at_least = 3,
          .at_most = 999,
          .note = "default 9 with cfl, and with dt as many as it needs"},
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
          .note = "default 1e-08, in single precision 1e-05"},
      Key{.name = "max_iterations",
          .type = KeyType::integer,
          .meaning = "of implicit: after so many in one step the run ends with exit code 4",
          .at_least = 1,
          .at_most = 1000000,
          .note = "default 1000"},
  };
}

}  // namespace

std::vector<FieldDescription> state_of(const io::Deck& deck) {
  // Files have the name that the CF conventions and their programs know.
  const std::string named = deck.text("heat.unit");
  const std::string unit = named == "1" ? "" : named == "°C" ? "degC" : named;
  return {{"temperature", unit, "the temperature u"}};
}

std::vector<io::Table> tables() {
  io::Table heat{
      .name = "heat",
      .meaning = "du/dt = div(diffusivity grad u) + source",
      .required = true,
      .keys = problem_keys(),
      .tables = {{.name = "boundary_value",
                  .meaning = "formulas of x, y, z, t: the value on a dirichlet face, or the derivative along "
                             "the axis (du/dx, not the outward normal's) on a neumann face",
                  .keys = face_keys("a neumann face without it is insulated", "temperature or temperature/length")}}};
  for (Key& key : method_keys())
    heat.keys.push_back(std::move(key));
  return {heat};
}

}  // namespace tarn::apps::heat
