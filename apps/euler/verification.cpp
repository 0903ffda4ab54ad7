// Problems that `tarn verify` measures the app by. Of the tubes the app itself knows the solution.
#include "tarn/apps/driver/verification.hpp"

#include "tarn/apps/driver/problem.hpp"
#include "tarn/apps/euler/euler.hpp"

namespace tarn::apps::euler {

namespace {

const char* const sound_wave = R"toml(
[run]
app = "euler"
name = "sound_wave"
[constants]
a = 1e-4
k = "2 * pi"
cs = "1 / sqrt(5)"
sn = "2 / sqrt(5)"
u0 = 0.5
v0 = 0.25
vn = "1 / sqrt(5)"
half = "0.5 * (0.5^2 + 0.25^2)"
[grid]
cells = [64, 32]
upper = [2.23606797749979, 1.118033988749895]
[time]
end = 1
cfl = 0.8
[euler]
reconstruction = "ppm"
integrator = "rk3"
[euler.initial]
density = "1 + a * sin(k * (cs * x + sn * y))"
velocity_x = "u0 + cs * a * sin(k * (cs * x + sn * y))"
velocity_y = "v0 + sn * a * sin(k * (cs * x + sn * y))"
pressure = "1 / 1.4 + a * sin(k * (cs * x + sn * y))"
[exact]
source = "R. J. LeVeque, Finite Volume Methods for Hyperbolic Problems, Cambridge 2002, chapter 14, to first order in the amplitude"
density = "1 + a * sin(k * (cs * x + sn * y - (1 + vn) * t))"
momentum_x = "u0 + (u0 + cs) * a * sin(k * (cs * x + sn * y - (1 + vn) * t))"
momentum_y = "v0 + (v0 + sn) * a * sin(k * (cs * x + sn * y - (1 + vn) * t))"
energy = "1 / (1.4 * 0.4) + half + (1 / 0.4 + half + vn) * a * sin(k * (cs * x + sn * y - (1 + vn) * t))"
[verify]
ladder = [32, 48, 64]
order = 1.9
norms = ["l1", "l2"]
largest_error = 2e-6
)toml";

const char* const vortex = R"toml(
[run]
app = "euler"
name = "isentropic_vortex"
[constants]
s = "5 / (2 * pi)"
[grid]
cells = [96, 96]
lower = [-10, -10]
upper = [10, 10]
[time]
end = 1
cfl = 0.8
[euler]
reconstruction = "weno5"
integrator = "rk3"
[euler.initial]
density = "(1 - 0.4 / 2.8 * (s * exp(0.5 * (1 - x^2 - y^2)))^2)^2.5"
velocity_x = "1 - y * s * exp(0.5 * (1 - x^2 - y^2))"
velocity_y = "1 + x * s * exp(0.5 * (1 - x^2 - y^2))"
pressure = "(1 - 0.4 / 2.8 * (s * exp(0.5 * (1 - x^2 - y^2)))^2)^3.5"
[exact]
source = "C.-W. Shu, Lecture Notes in Mathematics 1697, Springer 1998, section 4.3"
density = "(1 - 0.4 / 2.8 * (s * exp(0.5 * (1 - (x - t)^2 - (y - t)^2)))^2)^2.5"
momentum_x = "(1 - 0.4 / 2.8 * (s * exp(0.5 * (1 - (x - t)^2 - (y - t)^2)))^2)^2.5 * (1 - (y - t) * s * exp(0.5 * (1 - (x - t)^2 - (y - t)^2)))"
momentum_y = "(1 - 0.4 / 2.8 * (s * exp(0.5 * (1 - (x - t)^2 - (y - t)^2)))^2)^2.5 * (1 + (x - t) * s * exp(0.5 * (1 - (x - t)^2 - (y - t)^2)))"
[verify]
ladder = [48, 72, 96]
order = 1.9
norms = ["l1", "l2"]
largest_error = 4e-3
)toml";

const char* const sod = R"toml(
[run]
app = "euler"
name = "sod"
[grid]
cells = [400]
boundary = { x = "outflow" }
[time]
end = 0.2
cfl = 0.8
[euler]
[euler.initial]
density = "x < 0.5 ? 1 : 0.125"
velocity_x = 0
pressure = "x < 0.5 ? 1 : 0.1"
[verify]
ladder = [100, 200, 400]
order = 0.7
norms = ["l1"]
largest_error = 0.01
)toml";

const char* const sonic = R"toml(
[run]
app = "euler"
name = "toro_1"
[grid]
cells = [800]
boundary = { x = "outflow" }
[time]
end = 0.2
cfl = 0.4
[euler]
[euler.initial]
density = "x < 0.3 ? 1 : 0.125"
velocity_x = "x < 0.3 ? 0.75 : 0"
pressure = "x < 0.3 ? 1 : 0.1"
[verify]
ladder = [200, 400, 800]
order = 0.6
norms = ["l1"]
largest_error = 0.01
)toml";

/// All of it in a box without ends; mass, energy and scalars between walls that reflect. A floor adds to them, and
/// gravity changes momentum and energy.
std::vector<std::string> conserved(const io::Deck& deck) {
  if (deck.given("euler.floor.density") || deck.given("euler.floor.pressure")) return {};
  bool closed = true, periodic = true;
  for (const auto& kinds : boundary_kinds_of(deck)) {
    for (const auto& kind : kinds) {
      periodic = periodic && kind == "periodic";
      closed = closed && (kind == "periodic" || kind == "reflect");
    }
  }
  if (!closed) return {};
  const bool free = !deck.given("euler.gravity");
  std::vector<std::string> fields;
  for (const auto& field : state_fields(dimensions_of(deck), options_of(deck).scalars)) {
    if (field.name == "energy" && !free) continue;
    if (field.name.rfind("momentum_", 0) == 0 && !(free && periodic)) continue;
    fields.push_back(field.name);
  }
  return fields;
}

const bool verification_registered =
    register_verification({.app = "euler", .decks = {sound_wave, vortex, sod, sonic}, .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::euler
