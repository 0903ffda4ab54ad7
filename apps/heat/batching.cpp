// Members of an ensemble as one batch.
#include <fmt/format.h>

#include "tarn/apps/driver/axis_formulas.hpp"
#include "tarn/apps/driver/members/make_batch.hpp"
#include "tarn/apps/heat/heat.hpp"

namespace tarn::apps::heat {

namespace {

/// Members of a batch have one kernel and as many stages.
std::string kind_of_batch(const io::Deck& deck) {
  return fmt::format("{}{}{}", text_of(options_of(deck, largest_along_axes(deck, diffusivity_key))),
                     has_variable_diffusivity(deck) ? ", variable" : "", deck.has("heat.source") ? ", source" : "");
}

/// What a batch does not do again for each member in each step.
std::string obstacle_to_batch(const io::Deck& deck) {
  if (is_implicit(deck)) return "the integrator implicit solves a system for each";
  if (deck.text("heat.steps_per_pass") == "2") return "heat.steps_per_pass is 2";
  return change_in_time(deck);
}

const bool batching_registered = register_batching({
    .app = "heat",
    .keys = {"heat.diffusivity", "heat.initial", "heat.source", "heat.boundary_value.x_lower",
             "heat.boundary_value.x_upper", "heat.boundary_value.y_lower", "heat.boundary_value.y_upper"},
    .kind = kind_of_batch,
    .obstacle = obstacle_to_batch,
    .make = make_batch<Heat>,
});

}  // namespace

}  // namespace tarn::apps::heat
