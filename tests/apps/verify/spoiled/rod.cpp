// Heat in a rod between two faces that are kept at 0, and apps that are the same but for one fault each: what `tarn
// verify` must find.
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/cli/program.hpp"
#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/driver/face_formulas.hpp"
#include "tarn/apps/driver/schedule.hpp"
#include "tarn/apps/driver/staged_simulation.hpp"
#include "tarn/apps/driver/verification.hpp"

namespace rod {
using namespace tarn;

const std::vector<apps::FieldDescription> rod_fields{{"u", "", "temperature"}};

/// What flows out above less what comes in from below: what leaves a cell comes into the next, but for the leak.
struct Rate {
  static constexpr int fields = 1, reach = 1, dimensions = 1;
  static constexpr bool takes_lanes = true;

  double weight;  ///< D / dx^2 [1/time]
  double leak;    ///< by which a cell's own value makes the weight of its upper face larger

  template <class Cell>
  KOKKOS_FORCEINLINE_FUNCTION auto operator()(const Cell& cell) const {
    const auto above = cell.template neighbor<1>(0) - cell[0], below = cell[0] - cell.template neighbor<-1>(0);
    return (weight + leak * cell[0]) * above - weight * below;
  }
};

double stable_step(const io::Deck& deck) {
  const double dx = apps::domain_of(deck).spacing(0);
  return dx * dx / 2;
}

/// The faults, by the name of the app.
bool is(const io::Deck& deck, const char* fault) {
  return deck.app() == fault;
}

class Rod : public apps::StagedSimulation<Rod, double> {
 public:
  explicit Rod(const apps::SimulationContext& context)
      : StagedSimulation(context, apps::face_conditions(context.deck, {{"zero", rule_of(context.deck)}}), rod_fields) {
    const double dx = context.grid.spacing(0);
    rate_.weight = 1 / (dx * dx);
    if (is(context.deck, "wrong_coefficient")) rate_.weight *= 1.02;
    if (is(context.deck, "lossy_flux")) rate_.leak = 1e-9 * rate_.weight;
    if (is(context.deck, "unlike_ranks")) rate_.weight *= 1 + 1e-15 * context.patch.ranks().size();
    start(ops::Scheme::ssp_rk2, 0, initial_state({"rod.initial"}));
  }

  double largest_step() override { return apps::step_of(context_.deck, stable_step(context_.deck)); }
  std::vector<apps::HistoryValue> history() const override { return {{"sum", statistics(0).sum}}; }
  void prepare(double) { ++stages_; }
  void with_rate(const auto& use) const {
    Rate now = rate_;
    // A state that no checkpoint holds.
    if (is(context_.deck, "forgetful")) now.weight *= 1 + 1e-14 * stages_;
    use(now);
  }
  int extra_arrays() const { return 0; }

 private:
  /// Ghosts of 0 stand for a face half a cell further out.
  static FaceRule rule_of(const io::Deck& deck) {
    return is(deck, "first_order_ghost") ? FaceRule::held : FaceRule::value;
  }

  Rate rate_{};
  int stages_ = 0;
};

const char* const decks[] = {R"toml(
name = "between_faces"
[grid]
cells = [64]
boundary = { x = "zero" }
[time]
end = 0.03
[rod]
initial = "x > 0 && x < 1 ? sin(pi * x) : 0"
[exact]
source = "separation of variables"
u = "exp(-pi^2 * t) * sin(pi * x)"
[verify]
ladder = [16, 32, 64]
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 1e-3
)toml",
                             R"toml(
name = "ring"
[grid]
cells = [64]
[time]
end = 0.02
[rod]
initial = "2 + sin(2 * pi * x)"
[exact]
source = "separation of variables"
u = "2 + exp(-4 * pi^2 * t) * sin(2 * pi * x)"
[verify]
ladder = [16, 32, 64]
order = 1.9
norms = ["l1", "l2", "max"]
largest_error = 2e-3
)toml"};

std::vector<std::string> conserved(const io::Deck& deck) {
  if (apps::boundary_kinds_of(deck)[0][0] != "periodic") return {};
  return {"u"};
}

bool add(const std::string& name) {
  apps::Verification verification{.app = name, .conserved = conserved};
  for (const char* deck : decks)
    verification.decks.push_back(fmt::format("[run]\napp = \"{}\"", name) + deck);
  apps::register_verification(std::move(verification));
  return apps::register_simulation(
      {.name = name,
       .summary = "heat in a rod",
       .tables = {{.name = "rod",
                   .meaning = "du/dt = d2u/dx2",
                   .required = true,
                   .keys = {{.name = "initial",
                             .type = io::KeyType::number_or_formula,
                             .meaning = "u at the start",
                             .required = true}}}},
       .boundary_kinds = {"periodic", "zero"},
       .fields = rod_fields,
       .check =
           [](const io::Deck& deck, io::Problems& problems) {
             apps::check_values(deck, {{"rod.initial", apps::FormulaUse::initial}}, problems);
           },
       .model =
           [](const io::Deck& deck) {
             return apps::Model{
                 .state = rod_fields,
                 .forecast = {.step = apps::step_of(deck, stable_step(deck)), .limit = stable_step(deck)},
                 .create = [](const apps::SimulationContext& context) -> std::unique_ptr<apps::Simulation> {
                   return std::make_unique<Rod>(context);
                 }};
           }});
}

const bool registered = add("honest") && add("wrong_coefficient") && add("first_order_ghost") && add("lossy_flux") &&
                        add("unlike_ranks") && add("forgetful");

}  // namespace rod

int main(int argc, char** argv) {
  return tarn::cli::run_program(argc, argv);
}
