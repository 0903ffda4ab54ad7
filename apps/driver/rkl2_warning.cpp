#include "tarn/apps/driver/rkl2_warning.hpp"

#include <cmath>

#include <fmt/format.h>

#include "tarn/apps/driver/schedule.hpp"
#include "tarn/ops/integrate/rkl2.hpp"

namespace tarn::apps {

std::string rkl2_warning(const io::Deck& deck, int stages, double step, double euler) {
  constexpr double worth_telling = 0.01;
  if (!std::isfinite(euler) || !(step > 0) || !(euler > 0)) return {};
  const double steps = steps_taken(deck, std::ceil(deck.number("time.end") / step));
  const double error = ops::Rkl2::error_of(stages, steps, step / euler);
  if (error < worth_telling) return {};
  return fmt::format(
      "{} step{} of rkl2 with {} stages may leave an error of {:.2g} of the initial differences, most of it in fine "
      "structures; fewer stages take more steps (estimated for constant coefficients and boundary values)",
      steps, steps == 1 ? "" : "s", stages, error);
}

}  // namespace tarn::apps
