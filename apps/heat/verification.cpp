// Problems that `tarn verify` measures the app by.
#include "tarn/apps/driver/verification.hpp"

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::heat {

namespace {

const char* const decaying_wave = R"toml(
[run]
app = "heat"
name = "decaying_wave"
[grid]
cells = [32, 32]
[time]
end = 0.02
cfl = 0.8
[heat]
diffusivity = 0.7
initial = "1 + sin(2 * pi * x) * sin(2 * pi * y)"
[exact]
source = "separation of variables: L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 4.1"
temperature = "1 + exp(-0.7 * 8 * pi^2 * t) * sin(2 * pi * x) * sin(2 * pi * y)"
[verify]
ladder = [16, 32, 64]
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 1e-3
)toml";

const char* const box = R"toml(
[run]
app = "heat"
name = "insulated_box"
[grid]
cells = [24, 16, 16]
upper = [1.5, 1.0, 1.0]
boundary = { x = "neumann", y = "neumann", z = "neumann" }
[time]
end = 0.05
cfl = 0.8
[heat]
diffusivity = 0.5
initial = "2 + cos(2 * pi * x / 3) * cos(pi * y) * cos(pi * z)"
[exact]
source = "separation of variables: L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 4.1"
temperature = "2 + exp(-0.5 * (4 / 9 + 2) * pi^2 * t) * cos(2 * pi * x / 3) * cos(pi * y) * cos(pi * z)"
[verify]
ladder = [12, 24, 48]
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 5e-4
)toml";

const char* const forced = R"toml(
[run]
app = "heat"
name = "forced_between_faces"
[grid]
cells = [64]
boundary = { x = ["dirichlet", "neumann"] }
[time]
end = 0.02
cfl = 0.4
[heat]
diffusivity = "1 + 0.3 * sin(2 * pi * x + 0.5)"
initial = "3 * sin(pi * x + 0.3)"
integrator = "rkl2"
stages = 3
source = "-30 * sin(30 * t) * sin(pi * x + 0.3) + (2 + cos(30 * t)) * pi^2 * ((1 + 0.3 * sin(2 * pi * x + 0.5)) * sin(pi * x + 0.3) - 0.6 * cos(2 * pi * x + 0.5) * cos(pi * x + 0.3))"
boundary_value = { x_lower = "(2 + cos(30 * t)) * sin(0.3)", x_upper = "(2 + cos(30 * t)) * pi * cos(pi + 0.3)" }
[exact]
source = "manufactured: the source is du/dt - div(kappa grad u) of it; P. J. Roache, J. Fluids Eng. 124 (2002) 4-10"
temperature = "(2 + cos(30 * t)) * sin(pi * x + 0.3)"
[verify]
ladder = [32, 64, 128]
order = 1.9
norms = ["l1", "l2"]
largest_error = 2e-3
)toml";

const char* const implicit = R"toml(
[run]
app = "heat"
name = "crank_nicolson"
[grid]
cells = [32, 32]
boundary = { x = "dirichlet", y = "dirichlet" }
[time]
end = 0.04
dt = 0.002
[heat]
diffusivity = 1
initial = "sin(pi * x) * sin(pi * y)"
integrator = "implicit"
scheme = "crank_nicolson"
tolerance = 1e-10
boundary_value = { x_lower = 0, x_upper = 0, y_lower = 0, y_upper = 0 }
[exact]
source = "separation of variables: L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 4.1"
temperature = "exp(-2 * pi^2 * t) * sin(pi * x) * sin(pi * y)"
[verify]
ladder = [16, 32, 64]
step_power = 1
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 5e-4
)toml";

const char* const fibres = R"toml(
[run]
app = "heat"
name = "diffusivity_of_each_axis"
[grid]
cells = [32, 32]
boundary = { x = "dirichlet", y = "neumann" }
[time]
end = 0.04
dt = 0.002
[heat]
diffusivity = [1, 0.05]
initial = "sin(pi * x) * cos(4 * pi * y)"
integrator = "implicit"
scheme = "crank_nicolson"
tolerance = 1e-10
boundary_value = { x_lower = 0, x_upper = 0 }
[exact]
source = "separation of variables: L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 4.1"
temperature = "exp(-(1 + 0.05 * 16) * pi^2 * t) * sin(pi * x) * cos(4 * pi * y)"
[verify]
ladder = [16, 32, 64]
step_power = 1
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 1e-3
)toml";

/// Heat is neither made nor lost, and an explicit step moves what leaves one cell into another. An implicit one is
/// solved to a tolerance.
std::vector<std::string> conserved(const io::Deck& deck) {
  if (deck.given("heat.source") || deck.given("heat.boundary_value")) return {};
  if (deck.text("heat.integrator") == "implicit") return {};
  for (const auto& kinds : boundary_kinds_of(deck)) {
    for (const auto& kind : kinds) {
      if (kind == "dirichlet") return {};
    }
  }
  return {"temperature"};
}

const bool verification_registered = register_verification(
    {.app = "heat", .decks = {decaying_wave, box, forced, implicit, fibres}, .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::heat
