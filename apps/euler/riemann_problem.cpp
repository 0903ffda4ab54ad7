#include "tarn/apps/euler/riemann_problem.hpp"

#include <cmath>

#include "tarn/apps/driver/check_values.hpp"
#include "tarn/apps/euler/euler.hpp"
#include "tarn/apps/euler/exact_fields.hpp"

namespace tarn::apps::euler {

namespace {

/// Two gases and where they meet.
struct Jump {
  GasState left, right;
  double place;  ///< [m]
};

/// The formulas of the initial state.
class StartOfTube {
 public:
  explicit StartOfTube(const io::Deck& deck)
      : density_(formula_of(deck, "euler.initial.density", FormulaUse::initial)),
        velocity_(formula_of(deck, "euler.initial.velocity_x", FormulaUse::initial)),
        pressure_(formula_of(deck, "euler.initial.pressure", FormulaUse::initial)) {}

  bool uses_random() const { return density_.uses_random() || velocity_.uses_random() || pressure_.uses_random(); }
  GasState at(double x) const {
    const Place place{{x}};
    return {value_at(density_, place, 0, 1), value_at(velocity_, place, 0, 1), value_at(pressure_, place, 0, 1)};
  }

 private:
  ops::Formula density_, velocity_, pressure_;
};

bool same(const GasState& a, const GasState& b) {
  return a.density == b.density && a.velocity == b.velocity && a.pressure == b.pressure;
}

/// The place between two where the gas of the first ends.
double place_of_jump(const StartOfTube& start, double before, double after, const GasState& left) {
  for (double middle = 0.5 * (before + after); middle > before && middle < after; middle = 0.5 * (before + after))
    (same(start.at(middle), left) ? before : after) = middle;
  return after;
}

/// Looks at the centre of every cell, which the initial state is made from.
std::optional<Jump> jump_in(const StartOfTube& start, const Domain& domain) {
  std::optional<Jump> jump;
  const auto centre = [&](int cell) { return domain.lower[0] + (cell + 0.5) * domain.spacing(0); };
  GasState gas = start.at(centre(0));
  for (int cell = 1; cell < domain.cells[0]; ++cell) {
    const GasState next = start.at(centre(cell));
    if (same(gas, next)) continue;
    if (jump) return {};
    jump = Jump{gas, next, place_of_jump(start, centre(cell - 1), centre(cell), gas)};
    gas = next;
  }
  return jump;
}

bool is_open_tube(const io::Deck& deck) {
  constexpr int most_cells = 1 << 16;
  const Options options = options_of(deck);
  const Domain domain = domain_of(deck);
  if (domain.dimensions != 1 || domain.cells[0] > most_cells || !options.scalars.empty()) return false;
  const auto kinds = boundary_kinds_of(deck)[0];
  return kinds[0] == "outflow" && kinds[1] == "outflow" && options.gravity[0] == 0 &&
         !deck.given("euler.floor.density") && !deck.given("euler.floor.pressure");
}

}  // namespace

std::vector<ExactField> riemann_problem_of(const io::Deck& deck) {
  if (!is_open_tube(deck)) return {};
  const StartOfTube start(deck);
  if (start.uses_random()) return {};
  const Domain domain = domain_of(deck);
  const auto jump = jump_in(start, domain);
  if (!jump) return {};
  const ExactRiemann solution(jump->left, jump->right, deck.number("euler.gamma"));
  const double end = deck.number("time.end");
  const double first = jump->place + end * solution.waves().front();
  const double last = jump->place + end * solution.waves().back();
  if (!(first > domain.lower[0] && last < domain.upper[0])) return {};
  return exact_fields(solution, jump->place);
}

}  // namespace tarn::apps::euler
