// Problems that `tarn verify` measures the app by.
#include "tarn/apps/driver/verification.hpp"

#include <algorithm>

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::pde {

namespace {

const char* const wave = R"toml(
[run]
app = "pde"
name = "wave_equation"
[grid]
cells = [200]
[time]
end = 0.3
[pde]
integrator = "rk4"
[pde.equations]
u = "v"
v = "dxx(u)"
[pde.initial]
u = "exp(-400 * (x - 0.5)^2)"
v = 0
[exact]
source = "d'Alembert: L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 2.4"
u = "0.5 * (exp(-400 * (x - t - 0.5)^2) + exp(-400 * (x + t - 0.5)^2))"
v = "400 * ((x - t - 0.5) * exp(-400 * (x - t - 0.5)^2) - (x + t - 0.5) * exp(-400 * (x + t - 0.5)^2))"
[verify]
ladder = [100, 200, 400]
order = 1.8
norms = ["l1", "l2"]
largest_error = 0.05
)toml";

const char* const carried = R"toml(
[run]
app = "pde"
name = "advection_and_diffusion"
[grid]
cells = [64, 64]
[time]
end = 0.3
[pde]
integrator = "rk3"
[pde.equations]
u = "0.01 * laplace(u) - upwind(0.7, -0.4, u)"
[pde.initial]
u = "sin(2 * pi * x) * sin(2 * pi * y)"
[exact]
source = "separation of variables in the moving frame: L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, sections 2.1 and 4.1"
u = "exp(-0.01 * 8 * pi^2 * t) * sin(2 * pi * (x - 0.7 * t)) * sin(2 * pi * (y + 0.4 * t))"
[verify]
ladder = [32, 64, 96]
order = 1.85
norms = ["l1", "l2", "max"]
largest_error = 5e-3
)toml";

const char* const burgers = R"toml(
[run]
app = "pde"
name = "burgers"
[grid]
cells = [200]
[time]
end = 0.3
[pde]
integrator = "rk3"
[pde.equations]
u = "0.05 * dxx(u) - dx(u^2 / 2)"
[pde.initial]
u = "2 * 0.05 * 0.5 * 2 * pi * sin(2 * pi * x) / (1 + 0.5 * cos(2 * pi * x))"
[exact]
source = "J. D. Cole, Quart. Appl. Math. 9 (1951) 225-236; E. Hopf, Comm. Pure Appl. Math. 3 (1950) 201-230"
u = "2 * 0.05 * 0.5 * 2 * pi * exp(-0.05 * 4 * pi^2 * t) * sin(2 * pi * x) / (1 + 0.5 * exp(-0.05 * 4 * pi^2 * t) * cos(2 * pi * x))"
[verify]
ladder = [50, 100, 200]
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 1e-3
)toml";

const char* const law = R"toml(
[run]
app = "pde"
name = "conservation_law"
[grid]
cells = [128]
[time]
end = 1
cfl = 0.5
[pde]
integrator = "rk3"
speed = [1]
[pde.flux]
u = ["u"]
[pde.initial]
u = "2 + sin(2 * pi * x)"
[exact]
source = "R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, Cambridge 2002, section 2.1"
u = "2 + sin(2 * pi * (x - t))"
[verify]
ladder = [64, 128, 256]
order = 1.7
norms = ["l1"]
largest_error = 2e-3
)toml";

const char* const faces = R"toml(
[run]
app = "pde"
name = "faces"
[grid]
cells = [40]
upper = [1.5]
boundary = { x = "given" }
[time]
end = 0.5
[pde.equations]
u = "dxx(u) - 2 * exp(-t)"
[pde.initial]
u = "sin(x) + 2"
[pde.boundary.u]
x_lower = { value = "exp(-t) * 2" }
x_upper = { robin = ["2", "3", "exp(-t) * (2 * (sin(1.5) + 2) + 3 * cos(1.5))"] }
[exact]
source = "manufactured: the last term is du/dt - d2u/dx2 of it; P. J. Roache, J. Fluids Eng. 124 (2002) 4-10"
u = "exp(-t) * (sin(x) + 2)"
[verify]
ladder = [20, 40, 80]
order = 1.8
norms = ["l1", "l2", "max"]
largest_error = 1e-4
)toml";

/// What has a flux and no rate beside it stays in a domain without ends.
std::vector<std::string> conserved(const io::Deck& deck) {
  for (const auto& kinds : boundary_kinds_of(deck)) {
    if (kinds[0] != "periodic") return {};
  }
  std::vector<std::string> fields = deck.names("pde.flux");
  const auto rates = deck.names("pde.equations");
  std::erase_if(fields, [&](const auto& field) { return std::find(rates.begin(), rates.end(), field) != rates.end(); });
  return fields;
}

const bool verification_registered =
    register_verification({.app = "pde", .decks = {wave, carried, burgers, law, faces}, .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::pde
