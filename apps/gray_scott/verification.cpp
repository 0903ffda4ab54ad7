// Problems that `tarn verify` measures the app by: one for each term of the equations.
#include "tarn/apps/driver/verification.hpp"

#include "tarn/apps/driver/problem.hpp"

namespace tarn::apps::gray_scott {

namespace {

/// Without feed and kill, and with one diffusivity D, u + v stays 1 and dv/dt = D laplacian(v) + v^2 (1 - v).
const char* const wave = R"toml(
[run]
app = "gray_scott"
name = "travelling_wave"
[grid]
cells = [108]
upper = [8.0]
boundary = { x = "held" }
[time]
end = 2
[gray_scott]
du = 0.02
dv = 0.02
feed = 0
kill = 0
integrator = "rk2"
[gray_scott.initial]
u = "1 / (1 + exp(-(x - 3) / 0.2))"
v = "1 - 1 / (1 + exp(-(x - 3) / 0.2))"
[exact]
source = "J. D. Murray, Mathematical Biology I, Springer 2002, section 13.4"
u = "1 / (1 + exp(-(x - 3 - 0.1 * t) / 0.2))"
v = "1 - 1 / (1 + exp(-(x - 3 - 0.1 * t) / 0.2))"
[verify]
ladder = [48, 72, 108]
order = 1.9
norms = ["l1", "l2"]
largest_error = 1e-3
)toml";

const char* const only_u = R"toml(
[run]
app = "gray_scott"
name = "u_alone"
[grid]
cells = [32, 32]
[time]
end = 0.5
[gray_scott]
du = 0.02
feed = 0.3
kill = 0.2
integrator = "rk2"
[gray_scott.initial]
u = "1 + 0.5 * cos(2 * pi * x) * cos(2 * pi * y)"
v = 0
[exact]
source = "linear where v = 0: separation of variables, L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 4.1"
u = "1 + 0.5 * exp(-(0.3 + 0.02 * 8 * pi^2) * t) * cos(2 * pi * x) * cos(2 * pi * y)"
v = "0"
[verify]
ladder = [16, 32, 64]
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 1e-3
)toml";

const char* const only_v = R"toml(
[run]
app = "gray_scott"
name = "v_alone"
[grid]
cells = [16, 16, 16]
boundary = { y = "neumann" }
[time]
end = 0.5
[gray_scott]
dv = 0.02
feed = 0
kill = 0.4
integrator = "rk4"
[gray_scott.initial]
u = 0
v = "0.5 + 0.2 * cos(2 * pi * x) * cos(pi * y) * cos(2 * pi * z)"
[exact]
source = "linear where u = 0: separation of variables, L. C. Evans, Partial Differential Equations, American Mathematical Society 2010, section 4.1"
u = "0"
v = "exp(-0.4 * t) * (0.5 + 0.2 * exp(-0.02 * 9 * pi^2 * t) * cos(2 * pi * x) * cos(pi * y) * cos(2 * pi * z))"
[verify]
ladder = [8, 16, 32]
order = 1.9
norms = ["l1", "l2"]
largest_error = 1e-3
)toml";

const char* const closed = R"toml(
[run]
app = "gray_scott"
name = "closed_box"
seed = 3
[grid]
cells = [48, 30]
upper = [48.0, 30.0]
boundary = { x = "neumann" }
[time]
end = 20
[gray_scott]
feed = 0
kill = 0
[gray_scott.initial]
u = "1 - 0.5 * random"
v = "0.4 * random"
)toml";

/// What one substance loses the other gains, unless it is fed or removed, or something passes the faces.
std::vector<std::string> conserved(const io::Deck& deck) {
  for (const char* key : {"gray_scott.feed", "gray_scott.kill", "gray_scott.noise"}) {
    if (deck.number(key) != 0) return {};
  }
  for (const auto& kinds : boundary_kinds_of(deck)) {
    for (const auto& kind : kinds) {
      if (kind == "held") return {};
    }
  }
  return {"u + v"};
}

const bool verification_registered =
    register_verification({.app = "gray_scott", .decks = {wave, only_u, only_v, closed}, .conserved = conserved});

}  // namespace

}  // namespace tarn::apps::gray_scott
